"""Addresses of the devices' door; without a language, because machines call them."""

from django.urls import path

from visavis.doors.device_api import tickets

app_name = "device_api"
urlpatterns = [path("device/tickets", tickets.issue, name="tickets")]
