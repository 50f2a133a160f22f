"""The sample PDFs are read as a person reads them: every transcribed cell, and what every figure means."""

from __future__ import annotations

from functools import cache

import pytest

from eval.bench_tables import TRANSCRIPTIONS, PageResult, score_page
from eval.table_metrics import CellScore
from eval.transcription import load_transcriptions
from ingest.pipeline import read_document
from samples import FOLDER

CELLS, FACTS = 0.998, 0.99  # share that must be right; the bench's report has the figures reached

PAGES = [p for p in load_transcriptions(TRANSCRIPTIONS) if (FOLDER / p.document).exists()]


@cache
def read(document: str) -> list[PageResult]:
    """The document's transcribed pages as the reader gives them."""
    found = read_document(FOLDER / document)
    return [score_page(page, found) for page in PAGES if page.document == document]


@pytest.mark.parametrize("document", sorted({p.document for p in PAGES}))
def test_transcribed_pages_are_read_right(document: str) -> None:
    results = read(document)
    cells = sum((score for r in results for score in r.cells.values()), CellScore())
    right, expected = (
        sum(n) for n in zip(*((r.facts.right, r.facts.expected) for r in results), strict=True)
    )
    assert cells.f1 >= CELLS
    assert right >= FACTS * expected, [d for r in results for d in r.facts.differences]
    assert [f for r in results for f in r.facts.invented] == []
    assert [fault for r in results for fault in r.heads] == []
