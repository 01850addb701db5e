"""Reading notices."""

from django.db.models import QuerySet

from visavis.notices.models import Notice


def newest(count: int) -> QuerySet[Notice]:
    """Return the newest notices whose content has not been emptied yet."""
    return Notice.objects.exclude(body="").order_by("-asked_at", "-id")[:count]


def about(subject: str) -> QuerySet[Notice]:
    """Return what was told about a subject, newest first."""
    return Notice.objects.filter(subject=subject).order_by("-asked_at", "-id")
