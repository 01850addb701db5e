"""Loading a canton's identity providers from its pack."""

from collections.abc import Sequence
from datetime import datetime

from visavis.foundation.reconciling import Changes, reconcile
from visavis.people.provider_models import IdentityProvider
from visavis.people.provider_schema import IdentityProviderEntry


def load(entries: Sequence[IdentityProviderEntry], *, now: datetime) -> Changes:
    """Bring the providers to what the pack says; one that is gone is withdrawn, its links stay."""
    wanted = [
        {
            "code": entry.code,
            "position": position,
            "definition": entry.model_dump(mode="json"),
            "withdrawn_at": None,
        }
        for position, entry in enumerate(entries)
    ]

    def withdraw(row: IdentityProvider) -> bool:
        if row.withdrawn_at is not None:
            return False
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        return True

    return reconcile(IdentityProvider.objects.all(), wanted, key=("code",), close=withdraw)
