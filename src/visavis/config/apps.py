"""Registers what follows what, once all rooms are there."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class VisavisConfig(AppConfig):
    name = "visavis.config"
    label = "config"

    def ready(self) -> None:
        autodiscover_modules("followers")
