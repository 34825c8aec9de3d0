"""A referral tells by which way it came."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Meta
from schemas.codes import Channel
from schemas.fields import Id
from schemas.referrals.submitted_v1 import ReferralSubmitted as First


class ReferralSubmitted(First):
    """The first version, the channel (a registry clerk, a low-threshold service and the client count too) and the
    multi-sector plan from which it comes.
    """

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name,
        version=2,
        stated_by=First.meta.stated_by,
        data_class=First.meta.data_class,
        label=First.meta.label,
    )

    channel: Channel = "interface"
    plan_id: Id | None = None

    @classmethod
    def example(cls) -> Self:
        """The referral of the first version's example, entered by a registry clerk."""
        return cls.model_validate({**dict(First.example()), "channel": "registry_office"})
