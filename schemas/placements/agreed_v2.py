"""A period tells how far its site is from the client's home, and whether she agreed to a long way."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.fields import Kilometres
from schemas.placements.agreed_v1 import PlacementAgreed as First


class PlacementAgreed(First):
    """The first version, the kilometres from her actual residence (None: not measured), and whether she consents to a
    site outside her commuting area (L189/2001 14§3).
    """

    meta: ClassVar[Meta] = Meta(name=First.meta.name, version=2, stated_by=First.meta.stated_by, label=First.meta.label)

    distance_km: Kilometres | None = None
    consents_to_distance: bool = False

    @classmethod
    def example(cls) -> Self:
        """The period of the first version's example, twelve kilometres from home."""
        return cls.model_validate({**dict(First.example()), "distance_km": 12})
