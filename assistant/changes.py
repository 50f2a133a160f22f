"""How each of many items changed: this year against another, final account against budget.

A document prints pairs in several ways: a sentence for each item (…执行数为…，预算安排…，减少…%), two
columns of a table, a form's years, or two documents of neighbouring years. Each gives a `Change`; a
printed rate is kept as printed, what is computed carries its formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assistant.companions import SERIES
from assistant.contest import By, Contest
from assistant.draft import Draft
from assistant.evidence import Evidence, cover, is_change, is_relative, of_fact, quantities
from assistant.finder import Finder
from assistant.money import CENT, MONEY, common_unit, convert, in_base, show
from assistant.pairs import is_earlier, read_pairs
from ingest.document import Relation
from ingest.template import is_total
from vectorstore.records import DocumentRecord, StoredStatement

DOCUMENTS = 3  # documents of the selection that are looked through
_MAIN = {"table_kinds": ["支出总表"], "measures": ["合计"]}  # where every document lists what it spends on


@dataclass(frozen=True)
class Change:
    """An item's two figures, and the rate of change (or of execution) where it is printed.

    `by` is what is compared: the change in 元, the change in percent, or the rate of execution.
    """

    name: str
    now: Evidence
    before: Evidence | None
    rate: Evidence | None
    by: By

    @property
    def size(self) -> Decimal:
        """The change in 元 or percent, negative for a fall; or the rate of execution."""
        if self.by != By.CHANGE and self.rate is not None:
            return _signed(self.rate) if self.by == By.RATE else self.rate.value or Decimal(0)
        now, before = _base(self.now), _base(self.before)
        if self.by == By.CHANGE:
            return now - before
        share = now / before * 100 if before else Decimal(0)
        return share if self.by == By.EXECUTION else share - 100

    @property
    def before_called(self) -> str:
        """How the earlier figure is called (2023年当年预算执行数)."""
        return _call(self.before) if self.before is not None else ""

    @property
    def usable(self) -> bool:
        """Whether there is something to compare: a printed rate, or two figures that give one."""
        if self.by == By.CHANGE:
            return self.before is not None
        return self.rate is not None or bool(_base(self.before))

    def told(self, draft: Draft) -> str:
        """The item with both figures and what was compared, each with its source."""
        shown = [f"{_call(e)}{_figure(draft, e)}" for e in (self.before, self.now) if e is not None]
        return f"{self.name}：{'，'.join([*shown, self.result(draft)])}"

    def result(self, draft: Draft) -> str:
        """What was compared: as printed, else computed with its formula."""
        way = "执行率" if self.by == By.EXECUTION else "增加" if self.size > 0 else "减少"
        if self.by != By.CHANGE and self.rate is not None:
            return way + draft.amount(self.name, abs(self.size), "%", self.rate) + draft.cite(self.rate)
        cells = [e for e in (self.now, self.before) if e is not None]
        now, before = (show(e.value or Decimal(0), e.unit) for e in cells)
        if self.by == By.CHANGE:
            unit = common_unit([e.unit for e in cells]) or "元"
            size = abs(convert(self.size, "元", unit))
            return way + draft.derived(f"{self.name}·变动", size, unit, f"{now} － {before}", *cells)
        share = f"{now} ÷ {before}" if self.by == By.EXECUTION else f"({now} － {before}) ÷ {before}"
        rate = abs(self.size).quantize(CENT, ROUND_HALF_UP)
        return way + draft.derived(f"{self.name}·{way}", rate, "%", f"{share} × 100%", *cells)


def changes_of(finder: Finder, contest: Contest) -> list[Change]:
    """The changes that compete, by the first of the ways in which the documents print them."""
    for way in (_in_forms, _in_prose, _in_columns, _between_documents):
        rows = _alike([c for c in way(finder, contest) if c.usable])
        rows = _clear(_within(rows, finder, contest))
        if len(rows) >= 2:
            return rows
    return []


def _alike(rows: Sequence[Change]) -> list[Change]:
    """The largest set whose figures are called the same: a total's own sentence does not compete."""
    sets: dict[tuple[str, ...], list[Change]] = {}
    for c in rows:
        called = (_call(c.now), _call(c.before) if c.before else "")
        sets.setdefault(tuple(re.sub(r"\d+年", "", one) for one in called), []).append(c)
    return max(sets.values(), key=len, default=[])


def _clear(rows: Sequence[Change]) -> list[Change]:
    """Items of one name get their parent's before it (城乡社区管理事务·行政运行)."""
    names = [c.name for c in rows]
    return [replace(c, name=_full(c)) if names.count(c.name) > 1 else c for c in rows]


def _full(c: Change) -> str:
    at = c.now.path.index(c.name) if c.name in c.now.path else 0
    return f"{c.now.path[at - 1]}·{c.name}" if at else c.name


def _within(rows: Sequence[Change], finder: Finder, contest: Contest) -> list[Change]:
    """Only those beneath an item that the question names (社会保障…里哪一项), where any are."""
    terms = [t for t in contest.terms(finder.asked.linked.terms) if t.role == "item"]
    places = [replace(c.now, name="", measure="", columns=(), quote="") for c in rows]
    inside = [c for c, place in zip(rows, places, strict=True) if terms and cover(place, terms) >= 0.7]
    return inside if len(inside) >= 2 else list(rows)


def _in_forms(finder: Finder, contest: Contest) -> Iterator[Change]:
    """By projects' forms: one's rates of execution by year, or each one's budget against last year's."""
    if contest.by != By.EXECUTION and contest.noun == "项目":
        new = finder.cells(names=["项目当年预算"])
        last = str((new[0].year or 0) - 1) if new else ""
        old = {e.path[0]: e for e in finder.cells(names=[last], measures=["预算数"])} if last else {}
        for e in new:
            if e.path[0] in old:
                yield Change(e.path[0], e, old[e.path[0]], None, contest.by)
    terms = [t for t in contest.terms(finder.asked.linked.terms) if t.role == "item"]
    if contest.by != By.EXECUTION or not (terms or contest.noun == "项目"):
        return
    which = {"under": [n for t in terms for n in t.names]} if terms else {}
    cells = finder.cells(measures=list(SERIES), **which)
    years = finder.asked.selection.years_asked
    for e in [c for c in cells if c.measure == "执行率" and (terms or not years or c.year in years)]:
        pair = [o for o in cells if (o.path, o.year) == (e.path, e.year)]
        before = next((o for o in pair if o.measure == "预算数"), None)
        now = next((o for o in pair if o.measure == "执行数"), None)
        if now is not None:
            yield Change(f"{e.year}年{e.path[0]}", now, before, e, contest.by)


def _in_prose(finder: Finder, contest: Contest) -> Iterator[Change]:
    """A sentence for each item, with both figures and mostly the rate; of the first document that has any."""
    if contest.level in (1, 2):
        return  # the sentences speak of 项
    for document in finder.asked.selection.documents[:DOCUMENTS]:
        rows = list(_spoken(finder, document, contest.by))
        if rows:
            yield from rows
            return


def _spoken(finder: Finder, document: DocumentRecord, by: By) -> Iterator[Change]:
    told: dict[tuple[str, str], tuple[StoredStatement, list[Evidence]]] = {}
    for relation in (Relation.CHANGE, Relation.QUANTITY):
        for stored, _ in finder.store.statements([document.id], relation=relation, limit=500):
            mark = (stored.statement.subject, stored.statement.text)
            if mark not in told:  # a sentence is stored once for each relation it states
                told[mark] = stored, _labelled(stored, document)
                yield from _pair(*told[mark], by)
    yield from _in_turn(list(told.values()), document, by)


def _labelled(stored: StoredStatement, document: DocumentRecord) -> list[Evidence]:
    """A sentence's figures, each called as the sentence calls it."""
    labels = [q.label for q in stored.statement.quantities]
    return [replace(e, name=n) for e, n in zip(quantities(stored, document), labels, strict=True)]


def _pair(stored: StoredStatement, figures: Sequence[Evidence], by: By) -> Iterator[Change]:
    """The two money figures of a sentence, which is the earlier, and the printed rate."""
    for pair in read_pairs(figures):
        if pair.before is not None:
            yield Change(stored.statement.subject, pair.now, pair.before, pair.rate, by)


def _in_turn(
    told: Sequence[tuple[StoredStatement, list[Evidence]]], document: DocumentRecord, by: By
) -> Iterator[Change]:
    """An item's own amount in one sentence (“…(项)”…万元,主要用于…), the earlier year's and its change
    in the next."""
    amounts: dict[tuple[str, ...], Evidence] = {}
    money = [[e for e in figures if e.unit in MONEY and not is_relative(e)] for _, figures in told]
    for (stored, _), own in zip(told, money, strict=True):
        if own and stored.statement.subject in own[0].name and not is_earlier(own[0]):
            amounts.setdefault(stored.statement.subject_path, own[0])
    called = f"{document.year or ''}年{document.kind.value if document.kind else ''}"
    for (stored, figures), own in zip(told, money, strict=True):
        now = amounts.get(stored.statement.subject_path)
        rate = next((e for e in figures if e.unit == "%" and is_change(e)), None)
        if now is not None and len(own) == 1 and is_earlier(own[0]):
            yield Change(stored.statement.subject, replace(now, name=called), own[0], rate, by)


def _in_columns(finder: Finder, contest: Contest) -> Iterator[Change]:
    """Two columns of one table, or a printed column of rates beside them."""
    for document in finder.asked.selection.documents[:DOCUMENTS]:
        for kind in ("一般公共预算支出表", "支出总表", "项目支出表"):
            rows: dict[tuple[object, ...], list[Evidence]] = {}
            for e in _cells(finder, document, contest.level or 3, table_kinds=[kind]):
                rows.setdefault((e.path, e.code), []).append(e)
            for cells in rows.values():
                yield from _of_row(cells, contest.by)


def _of_row(cells: Sequence[Evidence], by: By) -> Iterator[Change]:
    printed = "执行率" if by == By.EXECUTION else "增减率"
    rate = next((e for e in cells if e.measure == printed), None)
    years = sorted({e.year for e in cells if e.year and e.unit in MONEY})
    if len(years) >= 2:
        old, new = ([e for e in cells if e.year == y and e.unit in MONEY] for y in years[-2:])
    else:
        old = [e for e in cells if e.measure == "预算数"]
        new = [e for e in cells if e.measure in ("决算数", "执行数")]
    if new:
        yield Change(cells[0].name, new[0], old[0] if old else None, rate, by)


def _between_documents(finder: Finder, contest: Contest) -> Iterator[Change]:
    """The same row of the same table in this year's and an earlier year's document of one body."""
    pair = _neighbours(finder) if contest.by != By.EXECUTION else None
    if pair is None:
        return
    new, old = (_cells(finder, d, contest.level or 1, **_MAIN) for d in pair)
    before = {(e.path, e.code): e for e in old}
    for e in new:
        if (e.path, e.code) in before:
            yield Change(e.name, e, before[e.path, e.code], None, contest.by)


def appeared(finder: Finder, contest: Contest, *, gone: bool) -> tuple[list[Evidence], Evidence] | None:
    """Rows that only the newer of two years' documents prints with an amount (`gone`: only the older),
    and a row of the other document's table; None where there are none."""
    pair = _neighbours(finder)
    if pair is None:
        return None
    new, old = ([e for e in _cells(finder, d, contest.level or 3, **_MAIN) if e.value] for d in pair)
    mine, other = (old, new) if gone else (new, old)
    known = {k for e in other for k in (e.path, e.code) if k}
    rows = [e for e in mine if not {e.path, e.code} & known]
    return (rows, other[0]) if rows and other else None


def _neighbours(finder: Finder) -> tuple[DocumentRecord, DocumentRecord] | None:
    """The newest document to look in, and that of the same body for the earlier year."""
    asked = finder.asked
    new = max(asked.selection.documents, key=lambda d: d.year or 0, default=None)
    if new is None or not new.year:
        return None
    year = next((y for y in asked.selection.years_asked if y < (new.year or 0)), new.year - 1)
    old = next((d for d in asked.held if _like(d, new) and d.year == year), None)
    return (new, old) if old is not None else None


def _like(a: DocumentRecord, b: DocumentRecord) -> bool:
    return (a.body, a.kind, a.scope) == (b.body, b.kind, b.scope)


def _cells(finder: Finder, document: DocumentRecord, level: int, **which: Any) -> list[Evidence]:
    """Filled cells of the rows of one level (and of rows without one), less the totals."""
    found = [of_fact(f, document) for f in finder.store.facts([document.id], limit=2000, **which)]
    return [e for e in found if e.value is not None and not is_total(e.name) and e.level in (None, level)]


def _base(e: Evidence | None) -> Decimal:
    return in_base(e.value, e.unit)[0] if e is not None and e.value is not None else Decimal(0)


def _signed(rate: Evidence) -> Decimal:
    """A printed rate with its direction."""
    value = rate.value or Decimal(0)
    return -abs(value) if re.search(r"减|降|少|低", rate.name) else value


def _call(e: Evidence) -> str:
    """How a figure of a pair is called (2023年当年预算执行数, 年初预算)."""
    if e.source == "text":
        return e.name
    return f"{e.year}年{e.measure}" if e.year else e.measure


def _figure(draft: Draft, e: Evidence) -> str:
    return f"{draft.amount(_call(e), e.value or Decimal(0), e.unit, e)}{draft.cite(e)}"
