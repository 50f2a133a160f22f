"""Opens the catalog's database: folder, connection settings, format version.

SQLite runs in WAL mode with one writer at a time, so that a web server's threads and a second
process that ingests can work on the same file. Writers take their lock at once (BEGIN IMMEDIATE);
a lock taken halfway through could not be waited for.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from vectorstore import schema
from vectorstore.errors import StoreUnavailable, StoreVersionError
from vectorstore.fulltext import FullText
from vectorstore.recall import kept_open
from vectorstore.settings import Settings

_WRITES = "budget_qa_writes"
_LONGEST_PATH = 300  # characters of a JSON text that is likely to recur


class Database:
    """A catalog that is open: `read` and `write` give connections, `store_id` names it for good.

    Raises `StoreUnavailable` when the folder or database cannot be used, `StoreVersionError` when
    another version of the program wrote it.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database
        try:
            self.fulltext = FullText.of(make_url(self._url).get_backend_name())
            settings.files.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(settings)
            self.store_id = self._prepare()
        except OSError as error:
            raise StoreUnavailable(
                f"数据目录 {settings.folder} 不能写入（{error.strerror}）："
                "请改正其权限，或用 --data 指定另一个目录。"
            ) from error
        except SQLAlchemyError as error:
            raise StoreUnavailable(
                f"打不开资料库 {settings.database}（{_reason(error)}）："
                "请检查目录权限与磁盘空间，或用 --data 指定另一个目录。"
            ) from error

    @contextmanager
    def read(self, *, now: bool = False) -> Iterator[Connection]:
        """A connection that sees one state of the catalog until it is closed: while a question is answered,
        that of its first look, unless what holds `now` is to be seen."""
        try:
            opened = self._engine.connect() if now else kept_open(id(self), self._engine.connect)
            with opened as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreUnavailable(
                f"读取资料库 {self._url} 失败（{_reason(error)}）："
                "请检查磁盘与权限；若文件已损坏，请用 --data 指定新目录重新导入 PDF。"
            ) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing. `StoreUnavailable` when it cannot be."""
        writing = self._engine.execution_options(**{_WRITES: True})
        try:
            with writing.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreUnavailable(
                f"写入资料库失败（{_reason(error)}）："
                "请检查磁盘空间与权限，确认没有别的程序长时间占用后重试。"
            ) from error

    def close(self) -> None:
        """Gives all connections back."""
        self._engine.dispose()

    def _prepare(self) -> str:
        """Makes an empty database into a catalog; returns the catalog's own id."""
        with self.read() as connection:
            kept = _meta(connection)
        if not kept:
            with self.write() as connection:
                kept = _meta(connection) or self._create(connection)
        if kept.get("version") != schema.VERSION:
            raise StoreVersionError(self._url, kept.get("version", "未知"), schema.VERSION)
        return kept["store_id"]

    def _create(self, connection: Connection) -> dict[str, str]:
        schema.metadata.create_all(connection)
        self.fulltext.create(connection)
        kept = {"version": schema.VERSION, "store_id": uuid.uuid4().hex}
        connection.execute(insert(schema.meta), [{"key": key, "value": kept[key]} for key in kept])
        return kept


def _meta(connection: Connection) -> dict[str, str]:
    """What the catalog says of itself; empty for an empty database."""
    found = inspect(connection)
    if found.has_table(schema.meta.name):
        return {row.key: row.value for row in connection.execute(select(schema.meta))}
    if found.has_table(schema.documents.name):
        return {"version": "未知"}
    return {}


def _engine(settings: Settings) -> Engine:
    dump = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    # A question keeps a connection until it is answered and may need another: those asked at once must not
    # wait for each other's.
    engine = create_engine(settings.database, json_serializer=dump, json_deserializer=_load, max_overflow=-1)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine, settings.busy_timeout)
    return engine


def _load(text: str) -> Any:
    """What a JSON column holds, which must not be changed: paths recur in every cell of a row or column."""
    return _load_path(text) if len(text) <= _LONGEST_PATH else json.loads(text)


_load_path = lru_cache(32768)(json.loads)


def _tune_sqlite(engine: Engine, busy_timeout: float) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # BEGIN is sent below, not by the driver
        cursor = dbapi_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
