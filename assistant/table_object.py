"""The public table object of the contract: one extracted table as ``tables --json`` prints it.

It is separate from `ingest.document.Table` so that what machines read stays as it is when the
inner value changes.
"""

from __future__ import annotations

from pydantic import BaseModel

from ingest.document import BBox, Table


class CellObject(BaseModel):
    """One printed cell: `row` and `col` index the table's `rows`."""

    page: int
    row: int
    col: int
    text: str
    bbox: BBox


class TableObject(BaseModel):
    """One printed table, joined over page breaks; `pages` are the first and the last."""

    document: str
    pages: tuple[int, int]
    number: str | None
    title: str
    kind: str
    unit: str | None
    header: list[list[str]]
    rows: list[list[str]]
    cells: list[CellObject]

    @classmethod
    def of(cls, document: str, table: Table) -> TableObject:
        """The object for `table` of the file named `document`."""
        return cls(
            document=document,
            pages=table.pages,
            number=table.number,
            title=table.title,
            kind=table.kind,
            unit=table.unit,
            header=[list(row) for row in table.header],
            rows=[list(row) for row in table.rows],
            cells=[
                CellObject(
                    page=cell.page, row=cell.row, col=cell.col, text=cell.text, bbox=_rounded(cell.bbox)
                )
                for cell in table.cells
            ],
        )


def _rounded(bbox: BBox) -> BBox:
    x0, top, x1, bottom = (round(side, 2) for side in bbox)
    return x0, top, x1, bottom
