"""Several figures for one question: the same search, once for each item, year or body it names.

Comparisons, sums, shares and changes all need two or more figures that are alike. This module
finds them; what is computed from them is the business of `assistant.arithmetic`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Evidence
from assistant.finder import Asked, Finder
from assistant.linking import Linked, Term
from assistant.lookup import acceptable, is_blank
from assistant.scope import Selection, named_bodies, select


@dataclass(frozen=True)
class Operand:
    """A figure that takes part in a computation, and how an answer calls it."""

    label: str
    evidence: Evidence


def one(finder: Finder, terms: Sequence[Term], selection: Selection | None = None) -> Evidence | None:
    """The figure for some of the question's terms, in the same or another selection of documents."""
    asked = finder.asked
    question = replace(asked.question, expects=None)
    linked = Linked(tuple(terms), " ".join(t.surface for t in terms))
    sub = Finder(
        finder.store, replace(asked, question=question, linked=linked, selection=selection or asked.selection)
    )
    found = (e for e in sub.figures if e.value is not None and not is_blank(e) and not is_relative(e))
    return next((e for e in found if acceptable(e, sub.asked)), None)


def is_relative(e: Evidence) -> bool:
    """Whether a figure says how much another one changed (…·比2023年预算减少)."""
    return e.source == "text" and "·" in e.name


def by_item(finder: Finder) -> list[Operand]:
    """One figure for each item that the question names (津贴补贴 and 基本工资)."""
    terms = finder.asked.linked.terms
    items = [t for t in terms if t.role == "item"]
    shared = [t for t in terms if t.role == "measure"]
    if len(items) < 2:
        items, shared = [t for t in terms if t.role in ("item", "total", "measure")], []
    found = []
    for term in items:
        evidence = one(finder, [term, *shared])
        if evidence is not None:
            found.append(Operand(evidence.label, evidence))
    return _distinct(found)


def together(finder: Finder) -> list[Operand]:
    """One figure for each part of a word that means several items at once (水电费)."""
    found = []
    for parts in finder.asked.linked.joint:
        for names in parts:
            evidence = one(finder, [Term(names[0], names, 1.8, "item")])
            if evidence is not None:
                found.append(Operand(evidence.label, evidence))
    return _distinct(found)


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


def _distinct(operands: Sequence[Operand]) -> list[Operand]:
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
    return list(dict.fromkeys(years))
