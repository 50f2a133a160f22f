"""Keeps cases and the history of their changes; finds earlier ones by their words.

Nothing of a deleted case stays behind: the database overwrites what it deletes, and keeps no
journal of it. Each change names the version it was made from, so that two people at one case
cannot undo each other's work unseen.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from assistant.desk import schema
from assistant.desk.case import Case, Change, State
from assistant.desk.errors import ChangedMeanwhileError, DeskUnavailableError, UnknownCaseError
from ingest.text import key

FILE = "desk.db"
_BUSY_SECONDS = 30
_WRITES = "budget_qa_writes"


@dataclass(frozen=True)
class CaseLine:
    """A case as the list shows it."""

    id: int
    title: str
    state: State
    updated_by: str
    updated_at: datetime


class Casebook:
    """The cases in `folder`; the file is made when the first is stored or looked for.

    Every method raises `DeskUnavailableError` when the database cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def add(self, case: Case, who: str, what: str) -> Case:
        """Store a new case; it comes back with its number."""
        with self._open(writes=True) as connection:
            row = connection.execute(insert(schema.cases).values(version=1, **_content(case, who)))
            number = int(row.inserted_primary_key[0])  # type: ignore[index]
            _record(connection, number, who, what, case.letter)
        return case.model_copy(update={"id": number, "version": 1})

    def save(self, case: Case, who: str, what: str, text: str = "") -> Case:
        """Store a changed case and who did `what`.

        Raises `ChangedMeanwhileError` when it is not the version that is stored, `UnknownCaseError`
        when it is stored no more.
        """
        own = schema.cases
        version = case.version + 1
        with self._open(writes=True) as connection:
            found = connection.scalar(select(own.c.version).where(own.c.id == case.id))
            if found is None:
                raise UnknownCaseError(case.id)
            if found != case.version:
                raise ChangedMeanwhileError(case.id)
            new = update(own).where(own.c.id == case.id).values(version=version, **_content(case, who))
            connection.execute(new)
            _record(connection, case.id, who, what, text)
        return case.model_copy(update={"version": version})

    def get(self, number: int) -> Case:
        """The case of that number; `UnknownCaseError` when there is none."""
        own = schema.cases
        with self._open() as connection:
            found = connection.execute(select(own.c.case, own.c.version).where(own.c.id == number)).first()
        if found is None:
            raise UnknownCaseError(number)
        return Case.model_validate_json(found.case).model_copy(
            update={"id": number, "version": found.version}
        )

    def changes(self, number: int) -> list[Change]:
        """What was done about a case, latest first."""
        own = schema.changes
        query = select(own).where(own.c.case_id == number).order_by(own.c.id.desc())
        with self._open() as connection:
            rows = connection.execute(query).all()
        return [Change(at=_aware(row.at), who=row.who, what=row.what, text=row.text) for row in rows]

    def search(self, words: str = "", state: State | None = None, limit: int = 50) -> list[CaseLine]:
        """Cases whose letter, questions and reply hold all `words` (parted by spaces), latest first."""
        own = schema.cases
        query = select(own).order_by(own.c.updated_at.desc(), own.c.id.desc()).limit(limit)
        for word in filter(None, map(_comparable, words.split())):
            query = query.where(func.instr(own.c.words, word) > 0)
        if state is not None:
            query = query.where(own.c.state == state.value)
        with self._open() as connection:
            rows = connection.execute(query).all()
        return [
            CaseLine(row.id, row.title, State(row.state), row.updated_by, _aware(row.updated_at))
            for row in rows
        ]

    def delete(self, number: int) -> None:
        """Remove a case with its whole history, beyond recovery. `UnknownCaseError`."""
        with self._open(writes=True) as connection:
            if not connection.execute(delete(schema.cases).where(schema.cases.c.id == number)).rowcount:
                raise UnknownCaseError(number)

    def close(self) -> None:
        """Give all connections back."""
        if self._engine is not None:
            self._engine.dispose()

    @contextmanager
    def _open(self, *, writes: bool = False) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing."""
        try:
            with self._lock:
                self._engine = self._engine or _made(self._path)
            with self._engine.execution_options(**{_WRITES: writes}).begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise DeskUnavailableError(
                f"答复台的数据文件 {self._path} 读写失败（{reason}）：请检查磁盘空间与权限后再试。"
            ) from error


def _content(case: Case, who: str) -> dict[str, Any]:
    words = "\n".join((case.letter, *(item.question for item in case.items), case.reply.text))
    return {
        "state": case.state.value,
        "title": case.title,
        "words": _comparable(words),
        "case": case.model_dump_json(exclude={"id", "version"}),
        "updated_by": who,
        "updated_at": _now(),
    }


def _record(connection: Connection, number: int, who: str, what: str, text: str) -> None:
    row = {"case_id": number, "at": _now(), "who": who, "what": what, "text": text}
    connection.execute(insert(schema.changes).values(**row))


def _comparable(text: str) -> str:
    return key(text).lower()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _aware(stored: datetime) -> datetime:
    return stored.replace(tzinfo=UTC)


def _made(path: Path) -> Engine:
    """The database at `path`, with its tables; `DeskUnavailableError` for one of another version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # personal data: for the program's own user alone
    engine = create_engine(URL.create("sqlite", database=str(path)))
    _tune(engine)
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        kept = _prepared(connection)
    if kept != schema.VERSION:
        engine.dispose()
        raise DeskUnavailableError(
            f"答复台的数据文件 {path} 的格式是 {kept}，本程序使用格式 {schema.VERSION}："
            "请换回写入它的程序版本；原有内容未作任何改动。"
        )
    return engine


def _prepared(connection: Connection) -> str:
    """The version of the tables; they are made where there are none."""
    own = schema.meta
    if not inspect(connection).has_table(own.name):
        schema.metadata.create_all(connection)
        connection.execute(insert(own).values(key="version", value=schema.VERSION))
    return str(connection.scalar(select(own.c.value).where(own.c.key == "version")))


def _tune(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # BEGIN is sent below, not by the driver
        cursor = dbapi_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = DELETE")  # a write-ahead log would keep what was deleted
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
