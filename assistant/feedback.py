"""What readers say of answers, 有用 or 有误 with a note, kept in the data folder for staff to read.

Nothing is kept of the reader: the answer's random key only lets the same reader change their mind.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from assistant.answer import Answer
from ingest.errors import BudgetQAError

MOST_NOTE = 500  # characters
_KEPT = 10_000
_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    key TEXT PRIMARY KEY, at TEXT NOT NULL, useful INTEGER NOT NULL, note TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, documents TEXT NOT NULL
)"""


class FeedbackError(BudgetQAError):
    """The feedback cannot be kept or read."""


class Feedback(BaseModel):
    """One reader's word on one answer; `documents` are the files that the answer cited."""

    at: datetime
    useful: bool
    note: str
    question: str
    answer: str
    documents: list[str]


class FeedbackBook:
    """The feedback in one SQLite file; several threads and processes may use it.

    It keeps the latest ten thousand. Methods raise `FeedbackError` when the file cannot be used.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, key: str, answer: Answer, useful: bool, note: str = "") -> None:
        """Keep what the reader of the answer `key` says; a second word replaces the first."""
        documents = list(dict.fromkeys(citation.document for citation in answer.citations))
        row = (
            key,
            datetime.now(UTC).isoformat(timespec="seconds"),
            int(useful),
            note.strip()[:MOST_NOTE],
            answer.question,
            answer.answer,
            json.dumps(documents, ensure_ascii=False),
        )
        with self._open() as book:
            book.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            book.execute(
                "DELETE FROM feedback WHERE rowid <= (SELECT MAX(rowid) FROM feedback) - ?", (_KEPT,)
            )

    def latest(self, limit: int = 200) -> list[Feedback]:
        """The latest, newest first."""
        with self._open() as book:
            rows = book.execute(
                "SELECT at, useful, note, question, answer, documents FROM feedback"
                " ORDER BY rowid DESC LIMIT ?",
                (limit,),
            ).fetchall()
        names = ("at", "useful", "note", "question", "answer")
        return [
            Feedback(**dict(zip(names, row[:5], strict=True)), documents=json.loads(row[5])) for row in rows
        ]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=10)) as book, book:
                book.execute(_TABLE)
                yield book
        except sqlite3.Error as error:
            raise FeedbackError(
                f"反馈没有存成，请稍后再试；如果仍然不行，请让管理员检查 {self._file.name} 的权限和磁盘空间。"
            ) from error
