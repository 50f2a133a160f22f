"""Values read from scanned pages → the same values at their places on the page as it lies.

Tables and prose of a scan are read in its upright frame. Only when everything is read are the
boxes turned to where a reader sees them, and facts told how sure their reading is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import BBox, Document, Fact, Page, Place, Table

if TYPE_CHECKING:
    from ingest.scan import Scan


def settle(document: Document, scans: Mapping[int, Scan]) -> Document:
    """The document with all boxes in page points; `scans` holds its recognised pages by number."""
    if not scans:
        return document

    def box(number: int, bbox: BBox) -> BBox:
        return scans[number].turn.to_page(bbox) if number in scans else bbox

    def place(old: Place) -> Place:
        return Place(old.page, box(old.page, old.bbox))

    def page(old: Page) -> Page:
        if old.number not in scans:
            return old
        width, height = scans[old.number].turn.page_size
        return replace(old, width=width, height=height, scanned=True)

    def table(old: Table) -> Table:
        cells = tuple(replace(c, bbox=box(c.page, c.bbox)) for c in old.cells)
        return replace(old, cells=cells, note_place=place(old.note_place) if old.note_place else None)

    def fact(old: Fact) -> Fact:
        scan = scans.get(old.place.page)
        if scan is None:
            return old
        return replace(old, confidence=scan.confidence(old.place.bbox), place=place(old.place))

    return replace(
        document,
        pages=tuple(map(page, document.pages)),
        tables=tuple(table(t) for t in document.tables),
        facts=tuple(fact(f) for f in document.facts),
        statements=tuple(replace(s, places=tuple(map(place, s.places))) for s in document.statements),
        passages=tuple(replace(p, places=tuple(map(place, p.places))) for p in document.passages),
    )
