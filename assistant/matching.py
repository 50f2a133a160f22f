"""One figure for each side of a question, chosen together: alike in table, measure and unit.

Each side's candidates are found by the ordinary search; which sides there are is read by
`assistant.contrast`, what is made of the figures by `assistant.arithmetic`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from assistant.contrast import View
from assistant.evidence import Evidence, is_relative, speaks_of, table_said, titled
from assistant.finder import Asked, Finder
from assistant.lookup import acceptable, is_blank
from assistant.money import in_base
from assistant.numerals import NUMERAL
from assistant.question import phrases
from assistant.terms import Linked
from ingest.template import is_form_kind, is_sum
from ingest.text import key

CANDIDATES = 6  # figures of each side among which the matching ones are chosen
MANY = 2  # words of a name from which most of them say it
NEAR = 0.12  # how far below the best a figure may score to be chosen because it matches the others


@dataclass(frozen=True)
class Operand:
    """A figure that takes part in a computation, and how an answer calls it."""

    label: str
    evidence: Evidence


def candidates(
    finder: Finder, asked: Asked, fits: Callable[[Evidence], bool] = lambda e: True
) -> list[Evidence]:
    """Figures that answer a question of their own, best first; statements of change are none."""
    sub = Finder(finder.store, asked)
    some = (e for e in sub.figures if e.value is not None and not is_blank(e) and not is_relative(e))
    found = [e for e in some if fits(e) and acceptable(e, asked)]
    table = table_said(finder.asked.question.text)
    return ([e for e in found if table and titled(e, table)] or found)[:CANDIDATES]


def in_table(e: Evidence, table: str) -> bool:
    """Whether a figure stands in the table that the question calls by its number or its title."""
    if table.endswith("表") and not re.search(r"\d", table):
        return titled(e, table)
    return e.source == "table" and bool(re.search(rf"{table}(?!{NUMERAL}|\d)", key(e.title)))


def matching(finder: Finder, found: Sequence[View]) -> list[Operand]:
    """One figure for each view, chosen together: alike in table and measure, never the same cell twice."""
    if len(found) < 2:
        return []
    choices = []
    for view in found:
        some = [e for e in _of_side(finder, view) if not _of_all(e, found)]
        if not some:
            return []
        choices.append([e for e in some if e.score >= some[0].score - NEAR])
    headed = _subtotals(finder, found, [some[0] for some in choices])
    if headed:
        return headed
    if len(choices) > 3:  # many sides are told apart by their items; the first of each will do
        chosen: Sequence[Evidence] = [c[0] for c in choices]
    else:
        chosen = max(product(*choices), key=_together)
    if len({_cell(e) for e in chosen}) < len(chosen):
        return []
    if not re.search("[类款](?!型)", finder.asked.question.text):
        chosen = [_proper(finder, e) for e in chosen]
    labels = [_label(v, e, found) for v, e in zip(found, chosen, strict=True)]
    bodies = [e.document.body for e in chosen]
    unsaid = not any(body in label for body, label in zip(bodies, labels, strict=True))
    if unsaid and len(set(bodies)) == len(bodies):
        labels = [f"{body}{label}" for body, label in zip(bodies, labels, strict=True)]
    if len(set(labels)) < len(labels):  # one item in two tables: its 收入 and its 支出
        labels = [f"{label}·{v.label}" for label, v in zip(labels, found, strict=True)]
    return [Operand(label, e) for label, e in zip(labels, chosen, strict=True)]


def _of_all(e: Evidence, found: Sequence[View]) -> bool:
    """Whether a figure's name bears the names of all sides, so that it is their sum (在甲镇、乙乡新建…)."""
    name = key(e.name)
    return all(v.own and all(any(n in name for n in t.names) for t in v.own) for v in found)


_ENDING = re.compile("(支出|经费|资金)$")


def _proper(finder: Finder, e: Evidence) -> Evidence:
    """A row of a classification, or the one among those beneath it that bears its very name: 临时救助 is
    临时救助支出, not the 款 that holds the aid to others too."""
    if e.source != "table" or not e.level:
        return e
    name = _ENDING.sub("", key(e.name))
    beneath = [r for r in finder.rows_of(e) if r.path[:-1] == e.path and r.measure == e.measure and r.value]
    own = [r for r in beneath if _ENDING.sub("", key(r.name)) == name and r.columns == e.columns]
    return own[0] if len(own) == 1 else e


def _of_side(finder: Finder, view: View) -> list[Evidence]:
    """The figures that one side may mean, best first: those of the table that the question calls by its
    title, where it does."""
    fits = partial(_of_view, view=view)
    table = table_said(finder.asked.question.text)
    some: list[Evidence] = []
    for asked in (view.asked, _bare(view)):
        found = candidates(finder, asked, fits)
        if found and (table is None or titled(found[0], table)):
            return found
        some = some or found
    return some or _loosely(finder, view)


def _loosely(finder: Finder, view: View) -> list[Evidence]:
    """The figures whose names have most of the words of a side that says a name in its own words
    (招商推介活动经费 for 招商引资及投资促进活动经费)."""
    if len(view.own) < MANY:
        return []
    terms = view.own
    alone = replace(view.asked, linked=Linked(terms, " ".join(t.surface for t in terms)))
    return [e for e in candidates(finder, alone) if sum(speaks_of(e, t) for t in terms) > len(terms) / 2]


def _subtotals(finder: Finder, found: Sequence[View], best: Sequence[Evidence]) -> list[Operand]:
    """The subtotals of the headings that all sides name (监测站, 执法大队 over their projects), where the
    best figure of one merely stands beneath it; empty unless every side has just one."""
    beneath = next((e for v, e in zip(found, best, strict=True) if _stands_beneath(e, v)), None)
    if beneath is None:
        return []
    alike = (beneath.measure, beneath.columns)
    column = [r for r in finder.rows_of(beneath) if (r.measure, r.columns) == alike and r.value is not None]
    parents = {r.path[:-1] for r in column}
    sums = [replace(r, name=r.path[-2]) for r in column if is_sum(r.name) and len(r.path) > 1]
    sums += [r for r in column if r.path in parents]
    parts = []
    for view in found:
        meant = [r for r in sums if all(any(n in key(r.name) for n in t.names) for t in view.own)]
        if len(meant) != 1 or not view.own:
            return []
        parts.append(Operand(meant[0].label, meant[0]))
    return parts


def _stands_beneath(e: Evidence, view: View) -> bool:
    """Whether a figure's row is not what a side names, but stands under a heading that is."""
    if e.source != "table" or is_form_kind(e.table_kind or ""):
        return False
    names = [n for t in view.own if t.role in ("item", "word") for n in t.names]
    above = any(n in key(p) for n in names for p in e.path[:-1])
    asked = [n for t in view.asked.linked.terms if t.role == "item" for n in t.names[:3]]
    return above and not any(n in key(e.name) for n in (*names, *asked))  # 图书馆的基本工资 is asked itself


def _bare(view: View) -> Asked:
    """A side's question by its names alone, where words around them (给在职人员缴的) stand in the way."""
    terms = tuple(t for t in view.asked.linked.terms if t in view.own or t.role != "word")
    return replace(view.asked, linked=Linked(terms, " ".join(t.surface for t in terms)))


def _of_view(e: Evidence, view: View) -> bool:
    """Whether a figure is of this side: of its own terms, its year and its table."""
    years = view.asked.question.years
    if "year" in view.types and years and e.year not in years:
        return False
    if view.table and not in_table(e, view.table):
        return False
    items = view.asked.linked.terms if view.table else ()  # one item in two tables
    own = (*view.own, *(t for t in items if t.role == "item"))
    return all(speaks_of(e, term) for term in own)


def _together(chosen: Sequence[Evidence]) -> float:
    """How well figures go together: each good by itself, and printed in the same way."""
    first = chosen[0]
    alike = 0.0
    for other in chosen[1:]:
        same_cell = _cell(other) == _cell(first)
        alike += (
            0.10 * (other.table_kind == first.table_kind)
            + 0.06 * (other.measure == first.measure)
            + 0.04 * (other.columns[-1:] == first.columns[-1:])
            + 0.25 * (_family(other) == _family(first))  # what is counted is not held against money
            + 0.12 * (_fund(other) == _fund(first))
            + 0.08 * _in_one_row(other, first)
            - 1.0 * same_cell
            - 0.15 * (other.value == first.value)  # rather one figure found twice than two alike
        )
    return sum(e.score for e in chosen) + alike


def _in_one_row(a: Evidence, b: Evidence) -> bool:
    """Whether two figures are of one row that has a name; 合计 says of no two that they belong together."""
    return (a.document.id, a.path) == (b.document.id, b.path) and not is_sum(a.name)


def _family(e: Evidence) -> str | None:
    return in_base(e.value, e.unit)[1] if e.value is not None else None


def _fund(e: Evidence) -> str | None:
    """The fund that a figure's table, or its section, tells of alone."""
    said = "|".join((e.table_kind or "", e.title, *e.path))
    return next((str(f["table"]) for f in phrases()["funds"] if f["table"] in said), None)


def _cell(e: Evidence) -> tuple[object, ...]:
    return (e.document.id, e.places[0], e.text)


def _label(view: View, e: Evidence, found: Sequence[View]) -> str:
    """How an answer calls a side: the item as printed where items differ, else the words that differ."""
    if any("body" in v.types for v in found):
        if len({v.asked.selection.documents for v in found}) < 2:
            return view.label
        return e.document.body + (f"{e.year}年" if "year" in view.types and e.year else "")
    if any("year" in v.types for v in found):
        kinds = {d.kind for v in found for d in v.asked.selection.documents[:1]}
        kind = (
            e.document.kind.value if len(kinds) > 1 and e.document.kind and e.year == e.document.year else ""
        )
        return f"{e.year}年{kind}" if e.year else view.label
    if view.table:
        return f"{view.table}{e.label}"
    return e.label if view.own or not view.label else view.label
