"""The vectors of passages, their sentences and names in Chroma, kept in step with the catalog.

Chroma is a copy: the catalog says which documents there are, `sync` adds what Chroma lacks and
deletes what the catalog no longer has, also after a crash, another model or a lost folder. Chroma
is imported when the first vector is needed; it takes seconds.

Passages, sentences and names have a collection each: a filter by sort would look through all that is
held of it, at every search.

Embedded Chroma keeps its index in memory and does not notice another process's writes; worse, it
would write its outdated index over theirs. So writers hold a lock and count up a generation in
the catalog, and whoever finds another generation than his own opens Chroma anew.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from sqlalchemy import Connection, and_, delete, exists, insert, or_, select

from ingest.sentences import quotable
from vectorstore import rows, schema
from vectorstore.database import Database
from vectorstore.errors import StoreError, VectorsUnavailable
from vectorstore.recall import once
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma
    from langchain_core.documents import Document as LangChainDocument

    from vectorstore.embed import CachedEmbeddings

log = logging.getLogger(__name__)
_BATCH = 256
_PATIENCE = 600.0  # seconds to wait for another process's vectors
_GENERATION = "vectors_generation"
_SORTS = _PASSAGE, _SENTENCE, _NAME = "passage", "sentence", "name"  # the sorts of text that are embedded
_EMBEDDED_NAMES = ("item", "subject")  # not measures and groups: every table has the same


class Vectors:
    """Vector search over passages. Safe for several threads; writers of several processes queue."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._opening = threading.Lock()
        self._writing = FileLock(settings.folder / "vectors.lock")
        self._client: ClientAPI | None = None
        self._chroma: Mapping[str, Chroma] | None = None  # by sort
        self._embeddings: CachedEmbeddings | None = None
        self._collection_ids: Mapping[str, str] = {}
        self._generation = ""

    def expect(self, query: str) -> None:
        """Says that a query will likely come, so that its vector may be made while others work."""
        if self._embeddings is not None:  # else nobody has searched yet, and the model is not loaded
            self._embeddings.expect(query)

    def search(self, doc_ids: Sequence[int] | None, query: str, k: int) -> list[tuple[int, float]]:
        """Passage ids with cosine similarity, nearest first; `VectorsUnavailable` when it fails.

        Missing vectors are made first, unless someone is making them: then what is there is searched.
        """
        found = self._near(doc_ids, query, k, _PASSAGE)
        return [(int(document.metadata["passage_id"]), similarity) for document, similarity in found]

    def sentences(self, doc_ids: Sequence[int] | None, query: str, k: int) -> list[tuple[str, int, float]]:
        """Sentences with their passage's id and cosine similarity, nearest first; as `search` else."""
        found = self._near(doc_ids, query, k, _SENTENCE)
        return [(one.page_content, int(one.metadata["passage_id"]), close) for one, close in found]

    def names(self, doc_ids: Sequence[int] | None, query: str, k: int) -> list[tuple[str, float]]:
        """Names of rows and subjects with cosine similarity, nearest first, each once; as `search` else."""
        near: dict[str, float] = {}
        for document, similarity in self._near(doc_ids, query, k, _NAME):
            near.setdefault(document.page_content, similarity)
        return list(near.items())

    def _near(
        self, doc_ids: Sequence[int] | None, query: str, k: int, sort: str
    ) -> list[tuple[LangChainDocument, float]]:
        if doc_ids is not None and not doc_ids:
            return []
        with self._reported("检索"):
            chroma, embeddings = once(("vectors", id(self)), self._in_step)
            vector = embeddings.embed_query(query)
            found = chroma[sort].similarity_search_by_vector_with_relevance_scores(
                vector, k=k, filter=self._filter(doc_ids)
            )
        # What stands for a document that was just removed, or added, is of none of those asked.
        own = None if doc_ids is None else set(doc_ids)
        return [(d, 1.0 - distance) for d, distance in found if own is None or d.metadata["doc_id"] in own]

    def _in_step(self) -> tuple[Mapping[str, Chroma], CachedEmbeddings]:
        self.sync(wait=False)
        return self._open()

    def _filter(self, doc_ids: Sequence[int] | None) -> dict[str, Any] | None:
        """Chroma's condition for some documents; none where these are all that are held."""
        if doc_ids is None:
            return None
        with self._database.read() as connection:
            held = connection.scalars(select(schema.documents.c.id)).all()
        return None if set(held) <= set(doc_ids) else {"doc_id": {"$in": list(doc_ids)}}

    def sync(self, *, wait: bool = True) -> None:
        """Brings Chroma into step with the catalog; nothing to do costs one small query.

        With `wait` False it returns at once when another thread or process is at it.
        """
        with self._reported("更新"):
            self._open()
            if not any(self._pending()):
                return
            try:
                with self._writing.acquire(timeout=_PATIENCE if wait else 0):
                    self._open()  # another process may have written while we waited
                    self._catch_up()
            except Timeout:
                if wait:
                    raise

    def reindex(self) -> None:
        """Builds the configured model's collection anew from the catalog and its cached vectors."""
        with self._reported("重建"), self._writing.acquire(timeout=_PATIENCE):
            chroma, _ = self._open()
            for collection in chroma.values():
                collection.delete_collection()
            with self._database.write() as connection:
                table = schema.embedded
                connection.execute(delete(table).where(table.c.collection.in_(self._collections.values())))
                self._count_up(connection)
            self._chroma = None
            self._open()
            self._catch_up()

    @property
    def _collections(self) -> dict[str, str]:
        """A collection for each sort, of each store and model; names are of letters, digits and dashes."""
        model = self._settings.model_id
        slug = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-")[-24:].strip("-")
        mark = hashlib.sha256(model.encode()).hexdigest()[:8]
        return {s: f"budget-qa-{s}-{self._database.store_id[:12]}-{slug}-{mark}" for s in _SORTS}

    def _open(self) -> tuple[Mapping[str, Chroma], CachedEmbeddings]:
        """Chroma's collections as they are now, and the model."""
        with self._opening:
            if self._embeddings is None:
                from vectorstore.embed import provider  # brings LangChain, which a question may not need

                self._embeddings = provider(self._settings, self._database)
            with self._database.read(now=True) as connection:
                generation = _generation(connection)
            if self._chroma is None or generation != self._generation:
                self._chroma = self._connect(self._embeddings)
                self._generation = generation
            return self._chroma, self._embeddings

    def _connect(self, embeddings: CachedEmbeddings) -> Mapping[str, Chroma]:
        from langchain_chroma import Chroma

        self._client = client = _client(self._settings)
        chroma = {
            sort: Chroma(
                collection_name=name,
                embedding_function=embeddings,
                client=client,
                collection_configuration={"hnsw": {"space": "cosine"}},
            )
            for sort, name in self._collections.items()
        }
        # A collection that was lost and made anew has another id: then everything is missing
        self._collection_ids = {
            sort: str(client.get_collection(name, embedding_function=None).id)
            for sort, name in self._collections.items()
        }
        return chroma

    def _catch_up(self) -> None:
        missing, stale = self._pending()
        for collection, collection_id, doc_id in stale:
            self._delete(collection, collection_id, doc_id)
        for doc_id in missing:
            self._add(doc_id)

    def _count_up(self, connection: Connection) -> None:
        """Tells other processes, in the transaction that records the change, to open Chroma anew."""
        generation = uuid.uuid4().hex
        row = schema.meta
        connection.execute(delete(row).where(row.c.key == _GENERATION))
        connection.execute(insert(row).values(key=_GENERATION, value=generation))
        self._generation = generation

    def _pending(self) -> tuple[list[int], list[tuple[str, str, int]]]:
        """Documents without vectors here, and vectors (anywhere) whose document is gone."""
        document, done = schema.documents, schema.embedded
        lacking = [
            ~exists().where(
                done.c.doc_id == document.c.id,
                done.c.collection == name,
                done.c.collection_id == self._collection_ids[sort],
            )
            for sort, name in self._collections.items()
        ]
        gone = ~exists().where(document.c.id == done.c.doc_id)
        with self._database.read(now=True) as connection:
            missing = list(
                connection.scalars(select(document.c.id).where(or_(*lacking)).order_by(document.c.id))
            )
            stale = [
                (row.collection, row.collection_id, row.doc_id)
                for row in connection.execute(select(done).where(gone))
            ]
        return missing, stale

    def _add(self, doc_id: int) -> None:
        """Embeds the passages' text alone: with names and headings in front, all of a document's
        passages lie close together, and fewer questions find theirs. Names stand for themselves, and so
        does a sentence: what a passage says in one place is lost among the rest of it."""
        passage, name, link = schema.passages, schema.names, schema.document_names
        named = select(name.c.id, name.c.name).join(link, link.c.name_id == name.c.id)
        named = named.where(link.c.doc_id == doc_id, name.c.kind.in_(_EMBEDDED_NAMES))
        with self._database.read(now=True) as connection:
            passages = connection.execute(select(passage).where(passage.c.doc_id == doc_id)).all()
            names = {row.name: row.id for row in connection.execute(named.order_by(name.c.id))}
        said: dict[str, int] = {}
        for row in passages:
            for text in quotable(rows.to_passage(row)):
                said.setdefault(text, row.id)
        entries: dict[str, list[tuple[str, str, dict[str, int]]]] = {
            _PASSAGE: [
                (str(row.id), row.text, {"passage_id": row.id, "page": row.places[0][0]}) for row in passages
            ],
            _SENTENCE: [
                (f"{doc_id}-s{n}", text, {"passage_id": id_}) for n, (text, id_) in enumerate(said.items())
            ],
            _NAME: [(f"{doc_id}-{id_}", text, {}) for text, id_ in names.items()],
        }
        assert self._chroma is not None
        for sort, texts in entries.items():
            for at in range(0, len(texts), _BATCH):
                some = texts[at : at + _BATCH]
                self._chroma[sort].add_texts(
                    [text for _, text, _ in some],
                    metadatas=[{"doc_id": doc_id, **about} for _, _, about in some],
                    ids=[id_ for id_, _, _ in some],
                )
        done = schema.embedded
        added = [
            {"collection": name, "collection_id": self._collection_ids[sort], "doc_id": doc_id}
            for sort, name in self._collections.items()
        ]
        with self._database.write() as connection:
            # One of the collections may have been there already: what was added again is recorded once.
            known = (and_(*(done.c[column] == one[column] for column in one)) for one in added)
            connection.execute(delete(done).where(or_(*known)))
            connection.execute(insert(done), added)
            self._count_up(connection)

    def _delete(self, collection: str, collection_id: str, doc_id: int) -> None:
        from chromadb.errors import NotFoundError

        assert self._client is not None
        try:
            held = self._client.get_collection(collection, embedding_function=None)
            held.delete(where={"doc_id": doc_id})
        except NotFoundError:
            log.info("collection %s is gone, and with it the vectors of document %d", collection, doc_id)
        done = schema.embedded
        with self._database.write() as connection:
            connection.execute(
                delete(done).where(
                    done.c.collection == collection,
                    done.c.collection_id == collection_id,
                    done.c.doc_id == doc_id,
                )
            )
            self._count_up(connection)

    @contextmanager
    def _reported(self, doing: str) -> Iterator[None]:
        """Turns what goes wrong inside Chroma or a model into `VectorsUnavailable`."""
        try:
            yield
        except StoreError:
            raise
        except Timeout as error:
            raise VectorsUnavailable(f"{doing}向量索引时等待另一进程超时：请待它写完后重试。") from error
        except Exception as error:  # Chroma, its engine and the models share no family of errors
            self._chroma = None  # the next call opens it anew
            raise VectorsUnavailable(
                f"{doing}向量索引失败（{error}）：请检查磁盘空间与 Chroma 设置，目录库未受影响。"
            ) from error


def _client(settings: Settings) -> ClientAPI:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if settings.chroma_url is None:
        # or the new client would be given the old one's index, from before the other's writes
        SharedSystemClient.clear_system_cache()
        return chromadb.PersistentClient(str(settings.folder / "chroma"), settings=quiet)
    url = urlsplit(settings.chroma_url)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 8000)
    return chromadb.HttpClient(url.hostname or "localhost", port, ssl=secure, settings=quiet)


def _generation(connection: Connection) -> str:
    row = schema.meta
    return connection.scalar(select(row.c.value).where(row.c.key == _GENERATION)) or ""
