"""A view: a table that anybody may throw away, because it can be filled again from the journal."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kernel.facts import Event, Fact
from kernel.rules import Finding

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: `type` is a PostgreSQL type, `data_class` decides with the policy who may see it."""

    name: str
    type: str
    data_class: str = "operational"


class Rows:
    """The rows of one person in one view while she is folded; it remembers which keys changed."""

    def __init__(self, key: tuple[str, ...], rows: dict[tuple[Any, ...], Row] | None = None) -> None:
        self._key = key
        self._rows = {} if rows is None else rows
        self._dirty: dict[tuple[Any, ...], None] = {}  # a set, but an empty one takes a third of the room of a set

    def put(self, **columns: Any) -> None:
        """Insert the row, or change the given columns of the one with the same key."""
        key = tuple([columns[k] for k in self._key])
        old = self._rows.get(key)
        if old is not None:
            columns = {**old, **columns}
            if columns == old:
                return
        self._rows[key] = columns
        self._dirty[key] = None

    def get(self, *key: Any) -> Row | None:
        """The row with this key, not to be changed in place."""
        return self._rows.get(key)

    def delete(self, *key: Any) -> None:
        """Take the row away; one that is not there is no error."""
        if self._rows.pop(key, None) is not None:
            self._dirty[key] = None

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def clear_where(self, wanted: Callable[[Row], bool]) -> None:
        """Take away every row that the given test names."""
        for key in [k for k, row in self._rows.items() if wanted(row)]:
            self.delete(*key)

    def without(self, rules: Container[Any]) -> Rows:
        """The same rows but for those of these rules."""
        return Rows(self._key, {k: row for k, row in self._rows.items() if row.get("rule") not in rules})

    @property
    def changed(self) -> bool:
        """Whether anything was changed since the changes were taken."""
        return bool(self._dirty)

    def take_changes(self) -> tuple[list[Row], list[tuple[Any, ...]]]:
        """(rows to upsert, keys to delete) since the last call."""
        if not self._dirty:
            return [], []
        changed = [self._rows[k] for k in self._dirty if k in self._rows]
        gone = [k for k in self._dirty if k not in self._rows]
        self._dirty = {}
        return changed, gone

    def replace_with(self, other: Rows) -> None:
        """Take the other's rows; only what differs counts as changed."""
        for key in self._rows.keys() | other._rows.keys():
            mine, others = self._rows.get(key), other._rows.get(key)
            if mine is not others and mine != others:
                self._dirty[key] = None
        self._rows = other._rows


Handler = Callable[[Rows, Fact], None]
ForecastHandler = Callable[[Rows, str, Finding], None]


@dataclass(frozen=True)
class View:
    """A read model: its name is its table, every row belongs to one subject and its key begins with it.

    `key` names the key columns after the subject; `title` has a label per language; `filters` names the columns a
    reader may filter by, `indexed` others that somebody looks by. Handlers are added with `on` (a type of fact) and
    `forecast` (findings of a rule, begun or not, for which the kernel clears and fills the rows anew whenever the
    person is evaluated). `person` False: the subjects are organisations, as
    they stand in lane 0.
    """

    name: str
    version: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    title: Mapping[str, str] = field(default_factory=dict)
    filters: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()
    route: str = ""
    person: bool = True
    handlers: dict[str, list[Handler]] = field(default_factory=dict)
    forecasts: dict[str, ForecastHandler] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The last part of its read route."""
        return self.route or self.name.replace("_", "-")

    @property
    def listens(self) -> frozenset[str]:
        """Names of the types of facts it reads."""
        return frozenset(self.handlers)

    def on(self, *kinds: type[Event] | str) -> Callable[[Handler], Handler]:
        """Handle a type of fact: an event class, or the name of something that a rule concludes."""

        def add(handler: Handler) -> Handler:
            for kind in kinds:
                name = kind if isinstance(kind, str) else kind.meta.name
                self.handlers.setdefault(name, []).append(handler)
            return handler

        return add

    def forecast(self, *rules: str) -> Callable[[ForecastHandler], ForecastHandler]:
        """Make rows of a rule's findings; the handler gets rows, rule id and finding (dates already instants)."""

        def add(handler: ForecastHandler) -> ForecastHandler:
            self.forecasts.update(dict.fromkeys(rules, handler))
            return handler

        return add
