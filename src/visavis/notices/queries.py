"""Reading notices."""

from django.db.models import QuerySet

from visavis.notices.models import Notice
from visavis.notices.rules import State


def newest(count: int) -> QuerySet[Notice]:
    """Return the newest notices whose content has not been emptied yet."""
    return Notice.objects.exclude(body="").order_by("-asked_at", "-id")[:count]


def enclosure_of(notice_id: int) -> str:
    """Return the name of what goes into a letter's envelope; empty for none, or no such letter."""
    names = Notice.objects.filter(pk=notice_id).values_list("enclosure", flat=True)
    return names.first() or ""


def failed() -> QuerySet[Notice]:
    """Return what could not be delivered and still has its content, newest first."""
    return Notice.objects.filter(state=State.FAILED).exclude(body="").order_by("-asked_at", "-id")


def about(*subjects: str) -> QuerySet[Notice]:
    """Return what was told about any of these subjects, newest first."""
    return Notice.objects.filter(subject__in=subjects).order_by("-asked_at", "-id")
