"""Pages with a few lines over one ruled table, and what is read of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.document import Document, Fact
from ingest.pipeline import read_document
from tests.ingest.drawn import Sheet, save

Rows = Sequence[Sequence[str]]


def sheet(*lines: str, table: tuple[Rows, Sequence[float]]) -> Sheet:
    """A page with lines in the middle over one ruled table."""
    page = Sheet()
    for n, line in enumerate(lines):
        page.centred(40 + 20 * n, line, 11)
    page.table(60, 50 + 20 * len(lines), table[1], table[0], "all")
    return page


def read(folder: Path, *pages: Sheet) -> Document:
    return read_document(save(folder / "南山区水务局2024年度部门决算.pdf", list(pages)))


def stated(facts: Sequence[Fact], name: str) -> dict[str, tuple[str, str | None]]:
    """What a row states: measure → printed text and unit."""
    return {f.measure: (f.text, f.unit) for f in facts if f.name == name and f.text}
