"""One message to one person."""

from django.db import models

from visavis.notices.rules import Channel, State


class Notice(models.Model):
    """A message and what became of it; its content is emptied after a month."""

    channel = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Channel])
    address = models.CharField(max_length=300)
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    subject = models.CharField(max_length=120)  # what it is about, as in the journal
    state = models.CharField(max_length=10, default=State.WAITING)
    asked_at = models.DateTimeField()
    useless_at = models.DateTimeField(null=True, blank=True)  # from then on it is not sent
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # in vain
    reason = models.CharField(max_length=120, blank=True)  # why the last try was in vain
    via = models.CharField(max_length=60, blank=True)  # the gateway that took it
    enclosure = models.CharField(max_length=120, blank=True, default="")  # name of a PDF
    once_key = models.CharField(max_length=160, unique=True, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notices_channel_is_known",
                condition=models.Q(channel__in=[channel.value for channel in Channel]),
            ),
            models.CheckConstraint(
                name="notices_only_letters_enclose",
                condition=models.Q(channel=Channel.LETTER) | models.Q(enclosure=""),
            ),
            models.CheckConstraint(
                name="notices_sent_at_comes_with_sent",
                condition=models.Q(state=State.SENT, sent_at__isnull=False)
                | (~models.Q(state=State.SENT) & models.Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(name="notices_newest_first", fields=["-asked_at"]),
            models.Index(name="notices_by_subject", fields=["subject", "-asked_at"]),
        ]

    class Privacy:
        personal = frozenset({"address", "title", "body", "subject", "once_key", "enclosure"})
        plain = frozenset(
            {
                *("id", "channel", "language", "template", "state", "asked_at", "useless_at"),
                *("sent_at", "tries", "reason", "via"),
            }
        )
