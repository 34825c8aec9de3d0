"""The condition under which a row of a view is in a list: what was asked, and what the reader may see of it.

Where the next page begins is found before the gate shows anything. So the policy stands in the condition itself: a row,
or a column that was asked for, which the reader may not see is to her as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from kernel.disclosure import Grant, Policy, Viewer
from kernel.facts import ANYBODY
from kernel.views import Column, View
from services.gateway.parts import Question

SUBJECT = "subject"
ANY = "any"
NOBODY = "false"
FULL = {
    "text": "{} <> ''",
    "boolean": "{}",
    "integer": "{} <> 0",
    "text[]": "cardinality({}) > 0",
    "jsonb": """{} NOT IN ('{{}}', '[]', '""', '0', 'false', 'null')""",
}
"""When a column holds something, by its type; of every other type: when it is not null."""


class Where:
    """A condition with its values; names are the view's own, values are always parameters, from $2 on."""

    def __init__(self, view: View, question: Question, policy: Policy, viewer: Viewer, day: date) -> None:
        self._view, self._question = view, question
        self._policy, self._viewer, self._day = policy, viewer, day
        self._kinds = {c.name: c.type for c in view.columns} | {SUBJECT: "uuid"}
        self.columns = (*question.by, SUBJECT, *view.key)
        self.order = ", ".join(f'"{k}"' for k in self.columns)
        self.values: list[Any] = []
        filters = {SUBJECT if n == "client_ref" else n: v for n, v in question.filters.items()}
        self._texts = [is_(f'"{name}"', self._kinds[name], self._value(v)) for name, v in filters.items()]
        self._texts += [f'"{n}" = ANY({self._value(list(v))}::text[])' for n, v in question.among.items()]
        self._texts += [self._between(name, *ends) for name, ends in question.between.items()]
        self._texts += self._visible(view, {*filters, *question.among, *question.between, *question.by})
        if question.persons is not None:
            self._texts.append(self._of_persons(*question.persons))
        if question.after is not None:
            self._texts.append(f"({self.order}) > {self._row(question.after)}")

    @property
    def text(self) -> str:
        """The whole condition."""
        return " AND ".join(self._texts)

    def upto(self, last: Sequence[str]) -> None:
        """Besides: nothing beyond this row."""
        self._texts.append(f"({self.order}) <= {self._row(last)}")

    def _visible(self, view: View, asked: Iterable[str]) -> list[str]:
        """What the gate shows, asked for by nothing but columns that the reader sees in that very row."""
        grants = [(g, self._speaks(g, view)) for g in self._policy.grants if self._concerns(g, view)]
        shown = [f"({where} AND {_anything(grant, view)})" for grant, where in grants]
        classes = {c.data_class for c in view.columns if c.name in set(asked)}
        seen = [[where for grant, where in grants if name in grant.data_classes] for name in sorted(classes)]
        return [_one_of(shown), *map(_one_of, seen)]

    def _concerns(self, grant: Grant, view: View) -> bool:
        """Whether a rule of the policy speaks of this reader, view and day; relations and owners stand in the rows."""
        anybodys = grant.model_copy(update={"own": frozenset(), "only": {}})
        return anybodys.covers(self._viewer, grant.relations or (ANY,), view.name, self._day)

    def _speaks(self, grant: Grant, view: View) -> str:
        """Whether a rule speaks of the row: by the reader's relation to the person, and by the row."""
        whose = self._value([self._viewer.org, ANYBODY])
        text = f"SELECT FROM view.relations g WHERE g.subject = {view.name}.{SUBJECT} AND g.org = ANY({whose}::text[])"
        if grant.relations:
            text += f" AND g.relation = ANY({self._value(sorted(grant.relations))}::text[])"
        return "(" + " AND ".join([f"EXISTS ({text})", *self._rows(grant, view)]) + ")"

    def _rows(self, grant: Grant, view: View) -> Iterator[str]:
        """Of which rows a rule speaks: of the reader's own, or of those that hold certain values."""
        known = {c.name for c in view.columns}
        if grant.own:
            mine = self._value(self._viewer.org)
            yield _one_of([f'{view.name}."{name}" = {mine}::text' for name in sorted(grant.own & known)])
        for name, values in sorted(grant.only.items()):
            yield f'{view.name}."{name}" = ANY({self._value(sorted(values))}::text[])' if name in known else NOBODY

    def _of_persons(self, view: View, columns: Any) -> str:
        """Persons whose row in a second view holds these values, as far as the reader may see that."""
        wanted = [f'"{n}" = ANY({self._value(list(v))}::text[])' for n, v in columns.items()]
        both = " AND ".join([*wanted, *self._visible(view, columns)])
        return f"{self._view.name}.{SUBJECT} IN (SELECT {SUBJECT} FROM view.{view.name} WHERE {both})"

    def _between(self, name: str, first: str, last: str) -> str:
        kind = self._kinds[name]
        return f'"{name}" BETWEEN {self._value(first)}::text::{kind} AND {self._value(last)}::text::{kind}'

    def _row(self, values: Sequence[str]) -> str:
        pairs = zip(self.columns, values, strict=True)
        return "(" + ", ".join(f"{self._value(v)}::text::{self._kinds[k]}" for k, v in pairs) + ")"

    def _value(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values) + 1}"


def is_(column: str, kind: str, value: str) -> str:
    """The condition that a column holds a value (a parameter of text); a list holds it among others."""
    return f"{value}::text = ANY({column})" if kind == "text[]" else f"{column} = {value}::text::{kind}"


def _anything(grant: Grant, view: View) -> str:
    """Whether a column that the rule shows holds something: the gate shows no empty rows."""
    return _one_of([_full(c, view) for c in view.columns if c.data_class in grant.data_classes])


def _full(column: Column, view: View) -> str:
    return FULL.get(column.type, "{} IS NOT NULL").format(f'{view.name}."{column.name}"')


def _one_of(conditions: Sequence[str]) -> str:
    return "(" + " OR ".join(dict.fromkeys(conditions)) + ")" if conditions else NOBODY
