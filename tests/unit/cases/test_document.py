"""The document of a case: who wrote what when, and what is never lost."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from visavis.cases.document import Document, unpacked

NAMES = st.sampled_from(["kind", "name", "born", "town"])
CLIENTS = st.sampled_from(["kiosk", "phone"])
VALUES = st.one_of(st.text(max_size=8), st.booleans(), st.integers(0, 9))


@given(
    st.lists(
        st.tuples(st.dictionaries(NAMES, VALUES), st.dictionaries(NAMES, st.text(max_size=4))),
        max_size=5,
    )
)
def test_what_is_packed_comes_back(writings):
    document = Document()
    for accepted, refused in writings:
        clean = {name: value for name, value in accepted.items() if name not in refused}
        document = document.saved(clean, refused, client="kiosk")

    assert unpacked(document.packed()) == document


def test_saving_the_same_again_changes_nothing():
    document = Document().saved({"kind": "week"}, {}, client="kiosk")

    assert document.saved({"kind": "week"}, {}, client="phone") is document


class TwoDevices(RuleBasedStateMachine):
    """Two browsers save pages of one draft in any order, each on what it saw last."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self.saw = {"kiosk": 0, "phone": 0}
        self.accepted: dict[str, object] = {}
        self.writer: dict[str, str] = {}

    @rule(client=CLIENTS)
    def looks(self, client):
        self.saw[client] = self.document.revision

    @rule(client=CLIENTS, page=st.dictionaries(NAMES, VALUES, min_size=1, max_size=2))
    def saves(self, client, page):
        stale = self.document.stale(page, based_on=self.saw[client], client=client)
        if stale:
            assert all(self.writer[name] != client for name in stale)
            return
        before = self.document.answers
        self.document = self.document.saved(page, {}, client=client)
        for name, value in page.items():
            if before.get(name) != value:
                self.writer[name] = client
            self.accepted[name] = value

    @rule(client=CLIENTS, typed=st.dictionaries(NAMES, st.text(max_size=4), max_size=2))
    def keeps(self, client, typed):
        self.document = self.document.kept(typed, based_on=self.saw[client])

    @rule(client=CLIENTS, name=NAMES)
    def mistypes(self, client, name):
        if not self.document.stale({name: "?"}, based_on=self.saw[client], client=client):
            self.document = self.document.saved({}, {name: "31.2."}, client=client)
            self.accepted.pop(name, None)
            self.writer[name] = client

    @invariant()
    def no_accepted_answer_is_lost(self):
        assert dict(self.document.answers) == self.accepted

    @invariant()
    def it_can_be_stored(self):
        assert unpacked(self.document.packed()) == self.document


TestTwoDevices = TwoDevices.TestCase
