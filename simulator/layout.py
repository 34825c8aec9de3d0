"""The summary of a play as plain text for somebody who has never seen Polku."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

from simulator.storyline import storyline

WIDTH = 92
MOST_PARTNERS, MOST_DOUBLES = 5, 3
DOUBLES = {
    "D01": "two organisations referred the same client to the same service",
    "D02": "two plans that replace each other were prepared at once",
    "D03": "a plan was made or reviewed without the social instructor",
    "D04": "an employment plan was made instead of the one that was due or in force",
    "D05": "two turned to the same provider about the same client",
    "D06": "two assessments of need were open at once",
    "D07": "two booked the same review",
    "D08": "a review was held that another still had before it",
    "D09": "two cleared up the same absence",
    "D10": "two places took the same days",
    "D11": "the same service was agreed twice",
    "D12": "two appointments overlapped",
    "D13": "a client had two own workers",
    "D14": "the same notice was sent twice",
    "D15": "the same document was asked for twice",
    "D16": "two began to lead the same plan",
    "D17": "something was due and nobody was there to do it",
    "D18": "two systems told different things of one day",
}
CHANNELS = {
    "xroad": "from authorities through X-Road",
    "token": "from partners' systems with a token",
    "kafka": "through a partner's own Kafka topic",
    "csv": "in files of systems that can only export",
    "form": "on the form of sites without a system",
}
FAMILIES = {
    "absence": "absences",
    "review": "plan reviews due",
    "period_end": "periods ending",
    "duplicate": "work done twice",
    "silence": "no attendance data",
    "limit": "days near the cap",
    "service": "services beside",
    "referral": "referrals that lie",
    "plan": "plans due",
    "caseworker": "nobody or two in charge",
    "capacity": "places running out",
}


def layout(summary: Mapping[str, Any], seen: Mapping[str, Any], where: Sequence[tuple[str, str]]) -> list[str]:
    """Lines to print: what came in, what was found, one story, how quick it was, and where to look next."""
    return [
        *_title(summary),
        *_facts(summary["facts"]),
        *_feeds(summary.get("feeds")),
        *_section("REFERRALS", _states(seen["referrals"]), f"referred by: {_states(seen['referrers'], 4)}"),
        *_section("PLACEMENTS", _states(seen["placements"])),
        *_section("ALERTS", _states(seen["alerts"]), *_open(seen)),
        *_story(seen["story"]),
        *_doubles(seen["doubles"]),
        *_timing(summary["timing"]),
        *_where(where),
    ]


def _title(summary: Mapping[str, Any]) -> Iterator[str]:
    first, last = date.fromisoformat(summary["from"]), date.fromisoformat(summary["to"])
    yield "=" * WIDTH
    yield f"  {summary['weeks']} weeks of South Ostrobothnia, {first:%d.%m.}–{last:%d.%m.%Y}"
    yield (
        f"  {summary['clients']} clients in {summary['localities']} localities, {summary['partners']} partners, "
        f"played in {summary['timing']['seconds']:.0f} s"
    )
    yield "=" * WIDTH


def _facts(facts: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "FACTS"
    yield f"  {number(facts['accepted']):>7} accepted, of these"
    for channel, came in facts.get("by_channel", {}).items():
        yield f"  {number(came):>11} {CHANNELS[channel]}"
    yield from _by(facts["by_organisation"], MOST_PARTNERS)
    yield f"  {number(facts['sent_again']):>7} sent again by partners: the same receipt, nothing changed"
    yield f"  {number(facts['refused']):>7} refused, each with its reason, and nothing of them stored:"
    for refusal in facts["refusals"]:
        at = f"{refusal['code']}{' at ' + refusal['pointer'] if refusal['pointer'] else ''}"
        yield f"  {refusal['count']:>11} × {refusal['mistake']} ({at})"
        yield f"                {_names(refusal['by'])}"
    if facts["unexpected"]:
        yield f"  {facts['unexpected']} of these were meant to be right: please look into the gateway's log"


def _feeds(heard: Mapping[str, Any] | None) -> Iterator[str]:
    """What partners' systems have heard by polling; a summary of an older play tells nothing of it."""
    if heard:
        told = f"{heard['readers']} partners' systems polled {number(heard['requests'])} times and heard of"
        yield from _section("FEEDS", f"{told} {number(heard['entries'])} facts, {heard['withdrawn']} withdrawals")
        wrong = ("out_of_order", "doubled", "missed", "about_strangers", "withdrawals_unheard")
        yield f"{'':<12}{' · '.join(str(heard[n]) + ' ' + n.replace('_', ' ') for n in wrong)}"


def _by(found: Sequence[Mapping[str, Any]], most: int, indent: int = 10) -> Iterator[str]:
    """Which organisations stated how much, in as few lines as fit."""
    shown = [f"{f['name']} {number(f['accepted'])}" for f in found[:most]]
    if len(found) > most:
        shown.append(f"{len(found) - most} others {number(sum(f['accepted'] for f in found[most:]))}")
    return iter(wrap(", ".join(shown), WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent))


def _names(found: Sequence[Mapping[str, Any]]) -> str:
    """The first two organisations, and how many more."""
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""
    return "by " + ", ".join(f["name"] for f in found[:2]) + more


def _section(title: str, *lines: str) -> Iterator[str]:
    yield ""
    first, *rest = lines
    yield f"{title:<12}{first}"
    for line in rest:
        yield f"{'':<12}{line}"


def _states(counts: Mapping[str, int], most: int = 8) -> str:
    """`148 accepted · 7 submitted`, most frequent first."""
    shown = [f"{number(n)} {name.replace('_', ' ')}" for name, n in list(counts.items())[:most]]
    return " · ".join(shown) or "none"


def _open(seen: Mapping[str, Any]) -> Iterator[str]:
    families = {FAMILIES.get(f, f): n for f, n in seen["open_alerts"].items()}
    if families:
        yield f"still to be dealt with: {_states(families)}"


def _story(story: Mapping[str, Any] | None) -> Iterator[str]:
    yield ""
    yield "ONE ALERT, FROM THE FIRST ABSENCE TO THE CLOSE"
    if story is None:
        yield "  no alert about absences was raised"
        return
    yield f"  client {story['client_ref'][:8]}…, responsible: {story['responsible'] or 'operations'}"
    for when, what in storyline(story):
        yield f"    {when:<17} {what}"


def _doubles(doubles: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield "WORK DONE TWICE, FOUND"
    if not doubles:
        yield "  none"
    for rule in sorted({d["rule"] for d in doubles}):
        found = [d for d in doubles if d["rule"] == rule]
        settled = sum(d["state"] != "suspected" for d in found)
        yield f"  {len(found):>3} × {DOUBLES.get(rule, rule)} ({rule}); {settled} settled since"
        for double in [d for d in found if len(d["organisations"]) > 1][:MOST_DOUBLES]:
            day = f"{date.fromisoformat(double['since']):%d.%m.}" if double["since"] else ""
            yield f"        {day} {' and '.join(double['organisations'])}"


def _timing(timing: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "LAG AND LATENCY"
    yield f"  answer to one fact           {_pair(timing, 'answer')}"
    yield f"  receipt → seen in a list     {_pair(timing, 'visible')}"
    yield (
        f"  a day's facts all worked in  half of the days within {_ms(timing['settled_p50_ms'])}, "
        f"all within {_ms(timing['settled_most_ms'])}"
    )
    if "lag_facts" in timing:
        yield f"  now                          {timing['lag_facts']} facts behind, {timing['holds']} persons on hold"


def _pair(timing: Mapping[str, Any], name: str) -> str:
    return f"half within {_ms(timing[f'{name}_p50_ms'])}, 99 of 100 within {_ms(timing[f'{name}_p99_ms'])}"


def _ms(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.1f} s"


def _where(where: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield ""
    yield "WHERE TO LOOK NEXT"
    for name, what in where:
        yield f"  {name:<11} {what}"


def number(value: int) -> str:
    """Thousands apart, as Finns write them."""
    return f"{value:,}".replace(",", " ")
