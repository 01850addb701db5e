"""What tests of many rooms need of people: a canton with terms of use, somebody registered."""

from datetime import datetime
from uuid import uuid4

from visavis.foundation.actor import Actor, Channel, Kind
from visavis.people import operations, queries, rules
from visavis.people.models import User
from visavis.places.models import Canton

PASSWORD = "sapin-doubs-lago-417"
FOUR = {"fr": "texte", "de": "Text", "it": "testo", "en": "text"}


def terms(title: str) -> dict[str, str]:
    return {language: f"# {title} {language}\n\n## 1\n\nText." for language in FOUR}


def make_canton(now: datetime, **texts: dict[str, str]) -> Canton:
    """Make the one canton, with terms of use since 2022 and any other texts."""
    canton = Canton(
        code="exemple", name=FOUR, counter_name=FOUR, claim=FOUR, languages=list(FOUR),
        default_language="fr", timezone="Europe/Zurich", contact={"hotline": "", "hours": FOUR},
        texts={"agreement-2022-02-10": terms("Terms"), **texts}, version=uuid4().hex, loaded_at=now,
    )  # fmt: skip
    canton.save()
    return canton


def bring_terms(canton: Canton, day: str) -> None:
    """Load a pack with new terms of use, in force from a day."""
    canton.texts[f"agreement-{day}"] = terms("New terms")
    canton.version = uuid4().hex
    canton.save()


def browser(name: str = "one") -> Actor:
    """Return somebody unknown at home."""
    return Actor(kind=Kind.CITIZEN, name=f"browser:{name}", channel=Channel.WEB)


def as_actor(user: User, **more: object) -> Actor:
    """Return somebody signed in at home."""
    return Actor(kind=Kind.CITIZEN, name=user.name, channel=Channel.WEB, **more)  # type: ignore[arg-type]  # as given


def new_person(contact: str = "", **said: object) -> operations.NewPerson:
    """Return what somebody says of themselves, all of it believable."""
    believable: dict[str, object] = {
        "family_name": "Exemple",
        "given_name": "Élodie",
        "birth": rules.PartialDate(1961, 4, 12),
        "contact": rules.contact_from(contact) if contact else None,
        "language": "fr",
        "password": PASSWORD,
    }
    return operations.NewPerson(**{**believable, **said})  # type: ignore[arg-type]  # as given


def register(
    now: datetime, contact: str = "", *, actor: Actor | None = None, **said: object
) -> User:
    """Register somebody; needs `make_canton`."""
    return operations.register(
        person=new_person(contact, **said),
        key=uuid4(),
        agreed_to=queries.agreement_in_force(now=now),
        actor=actor or browser(),
        now=now,
    )
