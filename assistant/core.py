"""The assistant's public face: a question in, a cited `Answer` out.

The rule planner lives here: understand the question, choose a way of answering, check the draft,
refuse when nothing holds. Every step is one call to a module that can be read alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.accumulated import answer_accumulated, answer_year_part
from assistant.agreement import answer_agreement
from assistant.amounts import named_by_amount
from assistant.anchored import answer_of_amount
from assistant.answer import Answer, Status
from assistant.apart import taken_apart
from assistant.arithmetic import (
    answer_change,
    answer_compare,
    answer_each,
    answer_either,
    answer_sum,
)
from assistant.audit import warnings_for
from assistant.beside import answer_beside
from assistant.columns import answer_columns
from assistant.composition import answer_composition
from assistant.conditions import unnamed
from assistant.confidence import confidence
from assistant.counted import answer_portion, answer_thing
from assistant.details import printed, unsaid, untold
from assistant.deviation import answer_deviation
from assistant.draft import Draft
from assistant.earlier import answer_earlier
from assistant.faults import answer_faults
from assistant.finder import Asked, Finder
from assistant.followup import merge
from assistant.ground import check
from assistant.groups import answer_group, answer_group_sum, answer_spread, asks_spread
from assistant.indicators import answer_counted, answer_indicators, answer_score
from assistant.linking import link, lists_items
from assistant.lookup import answer_lookup, answer_value
from assistant.marked import answer_marked, answer_pieces
from assistant.miscount import corrected, given_count
from assistant.misprint import table_first
from assistant.office import named_office, named_units
from assistant.owners import answer_owner
from assistant.pairs import answer_execution
from assistant.planned import answer_as_planned
from assistant.premise import answer_premise, answer_way
from assistant.presumed import answer_presumed
from assistant.question import Operation, operation_of, parse, readable, simplified
from assistant.quoting import (
    answer_agreed,
    answer_calculation,
    answer_meant,
    answer_printed,
    answer_prose,
)
from assistant.ranking import answer_rank
from assistant.rates import answer_rate
from assistant.reached import answer_reached
from assistant.reasons import answer_reason
from assistant.reckoned import put_together, tells_all
from assistant.refuse import lacking, not_held, nothing_found, nothing_held, unclear
from assistant.schedule import answer_schedule
from assistant.scope import body_words, place_words, select
from assistant.sections import answer_section
from assistant.several import combine, split
from assistant.shares import answer_share
from assistant.shortfall import answer_shortfall
from assistant.telling import (
    answer_defined,
    answer_definition,
    answer_duty,
    answer_person,
    answer_purpose,
    answer_spent,
)
from assistant.terms import Linked
from assistant.unitwise import answer_by_unit
from ingest.document import Place
from ingest.text import key, normalise
from vectorstore.recall import one_question
from vectorstore.records import DocumentRecord
from vectorstore.store import Store

Way = Callable[[Finder], Draft | None]

# Ways that their own words call for, whatever else is asked.
FIRST: tuple[Way, ...] = (
    answer_agreement,
    answer_execution,
    answer_accumulated,
    answer_marked,
    answer_pieces,
    answer_group,
    answer_spread,
    answer_shortfall,
    answer_presumed,
    answer_premise,
    answer_reached,
    answer_columns,
    answer_deviation,
    answer_indicators,
    answer_schedule,
    answer_owner,
    answer_section,
    answer_of_amount,
    answer_faults,
)

# Ways of answering by what is asked, the earlier preferred.
WAYS: dict[Operation, tuple[Way, ...]] = {
    Operation.LOOKUP: (
        answer_score,
        answer_either,
        answer_year_part,
        answer_defined,
        answer_calculation,
        answer_lookup,
        answer_earlier,
        answer_prose,
        answer_counted,
        answer_thing,
        answer_meant,
        answer_agreed,
        answer_by_unit,
    ),
    Operation.PURPOSE: (
        answer_purpose,
        answer_definition,
        answer_prose,
        answer_composition,
        answer_meant,
        answer_lookup,
    ),
    Operation.COMPOSITION: (answer_composition, answer_spent, answer_value, answer_prose),
    Operation.DEFINITION: (answer_definition, answer_lookup, answer_prose),
    Operation.REASON: (answer_reason, answer_way, answer_as_planned, answer_prose, answer_meant),
    Operation.PERSON: (answer_person, answer_lookup, answer_prose),
    Operation.DUTY: (answer_duty, answer_prose, answer_meant),
    Operation.EACH: (answer_each, answer_composition, answer_lookup, answer_prose),
    Operation.SUM: (
        answer_sum,
        answer_group_sum,
        answer_lookup,
        answer_earlier,
        answer_prose,
        answer_agreed,
    ),
    Operation.COMPARE: (answer_compare,),
    Operation.SHARE: (
        answer_printed,
        answer_rate,
        answer_portion,
        answer_share,
        answer_group_sum,
        answer_prose,
    ),
    Operation.CHANGE: (answer_printed, answer_change, answer_compare, answer_prose),
    Operation.RANK: (answer_rank,),
}


# What a question that sets things side by side may ask.
_OF_SIDES = (Operation.SUM, Operation.COMPARE, Operation.CHANGE, Operation.LOOKUP)
EACH_CHANGED = re.compile("(各自?|分别|谁|哪[个边项])[^,，。]{0,4}[涨增升降减跌]")  # A和B各涨百分之几
BETTER = 0.1  # by how much a later way's answer must fit better than an earlier one's


class Assistant:
    """Answers questions over one store. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """Answer a question.

        `history` holds the earlier user questions, oldest first; `docs` limits the answer to the
        named files (`UnknownDocument`, `AmbiguousDocument` when a name fits none or several).
        """
        start = time.perf_counter()
        with one_question():
            answer = self._asked(question, history, docs)
        answer.id = id
        answer.question = readable(question)
        answer.elapsed_ms = round((time.perf_counter() - start) * 1000, 1)
        return answer

    def _asked(self, question: str, history: Sequence[str], docs: Sequence[str]) -> Answer:
        parts = split(simplified(question))
        earlier = [simplified(text) for text in history]
        whole = self._of_one_row(simplified(question), parts, earlier, docs)
        if whole is not None:
            return whole
        answers: list[Answer] = []
        last: Answer | None = None  # to the question before this message
        for n, part in enumerate(parts):
            answer = self._counted(part, [*earlier, *parts[:n]], docs)
            before = next((a for a in reversed(answers) if a.status == Status.ANSWERED), None)
            if before is None and earlier and answer.status == Status.NOT_FOUND:
                last = last or self._counted(earlier[-1], earlier[:-1], docs)
                before = last
            answers.append(self._beside(part, before, answer) if before else answer)
        return combine(question, answers)

    def finder(self, question: str, docs: Sequence[str] = ()) -> Finder:
        """The search behind a question, for tools that look up evidence themselves."""
        return Finder(self.store, self._understand(question, self._held(docs)))

    def _held(self, docs: Sequence[str]) -> list[DocumentRecord]:
        return [self.store.resolve(d) for d in docs] if docs else self.store.documents()

    def _of_one_row(
        self, text: str, parts: Sequence[str], history: Sequence[str], docs: Sequence[str]
    ) -> Answer | None:
        """The answer to all parts of a message at once, where they ask how much stands in as many columns
        of one row (核定了多少张床，现在有多少职工)."""
        if len(parts) < 2 or not all(re.search("多少|几|呢$", part) for part in parts):
            return None
        answer = self._answer(text, history, docs, (answer_columns,))
        cells = {(c.page, c.bbox) for c in answer.citations}
        return answer if answer.status == Status.ANSWERED and len(cells) >= len(parts) else None

    def _beside(self, text: str, before: Answer, answer: Answer) -> Answer:
        """The answer to a further question, or what stands beside the answer to the one before, where that
        tells it: in the same row, or in the same form where nothing else was found."""
        cited = {c.document: self.store.resolve(c.document) for c in before.citations}
        asked = self._understand(text, list(cited.values()))
        found = answer_beside(Finder(self.store, asked), before) if asked.selection.documents else None
        answered = answer.status == Status.ANSWERED
        if found is None or (answered and (not found.near or found.told_by(answer, before))):
            return answer
        beside = found.draft.answer(text)
        return beside if self._grounded(beside, {name: d.id for name, d in cited.items()}) else answer

    def _counted(self, text: str, history: Sequence[str], docs: Sequence[str]) -> Answer:
        """The answer to one question, after the right count where it takes a wrong one for granted."""
        answer = self._answer(text, history, docs)
        given = given_count(normalise(text))
        if given is None:
            return answer
        counted = self._answer(given.question, history, docs)
        return corrected(given, counted, answer, lambda: self.finder(given.question, docs).figures)

    def _answer(
        self, text: str, history: Sequence[str], docs: Sequence[str], ways: Sequence[Way] | None = None
    ) -> Answer:
        held = self._held(docs)
        if not held:
            return nothing_held(text)
        if not any(c.isalnum() for c in text):
            return unclear(text)
        every = [d.id for d in held]
        merged = merge(
            text, history, lambda t: self._link(t, held), lambda word: printed(self.store, every, word)
        )
        asked = self._understand(merged, held)
        if asked.selection.missing:
            return not_held(text, asked.selection.missing, held)
        named = asked.linked.terms or asked.question.operation == Operation.RANK
        if not named and not asks_spread(asked.question):
            return unclear(text)
        ids = {d.file_name: d.id for d in held}
        self.store.expect(asked.linked.meaning)
        finder = Finder(self.store, asked)
        answer = self._best(text, finder, ids, ways or (*FIRST, *WAYS[asked.question.operation]))
        answer = answer if ways else self._of_sides(text, asked, docs, answer)
        if answer.status == Status.ANSWERED:
            answer = table_first(answer, finder, ids)
            answer.warnings += self._contradictions(answer, ids) + self._scanned(answer, ids)
            answer.confidence = confidence(answer, asked.linked)
        return answer

    def _of_sides(self, text: str, asked: Asked, docs: Sequence[str], answer: Answer) -> Answer:
        """The answer, or where it does not tell of each side that the question sets against others, what the
        answers to a question of each side come to."""
        question = asked.question
        if question.operation not in _OF_SIDES:
            return answer
        for apart in taken_apart(question.text, body_words(question.text, asked.held)):
            if answer.status == Status.ANSWERED and tells_all(apart, answer):
                return answer
            parts: list[Answer] = []
            for one in apart.questions:
                parts.append(self._answer(one, (), docs, (*FIRST, *WAYS[Operation.LOOKUP])))
                if parts[-1].status != Status.ANSWERED:
                    break
            found = put_together(text, apart, parts, asked.held)
            if found is not None:
                return found
        return answer

    def _best(self, text: str, finder: Finder, ids: Mapping[str, int], ways: Sequence[Way]) -> Answer:
        """The first way's answer that holds; where it is in doubt, a later one that fits clearly better."""
        best: tuple[float, Answer] | None = None
        refusal: Answer | None = None
        hollow: Answer | None = None  # where only answers were found that tell no more than the question
        for way in ways:
            if way is answer_meant and (best or refusal):
                continue  # it is for what no words tell
            draft = way(finder)
            if draft is None or (best and (draft.fit is None or draft.fit <= best[0] + BETTER)):
                continue
            answer = draft.answer(text)
            detail = unsaid(finder, answer)
            if detail:
                refusal = refusal or lacking(text, detail, answer)
            elif told := untold(finder, answer):
                hollow = hollow or lacking(text, told, answer)
            elif self._grounded(answer, ids):
                if draft.fit is None:
                    return answer
                best = (draft.fit, answer)
        return best[1] if best else refusal or hollow or nothing_found(text, finder)

    def _grounded(self, answer: Answer, ids: Mapping[str, int]) -> bool:
        return check(answer, lambda name, page: self.store.page(ids[name], page).text)

    def _understand(self, text: str, held: Sequence[DocumentRecord]) -> Asked:
        question = parse(text)
        ids = [d.id for d in held]
        selection = select(question, held, lambda name: printed(self.store, ids, key(name)))
        linked = link(question, self.store, selection.ids, body_words(question.text, held), place_words(held))
        linked = named_units(question.text, linked, self.store, selection)
        linked = named_office(question.text, linked, self.store, selection)
        if not any(t.role in ("item", "measure", "total", "code") for t in linked.terms):
            called = named_by_amount(question, self.store, selection.ids)
            linked = replace(linked, terms=(*linked.terms, *called))
        operation = operation_of(unnamed(question.text, linked))
        changed = operation == Operation.CHANGE and EACH_CHANGED.search(question.text)
        each = operation == Operation.LOOKUP or changed
        if each and lists_items(question.text, linked):
            operation = Operation.EACH
        question = replace(question, operation=operation)
        return Asked(question, linked, selection, tuple(held))

    def _link(self, text: str, held: Sequence[DocumentRecord]) -> tuple[Linked, str | None]:
        words = body_words(normalise(text), held)
        return self._understand(text, held).linked, "和".join(words) or None

    def _contradictions(self, answer: Answer, ids: Mapping[str, int]) -> list[str]:
        """What the documents print against each other about the figures that an answer cites."""
        found: dict[str, None] = {}
        for name in dict.fromkeys(c.document for c in answer.citations):
            own = {c.n: c for c in answer.citations if c.document == name}
            places = [Place(c.page, c.bbox) for c in own.values()]
            told = [f for f in answer.figures if not f.derived and own.keys() & set(f.citations)]
            values = [Decimal(f.value) for f in told]
            found |= dict.fromkeys(warnings_for(self.store, ids[name], places, values))
        return [w for w in found if w not in answer.warnings]

    def _scanned(self, answer: Answer, ids: Mapping[str, int]) -> list[str]:
        """That cited pages are scans, whose figures were recognised and may be misread."""
        pages = dict.fromkeys((c.document, c.page) for c in answer.citations)
        found = [f"《{name}》第{page}页" for name, page in pages if self.store.page(ids[name], page).scanned]
        return [f"{'、'.join(found)}是扫描件，文字和数字由识别得到，请对照原件。"] if found else []
