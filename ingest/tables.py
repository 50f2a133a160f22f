"""Joined table → header, columns with roles, and rows: the shape that facts are read from.

The header is everything above the first row that states something (a code, a figure, a 合计, a
sentence that stands for the table). Columns then get a role from what stands over them and in
them: code, name, index, text or value; columns side by side that start again with codes or names
are panels (收入 | 支出).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import template
from ingest.assemble import Piece
from ingest.text import key, normalise, parse_number

TELLING = 0.6  # share of a table's rows that a name must tell apart
CODE = re.compile(r"^\d{2,7}$")
_CODES = re.compile(r"^\d{3,7}([、,，/]\d{3,7})*$")


@dataclass(frozen=True)
class Column:
    """A column of a list table: lattice index, header path from top to bottom, and role."""

    index: int
    path: tuple[str, ...]
    role: str  # code | name | index | text | value
    unit: str | None


@dataclass(frozen=True)
class Panel:
    """Columns that belong together: one list of rows with its codes, names and what they state."""

    title: str | None
    codes: tuple[Column, ...]
    names: tuple[Column, ...]
    values: tuple[Column, ...]


@dataclass(frozen=True)
class Shape:
    """A list table read: header rows, their depth, panels, and where body cells stand."""

    depth: int
    header: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    panels: tuple[Panel, ...]
    body: dict[tuple[int, int], Piece]
    row_count: int
    sentence: Piece | None


def shape(pieces: Sequence[Piece], width: int, units: tuple[str, ...] = ()) -> Shape:
    """Read the pieces of a list table (not a form) of `width` columns; `units`: those that its columns
    have, where the table announces several."""
    rows = max((p.row + p.row_span for p in pieces), default=0)
    by_row: list[list[Piece]] = [[] for _ in range(rows)]
    for piece in pieces:
        by_row[piece.row].append(piece)
    depth = header_depth(by_row)
    header = _header(pieces, depth, width)
    body: dict[tuple[int, int], Piece] = {}
    for piece in pieces:
        if piece.row >= depth:
            body[piece.row, piece.col] = piece
    sentence = next((p for r in by_row[depth:] for p in r if _is_sentence(p, width)), None)
    columns = tuple(_column(i, header, units) for i in range(width))
    columns = _refine(columns, body)
    return Shape(depth, header, columns, _panels(columns, body), body, rows, sentence)


def header_depth(by_row: Sequence[Sequence[Piece]]) -> int:
    """How many rows stand above the first row that states something."""
    for number, row in enumerate(by_row):
        texts = [key(p.text) for p in row if p.text]
        if not texts or (all(template.is_filler(t) for t in texts) and _counts(texts)):
            continue
        if _states(texts) and not _counts(texts):
            while number > 1 and not any(p.text for p in by_row[number - 1]):
                number -= 1
            return number
    # A table without any figure: its header ends where cells stop spanning and blanks begin.
    for number, row in enumerate(by_row):
        if number and row and all(not p.text for p in row):
            return number
    return len(by_row)


def _counts(texts: Sequence[str]) -> bool:
    """Whether a row is the row of column numbers (1 2 3 4 5=6+7), or 类 款 项 栏次 beside them."""
    numbers = [t for t in texts if template.is_column_number(t) and re.match(r"\d{1,2}(=|$)", t)]
    rest = [t for t in texts if t not in numbers]
    words = {"类", "款", "项", "目", "栏次", "行次", "合计", "**"}
    running = [int(t.split("=")[0]) for t in numbers]
    rising = running == sorted(set(running)) and (not running or running[0] <= 2)
    return rising and all(t in words for t in rest) and "合计" not in rest


def _states(texts: Sequence[str]) -> bool:
    figures = [t for t in texts if parse_number(t) is not None and not re.fullmatch(r"(19|20)\d\d", t)]
    total = any(template.is_total(t) for t in texts) and len(texts) <= 2
    sentence = any(len(t) > 7 and template.says_none(t) for t in texts) and len(texts) <= 2
    listed = any(re.match(r"^([一二三四五六七八九十]+、|\d{3,7}$)", t) for t in texts)
    return bool(figures) or total or sentence or listed


def _is_sentence(piece: Piece, width: int) -> bool:
    return piece.col_span * 2 >= width and len(piece.text) > 5 and template.says_none(piece.text)


def _header(pieces: Sequence[Piece], depth: int, width: int) -> tuple[tuple[str, ...], ...]:
    grid = [[""] * width for _ in range(depth)]
    for piece in pieces:
        for r in range(piece.row, min(piece.row + piece.row_span, depth)):
            for c in range(piece.col, min(piece.col + piece.col_span, width)):
                grid[r][c] = normalise(piece.text)
    return tuple(tuple(row) for row in grid)


def _column(index: int, header: tuple[tuple[str, ...], ...], units: tuple[str, ...]) -> Column:
    path: list[str] = []
    for row in header:
        text = row[index]
        if text and key(text) != "栏次" and (not path or path[-1] != text):
            path.append(text)
    meaningful = tuple(p for p in path if not template.is_filler(p))
    lowest = next((key(p) for p in reversed(path) if not template.is_column_number(p)), "")
    role = template.head_role(lowest) or "value"
    unit = next((u for u in (template.unit_in_brackets(p) or template.unit_in(p) for p in path) if u), None)
    return Column(index, meaningful, role, unit or template.unit_among(meaningful, units))


def _refine(columns: tuple[Column, ...], body: dict[tuple[int, int], Piece]) -> tuple[Column, ...]:
    """Correct roles by what the columns hold: a heading can say 项目 over figures, or nothing."""
    refined: list[Column] = []
    for column in columns:
        texts = [
            key(p.text) for (_, c), p in body.items() if c == column.index and p.text and p.col_span == 1
        ]
        numbers = [t for t in texts if parse_number(t) is not None]
        codes = [t for t in texts if CODE.match(t)]
        role = column.role
        if role == "value" and texts and all(map(_CODES.match, texts)) and _heads(column, "classified_code"):
            role = "text"  # 支出功能科目: 2050203 is the code of an account, no amount
        if texts and role in ("value", "name", "text"):
            if role == "value" and len(numbers) * 2 < len(texts) and not _only_slashes(texts):
                role = "text" if any(c.role == "value" for c in refined) else "name"
            elif role == "name" and len(numbers) * 2 > len(texts):
                role = "code" if len(codes) == len(texts) else "value"
            elif role == "name" and all(template.is_unit(t) for t in texts):
                role = "text"  # 单位 heads the units of what is counted (台, 项), no bodies
        refined.append(Column(column.index, column.path, role, column.unit))
    return tuple(refined)


def _only_slashes(texts: Sequence[str]) -> bool:
    return all(re.fullmatch(r"[/—\-–＿_]+", t) or parse_number(t) is not None for t in texts)


def _panels(columns: Sequence[Column], body: dict[tuple[int, int], Piece]) -> tuple[Panel, ...]:
    groups: list[list[Column]] = [[]]
    for column in columns:
        starts = column.role in ("code", "name") and any(c.role == "value" for c in groups[-1])
        if starts:
            groups.append([])
        groups[-1].append(column)
    panels = []
    for group in groups:
        values = tuple(c for c in group if c.role == "value")
        first = values[0].index if values else len(columns)
        words = tuple(c for c in group if c.role in ("name", "text") and c.index < first)
        names = words[: _naming(words, body)]
        stated = tuple(c for c in words if c not in names or not values)
        late = tuple(c for c in group if c.role == "text" and c.index > first)
        codes = tuple(c for c in group if c.role == "code" and not _describes(c, names))
        stated += tuple(c for c in group if c.role == "code" and c not in codes)
        title = _panel_title(group) if len(groups) > 1 else None
        panels.append(Panel(title, codes, names, stated + values + late))
    return tuple(panels)


def _naming(words: Sequence[Column], body: dict[tuple[int, int], Piece]) -> int:
    """How many of a panel's leading text columns name its rows; those after them describe the rows.

    Columns headed as names do (科目名称, 项目名称), but an owner's (项目单位) only where it stands first.
    A column after them names too where they do not tell the rows apart.
    """
    named = [
        n
        for n, c in enumerate(words)
        if _heads(c, "name") and not (n and _heads(c, "owner")) and not _heads(c, "text")
    ]
    if not named:
        return len(words)
    covering = {(r + n, c): p.text for (r, c), p in body.items() for n in range(p.row_span)}
    rows = sorted({r for r, c in covering if c in [w.index for w in words]})
    count = named[-1] + 1
    while count < len(words) and not _heads(words[count], "text") and not _heads(words[count], "owner"):
        own = [tuple(covering.get((r, w.index), "") for w in words[:count]) for r in rows]
        if len(set(own)) > TELLING * len(own):
            break
        count += 1
    return count


def _heads(column: Column, role: str) -> bool:
    return bool(column.path) and template.heads_as(column.path[-1], role)


def _describes(code: Column, names: Sequence[Column]) -> bool:
    """Whether a code classifies the rows that others name (项目名称 … 科目编码), or numbers bodies."""
    if not code.path:
        return False
    after = bool(names) and code.index > names[-1].index and not _heads(names[-1], "classified")
    return after or _heads(code, "owner_code")


def _panel_title(group: Sequence[Column]) -> str | None:
    """The header cell over the whole panel, when it says 收入 or 支出."""
    for column in group:
        if column.path and re.search(r"收入|支出", column.path[0]):
            found = re.search(r"收入|支出", column.path[0])
            return found.group(0) if found else None
    return None


def row_text(shape: Shape, row: int, column: Column) -> Piece | None:
    """The piece that covers a row in a column, also when it spans from above or from the left."""
    for r in range(row, shape.depth - 1, -1):
        for c in range(column.index, -1, -1):
            piece = shape.body.get((r, c))
            if piece is not None:
                if r + piece.row_span > row and c + piece.col_span > column.index:
                    return piece
                break
    return None
