"""Two refs turned out to be one person."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id, PersonRef, ShortText


class ClientMerged(Event):
    """From here on `new_ref` stands for the person; both refs' facts are hers."""

    meta: ClassVar[Meta] = Meta(
        name="client.merged",
        label={"fi": "Asiakkuudet yhdistetty", "sv": "Klienter sammanslagna", "en": "Clients merged"},
    )

    old_ref: Id
    new_ref: Id
    reason: ShortText
    approver: PersonRef

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.old_ref == self.new_ref:
            raise ValueError("old_ref and new_ref are the same")
        return self

    @classmethod
    def example(cls) -> Self:
        """The same person under a temporary and a real identity code."""
        return cls(
            old_ref=examples.OLD_REF, new_ref=examples.NEW_REF, reason="identity_code_changed", approver="op-virta"
        )
