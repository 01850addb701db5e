import pytest

from visavis.foundation.actor import Actor, Channel, Kind


@pytest.mark.parametrize(
    ("held", "organisation", "site", "expected"),
    [
        pytest.param("clerk@post/noirmont", None, None, True, id="anywhere"),
        pytest.param("clerk@post/noirmont", "post", None, True, id="at the organisation"),
        pytest.param("clerk@post/noirmont", "post", "noirmont", True, id="at the site"),
        pytest.param("clerk@post/noirmont", "post", "breuleux", False, id="at another site"),
        pytest.param("clerk@post", "post", "breuleux", True, id="of the whole organisation"),
        pytest.param("clerk@post", "commune", None, False, id="at another organisation"),
        pytest.param("officer@post", "post", None, False, id="another role"),
        pytest.param("clerkish@post", "post", None, False, id="a role that only begins alike"),
    ],
)
def test_has_role_means_there(held, organisation, site, expected):
    actor = Actor(Kind.CLERK, "p-1", Channel.WEB, roles=frozenset({held}))

    assert actor.has_role("clerk", organisation=organisation, site=site) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("visit:5f", True), ("browser:x", True), ("p-7d3k", False), ("visitor", False)],
)
def test_is_anonymous_without_an_account(name, expected):
    assert Actor(Kind.CITIZEN, name, Channel.WEB).is_anonymous is expected
