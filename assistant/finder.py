"""Question → ranked evidence: the retrieval that every way of answering shares.

`Finder.figures` gathers figures from tables, forms and prose; `Finder.statements` gathers what the
prose says; `Finder.passages` searches prose by words and vectors. The LangChain tools of
`assistant.tools` are these same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from assistant.evidence import (
    SPENT,
    Evidence,
    is_relative,
    largest_first,
    of_fact,
    of_statement,
    quantities,
)
from assistant.fitting import Fit, Fitting
from assistant.nearness import near_names
from assistant.question import Question
from assistant.rating import rank
from assistant.scope import Selection
from assistant.spans import Span, in_sections, of_cells, of_figure, of_passages
from assistant.terms import Linked
from assistant.wanted import given_counts, wanted, workings
from ingest.document import Kind, Relation
from ingest.template import is_total, knowledge
from vectorstore.records import DocumentRecord, PassageHit, StoredFact, StoredStatement
from vectorstore.store import Store

TOTAL_ROWS = ("合计", "总计", "支出总计", "收入总计", "本年支出合计", "本年收入合计")
NAMES_PER_TERM = 6
NEAR_NAMES = 12
PASSAGES = 14  # passages whose sentences compete
BESIDE = 6  # best passages whose neighbours compete too
CELLS = 60  # best cells of tables that compete with them
DETAILED = re.compile("明细|测算|活动")  # the part of a form that says what a project's money is made of


@dataclass(frozen=True)
class Asked:
    """A question with everything that understanding it found: terms and documents."""

    question: Question
    linked: Linked
    selection: Selection
    held: tuple[DocumentRecord, ...] = ()  # all documents that the question may turn to

    @property
    def ids(self) -> list[int]:
        """Ids of the documents to look in."""
        return self.selection.ids


class Finder:
    """Finds evidence for one question in one store. Cost grows with the question, not with what is held."""

    def __init__(self, store: Store, asked: Asked) -> None:
        self.store = store
        self.asked = asked
        self._tables: dict[tuple[int, int | None], list[Evidence]] = {}

    @cached_property
    def figures(self) -> list[Evidence]:
        """Figures and form fields that the question may mean, best first."""
        asked = self.asked
        found: dict[int, StoredFact] = {}
        for stored in self._facts():
            found[stored.id] = stored
        evidence = [of_fact(f, self.document(f.doc_id)) for f in found.values()]
        for sentence in self.sentences:
            evidence += sentence
        return rank(evidence, asked.question, asked.linked, asked.selection.year)

    @cached_property
    def sentences(self) -> list[list[Evidence]]:
        """The figures of each sentence of the prose that the question may mean."""
        asked = self.asked
        spoken: dict[tuple[int, str], list[Evidence]] = {}
        for stored, _ in self.store.statements(
            asked.ids, text=asked.linked.probe, said=asked.linked.names, limit=40
        ):
            mark = (stored.doc_id, stored.statement.text)
            if mark not in spoken:  # a sentence is stored once for each relation it states
                spoken[mark] = list(quantities(stored, self.document(stored.doc_id)))
        return [figures for figures in spoken.values() if figures]

    def _facts(self) -> Iterable[StoredFact]:
        asked, ids, store = self.asked, self.asked.ids, self.store
        items = asked.linked.items
        names = {t: t.names[:NAMES_PER_TERM] for t in items}

        def of(*roles: str) -> list[str]:
            return [n for t in items if not roles or t.role in roles for n in names[t]]

        # One query for all terms of a sort: each costs more than the rows it brings.
        if items:
            yield from store.facts(ids, names=of(), limit=120 * len(items))
        if measures := of("measure"):
            yield from store.facts(ids, names=TOTAL_ROWS, measures=measures, limit=60)
        if topics := of("topic"):
            yield from store.facts(ids, measures=topics, limit=40)
        groups = of("item", "total", "code")
        if groups and len(asked.linked.terms) > 1:
            yield from store.facts(ids, under=groups, limit=150 * len(items))
        if items and asked.question.kind == Kind.FINAL:  # what was spent of it in earlier years
            yield from store.facts(ids, under=of(), measures=SPENT, limit=60)
        if asked.question.codes:
            yield from store.facts(ids, codes=asked.question.codes, limit=60)
        for stored, _ in store.search_facts(ids, asked.linked.probe, limit=60):
            yield stored

    @cached_property
    def meant(self) -> list[Evidence]:
        """Figures whose row or subject means about what is asked, whatever its words; best first."""
        asked = self.asked
        found = self.store.near_names(asked.ids, asked.linked.meaning, NEAR_NAMES)
        near = near_names(found, asked.linked.meaning)
        likely = [name for name, close in near.items() if close > 0]
        facts = self.store.facts(asked.ids, names=likely, limit=80) if likely else []
        evidence = [*self.figures, *(of_fact(f, self.document(f.doc_id)) for f in facts)]
        unique = {(e.document.id, e.places[0], e.text, e.name): e for e in evidence}
        ranked = rank(list(unique.values()), asked.question, asked.linked, asked.selection.year, near)
        return sorted((e for e in ranked if e.meant), key=lambda e: -(e.score + e.meant))

    def statements(self, *relations: Relation) -> list[Evidence]:
        """What the prose states of the question's terms, of the given relations, best first."""
        asked = self.asked
        found: dict[int, StoredStatement] = {}
        for relation in relations:
            subjects = [n for t in asked.linked.items for n in t.names[:NAMES_PER_TERM]]
            if subjects:
                for stored, _ in self.store.statements(
                    asked.ids, relation=relation, subjects=subjects, limit=30
                ):
                    found[stored.id] = stored
            probe, said = asked.linked.probe, asked.linked.names
            for stored, _ in self.store.statements(
                asked.ids, relation=relation, text=probe, said=said, limit=20
            ):
                found[stored.id] = stored
        evidence = [of_statement(s, self.document(s.doc_id)) for s in found.values()]
        return rank(evidence, asked.question, asked.linked, asked.selection.year)

    def fields(self, names: Sequence[str], limit: int = 120) -> list[Evidence]:
        """Form fields with one of these names (项目主要内容, 项目负责人 …), best first."""
        asked = self.asked
        found = [f for f in self.store.facts(asked.ids, names=names, limit=limit) if f.fact.text.strip("/ ")]
        found += [
            f for f in self.store.facts(asked.ids, measures=names, limit=limit) if f.fact.text.strip("/ ")
        ]
        unique = {f.id: f for f in found}
        evidence = [of_fact(f, self.document(f.doc_id)) for f in unique.values()]
        return rank(evidence, asked.question, asked.linked, asked.selection.year)

    def rows_of(self, one: Evidence) -> Sequence[Evidence]:
        """All facts of the table that a piece of evidence stands in, in printed order.

        Kept here although the store remembers the rows: they are gone through once more for each cell.
        """
        mark = (one.document.id, one.table)
        if mark not in self._tables:
            stored = self.store.facts([one.document.id], table=one.table, limit=2000)
            self._tables[mark] = [of_fact(f, one.document) for f in stored]
        return self._tables[mark]

    def beside(self, one: Evidence) -> Sequence[Evidence]:
        """The figures of the row, or of the sentence, that a figure stands in."""
        if one.source == "table":
            return [e for e in self.rows_of(one) if e.path == one.path]
        return next((figures for figures in self.sentences if figures[0].quote == one.quote), [])

    def total_of(self, part: Evidence) -> Evidence | None:
        """The total that a figure is part of: its table's total row, or a larger figure of its sentence."""
        if part.value is None:
            return None
        if part.source == "table":
            # Of all that is spent, a column's total is part of the total of all columns.
            across = "合计" if is_total(part.name) and part.table_kind == "支出总表" else part.measure
            rows = [e for e in self.rows_of(part) if is_total(e.name) and e.measure in (part.measure, across)]
        else:
            before, inside, _ = part.quote.partition("其中")
            rows = [e for e in self.figures if e.quote == part.quote and e.unit == part.unit]
            rows = [e for e in rows if inside and e.text in before and not is_relative(e)]
        larger = [e for e in rows if e.value is not None and e.value > part.value]
        return max(larger, key=lambda e: e.value or 0, default=None)

    def details(self, document: DocumentRecord, subject: str) -> list[Evidence]:
        """A form's rows of detail (项目支出明细测算: one activity with its amount each), largest first."""
        stored = self.store.facts([document.id], under=[subject], measures=["金额"], limit=200)
        rows = [
            of_fact(f, document) for f in stored if len(f.fact.row_path) >= 3 and f.fact.value is not None
        ]
        return largest_first([e for e in rows if DETAILED.search(e.path[1]) and not is_total(e.name)])

    def cells(self, **which: Any) -> list[Evidence]:
        """Table cells by the store's own conditions, of the first document to look in that has any."""
        for document in self.asked.selection.documents:
            stored = self.store.facts([document.id], limit=2000, **which)
            found = [of_fact(f, document) for f in stored if f.fact.value is not None]
            if found:
                return found
        return []

    def listed(self, column: str) -> list[Evidence]:
        """All cells of a column of this name (单位名称), in printed order."""
        stored = self.store.facts(self.asked.ids, measures=[column], limit=200)
        return [of_fact(f, self.document(f.doc_id)) for f in stored]

    def rows_of_kind(self) -> list[Evidence]:
        """All facts of the official tables that the question's terms name (政府采购 → 政府采购表)."""
        asked = self.asked
        names = [n for t in asked.linked.items for n in t.names]
        kinds = [
            str(k["key"]) for k in knowledge("tables")["kinds"] if any(n in str(k["key"]) for n in names)
        ]
        stored = self.store.facts(asked.ids, table_kinds=kinds, limit=600) if kinds else []
        return [of_fact(f, self.document(f.doc_id)) for f in stored]

    def passages(self, k: int = 8) -> list[PassageHit]:
        """Passages of prose (and table descriptions) for the whole question, best first."""
        text = self.asked.question.text
        query = " ".join([text, *(printed for _, printed in given_counts(text))])
        linked = self.asked.linked
        return self.store.search(self.asked.ids, query, k, said=linked.names, meaning=linked.meaning)

    @cached_property
    def spans(self) -> list[Span]:
        """What may be quoted as an answer: sentences, lists, text cells, figures of the unit asked."""
        return in_sections(self._spans())

    def _spans(self) -> Iterable[Span]:
        hits = self.passages(PASSAGES)
        yield from of_passages([*hits, *self.store.beside(hits[:BESIDE], 2)], self.asked.selection.documents)
        cells = self.figures[:CELLS]
        yield from of_cells(cells)
        sought = wanted(self.asked.question)
        if sought.units:
            yield from (of_figure(e) for e in cells if e.source == "table" and e.value is not None)
        if "calculation" in sought.kinds:
            yield from of_cells(self.fields(workings()))

    def span_of(self, text: str, hit: PassageHit) -> Span | None:
        """A sentence of a passage as a span, with what is known of it here."""
        spans = [*self.spans, *of_passages([hit], self.asked.selection.documents)]
        return next((s for s in spans if s.text == text and s.document.id == hit.doc_id), None)

    @cached_property
    def fitting(self) -> Fitting:
        """The measure of how well spans answer the question, by which ways of answering compare."""
        return Fitting(self.asked, self.spans)

    @cached_property
    def fits(self) -> list[Fit]:
        """The spans that speak most of the question, measured, best first."""
        return self.fitting.best(self.spans)

    def fit(self, e: Evidence) -> float:
        """How well a piece of evidence answers the question, on the scale of `fitting`."""
        span = of_figure(e)
        beside = (s.section for s in self.spans if (s.document, s.table) == (span.document, span.table))
        section = next(beside, "") if span.table is not None else ""
        return self.fitting.fit(replace(span, beside=section, section=section)).score

    def document(self, doc_id: int) -> DocumentRecord:
        """The document of the selection with this id."""
        return next(d for d in self.asked.selection.documents if d.id == doc_id)
