"""Brings PDFs into the store: what is already held is skipped, what cannot be read is reported.

Separate from the command line so that a page or a script can load documents the same way and
show each file's fate as it is known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.audit import failures_held
from ingest.errors import UnreadablePDF
from ingest.pipeline import ReadResult, read_many, sha256_of
from vectorstore.records import DocumentRecord, Outcome
from vectorstore.store import Store

Read = Callable[[Sequence[Path]], Iterator[ReadResult]]


@dataclass(frozen=True)
class Loaded:
    """What became of one file: `outcome` and `record`, or the `error` that kept it out.

    `again` says that its content was held already and has been read anew.
    """

    path: Path
    outcome: Outcome | None = None
    record: DocumentRecord | None = None
    error: str | None = None
    seconds: float = 0.0
    again: bool = False

    @property
    def said(self) -> str:
        """The file's fate in words, after its name; a failure's words name the file themselves."""
        record = self.record
        if record is None or self.error:
            return self.error or ""
        if self.outcome is Outcome.UNCHANGED:
            return "没有变化，已跳过"
        if self.outcome is Outcome.DUPLICATE:
            return f"内容与已收录的 {record.file_name} 相同，已跳过"
        replaced = "，已替换原先的同名文件" if self.outcome is Outcome.REPLACED else ""
        if self.again:
            replaced = "，已重新读入"
        return (
            f"{record.pages} 页，{record.tables} 张表，{record.facts} 个数据，"
            f"{record.passages} 段文字，{self.seconds:.1f} 秒{replaced}"
        )


def load(
    store: Store, paths: Iterable[Path], *, force: bool = False, read: Read = read_many
) -> Iterator[Loaded]:
    """Reads the PDFs into `store` and yields each one's fate, in the order they are done.

    Content already held is not read again unless `force`. `read` reads the files; by default over
    one process for each core. Errors of the store end the run; a file's do not.
    """
    fresh: dict[str, Path] = {}
    for path in paths:
        settled = _settled(store, path, fresh, force=force)
        if settled:
            yield settled
    for result in read(list(fresh.values())):
        yield _stored(store, result, force=force)


def _settled(store: Store, path: Path, fresh: dict[str, Path], *, force: bool) -> Loaded | None:
    """The file's fate when it is known without reading it; else it is put into `fresh`.

    Files of one name replace each other in the store, so two of them in one run are a mistake.
    """
    try:
        held = store.holds(sha256_of(path))
    except UnreadablePDF as error:
        return Loaded(path, error=str(error))
    if held and not force:
        return Loaded(path, _skipped(held, path), held)
    other = fresh.setdefault(path.name, path)
    if other is not path:
        return Loaded(path, error=f"{path} 与 {other} 同名，请把其中一份改名后再读入。")
    return None


def _skipped(held: DocumentRecord, path: Path) -> Outcome:
    return Outcome.UNCHANGED if held.file_name == path.name else Outcome.DUPLICATE


def _stored(store: Store, result: ReadResult, *, force: bool) -> Loaded:
    if result.document is None:
        return Loaded(result.path, error=result.error, seconds=result.seconds)
    started = time.monotonic()
    again = force and store.holds(result.document.sha256) is not None
    outcome = store.add(result.document, result.path, force=force)
    seconds = result.seconds + time.monotonic() - started
    record = store.holds(result.document.sha256)
    if record is not None:
        failures_held(store, record.id, anew=True)  # found now, so that no question waits for it
    return Loaded(result.path, outcome, record, None, seconds, again)
