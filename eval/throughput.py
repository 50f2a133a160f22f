"""Pages a second over two processes: our reading beside pdfplumber's parse alone, in one run.

Kept apart from the bench of correctness: it reads whole documents, as an ingest does, not only the
transcribed pages.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from eval.table_readers import Timer, parse_timed
from ingest.pipeline import read_many

WORKERS = 2


@dataclass(frozen=True)
class Throughput:
    """Pages a second of our reader and of the parse that it stands on."""

    pages: int
    ours: float
    floor: float


def measure(paths: Sequence[Path]) -> Throughput:
    """Read and parse all PDFs, the largest first, each over two processes. No embedding is done."""
    ordered = sorted(paths, key=lambda p: -p.stat().st_size)
    start = time.perf_counter()
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:  # as `read_many` starts its own
        pages = sum(pool.map(_parse, ordered))
    parsed = time.perf_counter() - start
    start = time.perf_counter()
    for result in read_many(ordered, WORKERS):
        assert result.document is not None, result.error
    read = time.perf_counter() - start
    return Throughput(pages, pages / read, pages / parsed)


def _parse(path: Path) -> int:
    return parse_timed(path, Timer())
