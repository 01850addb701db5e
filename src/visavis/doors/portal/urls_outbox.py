from django.urls import path

from visavis.doors.portal import outbox

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:notice_id>/enclosure/", outbox.enclosure, name="outbox_enclosure"),
]
