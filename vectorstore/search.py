"""Hybrid search over passages: words and vectors, fused by reciprocal rank.

The two searches fail on different questions: words miss what is put differently, vectors miss
names and numbers. Ranks are fused since the scores have no common scale.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from enum import StrEnum

from vectorstore import catalog, rows
from vectorstore.database import Database
from vectorstore.errors import StoreError
from vectorstore.fulltext import Index
from vectorstore.records import PassageHit
from vectorstore.settings import Settings
from vectorstore.vectors import Vectors

log = logging.getLogger(__name__)
Ranked = list[tuple[int, float]]


class Ranking(StrEnum):
    """The two searches that are fused."""

    WORDS = "words"
    VECTORS = "vectors"


BOTH = frozenset(Ranking)


def hybrid(
    settings: Settings,
    database: Database,
    vectors: Vectors,
    doc_ids: Sequence[int] | None,
    query: str,
    k: int,
    by: Collection[Ranking] = BOTH,
    said: Sequence[str] | None = None,
    meaning: str | None = None,
) -> list[PassageHit]:
    """The `k` best passages in scope for `query`, best first, by both searches or one of them; `meaning` is
    the text whose vector is compared, where that is another.

    When vectors cannot be searched the words alone decide, and a warning is logged.
    """
    lexical = _by_words(settings, database, doc_ids, query, said, k) if Ranking.WORDS in by else []
    near = _by_vectors(settings, vectors, doc_ids, meaning or query, k) if Ranking.VECTORS in by else []
    fused = fuse([(lexical, 1.0), (near, settings.vector_weight)], settings.fusion_k)
    by_words, by_vector = dict(lexical), dict(near)
    with database.read() as connection:
        found = catalog.passages(connection, list(fused))
    hits = [
        PassageHit(id_, row.doc_id, rows.to_passage(row), score, by_words.get(id_), by_vector.get(id_))
        for id_, score in fused.items()
        if (row := found.get(id_)) is not None
    ]
    return hits[:k]


def _by_words(
    settings: Settings,
    database: Database,
    doc_ids: Sequence[int] | None,
    query: str,
    said: Sequence[str] | None,
    k: int,
) -> Ranked:
    with database.read() as connection:
        asked = catalog.asked_words(connection, database.fulltext, doc_ids, query, said)
        depth = max(k, settings.lexical_depth)
        return database.fulltext.search(connection, Index.PASSAGES, asked, doc_ids, depth)


def _by_vectors(
    settings: Settings, vectors: Vectors, doc_ids: Sequence[int] | None, query: str, k: int
) -> Ranked:
    try:
        return vectors.search(doc_ids, query, max(k, settings.vector_depth))
    except StoreError as error:
        log.warning("只用关键词检索：%s", error)
        return []


def sentences(
    database: Database, vectors: Vectors, doc_ids: Sequence[int] | None, query: str, k: int
) -> list[tuple[str, PassageHit]]:
    """The `k` sentences in scope nearest in meaning, each with its passage, nearest first."""
    try:
        near = vectors.sentences(doc_ids, query, k)
    except StoreError as error:
        log.warning("只按字面找语句：%s", error)
        return []
    with database.read() as connection:
        held = catalog.passages(connection, [id_ for _, id_, _ in near])
    return [
        (text, PassageHit(id_, held[id_].doc_id, rows.to_passage(held[id_]), close, None, close))
        for text, id_, close in near
        if id_ in held
    ]


def beside(database: Database, hits: Sequence[PassageHit], reach: int) -> list[PassageHit]:
    """The passages that stand up to `reach` before or after passages found, in the same document."""
    found = {hit.id: hit.doc_id for hit in hits}
    wanted = {id_ + step: doc for id_, doc in found.items() for step in range(-reach, reach + 1) if step}
    with database.read() as connection:
        rows_found = catalog.passages(connection, [id_ for id_ in wanted if id_ not in found])
    return [
        PassageHit(id_, row.doc_id, rows.to_passage(row), 0.0, None, None)
        for id_, row in sorted(rows_found.items())
        if row.doc_id == wanted[id_]
    ]


def fuse(rankings: Sequence[tuple[Ranked, float]], k: int) -> dict[int, float]:
    """Reciprocal rank fusion: the sum of weight / (k + rank) over the weighted rankings, best first."""
    scores: dict[int, float] = {}
    for ranking, weight in rankings:
        for rank, (id_, _) in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + weight / (k + rank)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
