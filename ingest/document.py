"""The values that ingest returns and everyone else passes on.

A `Document` is what one budget PDF says: its tables cell by cell, the facts those cells state,
the sentences of its prose, and the passages that search looks through. The values are frozen
and know nothing of storage or questions, so that every later step can be tested on plain data.

Coordinates are PDF points from the page's top left: ``(x0, top, x1, bottom)``; pages count from 1.
Money is `Decimal` in the printed unit; nothing here converts silently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

BBox = tuple[float, float, float, float]


class Kind(StrEnum):
    """What the document reports: a budget 预算 or final accounts 决算."""

    BUDGET = "预算"
    FINAL = "决算"


class Scope(StrEnum):
    """Whom it covers: a department 部门 with its subordinate units, or one unit 单位 alone."""

    DEPARTMENT = "部门"
    UNIT = "单位"


class Relation(StrEnum):
    """What a prose statement says of its subject."""

    QUANTITY = "数量"
    PURPOSE = "用途"
    REASON = "原因"
    CHANGE = "变动"
    COMPOSITION = "构成"
    DEFINITION = "定义"
    DUTY = "职责"


@dataclass(frozen=True)
class Place:
    """A spot on a page: where a reader finds the cell or sentence."""

    page: int
    bbox: BBox


@dataclass(frozen=True)
class Cell:
    """One printed cell of a table's body, after spans are resolved.

    `row`/`col` index `Table.rows`; a merged cell keeps its top-left position and says how far it
    reaches in `row_span`/`col_span`.
    """

    page: int
    row: int
    col: int
    text: str
    bbox: BBox
    row_span: int = 1
    col_span: int = 1


@dataclass(frozen=True)
class Table:
    """One printed table as a reader sees it, joined over page breaks.

    `header` and `rows` are rectangular: header spans are repeated into every place they cover, a
    body span keeps its text at the top-left place only, blanks are ``""``. `kind` is the official
    table's key in ``ingest/knowledge/tables.yaml`` ("其他" when none matches). Forms (绩效目标表)
    have no header. `note` is the sentence that stands for, or under, the table (没有…安排).
    """

    index: int
    number: str | None
    title: str
    kind: str
    unit: str | None
    pages: tuple[int, int]
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    note: str | None = None
    note_place: Place | None = None


@dataclass(frozen=True)
class Fact:
    """One meaningful cell: a figure or an attribute with everything needed to say what it means.

    `row_path` leads from the outermost group to the row itself (类, 款, 项 names; or a form's
    subject, then section, then row); `name` is its last part. `column_path` is the header's path.
    `measure` is the canonical meaning of the column (``ingest/knowledge/measures.yaml``).
    `text` is what is printed; `value` is None for text, blank and ``/`` cells. `year` is the year
    the figure speaks of where the row or column fixes one, else the document's year. `confidence`
    (0 to 1) is how sure the reading of a scanned cell is; None where the PDF itself holds the text.
    """

    table: int
    panel: str | None
    code: str | None
    name: str
    level: int | None
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    measure: str
    text: str
    value: Decimal | None
    unit: str | None
    year: int | None
    place: Place
    confidence: float | None = None


@dataclass(frozen=True)
class Quantity:
    """A number with its unit inside a sentence, as printed: ``label`` is what it measures."""

    label: str
    text: str
    value: Decimal
    unit: str


@dataclass(frozen=True)
class Statement:
    """A prose sentence (or clause) of a standard form, read into subject, relation and object.

    `subject` is the item spoken of, `subject_path` its longer name (类/款/项, or the headings it
    stands under), `content` the part that answers (after 主要用于, 主要原因是, 是指 …), `text`
    the whole sentence as printed. `places` has one box for each page the sentence touches.
    """

    relation: Relation
    subject: str
    subject_path: tuple[str, ...]
    content: str
    text: str
    quantities: tuple[Quantity, ...]
    year: int | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Passage:
    """A stretch of prose under one heading, sized for search (about 300 characters).

    `heading_path` runs from the part's title to the nearest heading. A table's description
    (title, header, row names) is a passage too, with `table` set to its index.
    """

    text: str
    heading_path: tuple[str, ...]
    places: tuple[Place, ...]
    table: int | None = None

    @property
    def page(self) -> int:
        """The first page the passage touches."""
        return self.places[0].page


@dataclass(frozen=True)
class Page:
    """A page's size in points and its readable text, for grounding and display.

    `scanned` says that the text was recognised from a picture.
    """

    number: int
    width: float
    height: float
    text: str
    scanned: bool = False


@dataclass(frozen=True)
class Document:
    """Everything that one PDF says. `body` is the 部门/单位 name as printed."""

    file_name: str
    sha256: str
    title: str
    body: str
    short_names: tuple[str, ...]
    year: int | None
    kind: Kind
    scope: Scope
    pages: tuple[Page, ...]
    tables: tuple[Table, ...] = ()
    facts: tuple[Fact, ...] = ()
    statements: tuple[Statement, ...] = ()
    passages: tuple[Passage, ...] = ()
    warnings: tuple[str, ...] = field(default=())
