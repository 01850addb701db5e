"""Addresses of this door; none has a language."""

from django.urls import URLPattern, path

from visavis.doors.public_api import lane_feeds, payments

app_name = "public_api"
urlpatterns: list[URLPattern] = [
    path("api/payment-provider/events", payments.payment_event, name="payment_event"),
    path("feeds/lanes/<str:token>.ics", lane_feeds.lane_feed, name="lane_feed"),
]
