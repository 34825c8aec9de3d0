"""Somebody has become a client of a service, and these are the few facts that the rules need of her."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, SOCIAL, AgeBand, Language
from schemas.fields import Municipality


class ClientRegistered(Event):
    """A client became known to the stating organisation; no name and no identity code."""

    meta: ClassVar[Meta] = Meta(
        name="client.registered",
        stated_by=EMPLOYMENT | SOCIAL,
        label={"fi": "Asiakas kirjattu", "sv": "Klient registrerad", "en": "Client registered"},
    )

    home_municipality: Municipality
    age_band: AgeBand
    language: Language
    birth_year: Annotated[int, Field(ge=1900, le=2100)]

    @classmethod
    def example(cls) -> Self:
        """A client of Seinäjoki born in 1988."""
        return cls(home_municipality="743", age_band="25plus", language="fi", birth_year=1988)
