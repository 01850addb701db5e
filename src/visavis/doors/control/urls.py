"""Addresses of the operator's door."""

from django.urls import path

from visavis.doors.control import fleet

app_name = "control"
urlpatterns = [
    path("", fleet.fleet, name="fleet"),
    path("visits/<uuid:visit_id>/stop/", fleet.stop, name="stop"),
]
