"""Which organisations have something to do with a person: without a relation nothing about her may be read."""

from __future__ import annotations

from kernel.facts import ANYBODY, Conclusion, Event, Fact
from kernel.views import Column, Rows, View

view = View(
    name="relations",
    version=1,
    key=("org", "relation"),
    columns=(Column("org", "text"), Column("relation", "text"), Column("since", "timestamptz")),
    title={"fi": "Asiakassuhteet", "sv": "Klientrelationer", "en": "Relations"},
    filters=("org",),
    route="",
)


@view.on("*")
def related(rows: Rows, fact: Fact) -> None:
    """Whoever states a fact about a person, is named by one, or is told to act, is related to her."""
    found: list[tuple[str, str]] = []
    if isinstance(fact.data, Conclusion):
        to = fact.data.facts.get("to") or {}
        found = [(to["org"], "responsible")] if to.get("org") else []
    elif isinstance(fact.data, Event):
        # Nobody makes a relation for itself: what it says of itself is no more than that it has spoken.
        named = [(org, relation) for org, relation in fact.data.related() if fact.own or org != fact.org]
        found = [*named, *([] if fact.own else [(fact.org, "stated")])]
        if fact.lane == 0 and not fact.own:
            found.append((ANYBODY, "public"))  # what organisations tell of themselves and their services
    for org, relation in found:
        if rows.get(org, relation) is None:
            rows.put(org=org, relation=relation, since=fact.time)
