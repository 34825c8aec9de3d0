"""Files of old systems at the door: the same checks as any batch, and a report for each row that repeats nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from time import process_time
from typing import Any

import httpx
import pytest

from kernel.discover import events
from kernel.errors import Problem, Refused
from kernel.processor import every_rule
from schemas.catalogue import example_data, example_event
from services.gateway.app import build
from services.gateway.dialects import columns, csv_fi, names
from services.gateway.filing import Filing, few
from services.gateway.inspection import Item
from tests.unit.gateway.house import KNOWN, NOW, House
from tests.unit.gateway.memory import Lapsed
from tests.unit.gateway.test_every_type import ORGANISATIONS, TYPES

ATTENDANCE = "attendance.day_recorded"
WORKSHOP = str(example_event(TYPES[f"fi.polku.{ATTENDANCE}.v1"])["source"]).split(":")[2]
PLACEMENT = "6f2b1c74-5a0e-4d1b-8f3a-0c9d7e5b4a21"
HEADER = "Asiakasviite;Jakso;Pvm;Läsnäolo;Poissaolon syy;Ilmoitettu;Läsnä minuutteja"
GOOD = f"{KNOWN};{PLACEMENT};27.2.2026;Poissa;Oma sairaus;kyllä;0"
CODE = "010594Y9032"


@pytest.fixture(scope="module")
def built() -> House:
    made = House()
    rules = {r.id: r for r in every_rule()}
    book = replace(made.parts.rulebook, events=events("schemas"), organisations=ORGANISATIONS, rules=rules)
    made.parts.access.organisations = ORGANISATIONS
    lapsed = Lapsed(made.store.facts, book.events)
    made.parts = replace(made.parts, rulebook=book, row_key=b"k", lapsed=lapsed)
    made.app = build(made.parts)
    return made


@pytest.fixture
def house(built: House) -> House:
    for kept in (built.store.stored, built.store.heads, built.store.facts):
        kept.clear()
    return built


async def send(house: House, text: str | bytes, charset: str = "; charset=utf-8", **headers: str) -> httpx.Response:
    raw = text.encode() if isinstance(text, str) else text
    sent = {"polku-type": ATTENDANCE, **headers}
    return await house.post(raw, WORKSHOP, content_type=f"text/csv{charset}", **{k: v for k, v in sent.items() if v})


def report(answer: httpx.Response) -> list[tuple[int, str, str, str]]:
    """Row, outcome, and column and code of the first problem."""
    body = answer.json()
    told = body if isinstance(body, list) else body["items"]
    first = [(item.get("errors") or [{"column": "", "code": ""}])[0] for item in told]
    return [(i["row"], i["outcome"], e["column"], e["code"]) for i, e in zip(told, first, strict=True)]


async def test_a_file_becomes_facts_under_the_organisations_own_source(house: House) -> None:
    answer = await send(house, f"{HEADER}\r\n{GOOD}\r\n;;;;;;\r\n{GOOD.replace('27.2.', '26.02.')}\r\n")

    assert answer.status_code == 202, answer.text
    assert report(answer) == [(2, "accepted", "", ""), (4, "accepted", "", "")]
    fact = house.store.facts[0]
    assert (fact.type, fact.source, fact.subject) == (f"fi.polku.{ATTENDANCE}.v1", f"urn:polku:{WORKSHOP}:file", KNOWN)
    assert fact.time == datetime.fromisoformat("2026-02-27T00:00:00+02:00")
    said = '"minutes_present":0,"notified_by_client":true,"placement_id":"%s","reason":"own_illness","status":"absent"'
    assert fact.data.decode() == '{"date":"2026-02-27",' + said % PLACEMENT + "}"


async def test_the_same_file_again_adds_nothing_and_a_changed_row_is_a_fact_of_its_own(house: House) -> None:
    first = await send(house, f"{HEADER}\n{GOOD}\n")
    again = await send(
        house, f"{HEADER}\n{GOOD}\n{GOOD.replace('Oma sairaus', 'Muu palvelu')}\n", prefer="handling=lenient"
    )

    assert report(again) == [(2, "superseded", "", ""), (3, "accepted", "", "")]
    assert "Kirjattu" in again.json()[0]["detail"]
    assert again.json()[0]["receipt"]["id"] == first.json()[0]["id"]
    assert again.json()[0]["id"] != again.json()[1]["id"]
    assert len(house.store.facts) == 2


async def test_the_id_of_a_row_cannot_be_guessed_without_the_key(house: House) -> None:
    first = await send(house, f"{HEADER}\n{GOOD}\n")
    raw = f"{HEADER}\n{GOOD}\n".encode()
    filing = Filing(WORKSHOP, "", f"urn:polku:{WORKSHOP}:file", ATTENDANCE, events("schemas"), b"k")
    (same,), (other,) = csv_fi.read(raw, filing), csv_fi.read(raw, replace(filing, key=b"another"))

    assert same.event["id"] == first.json()[0]["id"] != other.event["id"]


async def test_good_rows_are_kept_beside_bad_ones_only_when_asked_for(house: House) -> None:
    text = f"{HEADER}\n{GOOD}\n{GOOD.replace('27.2.2026', '30.2.2026')}\n"
    strict = await send(house, text)

    assert (strict.status_code, house.store.facts) == (422, [])
    assert report(strict) == [(2, "not_stored", "", ""), (3, "refused", "Pvm", "day")]

    lenient = await send(house, text, prefer="handling=lenient")

    assert (lenient.status_code, len(house.store.facts)) == (207, 1)
    assert report(lenient) == [(2, "accepted", "", ""), (3, "refused", "Pvm", "day")]


async def test_each_fault_of_a_row_names_row_column_and_rule_and_repeats_nothing(house: House) -> None:
    wrong = {
        GOOD.replace("27.2.2026", "2.27.2026"): ("Pvm", "day"),
        GOOD.replace("27.2.2026", "27.2.2027"): ("Pvm", "in_the_future"),
        GOOD.replace("Poissa;", "Jossain;"): ("Läsnäolo", "unknown_word"),
        GOOD.replace("Poissa;", ";"): ("Läsnäolo", "missing"),
        GOOD.replace("kyllä", "ehkä"): ("Ilmoitettu", "yes_or_no"),
        GOOD[:-1] + "7,5": ("Läsnä minuutteja", "number"),
        GOOD[:-1] + "7.0": ("Läsnä minuutteja", "number"),
        GOOD[:-1] + "1441": ("Läsnä minuutteja", "less_than_equal"),
        GOOD.replace("Oma sairaus", "=cmd|' /C calc'!A0"): ("Poissaolon syy", "formula"),
        GOOD.replace("Oma sairaus", "-cmd"): ("Poissaolon syy", "formula"),
        GOOD.replace("Oma sairaus", "oma\0sairaus"): ("Poissaolon syy", "control"),
        GOOD.replace("Oma sairaus", '"oma\nsairaus"'): ("Poissaolon syy", "line_break"),
        GOOD.replace("Oma sairaus", "x" * 1_025): ("Poissaolon syy", "too_long"),
        GOOD.replace("Oma sairaus", CODE): ("Poissaolon syy", "identity_code"),
        GOOD.replace(KNOWN, CODE): ("Asiakasviite", "subject_form"),
        GOOD.replace(KNOWN, "99999999-9999-4999-8999-999999999999"): ("Asiakasviite", "unknown_subject"),
        GOOD.replace(PLACEMENT, CODE): ("Jakso", "identity_code"),
        GOOD + ";": ("", "too_many_cells"),
        GOOD.rpartition(";")[0]: ("", "too_few_cells"),
    }  # fmt: skip
    answer = await send(house, "\n".join([HEADER, *wrong]), prefer="handling=lenient")

    assert answer.status_code == 207, answer.text
    assert [(column, code) for _, _, column, code in report(answer)] == list(wrong.values())
    assert [row for row, _, _, _ in report(answer)] == list(range(2, 2 + len(wrong)))
    assert house.store.facts == []
    assert not any(said in answer.text for said in (CODE, "calc", "Jossain", "ehkä", "1441"))


async def test_a_file_that_cannot_be_read_is_refused_whole_with_the_row(house: House) -> None:
    whole: list[tuple[str | bytes, str, int, int, str, str]] = [
        ("", "", 400, 1, "", "empty"),
        ("\ufeff", "", 400, 1, "", "empty"),
        (f"{HEADER}\n{GOOD}\n".encode("cp1252"), "", 400, 1, "", "encoding"),
        (f"{HEADER}\n{GOOD}\n".encode("utf-16"), "", 400, 1, "", "encoding"),
        (f"{HEADER}\n{GOOD}\n".encode("cp1252") + b"\x81", "; charset=windows-1252", 400, 3, "", "encoding"),
        (f'{HEADER}\n{GOOD}\n"{GOOD}\n', "", 400, 3, "", "quotes"),
        (f'{HEADER}\n"{KNOWN}"x;\n', "", 400, 2, "", "quotes"),
        (f"{HEADER}\n{'x' * 200_000}\n", "", 400, 2, "", "too_long"),
        (f"{HEADER}\n{';'.join(['x' * 1_000] * 20)}\n", "", 400, 2, "", "too_long"),
        (HEADER.replace(";", ","), "", 422, 1, "A", "unknown_column"),
        (f"{HEADER};Henkilötunnus\n", "", 422, 1, "H", "unknown_column"),
        (f"{HEADER};{CODE}\n", "", 422, 1, "H", "unknown_column"),
        (f"{HEADER};\n", "", 422, 1, "H", "no_name"),
        (f"{HEADER};pvm\n", "", 422, 1, "pvm", "column_twice"),
        (HEADER.replace("Läsnäolo;", ""), "", 422, 1, "Tila", "missing_column"),
        (HEADER.replace("Asiakasviite;", ""), "", 422, 1, "Asiakasviite", "missing_column"),
    ]
    for text, charset, status, row, column, code in whole:
        answer = await send(house, text, charset)
        told = answer.json()["rows"][0]
        assert (answer.status_code, told["row"], told["column"], told["code"]) == (status, row, column, code), text[:80]
        assert CODE not in answer.text
    assert house.store.facts == []


async def test_windows_1252_and_a_byte_order_mark_are_taken(house: House) -> None:
    old = await send(house, f"{HEADER}\n{GOOD}\n".encode("cp1252"), "; charset=windows-1252")
    marked = await send(house, b"\xef\xbb\xbf" + f"{HEADER}\n{GOOD}\n".encode(), "")

    assert [report(old), report(marked)] == [[(2, "accepted", "", "")], [(2, "duplicate", "", "")]]
    for charset in ("charset=utf-16", "charset =utf-16", "charset= utf-16", "charset=utf-8; charset=windows-1252"):
        assert (await send(house, HEADER, f"; {charset}")).status_code == 415, charset
    spaced = await send(house, f"{HEADER}\n{GOOD}\n".encode("cp1252"), ';header=present ; charset = "Windows-1252"')
    assert report(spaced) == [(2, "duplicate", "", "")]


async def test_whatever_a_file_holds_is_answered_and_never_a_fault_of_ours(house: House) -> None:
    random = Random(4)  # noqa: S311 - a test that is the same each time
    odd = [
        "1.1.0001",
        "31.12.9999",
        "0001-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1.1.0001 0:00",
    ]
    odd += [
        "",
        "-",
        "-9",
        "9" * 15,
        "9" * 400,
        "1 000,5",
        "|",
        "x|y",
        "'",
        '""',
        "\u2028",
        "\ufeff",
        "kyllä",
        "ä" * 99,
        "\ud7ff",
    ]
    header = f"Aika;Kirjattu;Korjaa;Tunniste;{HEADER}"
    rows = [";".join(random.choice(odd) for _ in header.split(";")) for _ in range(400)]
    answer = await send(house, "\n".join([header, *rows]), prefer="handling=lenient")
    assert (answer.status_code, len(answer.json())) == (207, 400)
    for _ in range(200):
        raw = bytearray(f"{HEADER}\n{GOOD}\n{GOOD}".encode())
        for _ in range(random.randrange(1, 6)):
            raw[random.randrange(len(raw))] = random.randrange(256)
        charset = random.choice(["", "; charset=windows-1252"])
        assert (await send(house, bytes(raw), charset)).status_code in (202, 400, 422)


async def test_a_header_alone_is_a_week_in_which_nothing_happened(house: House) -> None:
    answer = await send(house, HEADER)

    assert (answer.status_code, answer.json()) == (202, [])


async def test_a_file_has_the_limits_of_a_batch(house: House) -> None:
    rows = [GOOD[:-1] + str(n) for n in range(501)]
    most = await send(house, "\n".join([HEADER, *rows[:500]]))

    assert (most.status_code, len(house.store.facts)) == (202, 500)
    assert (await send(house, "\n".join([HEADER, *rows]))).json()["errors"][0]["code"] == "too_many"
    assert (await send(house, HEADER + "\n" * 1_048_576)).status_code == 413


async def test_rows_may_each_say_their_own_type_and_instant(house: House) -> None:
    header = "Tapahtuma;Aika;Kirjattu;Client_ref;placement_id;Päivä;Tila;Koodi"
    rows = [
        f"Päivä kirjattu;25.10.2025 3.30;;{KNOWN};{PLACEMENT};25.10.2025;Paikalla;",
        f"absence.concern_raised;1.3.2026 klo 8:00;2026-03-01T08:05:00+02:00;{KNOWN};{PLACEMENT};;;worry",
        f"absence.concern_raised;29.3.2026 03:30;;{KNOWN};{PLACEMENT};;;worry",
        f"attendance.day_recorded;1.3.2026;;{KNOWN};{PLACEMENT};1.3.2026;L;worry",
        f"nothing.happened;1.3.2026;;{KNOWN};{PLACEMENT};;;",
    ]
    answer = await send(house, "\n".join([header, *rows]), prefer="handling=lenient", **{"polku-type": ""})

    assert report(answer) == [
        (2, "accepted", "", ""),
        (3, "accepted", "", ""),
        (4, "refused", "Aika", "instant"),
        (5, "refused", "Koodi", "unknown_column"),
        (6, "refused", "Tapahtuma", "unknown_type"),
    ]
    assert [f.time.isoformat() for f in house.store.facts] == ["2025-10-25T00:30:00+00:00", "2026-03-01T06:00:00+00:00"]


async def test_nobody_says_in_a_file_what_he_may_not_say_in_a_batch(house: House) -> None:
    foreign = await send(house, f"Lähde;{HEADER}\nurn:polku:9000003-8:case-system;{GOOD}")
    kela = next(o.id for o in ORGANISATIONS.organisation if o.types[0].code == "kela")
    stranger = await house.post(
        f"{HEADER}\n{GOOD}".encode(), kela, content_type="text/csv", **{"polku-type": ATTENDANCE}
    )

    assert report(foreign) == [(2, "refused", "Lähde", "foreign_source")]
    assert report(stranger) == [(2, "refused", "", "foreign_type")]
    assert house.store.facts == []


async def test_validation_of_a_file_has_no_effect(house: House) -> None:
    raw = f"{HEADER}\n{GOOD}".encode()
    async with house.client(WORKSHOP) as client:
        headers = {"content-type": "text/csv", "polku-type": ATTENDANCE}
        answer = await client.post("/v1/validate", content=raw, headers=headers)

    assert (answer.status_code, report(answer), house.store.facts) == (200, [(2, "acceptable", "", "")], [])


async def test_an_identity_code_for_an_id_is_not_told_back_in_any_batch(house: House) -> None:
    answer = await send(house, f"Tunniste;{HEADER}\n{CODE};{GOOD}")

    assert report(answer) == [(2, "refused", "Tunniste", "identity_code")]
    assert CODE not in answer.text


async def test_every_type_of_fact_can_be_stated_in_a_file_under_finnish_headers(house: House) -> None:
    for type_, cls in TYPES.items():
        if cls.meta.name == "rule_parameters.set":  # its parameters differ by rule: no table of columns
            continue
        said = example_event(cls, subject=KNOWN)
        cells = dict(flat(example_data(cls)))
        header, row = [*cells], [*cells.values()]
        for name, cell in [("Asiakasviite", said.get("subject")), ("Lähde", said["source"]), ("Aika", said["time"])]:
            if cell:
                header, row = [*header, name], [*row, str(cell)]
        answer = await house.post(
            f"{';'.join(header)}\n{';'.join(row)}".encode(),
            str(said["source"]).split(":")[2],
            content_type="text/csv",
            **{"polku-type": type_},
        )
        assert answer.status_code == 202, (type_, header, answer.text)
        assert cls.model_validate_json(house.store.facts[-1].data) == cls.example(), type_


def flat(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Data as columns: Finnish names, Finnish days, decimal commas for euros."""
    for name, value in data.items():
        called = before + (names.finnish(name) or name)
        if isinstance(value, Mapping):
            yield from flat(value, f"{called}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, part in enumerate(value, 1):
                yield from flat(part, f"{called}.{number}.")
        elif value not in ([], {}):
            yield called, cell(name, value)


def cell(name: str, value: object) -> str:
    if isinstance(value, list):
        return " | ".join(cell(name, part) for part in value)
    if isinstance(value, bool):
        return "Kyllä" if value else "Ei"
    if isinstance(value, int) and name in names.in_euros():
        return f"{value // 100},{value % 100:02}"
    try:
        return f"{date.fromisoformat(str(value)):%d.%m.%Y}" if len(str(value)) == 10 else str(value)
    except ValueError:
        return str(value)


def test_every_field_that_partners_state_has_a_finnish_column_and_none_stands_for_two() -> None:
    for cls in TYPES.values():
        schema = columns._schema(cls)
        parts = [schema, *(p for p in schema.get("$defs", {}).values() if "properties" in p)]
        for part in parts:
            fields = set(part.get("properties", {}))
            assert all(names.finnish(f) for f in fields), (cls.meta.type, [f for f in fields if not names.finnish(f)])
            for name, meant in names.field_names().items():
                assert len(fields & meant) < 2, (cls.meta.type, name, fields & meant)


async def test_a_file_of_everything_wrong_costs_little_more_than_an_ordinary_one_and_is_answered_briefly(
    house: House,
) -> None:
    fields = sorted({f for cls in TYPES.values() for f in columns._schema(cls)["properties"] if columns.place(cls, f)})
    fields = [*fields, *(f"data.{field}" for field in fields)][:196]
    types = [name for name, cls in TYPES.items() if cls.meta.stated_by]

    def sheet(cell: str) -> bytes:
        rows = [types[n % len(types)] + f";{cell}" * len(fields) for n in range(500)]
        return "\n".join(["Tapahtuma;" + ";".join(fields), *rows]).encode()

    def seconds(raw: bytes, fact: str) -> float:
        filing = Filing(WORKSHOP, "", f"urn:polku:{WORKSHOP}:file", fact, house.parts.rulebook.events, b"k")
        begun = process_time()
        with suppress(Refused):
            csv_fi.read(raw, filing)
        return process_time() - begun

    ordinary = "\n".join([HEADER, *(GOOD[:-1] + str(n) for n in range(500))]).encode()
    seconds(ordinary, ATTENDANCE)
    usual = max(seconds(ordinary, ATTENDANCE) for _ in range(2))
    strangers = ";".join(f"nimi {n}" for n in range(200)).encode()
    assert max(seconds(sheet("x"), ""), seconds(sheet(""), ""), seconds(strangers, "")) < 12 * usual  # was 30, is 5
    for prefer in ("", "handling=lenient"):
        answer = await send(house, sheet("x"), **{"polku-type": "", "prefer": prefer})
        assert (answer.status_code, len(report(answer))) == (207 if prefer else 422, 500)
        assert len(answer.content) < 300_000


async def test_of_many_faults_the_identity_code_in_a_rows_own_id_is_never_the_one_left_out(house: House) -> None:
    type_ = "fi.polku.client.characteristics_recorded.v1"
    many = "|".join([CODE] * 14)
    rows = [f"{CODE};{KNOWN};1.3.2026;{many}"] * 60
    answer = await house.post(
        "\n".join(["Tunniste;Asiakasviite;Aika;Ominaisuudet", *rows]).encode(),
        str(example_event(TYPES[type_])["source"]).split(":")[2],
        content_type="text/csv",
        **{"polku-type": type_},
    )

    assert [len(item["errors"]) for item in answer.json()["items"]] == [10] * 50 + [1] * 10
    assert CODE not in answer.text

    item = Item(
        error=Refused(422, [*[Problem("/data/codes", "missing", "")] * 14, Problem("/id", "identity_code", "")])
    )
    few([item])
    assert item.error
    assert [p.pointer for p in item.error.problems] == ["/id", *["/data/codes"] * 9]


async def test_a_name_that_a_spreadsheet_would_run_is_told_by_its_letter(house: House) -> None:
    answer = await send(house, f"{HEADER.replace('Pvm', '=Pvm')}\n{GOOD.replace('27.2.', '30.2.')}")

    assert report(answer) == [(2, "refused", "C", "day")]
    assert "=Pvm" not in answer.text


async def test_of_two_rows_about_one_day_the_lower_counts_whatever_their_ids(house: House) -> None:
    rows = [GOOD[:-1] + str(n) for n in range(20)]
    await send(house, "\n".join([f"Kirjattu;{HEADER}", *(f";{row}" for row in rows), f"27.2.2026 18:00;{GOOD}9"]))

    *unsaid, said = [fact.recorded for fact in house.store.facts]
    assert said == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert all(earlier < later for earlier, later in pairwise(unsaid))
    assert unsaid[0] == NOW
    assert unsaid[-1] - unsaid[0] < timedelta(milliseconds=1)


async def test_a_row_that_is_changed_back_is_told_that_nothing_has_changed_and_counts_with_kirjattu(
    house: House,
) -> None:
    absent, present = f"{HEADER}\n{GOOD}", f"{HEADER}\n{GOOD.replace('Poissa;Oma sairaus', 'Paikalla;')}"
    sent: list[tuple[str, str]] = []
    for day, text in [(1, absent), (2, absent), (3, present), (4, absent), (5, present)]:
        house.store.clock = NOW + timedelta(days=day)
        for prefer in ("", "handling=lenient") if day == 4 else ("",):
            sent += [(prefer, outcome) for _, outcome, _, _ in report(await send(house, text, prefer=prefer))]
    back = f"Kirjattu;{HEADER}\n6.3.2026 12:00;{GOOD}"
    again = [report(await send(house, back))[0][1] for _ in range(2)]
    house.store.clock = NOW

    told = ["accepted", "duplicate", "accepted", "superseded", "superseded", "duplicate"]
    assert [outcome for _, outcome in sent] == told
    assert again == ["accepted", "duplicate"]
