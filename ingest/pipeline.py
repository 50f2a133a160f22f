"""PDF files → `Document` values: the steps of reading in their order, one file or many.

Whoever calls stores the documents; a file that cannot be read never stops the others.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from ingest import forms, template
from ingest.assemble import RawTable, assemble
from ingest.document import Document, Fact, Page, Table
from ingest.errors import BudgetQAError, UnreadablePDF
from ingest.facts import read_table
from ingest.identity import identify
from ingest.passages import passages
from ingest.pdf import RawPage, read_pages
from ingest.placing import settle
from ingest.prose import paragraphs
from ingest.statements import statements
from ingest.text import key

log = logging.getLogger(__name__)
MIN_TEXT = 10  # characters below which a page counts as having no text layer


@dataclass(frozen=True)
class ReadResult:
    """What became of one file: the document, or a sentence saying why there is none."""

    path: Path
    document: Document | None
    error: str | None
    seconds: float


def find_pdfs(paths: Iterable[Path]) -> list[Path]:
    """The PDF files named, and those inside the folders named, in order and each once."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".pdf") if path.is_dir() else [path]
        found.update(dict.fromkeys(inside))
    return list(found)


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hex. Raises `UnreadablePDF` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadablePDF(f"无法读取 {path}，请检查路径和权限。") from error


def read_document(path: Path) -> Document:
    """Read one PDF. Raises `UnreadablePDF` with a sentence for the user when it cannot be used."""
    pages = list(read_pages(path))
    blank = [p.number for p in pages if _text_size(p) < MIN_TEXT]
    if len(blank) == len(pages):
        raise UnreadablePDF(
            f"{path.name} 没有可读取的文字，按扫描件识别也没有结果，请换用清晰或带文字的 PDF。"
        )
    raw_tables, lines = assemble(pages)
    identity = identify(
        path.name,
        [line.text for p in pages for line in p.lines] + _top_cells(raw_tables),
        [t.title for t in raw_tables],
        _declared(raw_tables),
    )
    tables, facts = _read_tables(raw_tables, identity.year)
    prose = paragraphs(lines)
    scans = {p.number: p.scan for p in pages if p.scan}
    document = Document(
        file_name=path.name,
        sha256=sha256_of(path),
        title=identity.title,
        body=identity.body,
        short_names=identity.short_names,
        year=identity.year,
        kind=identity.kind,
        scope=identity.scope,
        pages=tuple(Page(p.number, p.width, p.height, page_text(p)) for p in pages),
        tables=tuple(tables),
        facts=tuple(facts),
        statements=tuple(statements(prose, identity.year)),
        passages=tuple(passages(prose, tables, facts)),
        warnings=_warnings(blank, list(scans), identity.year),
    )
    return settle(document, scans)


def _read_tables(raw: Sequence[RawTable], year: int | None) -> tuple[list[Table], list[Fact]]:
    tables: list[Table] = []
    facts: list[Fact] = []
    for index, table in enumerate(raw):
        read = forms.read_form if forms.is_form(table) else read_table
        value, own = read(index, table, year)
        tables.append(value)
        facts += own
    return tables, facts


def _top_cells(tables: Sequence[RawTable]) -> list[str]:
    return [c.text for t in tables for g in t.grids for c in g.cells if c.row < 2 and c.text]


def _declared(tables: Sequence[RawTable]) -> list[str]:
    """The names printed in forms' 部门(单位)名称 fields."""
    labels = template.form_words("subject_labels") - {"项目名称"}
    names = []
    for table in tables:
        cells = [c for g in table.grids for c in g.cells]
        names += [b.text for a, b in pairwise(cells) if key(a.text) in labels]
    return names


def _text_size(page: RawPage) -> int:
    return sum(len(n.text) for n in page.lines) + sum(len(c.text) for g in page.grids for c in g.cells)


def page_text(page: RawPage) -> str:
    """The page's text as a reader goes through it: lines and table rows from top to bottom."""
    items = [(line.bbox[1], line.text) for line in page.lines]
    for grid in page.grids:
        for row in range(len(grid.ys) - 1):
            cells = [c.text for c in grid.cells if c.row == row and c.text]
            if cells:
                items.append((grid.ys[row], "\t".join(cells)))
    return "\n".join(text for _, text in sorted(items, key=lambda i: i[0]))


def _warnings(blank: Sequence[int], scanned: Sequence[int], year: int | None) -> tuple[str, ...]:
    found = []
    if scanned:
        found.append(f"第{'、'.join(map(str, scanned))}页是扫描件，文字由识别得到，请对照原件")
    if blank:
        found.append(f"第{'、'.join(map(str, blank))}页没有文字")
    if year is None:
        found.append("没有找到年度")
    return tuple(found)


def read_many(paths: Sequence[Path], workers: int | None = None) -> Iterator[ReadResult]:
    """Read many files over worker processes, yielding each as it comes, in the order given."""
    workers = min(workers or os.cpu_count() or 1, len(paths))
    if workers <= 1:
        yield from map(_read_one, paths)
        return
    # A forked copy of a process whose other threads are at work (a model's, an index's) may hang.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(_read_one, paths)


def _read_one(path: Path) -> ReadResult:
    start = time.perf_counter()
    try:
        document, error = read_document(path), None
    except BudgetQAError as problem:
        document, error = None, str(problem)
    except Exception:  # one file that trips the reader must not stop the others
        log.exception("cannot read %s", path)
        document, error = (
            None,
            f"{path.name} 无法读取：程序没有料到这样的文件，请把它报告给维护者；其余文件照常读入。",
        )
    return ReadResult(path, document, error, time.perf_counter() - start)
