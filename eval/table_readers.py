"""The readers that the table bench compares, each as: PDF and pages → the grids of each page.

The peers are used with their default settings for ruled tables, PyMuPDF also with the best setting
found. They are imported only when they are run, since they are no part of the program (they come with
``pip install -e '.[bench]'``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pdfplumber

from eval.table_metrics import Grid
from ingest.document import Document, Table

WIDE_LINE = 7  # points; of 3 to 10 the y_tolerance with which PyMuPDF reads these documents best


def our_grids(document: Document, page: int, with_header: Sequence[bool]) -> list[Grid]:
    """What the document's tables print on a page, as grids.

    A table over several pages has one header; `with_header` says, table by table, whether the
    page prints it, since a reader that keeps pages apart gives it back on each page.
    """
    tables = [t for t in document.tables if any(c.page == page for c in t.cells) or t.pages[0] == page]
    headed = [*with_header, *[False] * len(tables)]
    return [_page_grid(table, page, head) for table, head in zip(tables, headed, strict=False)]


def _page_grid(table: Table, page: int, with_header: bool) -> Grid:
    rows = sorted({cell.row for cell in table.cells if cell.page == page})
    width = max((len(row) for row in (*table.header, *table.rows)), default=0)
    body = {row: [""] * width for row in range(rows[0], rows[-1] + 1)} if rows else {}
    for cell in table.cells:
        if cell.page == page:
            body[cell.row][cell.col] = cell.text
    return [*(table.header if with_header else ()), *body.values()]


@dataclass
class Timer:
    """Seconds spent and pages read."""

    seconds: float = 0.0
    pages: int = 0

    @property
    def per_page(self) -> float:
        """Seconds for a page."""
        return self.seconds / self.pages if self.pages else 0.0

    @contextmanager
    def over(self, pages: int) -> Iterator[None]:
        """Count the time of a ``with`` block over so many pages."""
        start = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - start
        self.pages += pages


PageGrids = Mapping[int, Sequence[Grid]]
PagesReader = Callable[[Path, Sequence[int]], PageGrids]


@dataclass
class Peer:
    """Another reader: its name with the version, and what reads pages of a PDF."""

    name: str
    read: PagesReader
    timer: Timer = field(default_factory=Timer)


def parse_timed(path: Path, timer: Timer) -> int:
    """Parse a whole PDF with pdfplumber, no tables: the floor that any reader on it stands on."""
    with timer.over(0), pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            _ = page.objects
            page.close()
        count = len(pdf.pages)
    timer.pages += count
    return count


def _with_pdfplumber(path: Path, pages: Sequence[int]) -> PageGrids:
    with pdfplumber.open(path) as pdf:
        return {page: pdf.pages[page - 1].extract_tables() for page in pages}


def _with_camelot(path: Path, pages: Sequence[int]) -> PageGrids:
    grids: dict[int, list[Grid]] = {page: [] for page in pages}
    wanted = ",".join(map(str, pages))
    for table in import_module("camelot").read_pdf(str(path), pages=wanted, flavor="lattice"):
        grids[table.page].append(table.df.values.tolist())
    return grids


def _with_pymupdf(path: Path, pages: Sequence[int]) -> PageGrids:
    with import_module("pymupdf").open(path) as pdf:
        return {page: [t.extract() for t in pdf[page - 1].find_tables().tables] for page in pages}


def _with_pymupdf_tuned(path: Path, pages: Sequence[int]) -> PageGrids:
    """PyMuPDF by its rules alone, with a tolerance that keeps a figure's point on its line."""
    grids: dict[int, list[Grid]] = {}
    with import_module("pymupdf").open(path) as pdf:
        for page in pages:
            tables = pdf[page - 1].find_tables(use_layout=False).tables
            grids[page] = [table.extract(y_tolerance=WIDE_LINE) for table in tables]
    return grids


def peers() -> list[Peer]:
    """The peers that are installed, with their versions."""
    known: list[tuple[str, str, PagesReader]] = [
        ("pdfplumber", "pdfplumber extract_tables", _with_pdfplumber),
        ("camelot", "camelot lattice", _with_camelot),
        ("pymupdf", "PyMuPDF find_tables", _with_pymupdf),
        ("pymupdf", "PyMuPDF find_tables (y_tolerance=7)", _with_pymupdf_tuned),
    ]
    found = []
    for module, name, read in known:
        try:
            version: Any = import_module(module).__version__
        except ImportError:
            continue
        found.append(Peer(f"{name} {version}", read))
    return found
