"""A travel policy tells the month's ceiling, the kind of ticket, and whether receipts are asked for."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.fields import Cents, ShortText
from schemas.travel.policy_set_v1 import TravelPolicySet as First


class TravelPolicySet(First):
    """The first version (`cents` is the most for one day), the most for a month, the ticket and the receipts."""

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name, version=2, stated_by=First.meta.stated_by, person=False, label=First.meta.label
    )

    cents_per_month: Cents | None = None
    ticket_type: ShortText | None = None
    receipts_required: bool | None = None

    @classmethod
    def example(cls) -> Self:
        """The policy of the first version's example, a monthly ticket without receipts."""
        more = {"cents_per_month": 9000, "ticket_type": "monthly ticket", "receipts_required": False}
        return cls.model_validate({**dict(First.example()), **more})
