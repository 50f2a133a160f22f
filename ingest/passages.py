"""Paragraphs and tables → passages for search.

Prose is cut at headings and paragraph ends into stretches of about 300 characters; a table is
described by its title, headings and row names, and long texts inside forms become passages of
their own, since embedding every row would cost much and find little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.document import Fact, Passage, Place, Table
from ingest.prose import Paragraph

SIZE = 300  # characters of a passage, about
LONG_TEXT = 25  # a form's text cell of at least so many characters is worth a passage


def passages(
    paragraphs: Sequence[Paragraph], tables: Sequence[Table], facts: Sequence[Fact]
) -> list[Passage]:
    """All passages of a document: prose first, then tables."""
    return [*_prose(paragraphs), *_tables(tables, facts)]


def _prose(paragraphs: Sequence[Paragraph]) -> Iterator[Passage]:
    texts: list[str] = []
    places: list[Place] = []
    path: tuple[str, ...] = ()
    for paragraph in paragraphs:
        own = (*paragraph.headings, paragraph.text) if paragraph.is_heading else paragraph.headings
        full = sum(map(len, texts)) + len(paragraph.text) > SIZE
        if texts and ((own != path and paragraph.level != 3) or full):
            yield Passage("\n".join(texts), path, tuple(places))
            texts, places = [], []
        if not texts:
            path = own
        if paragraph.is_heading:
            path = own
            continue
        texts.append(paragraph.text)
        places += paragraph.places
    if texts:
        yield Passage("\n".join(texts), path, tuple(places))


def _tables(tables: Sequence[Table], facts: Sequence[Fact]) -> Iterator[Passage]:
    of_table: dict[int, list[Fact]] = {}
    for fact in facts:
        of_table.setdefault(fact.table, []).append(fact)
    for table in tables:
        own = of_table.get(table.index, [])
        places = tuple(Place(c.page, c.bbox) for c in table.cells[:1])
        if table.note_place:
            places = (*places, table.note_place)
        if not places:
            continue
        names = list(dict.fromkeys(f.name for f in own if f.text))
        heads = list(dict.fromkeys(h for row in table.header for h in row if h and not h.isdigit()))
        text = "；".join(filter(None, ["、".join(heads), "、".join(names), table.note or ""]))
        yield Passage(text[: 2 * SIZE], (table.title,), places, table.index)
        for fact in own:
            if fact.value is None and len(fact.text) >= LONG_TEXT:
                path = (table.title, *fact.row_path, *fact.column_path)
                yield Passage(fact.text, path, (fact.place,), table.index)
