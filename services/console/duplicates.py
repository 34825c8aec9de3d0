"""Work that seems to be done twice: which two, who might lead, and what people decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.decide import Decision, NotAllowed, NotThere
from kernel.discover import units
from kernel.pg_errors import translated
from schemas.labels.lookup import LABELS, label
from services.console.frame import Visitor, checked_form, frame_of, render, to_sign_in, visitor_of, words_of
from services.console.inbox import view_named
from services.console.texts import TEXTS
from services.console.whose import WHOSE, asked, clients_of
from services.console.words import Words

Row = Mapping[str, Any]
SHOWN, SETTLED_SHOWN = 300, 20
FIELDS = ("reason", "action", "kept_item")
GROUPS = {"to_decide": ("suspected",), "to_resolve": ("confirmed",), "settled": ("dismissed", "resolved", "withdrawn")}
ORDER = "(severity = 'high') DESC, since DESC, duplicate_id"


async def duplicates(request: Request) -> Response:
    """What waits for a decision, what is confirmed and goes on, and what was settled lately."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    if visitor.operator:
        return RedirectResponse("/ops", 303)
    whose, frame, words = asked(request), frame_of(request), words_of(request)
    groups = {}
    with translated():
        now = await frame.journal.now()
        for name, states in GROUPS.items():
            order, most = ("settled_at DESC", SETTLED_SHOWN) if name == "settled" else (ORDER, SHOWN)
            groups[name] = [_told(words, r) for r in await _rows(request, visitor, whose, states, order, most)]
    return render(
        request,
        "duplicates.html",
        page="duplicates",
        path=request.url.path,
        whose=WHOSE,
        chosen_whose=whose,
        groups=groups,
        as_of=now,
    )


async def duplicate(request: Request, problem: str = "", status: int = 200) -> Response:
    """One suspicion; what is not yours looks as if it were not there."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    found, words = await _one(request, visitor), words_of(request)
    return render(
        request,
        "duplicate.html",
        status,
        page="duplicates",
        path=f"/duplicates/{found['duplicate_id']}",
        d=_told(words, found),
        pieces=found.get("items") or (),
        reasons_against=_labels(words, "DismissReason"),
        actions=_labels(words, "ResolveAction"),
        problem=problem,
        as_of=await frame_of(request).journal.now(),
    )


async def back(request: Request) -> Response:
    """An action's address opened by hand: the suspicion itself."""
    return RedirectResponse(f"/duplicates/{request.path_params['duplicate_id']}", 303)


async def act(request: Request) -> Response:
    """Confirm, dismiss or resolve; what may not be done any more is told on the page as it stands now."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    form, words = await checked_form(request), words_of(request)
    found = await _one(request, visitor)
    decision = _decision(f"duplicate.{request.path_params['action']}")
    given = {k: form[k] for k in FIELDS if form.get(k) and k in decision.command.model_fields}
    try:
        command = decision.command.model_validate({"duplicate_id": str(found["duplicate_id"]), **given})
        await frame_of(request).decider.run(decision, str(found["client_ref"]), command, visitor.actor)
    except NotAllowed as refused:
        key = f"no_{refused.code}"
        reason = words.t(key) if key in TEXTS else refused.detail
        return await duplicate(request, f"{words.t('not_allowed')}: {reason}", 409)
    except ValidationError as wrong:
        names = sorted({str(e["loc"][0]) for e in wrong.errors(include_input=False)})
        told = ", ".join(words.t(key) if (key := f"f_{name}") in TEXTS else name for name in names)
        return await duplicate(request, f"{words.t('wrong_field')}: {told}", 422)
    return RedirectResponse(f"/duplicates/{found['duplicate_id']}", 303)


def _decision(name: str) -> Decision[Any]:
    found = [d for d in units("services.referrals.decisions", Decision) if d.name == name]
    if not found:
        raise NotThere(name)
    return found[0]


async def _rows(
    request: Request, visitor: Visitor, whose: str, states: Sequence[str], order: str, most: int
) -> Sequence[Row]:
    frame = frame_of(request)
    where, values = clients_of(visitor, whose)
    viewer = visitor.viewer(await frame.journal.now())
    return await frame.gate.read(
        viewer, view_named("duplicates"), f"{where} AND state = ANY($4)", [*values, list(states)], order, most
    )


async def _one(request: Request, visitor: Visitor) -> Row:
    frame = frame_of(request)
    with translated():
        viewer = visitor.viewer(await frame.journal.now())
        rows = await frame.gate.read(
            viewer, view_named("duplicates"), "duplicate_id = $2", [request.path_params["duplicate_id"]]
        )
    if visitor.operator or not rows:
        raise NotThere("duplicate")
    return rows[0]


def _told(words: Words, row: Row) -> dict[str, Any]:
    """The row with its sentence and with words for codes; of one whose pieces are hidden no more is told."""
    facts = {**(row.get("facts") or {}), "items": row.get("items") or []}
    why = [{"rule": row["rule"], "key": row["pair"], "facts": facts}]
    sentence = words.why({"family": "duplicate", "why": why}) if "items" in row else words.t("d_elsewhere")
    state, how = str(row["state"]), {"dismissed": ("DismissReason", "reason"), "resolved": ("ResolveAction", "action")}
    code_list, column = how.get(state, ("", ""))
    return {
        **row,
        "sentence": sentence,
        "stands": words.t(f"d_{state}"),
        "settled_by": label(code_list, str(row[column]), words.language) if column and row.get(column) else "",
    }


def _labels(words: Words, code_list: str) -> list[tuple[str, str]]:
    return [(code, label(code_list, code, words.language)) for code in LABELS[code_list]]
