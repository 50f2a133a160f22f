"""The assistant's public face: a question in, a cited `Answer` out.

The rule planner lives here: understand the question, choose a way of answering, check the draft,
refuse when nothing holds. Every step is one call to a module that can be read alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from assistant.answer import Answer, Status
from assistant.composition import answer_composition
from assistant.draft import Draft
from assistant.finder import Asked, Finder
from assistant.ground import check
from assistant.linking import link
from assistant.lookup import answer_lookup
from assistant.question import Operation, parse
from assistant.refuse import not_held, nothing_found, nothing_held, unclear
from assistant.scope import named_bodies, select
from assistant.telling import (
    answer_definition,
    answer_duty,
    answer_person,
    answer_prose,
    answer_purpose,
    answer_reason,
)
from vectorstore.records import DocumentRecord
from vectorstore.store import Store

Way = Callable[[Asked, Finder], Draft | None]

# Ways of answering by what is asked, tried in order until one holds.
WAYS: dict[Operation, tuple[Way, ...]] = {
    Operation.LOOKUP: (answer_lookup, answer_prose),
    Operation.PURPOSE: (answer_purpose, answer_composition, answer_prose, answer_lookup),
    Operation.COMPOSITION: (answer_composition, answer_lookup, answer_prose),
    Operation.DEFINITION: (answer_definition, answer_lookup, answer_prose),
    Operation.REASON: (answer_reason, answer_prose),
    Operation.PERSON: (answer_person, answer_lookup, answer_prose),
    Operation.DUTY: (answer_duty, answer_prose),
}


class Assistant:
    """Answers questions over one store. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._finder = Finder(store)

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """Answer a question.

        `history` holds the earlier user questions, oldest first; `docs` limits the answer to the
        named files (`UnknownDocument`, `AmbiguousDocument` when a name fits none or several).
        """
        start = time.perf_counter()
        answer = self._answer(question, docs)
        answer.id = id
        answer.question = question
        answer.elapsed_ms = round((time.perf_counter() - start) * 1000, 1)
        return answer

    def _answer(self, text: str, docs: Sequence[str]) -> Answer:
        held = [self.store.resolve(d) for d in docs] if docs else self.store.documents()
        question = parse(text)
        if not held:
            return nothing_held(text)
        if not any(c.isalnum() for c in question.text):
            return unclear(text)
        selection = select(question, held)
        if selection.missing:
            return not_held(text, selection.missing, held)
        blank = self._body_names(question.text, held)
        asked = Asked(question, link(question, self.store, selection.ids, blank), selection)
        if not asked.linked.terms:
            return unclear(text)
        for way in WAYS[question.operation]:
            draft = way(asked, self._finder)
            if draft is None:
                continue
            answer = draft.answer(text)
            if check(answer, self._page_text):
                return answer
        return nothing_found(text, asked, self._finder)

    def _body_names(self, text: str, held: Sequence[DocumentRecord]) -> list[str]:
        _, words = named_bodies(text, held)
        return [words] if words else []

    def _page_text(self, file_name: str, page: int) -> str:
        return self.store.page(self.store.resolve(file_name).id, page).text


__all__ = ["Assistant", "Status"]
