"""Document values to catalog rows and back, without loss.

The only place that knows how a frozen value lies in the columns, so that what comes out of the
store equals what went in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from ingest.document import (
    Cell,
    Document,
    Fact,
    Kind,
    Page,
    Passage,
    Place,
    Quantity,
    Relation,
    Scope,
    Statement,
    Table,
)
from ingest.text import key
from vectorstore.records import (
    DocumentRecord,
    DocumentStatus,
    StoredFact,
    StoredStatement,
)

Values = dict[str, Any]


def of_document(document: Document) -> Values:
    """The row of `documents`, without id and time."""
    return {
        "file_name": document.file_name,
        "sha256": document.sha256,
        "title": document.title,
        "body": document.body,
        "short_names": list(document.short_names),
        "year": document.year,
        "kind": document.kind.value,
        "scope": document.scope.value,
        "pages": len(document.pages),
        "tables": len(document.tables),
        "facts": len(document.facts),
        "statements": len(document.statements),
        "passages": len(document.passages),
        "warnings": list(document.warnings),
    }


def to_record(row: Row[Any]) -> DocumentRecord:
    """A row of `documents` with `has_vectors` beside it."""
    values = dict(row._mapping)
    has_vectors = values.pop("has_vectors")
    values |= {
        "short_names": tuple(row.short_names),
        "kind": Kind(row.kind),
        "scope": Scope(row.scope),
        "warnings": tuple(row.warnings),
        "status": DocumentStatus.READY if has_vectors else DocumentStatus.VECTORS_PENDING,
    }
    return DocumentRecord(**values)


def of_page(page: Page) -> Values:
    """The row of `pages`."""
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "text": page.text,
        "scanned": page.scanned,
    }


def to_page(row: Row[Any]) -> Page:
    """The page of a row."""
    return Page(row.number, row.width, row.height, row.text, row.scanned)


def of_table(table: Table) -> Values:
    """The row of `tables`; cells as lists, which are a third of the size of objects."""
    return {
        "index": table.index,
        "number": table.number,
        "title": table.title,
        "kind": table.kind,
        "unit": table.unit,
        "first_page": table.pages[0],
        "last_page": table.pages[1],
        "header": table.header,
        "rows": table.rows,
        "cells": [[c.page, c.row, c.col, c.text, c.bbox, c.row_span, c.col_span] for c in table.cells],
        "note": table.note,
        "note_place": _of_place(table.note_place) if table.note_place else None,
    }


def to_table(row: Row[Any]) -> Table:
    """The table of a row."""
    mapping = row._mapping  # a Row is a tuple: its own `index` is a method
    return Table(
        index=mapping["index"],
        number=row.number,
        title=row.title,
        kind=row.kind,
        unit=row.unit,
        pages=(row.first_page, row.last_page),
        header=tuple(map(tuple, row.header)),
        rows=tuple(map(tuple, row.rows)),
        cells=tuple(Cell(p, r, c, text, tuple(bbox), rs, cs) for p, r, c, text, bbox, rs, cs in row.cells),
        note=row.note,
        note_place=_to_place(row.note_place) if row.note_place else None,
    )


def of_fact(fact: Fact) -> Values:
    """The row of `facts`."""
    return {
        "table_index": fact.table,
        "panel": fact.panel,
        "code": fact.code,
        "name": fact.name,
        "name_key": key(fact.name),
        "level": fact.level,
        "row_path": fact.row_path,
        "column_path": fact.column_path,
        "measure": fact.measure,
        "text": fact.text,
        "value": fact.value,
        "unit": fact.unit,
        "year": fact.year,
        "page": fact.place.page,
        "bbox": fact.place.bbox,
        "confidence": fact.confidence,
    }


def to_fact(row: Sequence[Any]) -> StoredFact:
    """The fact of a row of `facts`, after which stand its table's title, kind and number.

    Read by position: a question reads hundreds of facts.
    """
    (
        id_,
        doc_id,
        table,
        panel,
        code,
        name,
        _,  # the name's key
        level,
        row_path,
        column_path,
        measure,
        text,
        value,
        unit,
        year,
        page,
        bbox,
        confidence,
        title,
        kind,
        number,
    ) = row
    fact = Fact(
        table=table,
        panel=panel,
        code=code,
        name=name,
        level=level,
        row_path=tuple(row_path),
        column_path=tuple(column_path),
        measure=measure,
        text=text,
        value=value,
        unit=unit,
        year=year,
        place=Place(page, tuple(bbox)),
        confidence=confidence,
    )
    return StoredFact(id_, doc_id, fact, title or "", kind or "", number)


def of_statement(statement: Statement) -> Values:
    """The row of `statements`; quantities keep their value as text."""
    return {
        "relation": statement.relation.value,
        "subject": statement.subject,
        "subject_path": statement.subject_path,
        "content": statement.content,
        "text": statement.text,
        "quantities": [[q.label, q.text, str(q.value), q.unit] for q in statement.quantities],
        "year": statement.year,
        "places": _of_places(statement.places),
    }


def to_statement(row: Row[Any]) -> StoredStatement:
    """The statement of a row."""
    statement = Statement(
        relation=Relation(row.relation),
        subject=row.subject,
        subject_path=tuple(row.subject_path),
        content=row.content,
        text=row.text,
        quantities=tuple(
            Quantity(la, text, Decimal(value), unit) for la, text, value, unit in row.quantities
        ),
        year=row.year,
        places=_to_places(row.places),
    )
    return StoredStatement(row.id, row.doc_id, statement)


def of_passage(passage: Passage) -> Values:
    """The row of `passages`, without its digest."""
    return {
        "text": passage.text,
        "heading_path": passage.heading_path,
        "places": _of_places(passage.places),
        "table_index": passage.table,
    }


def to_passage(row: Row[Any]) -> Passage:
    """The passage of a row."""
    return Passage(row.text, tuple(row.heading_path), _to_places(row.places), row.table_index)


def _of_place(place: Place) -> list[Any]:
    return [place.page, place.bbox]


def _to_place(value: list[Any]) -> Place:
    return Place(value[0], tuple(value[1]))


def _of_places(places: Iterable[Place]) -> list[list[Any]]:
    return [_of_place(place) for place in places]


def _to_places(values: Iterable[list[Any]]) -> tuple[Place, ...]:
    return tuple(_to_place(value) for value in values)
