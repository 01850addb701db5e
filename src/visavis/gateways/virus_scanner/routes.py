"""Which scanner is asked: the configured one; without one the fake, and in live none."""

from django.conf import settings

from visavis.gateways.virus_scanner.client import Clamd
from visavis.gateways.virus_scanner.errors import NotConfigured
from visavis.gateways.virus_scanner.fake import Fake
from visavis.gateways.virus_scanner.types import Scanner


def is_configured() -> bool:
    """Tell whether a file has to wait for a verdict; in live only where a scanner is set."""
    return settings.WORLD != "live" or bool(settings.VIRUS_SCANNER)


def scanner() -> Scanner:
    """Return what is to be asked about files.

    Outside live this is the fake; a real scanner is asked there too where one is set, since it is
    on this machine or beside it, and tells nobody anything.

    Raises:
        NotConfigured: in live, where none is set.
    """
    if settings.VIRUS_SCANNER:
        return Clamd(settings.VIRUS_SCANNER)
    if settings.WORLD == "live":
        raise NotConfigured("set VISAVIS_VIRUS_SCANNER")
    return Fake()
