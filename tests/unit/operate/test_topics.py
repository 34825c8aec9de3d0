"""Topics are declared, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.migrate import LANES
from operate.errors import OperateError
from operate.instance import ROOT
from operate.topics import declared

ORGANISATIONS = """
operator = "1234567-1"
organiser = "1234567-1"
[region]
code = "14"
[[organisation]]
id = "1234567-1"
name = "A"
types = [{code = "workshop"}]
systems = ["a"]
topic = true
"""


@pytest.fixture
def organisations(tmp_path: Path) -> Path:
    path = tmp_path / "organisations.toml"
    path.write_text(ORGANISATIONS)
    return path


def test_the_journal_topic_has_a_partition_for_every_lane(organisations: Path) -> None:
    topics = {t.name: t for t in declared(ROOT / "deploy" / "topics.toml", organisations)}

    assert topics["polku.journal.v1"].partitions == LANES + 1
    assert topics["polku.journal.v1"].config["message.timestamp.type"] == "LogAppendTime"


def test_a_partner_topic_keeps_plaintext_a_day_at_most(organisations: Path) -> None:
    topics = {t.name: t for t in declared(ROOT / "deploy" / "topics.toml", organisations)}

    for name in ("polku.in.1234567-1", "polku.refused.1234567-1"):
        assert int(topics[name].config["retention.ms"]) <= 24 * 3_600_000


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[topic]]\nname='a'\npartitions=1\ntimestamp='LogAppendTime'\n", "retention"),
        (
            "[[topic]]\nname='a'\npartitions='many'\nretention_days=1\ntimestamp='LogAppendTime'\n",
            "partitions",
        ),
        ("[[topic]]\nname='a'\npartitions=1\nretention_days=1\ntimestamp='Never'\n", "timestamp"),
        ("[[topic]]\nname='a'\npartitions=1\nretention_days=1\ntimestamp='LogAppendTime'\ncolour=1\n", "colour"),
        ("[[topic\n", "topics.toml"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, organisations: Path, text: str, named: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(text)

    with pytest.raises(OperateError, match=named):
        declared(path, organisations)
