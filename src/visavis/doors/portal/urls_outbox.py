from django.urls import path

from visavis.doors.portal import outbox

urlpatterns = [path("outbox/", outbox.outbox, name="outbox")]
