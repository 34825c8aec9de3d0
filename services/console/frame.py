"""The frame of every page: who looks, in which language, and with which words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from kernel.calendar import day_of
from kernel.decide import Actor, Decider
from kernel.disclosure import Gate, Viewer
from kernel.organisations import Organisation, Organisations, PersonOfOrganisation
from kernel.pg_journal import PgJournal
from kernel.settings import Settings
from services.console.door import AtTheDoor
from services.console.texts import LANGUAGES
from services.console.words import Words

TEMPLATES = Path(__file__).parent / "templates"
SPOKEN = (
    "t", "when", "day", "family", "state", "why", "reasons", "responsible", "name_of", "name_of_org", "role", "team",
    "seconds", "by", "day_of",
)  # fmt: skip
KEEPERS = frozenset({"workshop_supervisor", "provider_client_manager"})
KEPT = ("whose", "kind", "municipality", "weeks", "day", "after")
"""What of an address stays when the language is changed."""


@dataclass(frozen=True)
class Frame:
    """What the pages share."""

    settings: Settings
    organisations: Organisations
    journal: PgJournal
    gate: Gate
    decider: Decider
    door: AtTheDoor
    form_key: bytes
    """Makes the ids of what is filled in, so that a form sent twice says it once."""


@dataclass(frozen=True)
class Visitor:
    """Who is signed in."""

    organisation: Organisation
    person: PersonOfOrganisation

    @property
    def operator(self) -> bool:
        """Operations see streams and holds, never persons' data."""
        return "ops" in self.person.roles

    @property
    def keeps_attendance(self) -> bool:
        """Whether she sees at a site who is there."""
        return bool(KEEPERS & self.person.roles)

    @property
    def actor(self) -> Actor:
        """The same person for a decision."""
        return Actor(self.organisation.id, self.person.ref, self.person.roles, self.person.name)

    def viewer(self, now: datetime) -> Viewer:
        """The same person for the gate."""
        types = self.organisation.types_at(day_of(now))
        return Viewer(self.organisation.id, types, self.person.ref, self.person.roles, "console")


def frame_of(request: Request) -> Frame:
    """The frame of the application."""
    found: Frame = request.app.state.frame
    return found


def visitor_of(request: Request) -> Visitor | None:
    """Who is signed in, if anybody."""
    organisation = frame_of(request).organisations.org(request.session.get("org", ""))
    for person in organisation.person if organisation else ():
        if organisation and person.ref == request.session.get("ref"):
            return Visitor(organisation, person)
    return None


def language_of(request: Request) -> str:
    """The language asked for, else the one remembered, else the browser's, else Finnish."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        request.session["lang"] = asked
    remembered = request.session.get("lang")
    if remembered in LANGUAGES:
        return str(remembered)
    preferred = [part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
    return next((code for code in preferred if code in LANGUAGES), "fi")


def words_of(request: Request) -> Words:
    """The words of the visitor's language."""
    return Words(language_of(request), frame_of(request).organisations, request.session.get("org", ""))


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A whole page."""
    frame, visitor = frame_of(request), visitor_of(request)
    words = words_of(request)
    request.session.setdefault("csrf", secrets.token_urlsafe(16))
    base = {
        "language": words.language,
        "languages": LANGUAGES,
        "development": frame.settings.profile == "development",
        "person": visitor.person if visitor else None,
        "operator": visitor.operator if visitor else False,
        "keeper": visitor.keeps_attendance if visitor else False,
        "organisation": visitor.organisation if visitor else None,
        "csrf": request.session["csrf"],
        "as_of": None,
        "path": "/",
        "keep": {k: v for k, v in request.query_params.items() if k in KEPT},
        **{name: getattr(words, name) for name in SPOKEN},
    }
    page = _templates().get_template(template).render({**base, **context})
    return HTMLResponse(page, status)


_made: list[Jinja2Templates] = []


def _templates() -> Any:
    if not _made:
        _made.append(Jinja2Templates(directory=TEMPLATES))
    return _made[0]


def message(request: Request, heading: str, detail: str, status: int) -> Response:
    """A page with one sentence."""
    words = words_of(request)
    return render(request, "message.html", status, heading=words.t(heading), detail=words.t(detail))


def to_sign_in() -> Response:
    """Nobody is signed in."""
    return RedirectResponse("/sign-in", 303)


async def checked_form(request: Request) -> dict[str, str]:
    """The fields of a form of ours; one that was forged elsewhere is refused (403)."""
    form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
    sent, made = (str(where.get("csrf", "")).encode(errors="replace") for where in (form, request.session))
    if not made or not secrets.compare_digest(sent, made):
        raise HTTPException(403, "this form was not made by this site")
    return form
