"""Facts and statements → evidence of one shape, and what of a question each speaks of.

A table cell, a form's field and a clause of prose all say the same kind of thing: of what, which
measure, how much, where printed. Giving them one shape lets a figure that stands in several places
be recognised, and lets one ranking (`assistant.rating`) choose among all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from assistant.letters import holds, in_order, likeness, overlap
from assistant.money import MONEY, in_base, same
from assistant.question import Question, kin_of, phrases
from assistant.terms import Linked, Term
from ingest.document import Kind, Place, Relation
from ingest.template import is_total
from ingest.text import key, normalise, without_body
from vectorstore.records import DocumentRecord, StoredFact, StoredStatement

# Measures that a figure question means when it names none, best first, by kind of document.
PLAIN_MEASURES = ("合计", "预算数", "决算数", "金额", "项目当年预算", "项目本年度预算")


IN_TITLE = 0.6  # how far a term is met that only the table's title or the sentence around bears


@dataclass(frozen=True)
class Evidence:
    """One thing printed at one place. `name` is its item, `label` how an answer calls it."""

    document: DocumentRecord
    source: str  # table | text
    name: str
    path: tuple[str, ...]
    measure: str
    columns: tuple[str, ...]
    text: str
    value: Decimal | None
    unit: str | None
    year: int | None
    places: tuple[Place, ...]
    title: str
    quote: str
    table_kind: str | None = None
    table: int | None = None
    level: int | None = None
    code: str | None = None
    relation: Relation | None = None
    as_of: int | None = None  # the year at whose end, or in which, things were counted
    score: float = 0.0
    coverage: float = 0.0  # share of the question's terms that it speaks of
    meant: float = 0.0  # what closeness of meaning adds to that share

    @cached_property
    def place(self) -> _Place:
        """Its words, as questions' terms are met by them."""
        return _Place(self)

    @property
    def label(self) -> str:
        """The item's name, with its measure where that says more."""
        if is_whole(self):
            return self.path[0]
        plain = self.measure in (*PLAIN_MEASURES, "数量", self.name) or self.measure in self.name
        measure = "" if plain else self.measure
        name = f"{self.name}年" if re.fullmatch(r"20\d\d", self.name) else self.name
        if self.table_kind and is_total(name):
            if re.search("支出$|经费$|收入$", measure):
                return measure  # the whole of what the column is for
            name = f"{self.table_kind}·{name}"
        return f"{name}·{measure}" if measure else name


def of_fact(stored: StoredFact, document: DocumentRecord) -> Evidence:
    """A table cell as evidence."""
    fact = stored.fact
    number = (
        f"（{stored.table_number}）"
        if stored.table_number and stored.table_number not in stored.table_title
        else ""
    )
    row = " ".join(dict.fromkeys(fact.row_path))
    head = " ".join(fact.column_path)
    return Evidence(
        document=document,
        source="table",
        name=fact.name,
        path=fact.row_path,
        measure=fact.measure,
        columns=fact.column_path,
        text=fact.text,
        value=fact.value,
        unit=fact.unit,
        year=fact.year,
        places=(fact.place,),
        title=(stored.table_title or stored.table_kind) + number,
        quote=f"{row} | {head}：{fact.text}" if head else f"{row}：{fact.text}",
        table_kind=stored.table_kind,
        table=fact.table,
        level=fact.level,
        code=fact.code,
    )


def of_statement(stored: StoredStatement, document: DocumentRecord) -> Evidence:
    """A prose statement as evidence: its content is what it says."""
    statement = stored.statement
    headings = [p for p in statement.subject_path if p != statement.subject]
    return Evidence(
        document=document,
        source="text",
        name=statement.subject,
        path=(*statement.subject_path,),
        measure=statement.relation.value,
        columns=(),
        text=statement.content,
        value=None,
        unit=None,
        year=statement.year,
        places=statement.places,
        title=" > ".join(headings[:2]) or statement.subject,
        quote=statement.text,
        relation=statement.relation,
    )


SPENT = ("执行数", "决算数")  # the columns of what was spent
PLANNED = "(?<!公共)(?<!基金)(?<!经营)预算"  # what was planned, not a fund's name (一般公共预算)
_DATED = re.compile(r"(20\d\d)年[^·]*$")  # of a change (…·比2023年增加) the sentence's own year holds
_AS_OF = re.compile(r"截[至止](20\d\d)年")


def quantities(stored: StoredStatement, document: DocumentRecord) -> Iterator[Evidence]:
    """Each figure of a prose statement as evidence, called by its own label."""
    base = of_statement(stored, document)
    statement = stored.statement
    date = _AS_OF.search("|".join((statement.text, *statement.subject_path)))
    whole = any(q.label == statement.subject for q in statement.quantities)
    for quantity in statement.quantities:
        # A year's part (2025年) of what the sentence tells the whole of (总投资) is not that whole.
        bare = quantity.label if whole else statement.subject
        name = without_body(quantity.label, document.short_names) or bare
        dated = _DATED.match(quantity.label)
        yield replace(
            base,
            name=name,
            path=tuple(dict.fromkeys((*statement.subject_path, statement.subject, name))),
            measure="数量",
            text=quantity.text,
            value=quantity.value,
            unit=quantity.unit,
            year=None if date else int(dated[1]) if dated else base.year,
            as_of=int(date[1]) if date else None,
        )


def cover(e: Evidence, terms: Sequence[Term]) -> float:
    """Weighted share of the question's terms that the evidence speaks of (0 to 1)."""
    total = sum(t.weight for t in terms)
    if not total:
        return 0.0
    place = e.place
    return sum(t.weight * place.match(t) for t in terms) / total


def speaks_of(e: Evidence, term: Term) -> bool:
    """Whether the evidence itself (not only its table's title) names a term."""
    return e.place.match(term) > IN_TITLE


PROJECT_WHOLE = (
    "项目当年预算",
    "项目总预算",
    "项目资金总额",
    "年度资金申请总额",
    "年度资金总额",
    "项目本年度预算",
    "项目预算",
)


def is_whole(e: Evidence) -> bool:
    """Whether a form's field is the amount of its whole project, which is called by the project's name."""
    return e.source == "table" and len(e.path) > 1 and e.name in PROJECT_WHOLE and e.value is not None


_EXCLUDED = re.compile(r"\(不[含包][^()]*\)")  # what a name says it is not: 设备(不含车辆)
_NOTE = re.compile(r"\([^()]*\)")  # what a name adds in brackets: (以合同签订为准)


@lru_cache(8192)
def _included(name: str) -> str:
    """A name as a key, without what it says it is not."""
    return _EXCLUDED.sub("", key(name))


class _Place:
    """An evidence's words as keys, by how near they are to the figure itself."""

    def __init__(self, e: Evidence) -> None:
        self.code = e.code
        self.spoken = e.source == "text"
        self.each = "/" in (e.unit or "")
        self.name = _included(e.path[0] if is_whole(e) else e.name)
        self.path = [_included(p) for p in e.path]
        if e.table_kind and is_total(e.name):  # the total of a table named after what it totals
            self.path.append(key(e.table_kind.removesuffix("表")))
        self.measures = [key(e.measure), *map(key, e.columns)]
        if e.table_kind and e.columns and is_total(e.columns[0]):  # 合计 of 支出总表 is 支出
            self.measures.append(key(e.table_kind.removesuffix("表")))
        headings, near = (self.path[:-2], self.path[-2:]) if self.spoken else ([], self.path)
        self.near = "|".join([self.name, *near, *self.measures])
        self.far = key("|".join([e.title, e.table_kind or "", *headings, e.quote if self.spoken else ""]))
        self.around = self.near + self.far

    def match(self, term: Term) -> float:
        if self.each and term.surface.startswith("每"):
            return 1.0  # 每人每天 is what 元/人·天 says
        best = 0.0
        for position, name in enumerate(term.names):
            order = max(1.0 - 0.04 * position, 0.85)  # earlier names are what the words mean first
            if order <= best:
                break
            best = max(best, order * self._match(name, term.role, best))
        return best

    def _match(self, name: str, role: str, best: float) -> float:
        """How far one name is met; where that is surely below `best`, anything below it."""
        if role == "code":
            return 1.0 if name == self.code else 0.0
        if name == self.name or (role == "measure" and name in self.measures):
            return 1.0
        if name in self.measures:
            return 0.9
        if name in self.path:
            # What a sentence is about stands last; before it come the headings, ever wider.
            above = self.path[::-1].index(name) if self.spoken else 0
            return max(0.9 - 0.08 * max(above - 2, 0), IN_TITLE)
        if len(name) < 3 and role != "word" and not holds(self.name, name):
            if any(holds(part, name) for part in (*self.path[:1], *self.path[-2:])):
                return IN_TITLE
            return 0.3 if name in self.near else 0.0  # 电费 stands in 邮电费 by chance
        if name in self.name:
            plain = len(_NOTE.sub("", self.name)) or len(self.name)
            return 0.9 if role == "word" else 0.65 + 0.3 * min(len(name) / plain, 1.0)
        if 2 * len(name) >= len(self.name) and len(name) >= 3 and in_order(name, self.name):
            return 0.85
        return self._loosely(name, best)

    def _loosely(self, name: str, best: float) -> float:
        """How far a name is met by what stands around, by a part of it, or by likeness."""
        if name in self.near:
            return 0.75
        if self.name in name and len(self.name) >= 2:
            share = len(self.name) / len(name)
            if share >= 0.6 or len(self.name) >= 3:
                return 0.7 * share + 0.1
        if name in self.far:
            return IN_TITLE
        if len(name) >= 4:
            alike = likeness(name, self.name)
            if alike >= 0.72:
                return 0.8 * alike
        most = 0.55 if len(name) >= 4 else 0.35 if len(name) > 2 else 0.0
        return most * overlap(name, self.around) if most > best else 0.0


def same_figure(a: Evidence, b: Evidence) -> bool:
    """Whether two cells print the same figure, be it in other units."""
    return a.value is not None and b.value is not None and same(a.value, a.unit, b.value, b.unit)


def amount_fits(e: Evidence, question: Question) -> float:
    """How surely a figure, or the sentence it stands in, is of an amount that the question gives."""
    if not question.amounts:
        return 0.0
    if e.value is not None and any(a.fits(e.value, e.unit) for a in question.amounts):
        return 1.0
    digits = {f"{a.value:f}" for a in question.amounts}
    return 0.8 if any(d in e.quote.replace(",", "") for d in digits) else 0.0


_CHANGE = re.compile(r"(比|较).{0,14}(增|减|升|降|涨|多|少)|[增减](加|少|长)$")


def is_relative(e: Evidence) -> bool:
    """Whether a figure says how much another one changed, or its share (…·比2023年预算减少)."""
    return e.source == "text" and ("·" in e.name or bool(_CHANGE.search(e.name)))


def is_change(e: Evidence) -> bool:
    """Whether a figure of the prose says how much another one changed."""
    return e.source == "text" and bool(_CHANGE.search(e.name.rpartition("·")[2]) or _CHANGE.search(e.name))


def unit_fits(e: Evidence, expects: str | None) -> float:
    """How surely a figure has the unit that a question expects: 1, 0 where that says nothing, -1."""
    if expects is None or e.value is None:
        return 0.0
    if expects == "元":
        return 1.0 if (e.unit or "").split("/")[0] in MONEY else -1.0
    own = e.unit or ""
    if expects in own or own in kin_of(expects) or (own and own in expects):
        return 1.0
    return 0.5 if expects == "个" and own in phrases()["counters"] else -1.0  # 事业编的有几个: 14人


_BOUNDS = (
    (re.compile("至少|最少|起码|不少于|不低于"), re.compile("[≥>]|至少|不少于|不低于|以上")),
    (re.compile("至多|最多|不超过|不高于|不多于"), re.compile("[≤<]|至多|不超过|不高于|不多于|以内|以下")),
)


def bound_fits(e: Evidence, question: Question) -> float:
    """Whether a target is a bound of the sort asked for (至少几场: 不低于5次): 1, 0 if none is asked, -1."""
    printed = _bound_asked(question.text)
    if printed is None:
        return 0.0
    return 1.0 if printed.search(e.text) else -1.0 if "=" in e.text else 0.0


@lru_cache(256)
def _bound_asked(text: str) -> re.Pattern[str] | None:
    """How the sort of bound that a question asks for is printed; None where it asks for none."""
    return next((printed for asked, printed in _BOUNDS if asked.search(text)), None)


def fits_unit(e: Evidence, question: Question) -> bool:
    """Whether a figure has the unit that the question expects."""
    return question.expects is not None and unit_fits(e, question.expects) > 0


def unit_conflict(e: Evidence, question: Question) -> bool:
    """Whether a figure cannot be what is asked for: a count where money is, or another unit."""
    return question.expects is not None and e.value is not None and unit_fits(e, question.expects) < 0


def kind_fits(e: Evidence, question: Question) -> float:
    """How surely a figure is of the kind asked, planned or spent: 1, 0 where none is asked, -1."""
    if question.kind is None:
        return 0.0
    spent = e.measure in ("决算数", "执行数", "执行率") or "决算" in e.name or "执行" in e.name
    planned = e.measure == "预算数" or "预算" in e.name
    final = spent or (e.document.kind == Kind.FINAL and not planned)
    return 1.0 if final == (question.kind == Kind.FINAL) else -1.0


def fits_kind(e: Evidence, question: Question) -> bool:
    """Whether a figure is not of the other kind than asked (a budget figure where 决算 is asked)."""
    return kind_fits(e, question) >= 0


def told(e: Evidence, linked: Linked) -> float:
    """Share of the letters of the evidence's own name that the question says (0 to 1)."""
    asked = "".join([key(linked.content), *(n for t in linked.terms for n in t.names[:2])])
    name = key(e.name)
    return sum(letter in asked for letter in name) / len(name) if name else 0.0


def fund_of(text: str) -> dict[str, Any] | None:
    """The fund that is not the usual one of which a text tells, if any."""
    return next((f for f in phrases()["funds"] if not f["usual"] and f["table"] in text), None)


# A table called by its title (支出决算表里, 按支出决算表口径).
_TABLE = re.compile(
    "(?:^|[,，。;；年度在从按据以用《“(])[按从在据以用]{0,2}(?P<title>[\u4e00-\u9fff]{3,20}表)[》”]?"
    "(?:[里上内]|中(?!的?标)|的?口径|的数|[来计]?算)"
)


def table_said(text: str) -> str | None:
    """The table in which a question means its figures, by its title; None where it names none."""
    found = _TABLE.search(text)
    return found["title"] if found else None


def titled(e: Evidence, table: str) -> bool:
    """Whether a figure's table has just the title named (支出决算表, not 财政拨款支出决算表)."""
    if e.source != "table" or table not in e.title:
        return False
    return without_body(key(_NOTE.sub("", normalise(e.title))), e.document.short_names) == table


def nested(rows: Sequence[Evidence]) -> bool:
    """Whether one of some rows stands under another, so that adding them up counts it twice."""
    paths = [e.path for e in rows]
    return any(a != b and b[: len(a)] == a for a in paths for b in paths)


def largest_first(rows: Sequence[Evidence]) -> list[Evidence]:
    """Rows sorted by amount, largest first; rows without one keep their order at the end."""
    return sorted(rows, key=lambda e: -(in_base(e.value, e.unit)[0] if e.value is not None else 0))
