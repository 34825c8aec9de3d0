"""Development sign-in: one button per person of the demo's organisations."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.console.frame import checked_form, frame_of, render


async def choose(request: Request) -> Response:
    """Who may sign in."""
    people = [o for o in frame_of(request).organisations.organisation if o.person]
    return render(request, "sign_in.html", page="sign_in", path="/sign-in", organisations=people)


async def enter(request: Request) -> Response:
    """Sign in as the chosen person; a fresh session, so that an old one cannot be fixed upon her."""
    form = await checked_form(request)
    organisation = frame_of(request).organisations.org(form.get("org", ""))
    known = {p.ref: p for p in organisation.person} if organisation else {}
    person = known.get(form.get("ref", ""))
    if organisation is None or person is None:
        return RedirectResponse("/sign-in", 303)
    language = request.session.get("lang")
    request.session.clear()
    request.session.update({"org": organisation.id, "ref": person.ref, **({"lang": language} if language else {})})
    return RedirectResponse("/ops" if "ops" in person.roles else "/", 303)


async def leave(request: Request) -> Response:
    """Sign out."""
    await checked_form(request)
    request.session.clear()
    return RedirectResponse("/sign-in", 303)
