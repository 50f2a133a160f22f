"""Several figures for one question: the same search, once for each side that it sets side by side.

Comparisons, sums, shares and changes all need two or more figures that are alike. This module
finds them; what is computed from them is the business of `assistant.arithmetic`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant import lexicon
from assistant.contrast import View, dated, measure_views, views
from assistant.evidence import Evidence, is_relative, nested
from assistant.finder import Asked, Finder
from assistant.linking import link
from assistant.matching import CANDIDATES, Operand, candidates, matching
from assistant.numerals import NUMERAL, numeral
from assistant.prices import ASKS, price_of
from assistant.question import Operation, phrases
from assistant.scope import Selection, body_words, named_bodies, place_words, select
from assistant.terms import Linked, Term
from ingest.text import key


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
    blank = body_words(asked.question.text, asked.held)
    linked = link(asked.question, finder.store, asked.ids, blank, place_words(asked.held))
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


def alike(finder: Finder) -> list[Operand]:
    """The rows of one table that bear names that the question says, as many as it counts (三家…合计)."""
    stated = stated_count(finder.asked.question.text)
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
            if len(cells) == stated and not nested(list(cells.values())):
                return [Operand(e.label, e) for e in cells.values()]
    return []


_KIND = re.compile("预算|决算|执行数")
_LISTED = re.compile(r"([^,，。;；]*、[^,，。;；]*?)(?:各|分别|都)")
_COUNT = re.compile(rf"({NUMERAL}|[2-8])(?:个|笔|项|大?类|家|张)")


def one(finder: Finder, terms: Sequence[Term], selection: Selection | None = None) -> Evidence | None:
    """The figure for some of the question's terms, in the same or another selection of documents."""
    return next(iter(_several(finder, terms, selection)), None)


def _several(finder: Finder, terms: Sequence[Term], selection: Selection | None) -> Sequence[Evidence]:
    asked = finder.asked
    question = replace(asked.question, expects=None)
    linked = Linked(tuple(terms), " ".join(t.surface for t in terms))
    sub = replace(asked, question=question, linked=linked, selection=selection or asked.selection)
    return candidates(finder, sub)


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
    rows = {key(o.evidence.name) for _, o in found if of and o.evidence.source == "table"}
    if len(rows) > 1:  # two measures of one item stand in rows of one name
        return []
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
    apart = len({(p.evidence.document.id, p.evidence.table, p.evidence.measure) for p in parts}) > 1
    whole = nested([p.evidence for p in parts])
    return [] if whole or apart or len(set(paths)) < len(paths) or _miscounted(finder, parts) else parts


def _miscounted(finder: Finder, parts: Sequence[Operand]) -> bool:
    """Whether the question says another number of things (五个…合计) than were found."""
    stated = stated_count(finder.asked.question.text)
    return bool(stated) and stated != len(parts)


def stated_count(text: str) -> int:
    """How many things a question says that it means (三家), 0 where it does not."""
    count = _COUNT.search(text)
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
    found: list[Operand] = []
    for year in sorted(set(years), reverse=True):
        question = replace(finder.asked.question, years=(year,), relative_years=())
        selection = select(question, finder.asked.held)
        figures = _several(finder, finder.asked.linked.terms, selection) if selection.documents else []
        evidence = next((e for e in figures if not found or not _other_row(e, found[0].evidence)), None)
        if evidence is not None and evidence.year == year:
            found.append(Operand(f"{year}年", evidence))
    if len({o.evidence.document.body for o in found}) > 1:  # each of its own body (A局2024年和B局2025年)
        return [replace(o, label=f"{o.evidence.document.body}{o.label}") for o in found]
    return found


def _other_row(e: Evidence, first: Evidence) -> bool:
    """Whether a figure stands in another row than the one of another year, of the same table."""
    return (e.document.id, e.table) == (first.document.id, first.table) and e.path != first.path


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


def each_year(asked: Asked) -> bool:
    """Whether a question asks for the figure of each of several years (2023年和2024年各是多少)."""
    each = next(rule["patterns"] for rule in phrases()["operations"] if rule["name"] == Operation.EACH)
    return len(asked_years(asked)) > 1 and any(re.search(p, asked.question.text) for p in each)


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
