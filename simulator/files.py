"""A partner whose old system can only export: a CSV file with Finnish headers, and a look at the report of its rows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import httpx

from simulator.partner import Door, DoorError, problems_of
from simulator.report import CSV, Problem
from simulator.statement import HELSINKI, Statement

MOST_ROWS = 400
NAMES = {
    "date": "Päivä",
    "status": "Läsnäolo",
    "reason": "Syy",
    "notified_by_client": "Ilmoitettu",
    "minutes_present": "Läsnä minuutteja",
    "minutes_scheduled": "Sovittu minuutteja",
    "certificate": "Todistus",
    "placement_id": "Jakso",
    "started_on": "Aloitettu",
    "ended_on": "Päättynyt",
    "days_per_week": "Päiviä viikossa",
    "id": "data.id",
    "type": "data.type",
    "source": "data.source",
}
"""What such systems call their columns; what is not here has the name of the field."""
WORDS = {
    "present": "Paikalla",
    "absent": "Poissa",
    "partial": "Osan päivää",
    "service_not_provided": "Ei toimintaa",
    "own_illness": "Oma sairaus",
    "agreed_leave": "Sovittu vapaa",
    "not_needed": "Ei tarvita",
    "missing": "Puuttuu",
    "received": "Toimitettu",
}
"""What they call codes of days and absences."""
OF_DAYS = frozenset({"status", "reason", "certificate"})
EVENT = {
    "subject": "Asiakasviite",
    "type": "Tapahtuma",
    "source": "Lähde",
    "id": "Tunniste",
    "time": "Aika",
    "recordedtime": "Kirjattu",
    "corrects": "Korjaa",
    "correlationid": "Asian tunnus",
}
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class Files:
    """Hands over files, one for each organisation, and notes what became of each row."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def hand_over(self, statements: Sequence[Statement], refs: Mapping[int, str]) -> tuple[int, int] | None:
        """Send what one organisation says as files; answers the place of the last row that was taken."""
        place = None
        for broken, group in groupby(statements, key=lambda s: bool(s.raw)):
            said = list(group)
            size = 1 if broken else MOST_ROWS
            for first in range(0, len(said), size):
                place = await self._hand_over(said[first : first + size], refs) or place
        return place

    async def _hand_over(self, said: Sequence[Statement], refs: Mapping[int, str]) -> tuple[int, int] | None:
        charset, raw = written(said, refs)
        headers = {"Content-Type": f"text/csv; charset={charset}", "Prefer": "handling=lenient"}
        answer = await self._door.ask("POST", "/v1/events", said[0].org, body=raw, headers=headers)
        report = self._door.report
        if said[0].raw and answer.status_code >= 400:
            report.refused(said[0], answer.status_code, problems_of(answer))
            return None
        if answer.status_code != 207:
            raise DoorError(f"POST /v1/events, a file: {answer.status_code} {answer.text[:300]}")
        report.in_files += len(said)
        return self._noted(said, answer)

    def _noted(self, said: Sequence[Statement], answer: httpx.Response) -> tuple[int, int] | None:
        """Read the report of a file as its sender does, row by row."""
        place = None
        for statement, row in zip(said, answer.json(), strict=True):
            if row["outcome"] in ("accepted", "duplicate", "superseded"):
                self._door.report.took(statement, replayed=row["outcome"] != "accepted", by=CSV)
                place = row["receipt"]["lane"], row["receipt"]["seq"]
            elif row["outcome"] == "refused":
                found = [Problem(e["pointer"], e["code"], e["detail"]) for e in row["errors"]]
                self._door.report.refused(statement, 422, found)
            else:
                raise DoorError(f"POST /v1/events, a file: row {row['row']} was {row['outcome']}")
        return place


def written(said: Sequence[Statement], refs: Mapping[int, str]) -> tuple[str, bytes]:
    """The file as its system writes it, and in which encoding: half of them know nothing newer than Windows-1252."""
    if said[0].raw:
        return "utf-8", said[0].raw
    rows = [dict(_cells(statement.event(refs))) for statement in said]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";")
    table.writerow(columns)
    table.writerows([row.get(name, "") for name in columns] for row in rows)
    old = int(said[0].org[6]) % 2
    return ("windows-1252", out.getvalue().encode("cp1252")) if old else ("utf-8", out.getvalue().encode("utf-8-sig"))


def _cells(event: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, column in EVENT.items():
        if name in event:
            yield column, _local(str(event[name])) if name in ("time", "recordedtime") else str(event[name])
    data = event["data"]
    yield from _flat(data if isinstance(data, Mapping) else {}, "")


def _flat(data: Mapping[str, object], before: str) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        column = f"{before}{NAMES.get(name, name) if not before else name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{column}.")
        elif isinstance(value, (list, tuple)) and any(isinstance(part, Mapping) for part in value):
            for number, part in enumerate(value, 1):
                yield from _flat(part, f"{column}.{number}.")
        elif value is not None and value not in ([], ()):
            yield column, _cell(name, value)


def _cell(name: str, value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " | ".join(_cell(name, part) for part in value)
    if isinstance(value, bool):
        return "kyllä" if value else "ei"
    text = value if isinstance(value, str) else json.dumps(value).replace(".", ",")
    if found := _DAY.fullmatch(text):
        return f"{int(found[3])}.{int(found[2])}.{found[1]}"
    return WORDS.get(text, text) if name in OF_DAYS else text


def _local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(HELSINKI):%d.%m.%Y %H:%M:%S}"
