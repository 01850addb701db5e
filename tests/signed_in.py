"""Browsers of people who have already signed in."""

from django.conf import settings
from django.test import Client

from visavis.foundation import database
from visavis.people import second_factor
from visavis.people.models import User


def as_staff(user: User) -> Client:
    """Return a browser of a member of staff who passed the second factor just now."""
    second_factor.set_up_totp(user, second_factor.new_secret())
    browser = Client()
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": database.now().timestamp(), "type": "totp"}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return browser
