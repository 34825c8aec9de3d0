"""The play is planned beforehand: same seed, same facts, and each right one is one that its partner may state."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from kernel.discover import events
from kernel.organisations import load as load_organisations
from services.gateway.admit import OPERATED
from services.gateway.identity import IdentityCode
from simulator.mistakes import MISTAKES
from simulator.region import load
from simulator.statement import at
from simulator.story import Story, tell

ORGANISATIONS = Path(__file__).parents[3] / "deploy" / "organisations.toml"
START = date(2026, 8, 3)


@cache
def played(seed: int = 7, weeks: int = 8, clients: int = 3) -> Story:
    return tell(load(ORGANISATIONS), seed, START, weeks, clients)


def test_the_same_seed_tells_the_same_facts() -> None:
    again = tell(load(ORGANISATIONS), 7, START, 8, 3)

    assert again.statements == played().statements
    assert again.codes == played().codes


def test_another_seed_tells_of_other_people() -> None:
    assert not set(played().codes) & set(played(seed=8, weeks=2, clients=1).codes)


def test_identity_codes_are_valid_and_nobodys() -> None:
    for code in played().codes:
        assert IdentityCode.parse(code, allow_test=True)
        assert 900 <= int(code[7:10]) <= 999


def test_each_right_statement_is_well_formed_and_its_partners_to_say() -> None:
    known, organisations = events("schemas"), load_organisations(ORGANISATIONS)
    refs = {n: "3f0e4d55-9f6b-4a3a-8e0c-1d116f1d0a52" for n in range(len(played().codes))}
    for statement in played().statements:
        if not statement.wrong:
            cls = known[statement.type]
            cls.model_validate_json(json.dumps(statement.event(refs)["data"]))
            may = organisations.org_type_for(statement.org, statement.sent, cls.meta.stated_by)
            assert may or (cls.meta.name in OPERATED and statement.org == organisations.operator), statement
            organisation = organisations.org(statement.org)
            assert organisation and statement.source.split(":")[2:] in [
                [statement.org, s] for s in organisation.systems
            ]
            assert cls.meta.person in (None, statement.person is not None)


def test_over_a_change_of_organisations_everything_is_said_by_those_who_are_there_on_the_day() -> None:
    organisations = load_organisations(ORGANISATIONS)
    story = tell(load(ORGANISATIONS), 1, date(2024, 11, 4), 16, 3)
    said = [s for s in story.statements if not s.wrong and s.name != "org.deactivated"]

    assert [s for s in said if not organisations.types_at(s.org, s.sent)] == []
    assert {s.org for s in said if s.name == "plan.reviewed"} > {"9000007-0", "9000004-6"}


def test_nothing_is_said_before_it_happened() -> None:
    for statement in played().statements:
        if not statement.wrong:
            assert statement.time <= at(statement.sent, 15 * 60), statement
            assert statement.recorded_at <= at(statement.sent, 15 * 60), statement


def test_every_id_is_used_once_except_where_something_is_sent_again_or_wrongly() -> None:
    first = [s for s in played().statements if not s.twice and not s.wrong]

    assert max(Counter((s.source, s.id) for s in first).values()) == 1


def test_what_is_sent_again_is_the_same_to_the_byte() -> None:
    refs = {n: str(n) for n in range(len(played().codes))}
    first = {(s.source, s.id): s.body(refs) for s in played().statements if not s.twice and not s.wrong}
    again = [s for s in played().statements if s.twice]

    assert again
    assert all(first[s.source, s.id] == s.body(refs) for s in again)


def test_every_kind_of_mistake_is_made_and_none_by_chance_right() -> None:
    wrong = [s for s in played().statements if s.wrong]

    assert set(MISTAKES) <= {s.wrong for s in wrong}
    known = events("schemas")
    for statement in wrong:
        if statement.wrong in ("bad date", "unknown code"):
            data = json.dumps(statement.data)
            try:
                known[statement.type].model_validate_json(data)
            except ValidationError:
                continue
            raise AssertionError(statement.wrong)


def test_the_stories_that_every_play_must_hold_are_in_it() -> None:
    planted = played().planted.counts

    for kind in ("hero", "withdrawn", "sliding", "gone", "year", "two_referrers", "sent_twice", "wrong_person"):
        assert planted.get(kind), kind


def test_a_retraction_names_a_fact_that_was_stated_before_it() -> None:
    said = {s.id: s for s in played().statements}
    retracted = [s for s in played().statements if s.name == "fact.retracted" and not s.twice]

    assert retracted
    for statement in retracted:
        assert said[str(statement.data["id"])].sent <= statement.sent


def test_a_correction_comes_after_what_it_corrects() -> None:
    said = {s.id: s for s in played().statements if not s.wrong}
    for statement in played().statements:
        if statement.corrects:
            assert said[statement.corrects].sent <= statement.sent


def test_an_instant_is_right_over_the_change_of_the_clock() -> None:
    assert at(date(2026, 10, 24), 9 * 60) == datetime(2026, 10, 24, 6, tzinfo=UTC)
    assert at(date(2026, 10, 26), 9 * 60) == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_a_short_play_needs_no_more_than_its_weeks() -> None:
    days = {s.sent for s in played(weeks=1, clients=2).statements}

    assert min(days) == START
    assert max(days) <= date(2026, 8, 9)


def test_a_batch_and_a_single_fact_go_over_the_wire_alike() -> None:
    statement = next(s for s in played().statements if s.person is not None and not s.wrong)
    refs = {statement.person or 0: "3f0e4d55-9f6b-4a3a-8e0c-1d116f1d0a52"}

    assert json.loads(statement.body(refs)) == statement.event(refs)
    assert "subject" not in replace(statement, over={"subject": None}).event(refs)
