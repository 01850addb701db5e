"""Who acts, for whom, where and by which channel. Every operation takes one, every journal entry stores it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID


class Kind(StrEnum):
    CITIZEN = "citizen"
    CLERK = "clerk"
    OFFICER = "officer"
    OPERATOR = "operator"
    DEVICE = "device"
    SYSTEM = "system"


class Channel(StrEnum):
    WEB = "web"
    KIOSK = "kiosk"
    TABLET = "tablet"
    COUNTER = "counter"
    API = "api"


ANONYMOUS_PREFIXES = ("visit:", "browser:")


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, device or program at the moment it acts.

    Attributes:
        name: opaque and stable: the name of an account, `visit:<uuid>` or `browser:<random>` of
            somebody unknown, the code of a device, the name of a job.
        assurance: how well the identity is proven, 0 (unknown) to 4, after eCH-0170.
        roles: `role@organisation` or `role@organisation/site`.
    """

    kind: Kind
    name: str
    channel: Channel
    on_behalf_of: str | None = None
    visit: UUID | None = None
    device: str | None = None
    site: str | None = None
    assurance: int = 0
    roles: frozenset[str] = frozenset()

    @classmethod
    def system(cls, name: str) -> Self:
        """Return the actor for a job or command, called by its own name."""
        return cls(kind=Kind.SYSTEM, name=name, channel=Channel.API)

    @property
    def is_anonymous(self) -> bool:
        return self.name.startswith(ANONYMOUS_PREFIXES)

    def acting_as(self, kind: Kind) -> Self:
        """Return the same person in another of their functions, as the door decides."""
        return replace(self, kind=kind)

    def has_role(
        self, role: str, *, organisation: str | None = None, site: str | None = None
    ) -> bool:
        """Tell whether a role is held: anywhere, or at this organisation, or at this very site.

        A role of a whole organisation covers all of its sites.
        """
        for held in self.roles:
            name, _, place = held.partition("@")
            at_organisation, _, at_site = place.partition("/")
            if name != role or (organisation and organisation != at_organisation):
                continue
            if site is None or at_site in ("", site):
                return True
        return False
