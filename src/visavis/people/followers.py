"""What this room does by itself: forgetting codes."""

from datetime import datetime, timedelta

from visavis.foundation.jobs import periodically
from visavis.people.models import ContactCode

CODES_KEPT = timedelta(days=30)  # long enough to answer "did you send me a code?"


@periodically("41 3 * * *")
def forget_old_codes(now: datetime) -> None:
    """Delete codes that were sent more than a month ago."""
    ContactCode.objects.filter(sent_at__lt=now - CODES_KEPT).delete()
