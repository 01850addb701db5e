"""What is done again and again: writing down ends that nobody was there to see."""

from datetime import datetime

from visavis.foundation.jobs import periodically
from visavis.visits import upkeep


@periodically("* * * * *")
def expire_and_forget(now: datetime) -> None:
    """End the visits whose time has run out, and forget what is no longer needed."""
    upkeep.expire(now=now)
    upkeep.forget(now=now)
