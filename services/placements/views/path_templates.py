"""Pathways as ordered steps, such as from work activity to employment in the same place (survey, row 86)."""

from __future__ import annotations

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.paths.template_set_v1 import PathTemplateSet

view = View(
    name="path_templates",
    version=1,
    key=("template_id",),
    columns=(
        Column("template_id", "uuid"),
        Column("steps", "text[]"),
        Column("same_place", "boolean"),
        Column("valid_from", "date"),
        Column("told_by", "text"),
    ),
    title={"fi": "Polkumallit", "sv": "Stigmallar", "en": "Path templates"},
    filters=("same_place", "told_by", "steps"),
    person=False,
)


@view.on(PathTemplateSet)
def template(rows: Rows, fact: Fact) -> None:
    """The newest word about a template counts; which of its steps a client has taken stands on her own path."""
    said: PathTemplateSet = fact.data
    rows.put(
        template_id=said.template_id,
        steps=list(said.steps),
        same_place=said.same_place,
        valid_from=said.valid_from,
        told_by=fact.org,
    )
