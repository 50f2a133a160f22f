"""Takes uploaded PDFs in, reads them one after another in the background, and tells how far it is.

Reading takes seconds to minutes, so an upload returns a job at once. The files lie in a temporary
folder until they are read; each is then stored as the command line stores it (`assistant.loading`).
Knows nothing of HTTP: the interface and the pages use the same object.
"""

from __future__ import annotations

import logging
import queue
import re
import shutil
import tempfile
import threading
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pydantic import BaseModel

from assistant.loading import load
from ingest.apart import read_apart
from ingest.errors import BudgetQAError
from vectorstore.errors import StoreUnavailable
from vectorstore.records import DocumentRecord
from vectorstore.store import Store

logger = logging.getLogger(__name__)

MOST_WAITING = 100  # files
_JOBS_KEPT = 200
_NAME_BYTES = 180  # file systems allow 255; the store and Windows want some of it
_HEAD = 1024  # a PDF's mark stands within its first bytes
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
_FAILED = "{} 没有存进资料库：程序出错，请把服务器的记录发给维护者；其余文件照常读入。"


class TooManyWaitingError(BudgetQAError):
    """The queue is full."""


class UnknownJobError(BudgetQAError):
    """No upload has this id (any more)."""


class State(StrEnum):
    """How far a file is. The last five are final; see `Outcome` for the first four of them."""

    WAITING = "waiting"
    READING = "reading"
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    FAILED = "failed"


class UploadedFile(BaseModel):
    """One file of an upload: `message` says what became of it, `document` is its id in the store."""

    name: str
    state: State = State.WAITING
    message: str = "等待读入"
    document: int | None = None
    warnings: list[str] = []


class Job(BaseModel):
    """One upload; `done` when every file's state is final."""

    id: str
    created: datetime
    files: list[UploadedFile]
    done: bool = False


class _Waiting(NamedTuple):
    """A file in the queue; `again` has it read although its content is held."""

    job: Job
    file: UploadedFile
    path: Path
    again: bool = False


class Uploads:
    """The uploads of one store: a queue, and one thread that reads it."""

    def __init__(self, store: Store, minutes: float) -> None:
        self._store = store
        self._read = partial(read_apart, patience=minutes * 60)
        self._folder = tempfile.TemporaryDirectory(prefix="budget-qa-uploads-", ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._queue: queue.Queue[_Waiting] = queue.Queue()
        self._thread: threading.Thread | None = None

    def submit(self, files: Sequence[tuple[str, BinaryIO]]) -> Job:
        """Keep the files (name as sent, content) and queue them.

        A file that is no PDF, or bears the name of another one of this upload, has failed at once.
        Raises `TooManyWaitingError` when the queue is full, `StoreUnavailable` when the disk is.
        """
        job, folder = self._new_job(len(files))
        waiting: list[_Waiting] = []
        for sent, content in files:
            file = self._kept(sent, content, folder, [other.name for other in job.files])
            job.files.append(file)
            if file.state is State.WAITING:
                waiting.append(_Waiting(job, file, folder / file.name))
        if not waiting:
            folder.rmdir()
        self._start(job, waiting)
        return self.job(job.id)

    def read_again(self, document: DocumentRecord) -> Job:
        """Queue a document that is held, to be read anew from the store's copy of its PDF.

        Raises as `submit`, and `StoreError` when the copy is gone.
        """
        kept = self._store.pdf_path(document.id)
        job, folder = self._new_job(1)
        file, path = UploadedFile(name=document.file_name), folder / document.file_name
        job.files.append(file)
        with _disk():
            shutil.copyfile(kept, path)
        self._start(job, [_Waiting(job, file, path, again=True)])
        return self.job(job.id)

    def job(self, job_id: str) -> Job:
        """How far an upload is; `UnknownJobError` when there is none of this id."""
        with self._lock:
            if job_id not in self._jobs:
                raise UnknownJobError("没有这次上传的记录：它可能太久了，或者程序重新启动过；请看文件列表。")
            return self._jobs[job_id].model_copy(deep=True)

    def jobs(self) -> list[Job]:
        """The latest uploads, the newest first."""
        with self._lock:
            return [job.model_copy(deep=True) for job in reversed(self._jobs.values())]

    def close(self) -> None:
        """Drop what waits; a file that is being read is given up when the program ends."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._folder.cleanup()

    def _new_job(self, files: int) -> tuple[Job, Path]:
        """A job with a folder for so many files."""
        if self._queue.qsize() + files > MOST_WAITING:
            raise TooManyWaitingError(f"等待读入的文件已满 {MOST_WAITING} 份，请等它们读完再上传。")
        job = Job(id=uuid.uuid4().hex, created=datetime.now(UTC), files=[])
        folder = Path(self._folder.name) / job.id
        with _disk():
            folder.mkdir()
        return job, folder

    def _kept(self, sent: str, content: BinaryIO, folder: Path, others: Sequence[str]) -> UploadedFile:
        """Write the content into `folder`, if it is one that can be read."""
        if b"%PDF-" not in content.read(_HEAD):
            name = _plain(sent)[:_NAME_BYTES]
            return UploadedFile(name=name, state=State.FAILED, message=f"{name} 不是 PDF 文件，请上传 PDF。")
        name = safe_name(sent)
        if name in others:
            said = f"{name} 与这次上传的另一份文件同名，请改名后再上传。"
            return UploadedFile(name=name, state=State.FAILED, message=said)
        content.seek(0)
        with _disk(), (folder / name).open("wb") as file:
            shutil.copyfileobj(content, file)
        return UploadedFile(name=name)

    def _start(self, job: Job, waiting: Sequence[_Waiting]) -> None:
        with self._lock:
            job.done = not waiting
            self._jobs[job.id] = job
            finished = [id_ for id_, other in self._jobs.items() if other.done]
            for id_ in finished[: max(len(self._jobs) - _JOBS_KEPT, 0)]:
                del self._jobs[id_]
            if waiting and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="uploads", daemon=True)
                self._thread.start()
        for item in waiting:
            self._queue.put(item)

    def _work(self) -> None:
        while True:
            job, file, path, again = self._queue.get()
            with self._lock:
                file.state, file.message = State.READING, "正在读入"
            told = self._loaded(file.name, path, again=again)
            path.unlink(missing_ok=True)
            with self._lock:
                for name, value in told:
                    setattr(file, name, value)
                job.done = all(f.state not in (State.WAITING, State.READING) for f in job.files)
            if job.done:
                shutil.rmtree(path.parent, ignore_errors=True)

    def _loaded(self, name: str, path: Path, *, again: bool) -> UploadedFile:
        """Put the file into the store, and say what became of it."""
        try:
            (loaded,) = load(self._store, [path], force=again, read=self._read)
        except BudgetQAError as error:
            return UploadedFile(name=name, state=State.FAILED, message=str(error))
        except Exception:  # the thread must live on for the files behind this one
            logger.exception("could not load the upload %r", name)
            return UploadedFile(name=name, state=State.FAILED, message=_FAILED.format(name))
        if loaded.error or loaded.outcome is None or loaded.record is None:
            return UploadedFile(name=name, state=State.FAILED, message=loaded.said)
        return UploadedFile(
            name=name,
            state=State(loaded.outcome.value),
            message=loaded.said,
            document=loaded.record.id,
            warnings=list(loaded.record.warnings),
        )


@contextmanager
def _disk() -> Iterator[None]:
    """Says what is wrong when a file cannot be kept."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"不能保存上传的文件（{error.strerror}）：请检查服务器的磁盘空间与权限。"
        ) from error


def safe_name(sent: str) -> str:
    """A PDF's name that is only a name: no folder, no control or markup sign, not too long, ``.pdf``.

    >>> safe_name("../../etc/部门<b>预算.PDF")
    '部门_b_预算.pdf'
    """
    stem = re.sub(r"\.pdf$", "", _plain(sent), flags=re.IGNORECASE).strip(" .")
    stem = stem.encode()[:_NAME_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"{stem or '未命名'}.pdf"


def _plain(sent: str) -> str:
    name = re.split(r"[/\\]", sent.encode("utf-8", "replace").decode())[-1]
    return _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))
