"""How the rows of a form are laid out: which of them head columns, told by where their cells stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest import template
from ingest.assemble import Piece
from ingest.formwords import is_figure, is_head, is_word, label_of
from ingest.text import normalise, parse_number

ROWS_BELOW = 2  # rows whose cuts tell that the words above them are headings


@dataclass(frozen=True)
class Head:
    """A heading inside a form: the columns it covers and its path."""

    start: int
    end: int
    path: tuple[str, ...]
    is_key: bool

    @property
    def label(self) -> str:
        """The heading itself, as the lists of headings have it."""
        return label_of(self.path[-1])


class Layout:
    """The cells of a form by the rows that they begin in."""

    def __init__(self, cells: Sequence[Piece]) -> None:
        self.cells = sorted(cells, key=lambda p: (p.row, p.col))
        self.starting: dict[int, list[Piece]] = {}
        for piece in self.cells:
            self.starting.setdefault(piece.row, []).append(piece)

    def covering(self, row: int, head: Head) -> list[Piece]:
        """The cells under a heading that stand in a row, be it from rows above."""
        return [p for p in self.cells if p.row <= row < p.row + p.row_span and over(head, p)]

    def over_levels(self, cells: Sequence[Piece], row: int) -> bool:
        """Whether words head columns down to the next row, which under one of them names the levels of
        indicators (Hunan's 项目支出绩效目标表: 单位(专项)名称 | 资金总额 | 绩效指标 over 一级指标 …)."""
        levels = [p for p in self.starting.get(row + 1, []) if names_level(p)]
        if len(levels) < 2:
            return False
        filled = [p for p in cells if p.text]
        heads = [p for p in filled if p.row_span == 1 and any(_within(own, p) for own in levels)]
        tall = [p for p in filled if p.row_span > 1]
        words = all(is_word(p.text) for p in filled)
        return len(heads) == 1 and len(tall) == len(filled) - 1 > 0 and words

    def heads_figures(self, filled: Sequence[Piece], row: int) -> bool:
        """Whether words stand over a row of as many cells that prints figures alone, but perhaps for its
        name: they head its columns, whatever they say."""
        below = {(p.col, p.col_span): p.text for p in self.cells if p.row == row + 1}
        under = [below.get((p.col, p.col_span)) for p in filled]
        if len(filled) < 3 or len(below) > len(filled) or any(text is None for text in under):
            return False
        figures = [text for text in under[1:] if text and parse_number(text) is not None]
        others = [text for text in under[1:] if text and text not in figures and text.strip("/—-–⸺ ")]
        words = all(is_word(p.text) and re.search("[\u4e00-\u9fff]", p.text) for p in filled)
        return len(figures) >= 2 and not others and words

    def heads_rows(self, filled: Sequence[Piece], kinds: Sequence[bool | None], row: int) -> int | None:
        """The first column of figures below a row of words some of which are known headings, where the rows
        under it are cut just as it is: then the other words head columns too. None where it heads none."""
        if len(filled) < 3 or kinds.count(None) > len(kinds) - 1 or not all(is_word(p.text) for p in filled):
            return None
        figures: list[set[int]] = []
        for below in range(row + 1, row + 1 + ROWS_BELOW):
            cells = [self.covering(below, head_over(p, is_key=False)) for p in filled]
            pairs = zip(cells, filled, strict=True)
            alike = all(len(own) == 1 and _same_cut(own[0], head) for own, head in pairs)
            starts = any(own and own[0].row == below for own in cells)
            if not alike or not starts or sum(is_head(own[0].text) is not None for own in cells) > 1:
                return None
            figures.append({p.col for (p,) in cells if p.col and is_figure(p.text)})
        common = set.intersection(*figures)
        return min(common, default=None)

    def divides(self, filled: Sequence[Piece], row: int) -> bool:
        """Whether words divide headings of the row above, beside others that go on down (年度目标 over
        2024年完成 and 2025年目标)."""
        above = [p for p in self.starting.get(row - 1, []) if p.text]
        wide = [p for p in above if p.row_span == 1 and p.col_span > 1]
        parts = [[p for p in filled if _within(p, head)] for head in wide]
        words = all(is_word(p.text) for p in filled)
        beside = any(p.row_span == 2 for p in above)
        return (
            beside
            and words
            and all(len(own) > 1 for own in parts)
            and sum(map(len, parts)) == len(filled) > 1
        )


def head_over(piece: Piece, *, is_key: bool) -> Head:
    """A cell as a heading of the columns that it covers."""
    return Head(piece.col, piece.col + piece.col_span, (normalise(piece.text),), is_key)


def _same_cut(a: Piece, b: Piece) -> bool:
    return (a.col, a.col_span) == (b.col, b.col_span)


def names_level(piece: Piece) -> bool:
    """Whether a cell heads a level of indicators (一级指标)."""
    return label_of(piece.text) in template.form_words("indicator_levels")


def _within(inner: Piece, outer: Piece) -> bool:
    return outer.col <= inner.col and inner.col + inner.col_span <= outer.col + outer.col_span


def over(head: Head, piece: Piece) -> bool:
    """Whether a heading and a cell share a column."""
    return piece.col < head.end and head.start < piece.col + piece.col_span


def covered(head: Head, fresh: Sequence[Head]) -> bool:
    """Whether newer headings stand in a heading's columns."""
    return any(f.start < head.end and head.start < f.end for f in fresh)


def above(fresh: Head, heads: Sequence[Head]) -> tuple[str, ...]:
    """The path of the first heading whose columns a newer one divides; empty where none is."""
    return next((h.path for h in heads if fresh.start < h.end and h.start < fresh.end), ())


def sides_of(heads: Sequence[Head]) -> list[tuple[int, int]]:
    """The columns of each side of a form that prints two tables side by side (中期 | 年度): a side begins
    where headings that name rows come again. Empty where there is only one."""
    starts = [h.start for before, h in pairwise(heads) if h.is_key and not before.is_key]
    starts = [heads[0].start, *starts] if heads else []
    sides = list(pairwise([*starts, heads[-1].end])) if heads else []
    labels = [{h.label for h in heads if h.is_key and a <= h.start < b} for a, b in sides]
    repeated = all(not a.isdisjoint(b) for a, b in pairwise(labels))
    return sides if len(sides) > 1 and repeated else []
