"""Retrieved text of one shape, so that searches can be compared and any reader can answer from it.

A `Source` is one thing found: where it stands and what it puts before a reader, page by page. The
searches of the store are wrapped here; the plain tutorial one has a module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from assistant.core import Assistant
from assistant.evidence import Evidence
from ingest.document import BBox, Place, Relation
from ingest.text import key
from vectorstore.records import PassageHit
from vectorstore.search import Ranking, fuse
from vectorstore.store import Store

FUSION_K = 20
_SENTENCE = re.compile(r"(?<=[。；;\n])")
_KNOWN_BY = 12  # characters by which a sentence is known that goes on over the page's end


@dataclass(frozen=True)
class Part:
    """What a source says on one page. `unit` is the money unit printed above it, where it is known."""

    page: int
    text: str
    bbox: BBox = (0.0, 0.0, 0.0, 0.0)
    unit: str | None = None


@dataclass(frozen=True)
class Source:
    """One thing found: a passage, a table, or a piece of evidence. `kind` is text or table."""

    document: str
    title: str
    kind: str
    parts: tuple[Part, ...]

    @property
    def pages(self) -> set[tuple[str, int]]:
        """The pages that it puts before a reader."""
        return {(self.document, part.page) for part in self.parts}

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(part.text for part in self.parts)


class Retriever(Protocol):
    """A search: sources for a question, best first, among the named documents (all when none is named)."""

    def retrieve(self, question: str, docs: Sequence[str], k: int) -> list[Source]:
        """The `k` best sources."""
        ...


class PassageRetriever:
    """The store's passages by words, vectors or both.

    The description of a table stands for the table: a reader is given the text of its pages.
    """

    def __init__(self, store: Store, by: Sequence[Ranking] = tuple(Ranking)) -> None:
        self._store = store
        self._by = by
        self._names = {record.id: record.file_name for record in store.documents()}
        self._page = lru_cache(512)(lambda doc_id, page: store.page(doc_id, page).text)

    def retrieve(self, question: str, docs: Sequence[str], k: int) -> list[Source]:
        """The `k` best passages."""
        ids = [self._store.resolve(name).id for name in docs] or None
        return [self._source(hit) for hit in self._store.search(ids, question, k, self._by)]

    def _source(self, hit: PassageHit) -> Source:
        passage = hit.passage
        title = " > ".join(passage.heading_path[-2:])
        if passage.table is not None and len(passage.heading_path) < 2:
            parts = self._table(hit.doc_id, passage.table, passage.places[0])
        else:
            parts = self._prose(hit.doc_id, passage.text, passage.places)
        return Source(self._names[hit.doc_id], title, "text" if passage.table is None else "table", parts)

    def _table(self, doc_id: int, index: int, first: Place) -> tuple[Part, ...]:
        table = self._store.table(doc_id, index)
        return tuple(
            Part(page, self._page(doc_id, page), first.bbox, table.unit)
            for page in range(table.pages[0], table.pages[1] + 1)
        )

    def _prose(self, doc_id: int, text: str, places: Sequence[Place]) -> tuple[Part, ...]:
        """The passage's sentences by the page that each stands on."""
        boxes = {place.page: place.bbox for place in reversed(places)}
        pages = {page: key(self._page(doc_id, page)) for page in sorted(boxes)}
        spread: dict[int, str] = {}
        for sentence in _SENTENCE.split(text):
            page = _page_of(key(sentence), pages)
            spread[page] = spread.get(page, "") + sentence
        return tuple(Part(page, said, boxes[page]) for page, said in sorted(spread.items()))


class EvidenceRetriever:
    """What the assistant itself looks at: figures, statements and passages, fused by rank."""

    def __init__(self, store: Store) -> None:
        self._assistant = Assistant(store)
        self._passages = PassageRetriever(store)

    def retrieve(self, question: str, docs: Sequence[str], k: int) -> list[Source]:
        """The `k` best pieces of evidence in the documents that the question is about."""
        finder = self._assistant.finder(question, docs)
        chosen = [document.file_name for document in finder.asked.selection.documents]
        if not chosen:
            return []
        found = [
            [_evidence(e) for e in finder.figures[:k]],
            [_evidence(e) for e in finder.statements(*Relation)[:k]],
            self._passages.retrieve(question, chosen, k),
        ]
        flat = [source for sources in found for source in sources]
        at = iter(range(len(flat)))
        fused = fuse([([(next(at), 0.0) for _ in sources], 1.0) for sources in found], FUSION_K)
        return list(dict.fromkeys(flat[i] for i in fused))[:k]


def _evidence(e: Evidence) -> Source:
    return Source(
        e.document.file_name,
        e.title,
        e.source,
        tuple(Part(place.page, e.quote, place.bbox, e.unit) for place in e.places),
    )


def _page_of(sentence: str, pages: dict[int, str]) -> int:
    """The page that has the whole sentence, else its beginning, else the first one."""
    for wanted in (sentence, sentence[:_KNOWN_BY]):
        for page, text in pages.items():
            if wanted in text:
                return page
    return next(iter(pages))
