"""Which rows compete: figures that are alike and stand under one heading, and how well they are meant.

A field of competitors is found where figures stand together: rows of one table column under one
parent, a form's totals over the forms, the parts that a sentence lists. Fields are compared by what
the question says of them: their heading, their measure, their level, their number, their members.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.contest import MOST, UNITS, Contest
from assistant.evidence import PLAIN_MEASURES, Evidence, cover, is_relative, quantities
from assistant.finder import Finder
from assistant.money import MONEY, in_base
from assistant.terms import Term
from ingest.blocks import names_body
from ingest.document import Kind
from ingest.template import is_form_kind, is_sum
from ingest.text import key

TABLES = 6  # tables that a question may turn to
NAMED = 0.3  # below this the question names something else
PROJECTS = 0.4  # by how much projects may fit worse than accounts where projects are asked
MEMBERS = 20  # competitors whose names are compared with the question
LEAF = 3  # the level of 项, the finest of the functional classification; elsewhere the finest there is
_PROJECT_TOTALS = ("项目总预算", "项目资金总额", "项目当年预算", "年度资金申请总额")
_PLAIN = frozenset([*PLAIN_MEASURES, *_PROJECT_TOTALS, "基本支出", "一般公共预算"])
_PLANNED = re.compile("(年初|全年|调整后?)预算|预算执行数|执行数$|支出决算$")
# 类 of the economic classification that are 人员经费; the others of basic expenditure are 公用经费.
_PERSONNEL = ("301", "303")


@dataclass(frozen=True)
class Field:
    """Competitors under one heading: `path` leads to them, `levels` says what they are (1 类 … 3 项)."""

    path: tuple[str, ...]
    rows: tuple[Evidence, ...]
    levels: frozenset[int] = frozenset()
    fit: float = 0.0

    @property
    def name(self) -> str:
        """What the competitors are parts of."""
        return self.path[-1] if self.path else ""


def field_of(finder: Finder, contest: Contest) -> Field | None:
    """The field that the question means, None where nothing comes near."""
    terms = contest.terms(finder.asked.linked.terms)
    contest = contest.called(terms)
    year = finder.asked.selection.year
    best: Field | None = None
    most = 0.0
    for one in _fields(finder, contest, terms):
        rows = _distinct(_without_bodies(one.rows) if contest.noun == "项目" else one.rows)
        if len(rows) < 2:
            continue
        one = replace(one, rows=rows)
        fit = _fit(one, contest, terms, year)
        if fit < contest.bar(terms):
            continue
        rank = fit + (PROJECTS if contest.noun == "项目" and _lists_projects(one, contest) else 0.0)
        if best is None or rank > most:
            best, most = replace(one, fit=fit), rank
    return best


def _without_bodies(rows: Sequence[Evidence]) -> Sequence[Evidence]:
    """The projects of a list in which those of each body stand under its own sum, and all under the whole;
    none of a list of bodies."""
    projects = [e for e in rows if not names_body(e.name)]
    whole = any(key(e.name) == key(e.document.body) for e in rows)
    return projects if not projects or (whole and len(projects) > 1) else rows


def _lists_projects(field: Field, contest: Contest) -> bool:
    """Whether competitors are projects: of a table or forms that list them, or of a sentence that says so."""
    first = field.rows[0]
    if first.source == "text":
        return bool(re.search("项目(预算)?(资金|金额|经费)$", field.name))
    return first.table_kind in contest.kinds or field.name == "项目"


def _fields(finder: Finder, contest: Contest, terms: Sequence[Term]) -> Iterator[Field]:
    for table in _tables(finder, contest, terms):
        yield from _of_table(table)
    if contest.noun == "项目":
        yield from _of_forms(finder)
    yield from _of_prose(finder)


def _tables(finder: Finder, contest: Contest, terms: Sequence[Term]) -> Iterator[Sequence[Evidence]]:
    """Whole tables: those of the figures that speak of the question, then those its words call for."""
    seen: dict[tuple[int, int | None], Evidence] = {}
    for e in finder.figures:
        if e.source == "table" and terms and e.coverage >= 0.25 and len(seen) < TABLES:
            seen.setdefault((e.document.id, e.table), e)
    for e in seen.values():
        yield finder.rows_of(e)
    for kind in contest.tables:
        rows = finder.cells(table_kinds=[kind])
        tables = dict.fromkeys(e.table for e in rows)
        for table in tables:
            if rows and (rows[0].document.id, table) not in seen:
                yield [e for e in rows if e.table == table]


def _of_table(rows: Sequence[Evidence]) -> Iterator[Field]:
    """Every set of rows of one column that stand under one parent, directly or as the finest ones."""
    columns: dict[tuple[object, ...], list[Evidence]] = {}
    for e in rows:
        if e.value is not None and not is_sum(e.name):
            columns.setdefault((e.measure, _head(e), e.unit, e.year), []).append(e)
    for column in columns.values():
        yield from _of_column(column)
    if rows and rows[0].table_kind == "基本支出表" and not any(e.measure == "人员经费" for e in rows):
        yield from _by_use(rows)


def _of_column(column: Sequence[Evidence]) -> Iterator[Field]:
    paths = {e.path for e in column}
    parents = {p[:n] for p in paths for n in range(len(p))}
    form = is_form_kind(column[0].table_kind or "")
    for parent in sorted(parents):
        inside = [e for e in column if e.path[: len(parent)] == parent and len(e.path) > len(parent)]
        direct = [e for e in inside if len(e.path) == len(parent) + 1]
        finest = [e for e in inside if e.path not in parents]
        yield Field(parent, tuple(direct), _levels(direct, parents))
        if len(finest) > len(direct) and not form:  # a form's sections have nothing in common
            yield Field(parent, tuple(finest), _levels(finest, parents), fit=-0.03)
        if not parent:
            yield Field(parent, tuple(e for e in inside if e.level == 2), frozenset([2]))
    for name in dict.fromkeys(e.name for e in column if e.level):
        alike = [replace(e, name=e.path[-2]) for e in column if e.name == name and len(e.path) > 1]
        tops = dict.fromkeys(e.path[0] for e in alike)
        yield Field((name,), tuple(alike), fit=-0.1)
        if len(tops) > 1:
            for top in tops:
                yield Field((top, name), tuple(e for e in alike if e.path[0] == top), fit=-0.1)


def _by_use(rows: Sequence[Evidence]) -> Iterator[Field]:
    """人员经费 and 公用经费 of a table of basic expenditure that has no columns for them."""
    finest = [e for e in rows if e.level == 2 and e.code]
    personnel = tuple(e for e in finest if (e.code or "").startswith(_PERSONNEL))
    public = tuple(e for e in finest if e not in personnel)
    yield Field(("人员经费",), personnel, frozenset([2, LEAF]))
    yield Field(("公用经费",), public, frozenset([2, LEAF]))


def _head(e: Evidence) -> tuple[str, ...]:
    """The header over a figure, less what only its own row says (“三公” tables name items in the header)."""
    own = {"小计", *(key(p) for p in e.path)}
    return tuple(c for c in e.columns if key(c) not in own and key(c) not in key(e.name))


def _levels(rows: Sequence[Evidence], parents: Container[tuple[str, ...]]) -> frozenset[int]:
    """What rows of a classification are called: their own level, and 项 where nothing is finer."""
    levels = {e.level for e in rows if e.level}
    own = levels if len(levels) == 1 else set()
    finest = bool(levels) and not any(e.path in parents for e in rows)
    return frozenset(own | ({LEAF} if finest else set()))


def _of_forms(finder: Finder) -> Iterator[Field]:
    """Projects that have a form each, by the total on their forms."""
    for name in _PROJECT_TOTALS:
        forms = [replace(e, name=e.path[0]) for e in finder.cells(names=[name]) if len(e.path) > 1]
        if len(forms) >= 2:
            yield Field(("项目",), tuple(replace(e, path=("项目", e.name)) for e in forms))
            return


def _of_prose(finder: Finder) -> Iterator[Field]:
    """The parts that one sentence lists, each with its figure (四个季度, 货物、工程、服务)."""
    asked = finder.asked
    seen: set[str] = set()
    for stored, _ in finder.store.statements(
        asked.ids, text=asked.linked.probe, said=asked.linked.names, limit=20
    ):
        if stored.statement.text in seen:
            continue
        seen.add(stored.statement.text)
        listed = [e for e in quantities(stored, finder.document(stored.doc_id)) if not is_relative(e)]
        if any(_PLANNED.search(e.name) for e in listed):
            continue  # what was planned and what was spent are no parts of one thing
        for unit in dict.fromkeys(e.unit for e in listed):
            alike = [e for e in listed if e.unit == unit]
            parts = _parts(alike)
            whole = (alike[0].name,) if len(parts) < len(alike) else ()
            subject = (*stored.statement.subject_path, stored.statement.subject)
            path = tuple(p for p in dict.fromkeys((*subject, *whole)) if p not in {e.name for e in parts})
            yield Field(path, tuple(parts))


def _parts(listed: Sequence[Evidence]) -> list[Evidence]:
    """The figures of a sentence without the whole that they add up to, or that 其中 follows."""
    values = [e.value or Decimal(0) for e in listed]
    for at, whole in enumerate(values):
        rest = values[at + 1 :]
        if len(rest) >= 2 and abs(sum(rest, Decimal(0)) - whole) <= abs(whole) / 100:
            return list(listed[at + 1 :])
    return list(listed)


def _fit(field: Field, contest: Contest, terms: Sequence[Term], year: int | None) -> float:
    """How well a field is what the question compares (about 0 to 2)."""
    first = field.rows[0]
    named = _named(field, terms) if terms else 0.6
    fit = field.fit + (named if named >= NAMED else named - 0.4)
    fit -= 0.06 if first.source == "table" and field.path and not _asked(field.name, terms) else 0.0
    fit += 0.3 if contest.stated == len(field.rows) else -0.1 if contest.stated else 0.0
    fit -= 0.3 if 1 < contest.count < MOST and len(field.rows) <= contest.count else 0.0
    if contest.level is not None and field.levels:
        own = {e.level for e in field.rows} if contest.exact else field.levels
        fit += 0.2 if contest.level in own else -1.0
    if contest.noun == UNITS:
        fit += 0.4 if all(names_body(e.name) for e in field.rows) else -0.4
    if contest.member:
        fit += 0.4 if all(re.search(contest.member, e.name) for e in field.rows) else -0.4
    if contest.parent:
        fit += 0.2 if re.search(contest.parent, field.name) else 0.0
    if contest.noun == "项目" and first.source == "table" and _lists_projects(field, contest):
        fit += 0.15
    if contest.table:
        fit += 0.4 if first.table_kind == contest.table else -0.2
    if contest.numbered:
        fit += 0.6 if re.search(rf"{contest.numbered}(?![\d一二三四五六七八九十])", first.title) else -0.2
    if first.table_kind in contest.tables:
        fit += 0.1 - 0.01 * contest.tables.index(first.table_kind)
    asked = any(key(first.measure) in t.names for t in terms)
    # Final accounts are about what was spent, and print what was planned beside it.
    fit -= 0.1 if first.document.kind == Kind.FINAL and first.measure == "预算数" and not asked else 0.0
    fit += 0.1 if asked else 0.08 if first.measure in _PLAIN or first.source == "text" else -0.2
    if first.unit not in MONEY and not contest.counts:
        fit -= 0.5
    if year is not None and first.year is not None and first.year != year:
        fit -= 0.3
    return fit + min(len(field.rows), 10) / 500


def _named(field: Field, terms: Sequence[Term]) -> float:
    """Share of the question's terms that a field's heading, or its members, are."""
    first = field.rows[0]
    path = field.path or (first.title,)
    place = replace(first, name=path[-1], path=path, text="", quote="", level=None, code=None)
    total = sum(t.weight for t in terms)
    heading = [_of_code(field, t) if t.role == "code" else cover(place, [t]) for t in terms]
    if first.source == "text" or len(terms) > 1:
        # The competitors themselves may be named, each (货物、工程、服务) or all alike (季度用款计划).
        members = [sum(cover(e, [t]) >= 0.75 for e in field.rows[:MEMBERS]) for t in terms]
        each = [n == 1 for n in members] if members.count(1) > 1 else [False] * len(terms)
        named = [0.95 * (one or n == len(field.rows)) for one, n in zip(each, members, strict=True)]
        heading = [max(pair) for pair in zip(heading, named, strict=True)]
    return sum(t.weight * h for t, h in zip(terms, heading, strict=True)) / total


def _of_code(field: Field, term: Term) -> float:
    """Whether all competitors stand under a code that the question gives (201 类下)."""
    return float(all((e.code or "").startswith(term.names[0]) for e in field.rows))


def _asked(name: str, terms: Sequence[Term]) -> bool:
    return any(key(name) in n or n in key(name) for t in terms for n in t.names)


def _distinct(rows: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Each row once, with an amount; a table may print it again. Equal names get their parent's before them.

    A zero competes where few things are named, but not in a classification's table, where it fills a grid.
    """
    seen: dict[tuple[object, ...], Evidence] = {}
    for e in rows:
        if (e.value or (e.value is not None and e.level is None)) and not is_sum(e.name):
            seen.setdefault((e.path, e.value), e)
    unique = _without_sum(list(seen.values()))
    parents: dict[str, set[str]] = {}
    for e in unique:
        parents.setdefault(e.name, set()).add(e.path[-2] if len(e.path) > 1 else "")
    return tuple(
        replace(e, name=f"{e.path[-2]}·{e.name}") if len(parents[e.name]) > 1 and len(e.path) > 1 else e
        for e in unique
    )


def _without_sum(rows: list[Evidence]) -> list[Evidence]:
    """Rows without the one that all others add up to: a department over its units, called by its own name."""
    whole = sum((amount(e) for e in rows), Decimal(0)) / 2
    return [e for e in rows if len(rows) < 4 or amount(e) != whole] if whole > 0 else rows


def amount(e: Evidence) -> Decimal:
    """An amount for comparing, in 元 where it is money."""
    return in_base(e.value or Decimal(0), e.unit)[0]
