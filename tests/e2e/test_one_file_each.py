"""A type of fact, a view and a rule, each added as one file, and what happens while one of these files is wrong.

The tests of this file share one instance that runs a copy of the code, and their order counts.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.instance import Instance, example, post, wait_for

COUNTY, WORKSHOP = "9000003-8", "9000012-6"
SOURCE = f"urn:polku:{WORKSHOP}:attendance"
CODES = ("010594Y9032", "020594X903P", "010516B903X")
SPOILT = 7
SECONDS = count()
"""Facts are folded in the order of their times."""
FILES = {
    "schemas/moods/__init__.py": "",
    "schemas/moods/told_v1.py": '''
        """The client told how she is."""

        from __future__ import annotations

        from datetime import date
        from typing import Annotated, ClassVar, Self

        from pydantic import Field

        from kernel.facts import Event, Meta
        from schemas.codes import PROVIDERS
        from schemas.fields import Day


        class MoodTold(Event):
            """Her own number for a day, 0 to 10."""

            meta: ClassVar[Meta] = Meta(name="mood.told", stated_by=PROVIDERS, label={"fi": "Vointi kerrottu"})

            on: Day
            score: Annotated[int, Field(ge=0, le=10)]

            @classmethod
            def example(cls) -> Self:
                """A good day."""
                return cls(on=date(2025, 3, 3), score=8)
        ''',
    "services/placements/views/mood_diary.py": '''
        """How she was, day by day, in her own numbers."""

        from __future__ import annotations

        from kernel.facts import Fact
        from kernel.views import Column, Rows, View
        from schemas.moods.told_v1 import MoodTold

        view = View(
            name="mood_diary",
            version=1,
            key=("on",),
            columns=(Column("on", "date"), Column("score", "integer"), Column("nth", "integer")),
            title={"fi": "Vointipäiväkirja", "sv": "Dagbok", "en": "Mood diary"},
            filters=("on",),
        )


        @view.on(MoodTold)
        def told(rows: Rows, fact: Fact) -> None:
            """Her number, and how many she had told by then."""
            if fact.data.score == SPOILT:
                raise ArithmeticError(f"{fact.data.score} is not foreseen")
            rows.put(on=fact.data.on, score=fact.data.score, nth=len(rows) + 1)
        ''',
    "services/placements/rules/first_day.py": '''
        """On the first day of a placement somebody should say welcome (R-NEW-1)."""

        from __future__ import annotations

        from collections.abc import Iterator

        from kernel.rules import Finding, Params, Resolved, Rule
        from services.placements.state import State


        class WelcomeParams(Params):
            """Nothing to set."""


        def find(state: State, params: Resolved[WelcomeParams]) -> Iterator[Finding]:
            """Each placement from its first day on."""
            for placement in state.placements.values():
                if placement.started_on is not None:
                    facts = {"placement_id": placement.id}
                    chosen = params.on(placement.started_on, site=placement.site)
                    yield Finding(placement.id, placement.started_on, None, facts, chosen)


        rule = Rule(
            id="R-NEW-1",
            version=1,
            name="welcome.due",
            params=WelcomeParams(),
            find=find,
            listens=frozenset({"placement.started"}),
        )
        ''',
}
FAULTY = FILES["services/placements/views/mood_diary.py"].replace("SPOILT", str(SPOILT))
MENDED = FAULTY.replace(f"== {SPOILT}", "== 11")


@dataclass
class Town:
    """The instance with the files added, two partners, and some persons."""

    instance: Instance
    county: httpx.Client
    workshop: httpx.Client
    persons: list[str]

    def tell(self, person: str, name: str, **data: Any) -> None:
        """The workshop states a fact about a person."""
        event = example(self.workshop, f"fi.polku.{name}.v1", person, **data)
        event |= {"source": SOURCE, "time": f"2026-03-01T20:00:{next(SECONDS):02}Z"}
        answer = post(self.workshop, event)
        assert answer.status_code == 202, answer.text

    def mood(self, person: str, score: int, nth: int = 0) -> None:
        """She told her number on the nth day of February."""
        day = date(2026, 2, 1) + timedelta(days=nth)
        self.tell(person, "mood.told", on=day.isoformat(), score=score)

    def diary(self, person: str) -> list[tuple[int, int]]:
        """(nth, score) as the county reads it at the new address."""
        answer = self.county.get("/v1/mood-diary", params={"client_ref": person})
        assert answer.status_code == 200, answer.text
        return sorted((row["nth"], row["score"]) for row in answer.json()["items"])

    def holds(self) -> int:
        """Persons who wait in the processor whose file was added."""
        return next(int(s["holds"]) for s in self.instance.status()["streams"] if s["stream"] == "placements")


def write(tree: Path, name: str, text: str) -> None:
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text(dedent(text).lstrip())


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Not under pytest's own directory: another pytest that starts closes that to the database's user."""
    with tempfile.TemporaryDirectory(prefix="polku-", ignore_cleanup_errors=True) as home:
        yield Path(home)


@pytest.fixture(scope="module")
def town(place: Path) -> Iterator[Town]:
    tree = Instance.copy_of_the_code(place)
    for name, text in FILES.items():
        write(tree, name, FAULTY if text.count("SPOILT") else text)
    instance = Instance(place, carrier="journal", tree=tree)
    try:
        instance.up()
        county, workshop = instance.client(COUNTY), instance.client(WORKSHOP)
        made = Town(instance, county, workshop, [instance.resolve(COUNTY, c) for c in CODES])
        for person in made.persons:
            event = example(county, "fi.polku.client.registered.v1", person, home_municipality="743")
            event |= {"source": f"urn:polku:{COUNTY}:client-register", "time": "2026-03-01T20:00:00Z"}
            assert post(county, event).status_code == 202
        yield made
    finally:
        instance.down()


def test_a_new_type_a_new_view_and_a_new_rule_are_three_files_and_nothing_else(town: Town) -> None:
    person, placement = town.persons[0], str(uuid4())
    town.mood(person, 3)
    town.tell(person, "placement.started", placement_id=placement, started_on="2026-03-01")

    assert wait_for(lambda: town.diary(person), 60, "the new view stayed empty") == [(1, 3)]
    told = wait_for(lambda: [t for t in timeline(town, person) if "welcome" in t], 60, "the new rule said nothing")
    assert told == ["fi.polku.welcome.due.v1"]
    assert any(e["type"] == "fi.polku.mood.told.v1" for e in town.county.get("/schemas/").json())
    assert "/v1/mood-diary" in town.county.get("/openapi.json").json()["paths"]


def test_the_new_type_is_checked_at_the_door_like_any_other(town: Town) -> None:
    event = example(town.workshop, "fi.polku.mood.told.v1", town.persons[0], score=11)
    event |= {"source": SOURCE, "time": "2026-03-01T20:00:00Z"}

    answer = post(town.workshop, event)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/data/score")


def test_a_fact_that_a_file_cannot_apply_stops_its_person_and_nobody_else(town: Town) -> None:
    _, held, other = town.persons
    town.mood(held, 5, 0)
    wait_for(lambda: town.diary(held), 60, "her first number did not come")
    town.mood(held, SPOILT, 1)
    town.mood(held, 2, 2)
    for nth in range(3):
        town.mood(other, nth, nth)

    wait_for(lambda: len(town.diary(other)) == 3, 60, "somebody else had to wait")
    town.instance.settled()

    assert town.holds() == 1
    assert town.diary(held) == [(1, 5)], "what came after her fact was applied before it"
    assert town.instance.verify()["differing"] == 0


def test_with_the_file_mended_and_the_worker_killed_she_gets_all_of_hers_in_order(town: Town) -> None:
    held = town.persons[1]
    write(town.instance.tree, "services/placements/views/mood_diary.py", MENDED)
    killed = town.instance.signal("placements", signal.SIGKILL)

    wait_for(lambda: town.diary(held) == [(1, 5), (2, SPOILT), (3, 2)], 60, "she still waits")

    assert town.instance.process("placements") != killed
    assert town.holds() == 0
    town.instance.settled()
    report = town.instance.verify()
    assert (report["differing"], report["lost"], report["held"]) == (0, 0, [])


def timeline(town: Town, person: str) -> list[str]:
    """Types of what stands about a person."""
    answer = town.county.get(f"/v1/clients/{person}/timeline")
    return [t["type"] for t in answer.json()["items"]] if answer.status_code == 200 else []
