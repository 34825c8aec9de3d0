"""What the commands of `polku holds` can be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kernel.processor import PROCESSORS


def several(*wanted: Any) -> Callable[[Any], Any]:
    """Several options as one decorator."""

    def add(function: Any) -> Any:
        for option in reversed(wanted):
            function = option(function)
        return function

    return add


REFS = click.argument("refs", nargs=-1, type=click.UUID)
CAUSE = click.option("--cause", help="Only those with this cause.")
PROCESSOR = click.option("--processor", type=click.Choice(PROCESSORS), help="Only those of this processor.")
ALL = click.option("--all", "everybody", is_flag=True, help="Everybody on hold.")
DRY = click.option("--dry-run", is_flag=True, help="Show whom it concerns and what would come of it; change nothing.")
WAIT = click.option("--wait", type=float, default=15.0, show_default=True, help="Seconds to wait for the outcome.")
STATE = click.option("--state", type=click.Path(file_okay=False, path_type=Path), help="As with `polku holds --state`.")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
LISTED = several(REFS, CAUSE, PROCESSOR, STATE, JSON)
CHOSEN = several(REFS, CAUSE, PROCESSOR, ALL, STATE, JSON, DRY, WAIT)
SIGNED = several(
    click.option("--reason", required=True, help="Why, as a short code."),
    click.option("--by", required=True, help="Who asks for it."),
    click.option("--approver", required=True, help="Who approves: somebody else."),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which instance and in what form: given to the group or to its command."""

    state: Path
    as_json: bool

    def with_(self, state: Path | None, as_json: bool) -> Asked:
        """The same, with what the command itself was given."""
        return Asked(state or self.state, as_json or self.as_json)
