"""The store's one public face: puts documents in, finds what they say, takes them out.

Opening is quick: Chroma, the embedding model and the dictionary are loaded when first needed. A
store may be used by several threads, and its folder by several processes.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.document import Document, Page, Relation, Table
from vectorstore import catalog, intake, schema, search
from vectorstore.database import Database
from vectorstore.errors import StoreError, StoreUnavailable, UnknownDocument
from vectorstore.naming import choose
from vectorstore.recall import recalled
from vectorstore.records import (
    DocumentRecord,
    NameHit,
    Outcome,
    PassageHit,
    StoredFact,
    StoredStatement,
)
from vectorstore.search import BOTH, Ranking
from vectorstore.settings import Settings
from vectorstore.vectors import Vectors

log = logging.getLogger(__name__)
DocIds = Sequence[int] | None


class Store:
    """Everything held about the documents. `doc_ids` scopes a query; None means all documents.

    Raises `StoreUnavailable` or `StoreVersionError` when the data folder cannot be used.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings.load()
        self.settings.apply_process_defaults()
        self._database = Database(self.settings)
        self._vectors = Vectors(self.settings, self._database)
        self._facts = catalog.ReadFacts()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the database's connections back."""
        self._database.close()

    # Documents ------------------------------------------------------------------------------

    def add(self, document: Document, source: Path, *, force: bool = False, embed: bool = True) -> Outcome:
        """Stores `document` as read from the PDF `source`, of which a copy is kept.

        A file of the same name and content is left as it is (unless `force`); of another content,
        it replaces the old one whole. Content held under another name is not stored twice. With
        `embed` False the vectors wait until the next search or `sync_vectors`; they also wait
        when they cannot be made now, which is logged.
        """
        copied = self._keep_file(document.sha256, source)
        try:
            outcome = self._store(document, force=force)
        finally:
            self._drop_unused_file(copied)
        if embed:
            self._try_vectors()
        return outcome

    def holds(self, sha256: str) -> DocumentRecord | None:
        """The document with this content, None when it is not held."""
        with self._database.read() as connection:
            return next(iter(catalog.documents(connection, schema.documents.c.sha256 == sha256)), None)

    @recalled
    def documents(self) -> list[DocumentRecord]:
        """All documents held, in the order they were added."""
        with self._database.read() as connection:
            return catalog.documents(connection)

    def document(self, doc_id: int) -> DocumentRecord:
        """The document with this id; `UnknownDocument` when it is gone."""
        with self._database.read() as connection:
            found = catalog.documents(connection, schema.documents.c.id == doc_id)
        if not found:
            raise UnknownDocument(f"编号 {doc_id}", [])
        return found[0]

    def resolve(self, name: str) -> DocumentRecord:
        """The document with this file name, or the only one whose file name or title contains it.

        Raises `UnknownDocument`, naming what is near, or `AmbiguousDocument` with the choices.
        """
        return choose(name, self.documents())

    def remove(self, name: str) -> DocumentRecord:
        """Forgets the document entirely (rows, vectors, copy of the PDF); returns what it was."""
        record = self.resolve(name)
        with self._database.write() as connection:
            passages = intake.digests(connection, record.id)
            intake.erase(connection, self._database.fulltext, record.id)
            intake.forget_embeddings(connection, passages)
        self._drop_unused_file(self._file(record.sha256))
        self._try_vectors()
        return record

    def sync_vectors(self) -> None:
        """Makes the vectors that are missing; `VectorsUnavailable` when that fails."""
        self._vectors.sync()

    def reindex(self) -> None:
        """Builds the vector index anew from the catalog."""
        self._vectors.reindex()

    # Pages and tables -----------------------------------------------------------------------

    @recalled
    def tables(self, doc_id: int, page: int | None = None) -> list[Table]:
        """The document's tables in order; with `page`, those that touch it."""
        with self._database.read() as connection:
            return catalog.tables(connection, doc_id, index=None, page=page)

    def table(self, doc_id: int, index: int) -> Table:
        """One table by its `Table.index`; `StoreError` when there is none."""
        with self._database.read() as connection:
            found = catalog.tables(connection, doc_id, index=index, page=None)
        if not found:
            raise StoreError(
                f"《{self.document(doc_id).file_name}》里没有第 {index} 张表：请用 tables 查看有哪些表。"
            )
        return found[0]

    def page(self, doc_id: int, number: int) -> Page:
        """A page by its 1-based number; `StoreError` when there is none."""
        with self._database.read() as connection:
            found = catalog.page(connection, doc_id, number)
        if found is None:
            record = self.document(doc_id)
            raise StoreError(f"《{record.file_name}》没有第 {number} 页：它共有 {record.pages} 页。")
        return found

    def pdf_path(self, doc_id: int) -> Path:
        """The kept copy of the PDF; `StoreError` when someone deleted it."""
        record = self.document(doc_id)
        path = self._file(record.sha256)
        if not path.is_file():
            raise StoreError(
                f"《{record.file_name}》的副本 {path} 不在了：请先 remove 再重新 ingest 这份文件。"
            )
        return path

    # Names, facts, prose --------------------------------------------------------------------

    @recalled
    def names(self, doc_ids: DocIds, text: str, limit: int = 20) -> list[NameHit]:
        """Names printed in scope that share character pairs with `text`, the fullest first."""
        with self._database.read() as connection:
            return catalog.names(connection, self._database.fulltext, doc_ids, text, limit)

    @recalled
    def near_names(self, doc_ids: DocIds, text: str, limit: int = 12) -> list[tuple[str, float]]:
        """Names of rows and subjects in scope that mean about what `text` says, with cosine similarity.

        Empty, with a warning in the log, when vectors cannot be searched.
        """
        try:
            return self._vectors.names(doc_ids, text, limit)
        except StoreError as error:
            log.warning("只按字面找名称：%s", error)
            return []

    @recalled
    def near_sentences(self, doc_ids: DocIds, text: str, limit: int = 8) -> list[tuple[str, PassageHit]]:
        """Sentences in scope that mean about what `text` says, each with its passage, nearest first; the
        hit's `vector` is the sentence's cosine similarity. Empty as `near_names`.
        """
        return search.sentences(self._database, self._vectors, doc_ids, text, limit)

    @recalled
    def facts(
        self,
        doc_ids: DocIds,
        *,
        names: Sequence[str] | None = None,
        under: Sequence[str] | None = None,
        codes: Sequence[str] | None = None,
        measures: Sequence[str] | None = None,
        table_kinds: Sequence[str] | None = None,
        table: int | None = None,
        panel: str | None = None,
        limit: int = 200,
    ) -> list[StoredFact]:
        """Facts that meet every condition given, in printed order.

        `names` are row names (spacing and quotes do not matter); `under` are outer parts of the
        row path, such as a form's project; `table` is a `Table.index`.
        """
        with self._database.read() as connection:
            return catalog.facts(
                connection,
                self._facts,
                doc_ids,
                names=names,
                under=under,
                codes=codes,
                measures=measures,
                table_kinds=table_kinds,
                table=table,
                panel=panel,
                limit=limit,
            )

    @recalled
    def search_facts(self, doc_ids: DocIds, text: str, limit: int = 50) -> list[tuple[StoredFact, float]]:
        """Facts whose row, column or table share character pairs with `text`, with BM25."""
        with self._database.read() as connection:
            fulltext = self._database.fulltext
            return catalog.search_facts(connection, self._facts, fulltext, doc_ids, text, limit)

    @recalled
    def statements(
        self,
        doc_ids: DocIds,
        *,
        relation: Relation | None = None,
        subjects: Sequence[str] | None = None,
        text: str | None = None,
        said: Sequence[str] | None = None,
        limit: int = 50,
    ) -> list[tuple[StoredStatement, float]]:
        """Prose statements that meet every condition, best first.

        `subjects` match the statement's subject or a part of its path. With `text` the score is
        BM25; without, 1.0 for the subject itself and 0.5 for a part of the path. `said` are the
        printed names that the text holds; they are looked up unless given.
        """
        with self._database.read() as connection:
            return catalog.statements(
                connection,
                self._database.fulltext,
                doc_ids,
                relation=relation,
                subjects=subjects,
                text=text,
                said=said,
                limit=limit,
            )

    def search(
        self,
        doc_ids: DocIds,
        query: str,
        k: int = 10,
        by: Collection[Ranking] = BOTH,
        *,
        said: Sequence[str] | None = None,
        meaning: str | None = None,
    ) -> list[PassageHit]:
        """The `k` best passages for `query`, best first, by words and vectors or by one of them; `said`
        as in `statements`; vectors are compared with that of `meaning`, where it is given."""
        return search.hybrid(
            self.settings, self._database, self._vectors, doc_ids, query, k, by, said, meaning
        )

    def expect(self, query: str) -> None:
        """Says that a query will likely be searched for, so that its vector may be made meanwhile."""
        self._vectors.expect(query)

    def beside(self, hits: Sequence[PassageHit], reach: int = 1) -> list[PassageHit]:
        """The passages printed up to `reach` before or after those found, in the same document."""
        return search.beside(self._database, hits, reach)

    # ----------------------------------------------------------------------------------------

    def _store(self, document: Document, *, force: bool) -> Outcome:
        fulltext = self._database.fulltext
        table = schema.documents
        with self._database.write() as connection:
            old = next(iter(catalog.documents(connection, table.c.file_name == document.file_name)), None)
            if old and old.sha256 == document.sha256 and not force:
                return Outcome.UNCHANGED
            if not old and catalog.documents(connection, table.c.sha256 == document.sha256):
                return Outcome.DUPLICATE
            before = set(intake.digests(connection, old.id)) if old else set()
            if old:
                intake.erase(connection, fulltext, old.id)
            new = intake.write(connection, fulltext, document)
            if before:
                intake.forget_embeddings(connection, before.difference(intake.digests(connection, new)))
        if old:
            self._drop_unused_file(self._file(old.sha256))
        return Outcome.REPLACED if old else Outcome.ADDED

    def _try_vectors(self) -> None:
        try:
            self._vectors.sync()
        except StoreError as error:
            log.warning("向量稍后再建：%s", error)

    def _file(self, sha256: str) -> Path:
        return self.settings.files / f"{sha256}.pdf"

    def _keep_file(self, sha256: str, source: Path) -> Path:
        """Copies the PDF under its content's name, whole or not at all."""
        path = self._file(sha256)
        if path.exists():
            return path
        try:
            with tempfile.TemporaryDirectory(dir=self.settings.files) as folder:
                part = Path(folder) / path.name
                shutil.copyfile(source, part)
                part.replace(path)
        except OSError as error:
            raise StoreUnavailable(
                f"不能把 {source.name} 存入 {self.settings.files}（{error.strerror}）：请检查权限与磁盘空间。"
            ) from error
        return path

    def _drop_unused_file(self, path: Path) -> None:
        """Drop a copy that no document needs, and what was kept beside it under the same hash."""
        if self.holds(path.stem) is None:
            for file in path.parent.glob(f"{path.stem}.*"):
                file.unlink(missing_ok=True)
