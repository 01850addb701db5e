"""Addresses of this door."""

from django.urls import URLPattern

app_name = "device_api"
urlpatterns: list[URLPattern] = []
