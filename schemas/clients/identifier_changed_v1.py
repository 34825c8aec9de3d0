"""A client has another identity code than before."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.fields import Id, PersonRef, ShortText


class ClientIdentifierChanged(Event):
    """The code itself is told to the vault only. Where the new code had a reference of its own, `client.merged` moves
    what was known under `old_ref`; where the reference stayed, both are the same.
    """

    meta: ClassVar[Meta] = Meta(
        name="client.identifier_changed",
        label={"fi": "Henkilötunnus vaihtunut", "sv": "Personbeteckningen ändrad", "en": "Identity code changed"},
    )

    old_ref: Id
    new_ref: Id
    reason: ShortText
    approver: PersonRef

    @classmethod
    def example(cls) -> Self:
        """A temporary code was replaced; the reference stayed."""
        return cls(
            old_ref=examples.NEW_REF,
            new_ref=examples.NEW_REF,
            reason="temporary_code_replaced",
            approver="op-virta",
        )
