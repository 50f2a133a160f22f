"""The plain RAG of the tutorials: page text cut by length, vectors alone, the nearest chunks.

It sees what such a program sees in life: the PDF's text layer, tables as lines of numbers without
their headings. Vectors come from the same model as the store's and are kept in a folder, so that
only the first run embeds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings as ChromaSettings
from langchain_chroma import Chroma
from langchain_core.documents import Document as Chunk
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.baselines.units import unit_at
from eval.pages import PageTexts, pdfs_of
from eval.sources import Part, Source
from vectorstore.embed import uncached
from vectorstore.store import Store

SIZE, OVERLAP = 400, 50  # characters
# The splitter's own list knows no Chinese sentence ends.
SEPARATORS = ["\n\n", "\n", "。", "；", "，", " ", ""]
_BATCH = 256


class TutorialRetriever:
    """Top-k chunks by vectors. Opening it embeds whatever `folder` does not hold yet."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        records = store.documents()
        content = [store.settings.model_id, str(SIZE), str(OVERLAP), *sorted(r.sha256 for r in records)]
        self._chroma = Chroma(
            collection_name=f"tutorial-{hashlib.sha256(' '.join(content).encode()).hexdigest()[:16]}",
            embedding_function=uncached(store.settings),
            client=chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False)),
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        self._fill(list(_chunks(PageTexts(pdfs_of(store)), {r.file_name: r.pages for r in records})))

    def retrieve(self, question: str, docs: Sequence[str], k: int) -> list[Source]:
        """The `k` nearest chunks."""
        names = [self._store.resolve(name).file_name for name in docs]
        where: Any = {"document": {"$in": names}} if names else None
        return [_source(chunk) for chunk in self._chroma.similarity_search(question, k, filter=where)]

    def _fill(self, chunks: Sequence[Chunk]) -> None:
        held = set(self._chroma.get(include=[])["ids"])
        missing = [(str(n), chunk) for n, chunk in enumerate(chunks) if str(n) not in held]
        for at in range(0, len(missing), _BATCH):
            some = missing[at : at + _BATCH]
            self._chroma.add_documents([chunk for _, chunk in some], ids=[id_ for id_, _ in some])


def _chunks(page_text: PageTexts, pages: dict[str, int]) -> Iterator[Chunk]:
    splitter = RecursiveCharacterTextSplitter(
        separators=SEPARATORS, chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True
    )
    for document, count in pages.items():
        for page in range(1, count + 1):
            text = (page_text(document, page) or "").replace("\r\n", "\n")
            for chunk in splitter.create_documents([text], [{"document": document, "page": page}]):
                chunk.metadata["unit"] = unit_at(text, chunk.metadata["start_index"]) or ""
                yield chunk


def _source(chunk: Chunk) -> Source:
    about = chunk.metadata
    part = Part(about["page"], chunk.page_content, unit=about["unit"] or None)
    return Source(about["document"], "", "text", (part,))
