"""Closing an account: the end of the agreement, and of what the account says of somebody."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from visavis.foundation import jobs
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.people import queries, rules, second_factor
from visavis.people.models import User
from visavis.people.refusals import NotYours, StillStaff

EMPTIED = (
    *("family_name", "given_name", "email", "mobile"),
    *("street", "house_number", "postal_code", "locality"),
)
UNKNOWN = (
    *("birth_year", "birth_month", "birth_day", "commune"),
    *("email_confirmed_at", "mobile_confirmed_at"),
)


@transaction.atomic
def close_account(*, user: User, actor: Actor, now: datetime) -> None:
    """End an account: nobody signs in any more, and what it says of the person is emptied.

    Its opaque name and its number stay, so that neither is ever given to somebody else, and so do the
    terms of use that were accepted. Requests that were sent in go on and end at the office; they hold
    their own copy of what they need. What was begun and not sent in is erased by `person.closed`.

    Raises:
        NotYours: somebody else's account.
        StillStaff: an operator ends the roles first, so that no door is left without its keeper.
    """
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
    if queries.roles_of(user, now=now):
        raise StillStaff
    for field in EMPTIED:
        setattr(user, field, "")
    for field in UNKNOWN:
        setattr(user, field, None)
    user.password = make_password(None)  # one that nothing matches
    user.notify_by = rules.NotifyBy.COUNTER
    user.closed_at = now
    user.save()
    user.contact_codes.all().delete()
    user.letter_codes.all().delete()
    user.proofs.all().delete()
    user.passkeys.all().delete()
    user.provider_logins.all().delete()
    second_factor.forget(user)
    subject = f"person:{user.name}"
    journal.record(what="people.closed", subject=subject, actor=actor, now=now)
    jobs.announce("person.closed", subject=subject)
