"""What this room does by itself: forgetting codes and errands."""

from datetime import datetime, timedelta

from visavis.foundation.jobs import periodically
from visavis.people.models import ContactCode
from visavis.people.passkey_models import PasskeyChallenge
from visavis.people.provider_models import Errand

CODES_KEPT = timedelta(days=30)  # long enough to answer "did you send me a code?"
ERRANDS_KEPT = timedelta(days=1)


@periodically("41 3 * * *")
def forget_old_codes(now: datetime) -> None:
    """Delete codes that were sent more than a month ago."""
    ContactCode.objects.filter(sent_at__lt=now - CODES_KEPT).delete()


@periodically("43 3 * * *")
def forget_old_challenges(now: datetime) -> None:
    """Delete the challenges that no passkey has answered in time."""
    PasskeyChallenge.objects.filter(expires_at__lte=now).delete()


@periodically("45 3 * * *")
def forget_old_errands(now: datetime) -> None:
    """Delete trips to identity providers that ended a day ago."""
    Errand.objects.filter(expires_at__lt=now - ERRANDS_KEPT).delete()
