"""The assistant with one of its parts switched off, to measure what that part is worth.

Parts are switched off at the store, which is where the assistant gets everything from: it asks as
always and is given nothing. So the answering code carries no switches that could be forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from enum import StrEnum
from typing import Any

from typing_extensions import override

from assistant.answer import Answer
from assistant.core import Assistant
from assistant.lexicon import official_names_only
from eval.systems import System
from vectorstore.records import NameHit, PassageHit, StoredFact, StoredStatement
from vectorstore.search import BOTH, Ranking
from vectorstore.store import DocIds, Store


class Piece(StrEnum):
    """What can be switched off. Without `VECTORS` there are no `MEANINGS` either."""

    VECTORS = "vectors"
    WORDS = "words"
    PASSAGES = "passages"
    STATEMENTS = "statements"
    FACTS = "facts"
    NAMES = "names"
    MEANINGS = "meanings"
    ALIASES = "aliases"


LABELS = {
    Piece.VECTORS: "向量",
    Piece.WORDS: "段落的关键词检索",
    Piece.PASSAGES: "段落检索",
    Piece.STATEMENTS: "正文语句",
    Piece.FACTS: "表格数据",
    Piece.NAMES: "目录名称",
    Piece.MEANINGS: "按意思找名称",
    Piece.ALIASES: "别名词典",
}
SWITCHED_OFF: tuple[tuple[Piece, ...], ...] = (
    *((piece,) for piece in Piece),
    (Piece.STATEMENTS, Piece.PASSAGES),
    (Piece.FACTS, Piece.STATEMENTS),
)


class PartialStore(Store):
    """A store that gives nothing of the pieces in `without`; it shares the other's connections.

    Close the store that it was made from, not this one.
    """

    def __init__(self, store: Store, without: Collection[Piece]) -> None:
        vars(self).update(vars(store))
        self._without = frozenset(without)

    @override
    def facts(self, doc_ids: DocIds, **conditions: Any) -> list[StoredFact]:
        return [] if Piece.FACTS in self._without else super().facts(doc_ids, **conditions)

    @override
    def search_facts(self, doc_ids: DocIds, text: str, limit: int = 50) -> list[tuple[StoredFact, float]]:
        return [] if Piece.FACTS in self._without else super().search_facts(doc_ids, text, limit)

    @override
    def statements(self, doc_ids: DocIds, **conditions: Any) -> list[tuple[StoredStatement, float]]:
        return [] if Piece.STATEMENTS in self._without else super().statements(doc_ids, **conditions)

    @override
    def names(self, doc_ids: DocIds, text: str, limit: int = 20) -> list[NameHit]:
        return [] if Piece.NAMES in self._without else super().names(doc_ids, text, limit)

    @override
    def near_names(self, doc_ids: DocIds, text: str, limit: int = 12) -> list[tuple[str, float]]:
        off = {Piece.VECTORS, Piece.MEANINGS} & self._without
        return [] if off else super().near_names(doc_ids, text, limit)

    @override
    def near_sentences(self, doc_ids: DocIds, text: str, limit: int = 8) -> list[tuple[str, PassageHit]]:
        off = {Piece.VECTORS, Piece.MEANINGS, Piece.PASSAGES} & self._without
        return [] if off else super().near_sentences(doc_ids, text, limit)

    @override
    def search(
        self,
        doc_ids: DocIds,
        query: str,
        k: int = 10,
        by: Collection[Ranking] = BOTH,
        **named: Any,
    ) -> list[PassageHit]:
        if Piece.PASSAGES in self._without:
            return []
        off = {Ranking(piece) for piece in (Piece.VECTORS, Piece.WORDS) if piece in self._without}
        return super().search(doc_ids, query, k, frozenset(by) - off, **named)


class PartialAssistant:
    """The assistant without some of its pieces."""

    def __init__(self, store: Store, without: Collection[Piece]) -> None:
        self._assistant = Assistant(PartialStore(store, without))
        self._without = frozenset(without)

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """Answer one question, limited to `docs` where given."""
        with official_names_only() if Piece.ALIASES in self._without else nullcontext():
            return self._assistant.ask(question, history=history, docs=docs, id=id)


def ablations(store: Store) -> list[System]:
    """The assistant without each of its pieces, and without several that can stand in for each other."""
    return [
        System(
            f"no-{'-'.join(sorted(pieces))}",
            f"去掉{'、'.join(LABELS[piece] for piece in pieces)}",
            PartialAssistant(store, pieces),
        )
        for pieces in SWITCHED_OFF
    ]
