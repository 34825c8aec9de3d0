"""What a site is and where."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, Content, OrgType
from schemas.fields import FEW, BusinessId, Id, Municipality


class SiteDescribed(Event):
    """A site, apart from the provider that works there and the organiser that pays; `host_org_type` is whose place
    it is, `is_registered` whether that body stands in its register (associations, foundations, communities).
    """

    meta: ClassVar[Meta] = Meta(
        name="site.described",
        stated_by=PROVIDERS | SOCIAL,
        person=False,
        label={"fi": "Toimipaikka kuvattu", "sv": "Verksamhetsställe beskrivet", "en": "Site described"},
    )

    site_id: Id
    municipality: Municipality
    host_org_type: OrgType
    provider_org: BusinessId | None = None
    is_registered: bool = True
    content: tuple[Content, ...] = FEW

    def about(self) -> tuple[object, ...]:
        """One site."""
        return ("site", self.site_id)

    @classmethod
    def example(cls) -> Self:
        """A workshop in Seinäjoki."""
        return cls(
            site_id=examples.SITE,
            municipality="743",
            host_org_type="association",
            provider_org=examples.WORKSHOP,
            content=("life_management", "work"),
        )
