"""Evidence ranked by named features: how much of the question it speaks of, how tightly, in which unit.

One ranking over all candidates, of tables and of prose alike; figures that agree lift each other a little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from assistant.evidence import (
    PLAIN_MEASURES,
    SPENT,
    Evidence,
    amount_fits,
    bound_fits,
    cover,
    fund_of,
    kind_fits,
    table_said,
    titled,
    unit_fits,
)
from assistant.letters import overlap
from assistant.money import MONEY, Printed
from assistant.question import Question, phrases
from assistant.terms import Linked
from ingest.blocks import names_body
from ingest.document import Kind
from ingest.template import REACHED, TARGET, is_form_kind, is_total
from ingest.text import key

PROJECT_FORM = "项目支出绩效目标表"
PROJECTS = "项目支出表"
ALL_FUNDS = ("收支总表", "收入总表", "支出总表")  # tables that tell of all funds together
RANKED = 40  # pieces of evidence that a ranking keeps
NAMED = 0.2  # what it tells that a figure stands in the table that the question calls by its title
OWN_BODY = 0.03  # for the row of all its units, beside those of each that the question does not name
UNIT = 0.15  # what is one unit's alone, where the question means no unit
MEANT = 0.6  # how much of what the words leave open closeness of meaning may fill
SAID = 3  # letters at the end of a unit's name by which it is called (公证处)
_PARTS = ("基本支出", "项目支出", "人员经费", "公用经费")  # columns beside the total
_PLAN = re.compile(r"^(年初|全年|调整)?预算(数|金额)?$")


def rank(
    found: Sequence[Evidence],
    question: Question,
    linked: Linked,
    year: int | None,
    near: Mapping[str, float] = MappingProxyType({}),
) -> list[Evidence]:
    """Evidence scored by its features, best first; agreeing figures lift each other a little.

    `near` gives names (as keys) that mean about what is asked, with their closeness.
    """
    said = _Said.of(linked)
    table = table_said(question.text)
    scored = [_scored(e, question, linked, said, year, near, table) for e in found]
    top = sorted(scored, key=lambda s: -s.score)[:RANKED]
    lifted = [(s.score + 0.02 * min(_agreeing(s, top), 3), s) for s in top]
    return [s.evidence(score) for score, s in sorted(lifted, key=lambda one: -one[0])]


@dataclass(frozen=True, slots=True)
class _Scored:
    """Evidence on its way through the ranking."""

    one: Evidence
    score: float
    coverage: float
    meant: float
    printed: Printed | None

    def evidence(self, score: float) -> Evidence:
        return replace(self.one, score=score, coverage=self.coverage, meant=self.meant)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a question says, for comparing with hundreds of names: its terms' names, and all its letters."""

    names: frozenset[str]
    letters: str

    @classmethod
    def of(cls, linked: Linked) -> _Said:
        names = [n for t in linked.terms for n in t.names]
        return cls(frozenset(names), "|".join([key(linked.content), *names]))


def _agreeing(one: _Scored, others: Sequence[_Scored]) -> int:
    if one.printed is None:
        return 0
    return sum(
        o is not one
        and o.printed is not None
        and o.coverage >= one.coverage - 0.1
        and o.printed.agrees(one.printed)
        for o in others
    )


def _scored(
    e: Evidence,
    question: Question,
    linked: Linked,
    said: _Said,
    year: int | None,
    near: Mapping[str, float],
    table: str | None,
) -> _Scored:
    coverage = cover(e, linked.terms)
    meant = max((near.get(key(p), 0.0) for p in (e.name, *e.path[-2:])), default=0.0) if near else 0.0
    features = (
        0.62 * coverage,
        0.16 * _tightness(e, said),
        0.06 * _plainness(e, said),
        0.10 * unit_fits(e, question.expects),
        0.10 * _year_fits(e, year),
        0.12 * amount_fits(e, question),
        0.08 * kind_fits(e, question),
        0.08 * bound_fits(e, question),
        -0.1 * _narrow(e, question),
        -0.08 * _of_a_project(e, said),
        -UNIT * _of_a_unit(e, said),
        NAMED * (table is not None and titled(e, table)),
        OWN_BODY * (key(e.name) == key(e.document.body)),
    )
    printed = None if e.value is None else Printed.of(e.value, e.unit)
    return _Scored(e, sum(features), coverage, MEANT * meant * (1 - coverage), printed)


def _tightness(e: Evidence, said: _Said) -> float:
    """How much of the evidence's own name the question names: 政府采购服务预算 needs 服务 said."""
    name = key(e.name)
    if len(name) < 2:
        return 0.0
    return 1.0 if name in said.letters else overlap(name, said.letters)


def _plainness(e: Evidence, said: _Said) -> float:
    """Whether the measure is the one meant: named in the question, else the plain total."""
    if not said.names.isdisjoint((key(e.measure), *map(key, e.columns))):
        return 1.0
    if e.document.kind == Kind.FINAL and (e.measure == "预算数" or _PLAN.search(e.name)):
        # Final accounts tell what was planned only beside what was spent.
        return 0.7 if key(e.name) in said.names else 0.0
    if e.document.kind == Kind.FINAL and e.measure.startswith((REACHED, *SPENT)):
        return 0.7  # what was aimed at is told beside what was reached
    if e.measure == TARGET:
        return 0.5  # not its weight, or how it is bounded
    return 0.7 if e.measure in PLAIN_MEASURES or e.source == "text" else 0.0


def _year_fits(e: Evidence, year: int | None) -> float:
    if e.as_of is not None:
        return 1.0 if year in (None, e.as_of, e.document.year) else -1.0
    if year is None or e.year is None:
        return 0.0
    return 1.0 if e.year == year else -1.0


def _of_a_project(e: Evidence, said: _Said) -> float:
    """Whether a sum of money in a form is one project's, of which the question says nothing."""
    if e.table_kind != PROJECT_FORM or e.unit not in MONEY or len(e.path) < 2:
        return 0.0
    return 0.0 if overlap(key(e.path[0]), said.letters) else 1.0


def _of_a_unit(e: Evidence, said: _Said) -> float:
    """Whether a row stands under one unit of the department, of which the question says nothing; or says
    only the unit and not the row (防汛 under 防汛物资储备中心)."""
    unit = key(e.path[0]) if e.path else ""
    if e.source != "table" or len(e.path) < 2 or not names_body(unit) or is_form_kind(e.table_kind or ""):
        return 0.0
    return float(key(e.name) in unit or (unit not in said.names and unit[-SAID:] not in said.letters))


def _narrow(e: Evidence, question: Question) -> float:
    """How surely a table, or a sentence, tells of one fund only, or of projects, where the question means the
    whole: most its totals do."""
    kind = e.table_kind or ""
    if is_total(e.name) or names_body(e.name):
        if kind == PROJECTS and "项目" not in question.text:
            return 1.0
        if e.measure in _PARTS and e.measure[:2] not in question.text:
            return 0.5
    fund = next((f for f in phrases()["funds"] if kind.startswith(f["table"])), None)
    if fund is None:
        fund = fund_of("|".join(e.path[-3:]) if e.source == "text" else e.measure)
    if _all_funds(question.text) and (fund is not None or _of_one_source(e)):
        return 1.0
    if _treasury(question.text):
        return 1.0 if (e.table_kind or "") in ALL_FUNDS and "财政拨款" not in e.measure else 0.0
    if fund is None or re.search(fund["said"], question.text):
        return 0.0
    # What most items are paid from says as much of them as the whole does.
    return (0.5 if is_total(e.name) else 0.0) if fund["usual"] else 1.0


@lru_cache(256)
def _treasury(text: str) -> bool:
    """Whether a question means what the treasury gives, not all funds together."""
    return bool(re.search(phrases()["treasury"], text)) and not _all_funds(text)


@lru_cache(256)
def _all_funds(text: str) -> bool:
    """Whether a question means all funds together, not what the treasury gives alone."""
    return any(re.search(p, text) for p in phrases()["all_funds"].values())


def _of_one_source(e: Evidence) -> bool:
    """Whether a figure stands in one source's column of the table of income, or is the treasury's."""
    return (e.table_kind == "收入总表" and e.measure.endswith("收入")) or "财政拨款" in f"{e.name}{e.measure}"
