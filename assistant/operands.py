"""Several figures for one question: the same search, once for each side that it sets side by side.

Comparisons, sums, shares and changes all need two or more figures that are alike. This module
finds them; what is computed from them is the business of `assistant.arithmetic`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from assistant import lexicon
from assistant.contrast import View, dated, measure_views, views
from assistant.evidence import Evidence, is_relative, speaks_of, table_said, titled
from assistant.finder import Asked, Finder
from assistant.linking import Linked, Term, link
from assistant.lookup import acceptable, is_blank
from assistant.money import in_base
from assistant.numerals import NUMERAL, numeral
from assistant.prices import ASKS, price_of
from assistant.question import phrases
from assistant.scope import Selection, body_words, named_bodies, select
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


def sides(finder: Finder) -> list[Operand]:
    """The figures that the question sets side by side; empty unless every side has one."""
    found = views(finder.asked)
    if found and ASKS.search(finder.asked.question.text):
        prices = [price_of(finder, view) for view in found]
        if all(prices):
            return [Operand(e.label, e) for e in prices if e is not None]
    parts = matching(finder, [_relinked(finder, view) for view in found])
    again = dated(finder.asked) if not parts else None
    if again is None:
        return parts
    parts = matching(finder, views(again))
    return parts if all(p.evidence.year == p.evidence.document.year for p in parts) else []


def _relinked(finder: Finder, view: View) -> View:
    """A side that is of a body of its own, linked to the names that this body's documents print."""
    asked = view.asked
    if "body" not in view.types or not asked.selection.documents:
        return view
    linked = link(asked.question, finder.store, asked.ids, body_words(asked.question.text, asked.held))
    named = any(t.role != "word" for t in linked.terms)
    return replace(view, own=(), asked=replace(asked, linked=linked)) if named else view


def completed(finder: Finder, parts: list[Operand]) -> list[Operand]:
    """The parts that the question lists, with those that it says in words of its own (买东西、工程、服务):
    where all found are parts of one whole, which has just as many as the question lists."""
    listed = _LISTED.search(finder.asked.question.text)
    many = len(re.split(r"[、和与及]", listed[1])) if listed else 0
    found = [p.evidence for p in parts if not _is_whole(p.evidence)]
    if not found or many <= len(found):
        return parts
    first = found[0]
    if first.source == "text":
        kin = [
            e
            for e in finder.beside(first)
            if e.unit == first.unit and not is_relative(e) and not _is_whole(e)
        ]
    else:
        rows = [e for e in finder.rows_of(first) if e.path[:-1] == first.path[:-1] and e.value is not None]
        kin = [e for e in rows if (e.measure, e.columns) == (first.measure, first.columns)]
    cells = {(e.name, e.text) for e in kin}
    complete = len(cells) == len(kin) == many and all((e.name, e.text) in cells for e in found)
    if len(found) == 1 and listed:  # one alone may be of another whole than is meant
        complete &= all(sum(c in listed[1] for c in e.name) >= 2 for e in kin)
    return [Operand(e.label, e) for e in kin] if complete else parts


def _is_whole(e: Evidence) -> bool:
    """Whether a figure of the prose is the whole whose parts its sentence lists after 其中."""
    before, inside, _ = e.quote.partition("其中")
    printed = re.search(rf"(?<![\d.,]){re.escape(e.text)}", before)  # 0万元 is not in 117.00万元
    return e.source == "text" and bool(inside) and printed is not None


def measures(finder: Finder) -> list[Operand]:
    """The two measures of one item that the question names (决算数 and 年初预算)."""
    return matching(finder, measure_views(finder.asked))


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


def alike(finder: Finder) -> list[Operand]:
    """The rows of one table that bear names that the question says, as many as it counts (三家…合计)."""
    stated = _stated(finder)
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    # What is said (离退休) may be a part that the names of several rows share.
    choices = [[n for t in items for n in t.names[:2]], *([key(t.surface)] for t in items)]
    if not stated or not items:
        return []
    for best in finder.figures[:CANDIDATES]:
        if best.source != "table" or best.value is None:
            continue
        column = [e for e in finder.rows_of(best) if e.measure == best.measure and e.value is not None]
        for names in choices:
            rows = [e for e in column if any(n in key(e.name) for n in names)]
            cells = {(e.places[0], e.name): e for e in rows}
            if len(cells) == stated:
                return [Operand(e.label, e) for e in cells.values()]
    return []


_KIND = re.compile("预算|决算|执行数")
_LISTED = re.compile(r"([^,，。;；]*、[^,，。;；]*?)(?:各|分别|都)")
_COUNT = re.compile(rf"({NUMERAL}|[2-8])(?:个|笔|项|类|家|张)")


def one(finder: Finder, terms: Sequence[Term], selection: Selection | None = None) -> Evidence | None:
    """The figure for some of the question's terms, in the same or another selection of documents."""
    asked = finder.asked
    question = replace(asked.question, expects=None)
    linked = Linked(tuple(terms), " ".join(t.surface for t in terms))
    sub = replace(asked, question=question, linked=linked, selection=selection or asked.selection)
    return next(iter(candidates(finder, sub)), None)


def matching(finder: Finder, found: Sequence[View]) -> list[Operand]:
    """One figure for each view, chosen together: alike in table and measure, never the same cell twice."""
    if len(found) < 2:
        return []
    choices = []
    for view in found:
        some = _of_side(finder, view)
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
    if len(set(labels)) < len(labels):  # one item in two tables: its 收入 and its 支出
        labels = [f"{label}·{v.label}" for label, v in zip(labels, found, strict=True)]
    return [Operand(label, e) for label, e in zip(labels, chosen, strict=True)]


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
    return above and not any(n in key(e.name) for n in names)


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
            - 1.0 * same_cell
            - 0.15 * (other.value == first.value)  # rather one figure found twice than two alike
        )
    return sum(e.score for e in chosen) + alike


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


def by_item(finder: Finder) -> list[Operand]:
    """One figure for each item that the question names (津贴补贴 and 基本工资)."""
    terms = finder.asked.linked.terms
    items = [t for t in terms if t.role == "item"]
    shared = [t for t in terms if t.role == "measure"]
    of: list[Term] = []  # the one item that a measure (年初预算) is of
    if len(items) < 2:
        of, shared = items, []
        items = [t for t in terms if t.role in ("item", "total", "measure")]
    found = []
    for term in items:
        whose = of if term.role == "measure" and _KIND.search(term.names[0]) else []
        evidence = one(finder, [*whose, term, *shared])
        if evidence is not None:
            found.append((term, Operand(evidence.label, evidence)))
    return distinct([o for term, o in found if not _holds_others(term, o, found)])


def _holds_others(term: Term, own: Operand, found: Sequence[tuple[Term, Operand]]) -> bool:
    """Whether an item is only where the others stand (a project among its indicators)."""
    others = [o.evidence for _, o in found if o is not own]
    paths = [{key(p) for p in e.path[:-1]} for e in others if e.name != own.evidence.name]
    return len(paths) > 1 and all(paths_ & set(term.names) for paths_ in paths)


def summands(finder: Finder) -> list[Operand]:
    """The items that a sum names, where they are rows of one table of which none is part of another."""
    parts = by_item(finder)
    paths = [p.evidence.path for p in parts]
    nested = any(a != b and b[: len(a)] == a for a in paths for b in paths)
    apart = len({(p.evidence.document.id, p.evidence.table, p.evidence.measure) for p in parts}) > 1
    return [] if nested or apart or len(set(paths)) < len(paths) or _miscounted(finder, parts) else parts


def _miscounted(finder: Finder, parts: Sequence[Operand]) -> bool:
    """Whether the question says another number of things (五个…合计) than were found."""
    stated = _stated(finder)
    return bool(stated) and stated != len(parts)


def _stated(finder: Finder) -> int:
    """How many things the question says that it means (三家), 0 where it does not."""
    count = _COUNT.search(finder.asked.question.text)
    number = numeral(count[1]) if count else None
    return number if number and number > 1 else 0


def together(finder: Finder) -> list[Operand]:
    """One figure for each part of a word that means several items at once (水电费)."""
    linked = finder.asked.linked
    alone = [t for t in linked.terms if t.role == "item" and not means_several(t)] if linked.joint else []
    terms = [*(Term(names[0], names, 1.8, "item") for parts in linked.joint for names in parts), *alone]
    found = []
    for term in terms:
        evidence = one(finder, [term])
        if evidence is not None:
            found.append(Operand(evidence.label, evidence))
    return distinct(found)


def means_several(term: Term) -> bool:
    """Whether a word means several items added up (水电费)."""
    return any(sense.together for sense in lexicon.expand(term.surface))


def by_year(finder: Finder, years: Sequence[int]) -> list[Operand]:
    """The same item in each of several years, from each year's own document where one is held."""
    found = []
    for year in sorted(set(years), reverse=True):
        question = replace(finder.asked.question, years=(year,), relative_years=())
        selection = select(question, finder.asked.held)
        evidence = one(finder, finder.asked.linked.terms, selection) if selection.documents else None
        if evidence is not None and evidence.year == year:
            found.append(Operand(f"{year}年", evidence))
    return found


def by_body(finder: Finder) -> list[Operand]:
    """The same item in the documents of each body that the question names."""
    asked = finder.asked
    bodies = named_bodies(asked.question.text, asked.held)
    found = []
    for body in sorted(bodies):
        documents = tuple(d for d in asked.selection.documents if d.body == body)
        if documents:
            evidence = one(finder, asked.linked.terms, replace(asked.selection, documents=documents))
            if evidence is not None:
                found.append(Operand(body, evidence))
    return found


def distinct(operands: Sequence[Operand]) -> list[Operand]:
    """Operands without figures found twice."""
    cells: dict[tuple[object, ...], Operand] = {}
    for operand in operands:
        e = operand.evidence
        cells.setdefault((e.document.id, e.name, e.measure, e.value), operand)
    return list(cells.values())


def asked_years(asked: Asked) -> list[int]:
    """The years that a comparison names, relative ones (去年) counted from the newest one held."""
    newest = max((d.year for d in asked.selection.documents if d.year), default=None)
    years = list(asked.question.years)
    if newest:
        base = years[0] if len(years) == 1 and 0 not in asked.question.relative_years else newest
        years += [base - n for n in asked.question.relative_years]
        if len(set(years)) == 1 and asked.question.relative_years:
            years.append(newest)
    if len(years) == 1 and re.search("翻了?(一|两|几)?[倍番]", asked.question.text):
        years.append(years[0] - 1)
    return list(dict.fromkeys(years))
