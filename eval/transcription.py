"""Hand transcriptions of printed pages (``tests/transcriptions/*.json``) → expected cells and facts.

A person typed each page from its image: the grid as printed, and beside it what every column and
row means. Nothing here reads a PDF, so that the bench compares two independent readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ingest.errors import BudgetQAError
from ingest.text import parse_number

LEFT, ABOVE = "<", "^"  # a place covered by the cell at its left, or by the cell above it


class TranscriptionError(BudgetQAError):
    """A transcription file that cannot be used; the message names the file and the fault."""


@dataclass(frozen=True)
class ExpectedFact:
    """One printed figure or attribute with all that says what it means."""

    kind: str
    panel: str | None
    code: str | None
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    measure: str
    text: str
    value: Decimal | None
    unit: str | None


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnMeaning(_Model):
    """What a column of figures says; `group` names the list that says what its rows are."""

    group: str
    panel: str | None
    path: tuple[str, ...]
    measure: str
    unit: str | None


class FormFact(_Model):
    """A fact of a form, written out in full."""

    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    measure: str
    text: str
    value: Decimal | None = None
    unit: str | None = None


class Meaning(_Model):
    """Either columns and rows of a list, or the facts of a form one by one.

    A row's entry is its code (or null) followed by its path, null where the row names nothing.
    """

    columns: tuple[ColumnMeaning | None, ...] = ()
    rows: dict[str, tuple[tuple[str | None, ...] | None, ...]] = {}
    facts: tuple[FormFact, ...] = ()


class PrintedTable(_Model):
    """The part of a table that one page prints.

    `header` and `rows` hold a text where its cell begins and ``<`` or ``^`` wherever it reaches.
    `header` is empty on a page that goes on without repeating it. `captions` are lines above that
    the producer drew as cells; `mended` gives the whole word for one that the page break cuts.
    """

    title: str
    number: str | None
    kind: str
    unit: str | None
    note: str | None = None
    captions: tuple[str, ...] = ()
    mended: dict[str, str] = {}
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    meaning: Meaning

    @property
    def grid(self) -> tuple[tuple[str, ...], ...]:
        """Everything printed, header first."""
        return self.header + self.rows

    @model_validator(mode="after")
    def _fits(self) -> PrintedTable:
        widths = {len(row) for row in self.grid}
        if len(widths) != 1:
            raise ValueError(f"{self.title}: rows of different widths {sorted(widths)}")
        if self.meaning.columns and len(self.meaning.columns) != widths.pop():
            raise ValueError(f"{self.title}: meaning.columns does not fit the grid")
        for name, entries in self.meaning.rows.items():
            if len(entries) != len(self.rows):
                raise ValueError(f"{self.title}: meaning.rows[{name}] does not fit the rows")
        list(self.facts())
        return self

    def facts(self) -> Iterator[ExpectedFact]:
        """Every fact that the page prints in this table; blank cells state nothing."""
        for fact in self.meaning.facts:
            yield ExpectedFact(
                self.kind,
                None,
                None,
                fact.row_path,
                fact.column_path,
                fact.measure,
                fact.text,
                fact.value,
                fact.unit,
            )
        for index, column in enumerate(self.meaning.columns):
            if column is not None:
                yield from self._column(index, column)

    def _column(self, index: int, column: ColumnMeaning) -> Iterator[ExpectedFact]:
        for row, entry in zip(self.rows, self.meaning.rows[column.group], strict=True):
            text = row[index]
            if text in ("", LEFT, ABOVE):
                continue
            if entry is None:
                raise ValueError(f"{self.title}: a figure {text} in a row without a name")
            value = parse_number(text)
            yield ExpectedFact(
                self.kind,
                column.panel,
                entry[0],
                tuple(part or "" for part in entry[1:]),
                column.path,
                column.measure,
                text,
                value,
                column.unit if value is not None else None,
            )


class TranscribedPage(_Model):
    """One page of one document, with the tables it prints from top to bottom."""

    document: str
    page: int
    tables: tuple[PrintedTable, ...]


def load_transcriptions(folder: Path) -> list[TranscribedPage]:
    """All transcriptions of a folder. Raises `TranscriptionError` for a file that is no valid one."""
    pages = []
    for path in sorted(folder.glob("*.json")):
        try:
            pages.append(TranscribedPage.model_validate_json(path.read_text("utf-8")))
        except (OSError, ValidationError) as error:
            raise TranscriptionError(f"誊录文件 {path.name} 有误，请改正：{error}") from error
    if not pages:
        raise TranscriptionError(f"{folder} 里没有誊录文件（*.json），请检查路径。")
    return sorted(pages, key=lambda p: (p.document, p.page))
