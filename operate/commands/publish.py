"""`polku publish`: state events from a file at the door of a running development instance."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import httpx
import orjson

from operate import options
from operate.commands.token import mint
from operate.errors import OperateError
from operate.instance import Instance, read

BATCH = 500
BATCH_BYTES = 900_000
MAX_FILE = 256 * 1024 * 1024


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@options.state
@click.option("--org", default=None, help="Business id that speaks; each event's source says it when not given.")
@options.as_json
def command(file: Path, state: Path, org: str | None, as_json: bool) -> None:
    """State the events in FILE (- for stdin): one JSON event, a JSON array of them, or one event a line."""
    instance = read(state)
    sent = events_in(sys.stdin.buffer.read() if str(file) == "-" else _bytes(file))
    receipts: list[Any] = []
    with httpx.Client(base_url=instance.door, timeout=60) as client:
        for speaker, part in _parts(sent, org):
            client.headers.update(_headers(instance, speaker))
            receipts += _post(client, part, len(receipts))
            if not as_json:
                for receipt in receipts[-len(part) :]:
                    click.echo(orjson.dumps(receipt).decode())
    if as_json:
        options.answer(receipts)


def events_in(raw: bytes) -> list[Any]:
    """The events of a file in any of the three forms. OperateError names the line or the place that is wrong."""
    if len(raw) > MAX_FILE:
        raise OperateError(f"FILE: larger than {MAX_FILE} bytes")
    try:
        whole = _strict(raw)
    except ValueError as error:
        lines = [(n, line) for n, line in enumerate(raw.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not lines[0][1].strip().endswith(b"}"):
            raise OperateError(f"FILE: not JSON: {error}") from error
        return [_line(number, line) for number, line in lines]
    found = whole if isinstance(whole, list) else [whole]
    if not found:
        raise OperateError("FILE: there is no event in it")
    return found


def _line(number: int, line: bytes) -> Any:
    try:
        return _strict(line)
    except ValueError as error:
        raise OperateError(f"FILE: line {number}: not JSON: {error}") from error


def _strict(raw: bytes) -> Any:
    """What would be lost by reading and writing again is found here; everything else is for the door to say."""
    return json.loads(raw.decode(), object_pairs_hook=_pairs, parse_constant=_no_number, parse_float=_decimal)


def _pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(found)) != len(found):
        raise ValueError("a key stands twice in one object")
    return dict(found)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _decimal(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError("a number is too large")
    return number


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise OperateError(f"FILE {file}: {error.strerror}") from error


def _org(event: Any, place: int) -> str:
    source = event.get("source") if isinstance(event, dict) else None
    parts = source.split(":") if isinstance(source, str) else []
    if len(parts) != 4:
        raise OperateError(f"event {place} /source: urn:polku:<business id>:<system> is needed, or say --org")
    return str(parts[2])


def _headers(instance: Instance, org: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {mint(instance, org)}", "Content-Type": "application/cloudevents-batch+json"}


def _parts(sent: Sequence[Any], org: str | None) -> list[tuple[str, list[Any]]]:
    """The events in batches that the door takes, each with the organisation that states it."""
    parts: list[tuple[str, list[Any]]] = []
    size = 0
    for place, event in enumerate(sent, 1):
        speaker, length = org or _org(event, place), _length(event, place)
        last = parts[-1] if parts else ("", [])
        if last[0] != speaker or len(last[1]) >= BATCH or size + length > BATCH_BYTES:
            parts.append((speaker, []))
            size = 0
        parts[-1][1].append(event)
        size += length
    return parts


def _length(event: Any, place: int) -> int:
    try:
        return len(orjson.dumps(event)) + 1
    except TypeError as error:
        raise OperateError(f"event {place}: a number or a text that JSON cannot carry") from error


def _post(client: httpx.Client, part: Sequence[Any], before: int) -> list[Any]:
    """Receipts of a batch. OperateError tells every problem by the event's place in the file."""
    try:
        answer = client.post("/v1/events", content=orjson.dumps(part))
    except httpx.HTTPError as error:
        raise OperateError(f"the door at {client.base_url} does not answer: {type(error).__name__}") from error
    if answer.status_code == 202:
        receipts: list[Any] = answer.json()
        return receipts
    raise OperateError(_refusal(answer, before))


def _refusal(answer: httpx.Response, before: int) -> str:
    stored = f"{before} events before it were stored; " if before else "nothing was stored; "
    try:
        errors = answer.json()["errors"]
    except (ValueError, KeyError):
        return f"{stored}the door answered {answer.status_code}"
    lines = []
    for error in errors:
        first, _, rest = error["pointer"][1:].partition("/")
        where = f"event {before + int(first) + 1} /{rest}" if first.isdigit() else error["pointer"] or "/"
        lines.append(f"{where}: {error['detail']} ({error['code']})")
    return f"{stored}{answer.status_code}: " + "\n  ".join(lines)
