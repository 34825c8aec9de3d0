"""Whose clients a page shows: the visitor's own, her team's, or all that her organisation has to do with."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from services.console.frame import Visitor

OWN = """SELECT c.subject FROM view.client_situation c
          WHERE c.own_worker_org = $2::text AND c.own_worker_ref = ANY($3)"""
WHOSE = ("all", "team", "mine")


def asked(request: Request, usual: str = "all") -> str:
    """What the address asks for; the usual when it asks for nothing that there is."""
    given = request.query_params.get("whose", usual)
    return given if given in WHOSE else usual


def clients_of(visitor: Visitor, whose: str) -> tuple[str, list[Any]]:
    """A condition for the gate with its two values ($2 and $3): clients whose own worker is meant."""
    me, team = visitor.person.ref, visitor.person.team
    colleagues = {p.ref for p in visitor.organisation.person if team and p.team == team} | {me}
    refs = None if whose == "all" else sorted(colleagues) if whose == "team" else [me]
    return f"($3::text[] IS NULL OR subject IN ({OWN}))", [visitor.organisation.id, refs]
