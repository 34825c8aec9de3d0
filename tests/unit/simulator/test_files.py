"""What partners without a system of their own write into files is what they mean, whichever way it is read."""

from __future__ import annotations

from schemas.catalogue import catalogue
from services.gateway.dialects import csv_fi
from services.gateway.envelope import Envelope, canonical, from_json
from services.gateway.filing import Filing, Row, Sheet
from simulator.files import written
from simulator.sending import by_way
from simulator.statement import IN_FILE, Statement
from tests.unit.simulator.test_story import ORGANISATIONS, load, played

REFS = {n: f"11111111-1111-4111-8111-{n:012}" for n in range(10_000)}


def filed() -> dict[str, list[Statement]]:
    """What each of them says in a play."""
    story = played()
    found: dict[str, list[Statement]] = {}
    for said in story.statements:
        if said.org in story.setting.filing:
            found.setdefault(said.org, []).append(said)
    return found


def read(said: list[Statement]) -> list[Row]:
    """A file of them as the door reads it."""
    charset, raw = written(said, REFS)
    return csv_fi.read(raw, Filing(said[0].org, charset, "", "", catalogue(), b""))


def test_a_file_says_exactly_what_the_same_facts_would_say_as_events() -> None:
    both = set()
    for org, statements in filed().items():
        right = [s for s in statements if not s.wrong]
        for first in range(0, len(right), 400):
            part = right[first : first + 400]
            both.add(written(part, REFS)[0])
            for said, read_back in zip(part, Sheet(read(part)).items(), strict=True):
                assert isinstance(read_back, Envelope), (org, said.name, read_back)
                event = {**said.event(REFS), "data": _without_nothing(said.data)}
                assert canonical(read_back) == canonical(from_json(event)[0]), (org, said.name)
    assert both == {"utf-8", "windows-1252"}


def test_what_is_wrong_in_a_file_stays_wrong() -> None:
    wrong = [s for statements in filed().values() for s in statements if s.wrong and not s.raw]
    seen = {s.wrong for s in wrong if s.wrong in ("bad date", "unknown code", "unknown type")}

    assert seen
    assert all(row.problems for s in wrong if s.wrong in seen for row in read([s]))


def test_those_who_can_only_export_send_nothing_but_files() -> None:
    filing = load(ORGANISATIONS)
    orgs = {o.id for o in filing.orgs if o.kind.profile == "C"}
    said = [s for statements in filed().values() for s in statements]

    assert orgs >= set(filed())
    assert by_way(said, topics=True, filing=orgs)[IN_FILE] == said


def _without_nothing(data: object) -> object:
    """The same without what a row cannot tell from nothing said: empty lists and null."""
    if not isinstance(data, dict):
        return [_without_nothing(part) for part in data] if isinstance(data, (list, tuple)) else data
    return {name: _without_nothing(value) for name, value in data.items() if value not in (None, [], (), {})}
