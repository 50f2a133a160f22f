"""Forms (绩效目标表) → facts: label/value pairs, and the small tables inside the form.

A form is read row by row, by where cells stand: a row of known headings opens a table inside the
form, rows that fit under those headings fill it, every other row is labels with their values.
Cells at the left that span several rows group what is beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from ingest import template
from ingest.assemble import NUMBERING, Piece, RawTable, pieces
from ingest.document import Fact, Place, Table
from ingest.facts import body_cell, clean_name, matrix, without_code
from ingest.formlayout import Head, Layout, above, covered, head_over, names_level, over, sides_of
from ingest.formwords import head_kinds, is_head, label_of, read_quantity
from ingest.outline import is_list
from ingest.template import REACHED, TARGET
from ingest.text import key, normalise, parse_number

_SPAN = re.compile(r"20\d\d年?[-–—―至到~～]20\d\d")
_NUMBER = re.compile(r"\d{1,3}|\d{5,}")  # a row's running number, a body's code


@dataclass
class _State:
    subject: str | None
    section: str = ""
    heads: list[Head] = field(default_factory=list)
    in_heads: bool = False
    total: dict[tuple[str, int], str] = field(default_factory=dict)  # by group and label column
    row: str = ""  # the last key row that was no 其中


def read_form(index: int, raw: RawTable, year: int | None) -> tuple[Table, list[Fact]]:
    """The `Table` value of a form, and its facts."""
    cells, width = pieces(raw)
    rows = max((p.row + p.row_span for p in cells), default=0)
    body = {(p.row, p.col): p for p in cells}
    table = Table(
        index=index,
        number=raw.number,
        title=normalise(raw.title),
        kind=raw.kind,
        unit=raw.unit,
        pages=raw.pages,
        header=(),
        rows=matrix(body, 0, rows, width),
        cells=tuple(body_cell(p, 0) for p in cells),
        note=raw.note,
        note_place=raw.note_place,
    )
    return table, list(_Reader(table, cells, width, year).facts())


def is_form(raw: RawTable) -> bool:
    """Whether a table is a form: by its title, or because known labels stand in its first column.

    Labels side by side over columns of figures are the header of a list, whatever words they are.
    """
    if template.is_form_kind(raw.kind):
        return True
    known = template.form_words("subject_labels") | {"项目负责人", "一级指标", "项目资金(元)"}
    found = {label_of(c.text) for g in raw.grids for c in g.cells if c.text and len(c.text) < 16}
    return len(found & known) >= 2 and not is_list(raw.grids[0])


class _Reader:
    """Walks a form's rows once, keeping what the current row stands under."""

    def __init__(self, table: Table, cells: Sequence[Piece], width: int, year: int | None) -> None:
        self.table, self.width, self.year = table, width, year
        self.layout = Layout(cells)
        self.rows = max((p.row + p.row_span for p in cells), default=0)
        self.state = _State(subject=self._subject())

    def _subject(self) -> str | None:
        labels = template.form_words("subject_labels")
        levelled = {p.row for p in self.layout.cells if names_level(p)}
        levelled |= {row for row, own in self.layout.starting.items() if self.layout.over_levels(own, row)}
        for left, right in pairwise(self.layout.cells):
            if left.row in levelled:
                continue  # it heads a column of projects
            labelled = label_of(left.text) in labels and right.row == left.row and right.text
            if labelled and (is_head(right.text) is None or is_head(left.text) is None):
                return without_code(right.text)
        return None

    def facts(self) -> Iterator[Fact]:
        for row in range(self.rows):
            starting = self.layout.starting.get(row, [])
            filled = [p for p in starting if p.text]
            spanning = [p for p in self.layout.cells if p.row < row < p.row + p.row_span and p.text]
            if not filled:
                continue
            if len(filled) == 1 and filled[0].col_span >= self.width - 1 and self._opens_section(filled[0]):
                continue
            groups, cells = self._split_groups(starting, spanning)
            if self._opens_heads(cells, row):
                continue
            if self.state.heads and self._fits(cells, spanning):
                yield from self._table_row(row, cells, groups)
            else:
                if cells and cells[0].col == 0:
                    self.state.heads, self.state.in_heads = [], False
                yield from self._pairs(cells, groups)

    def _opens_section(self, piece: Piece) -> bool:
        text = label_of(piece.text)
        short = len(text) <= 16
        numbered = short and NUMBERING.match(text) is not None  # 三、绩效目标
        if (
            text in template.form_words("sections")
            or numbered
            or (short and text.endswith(("表", "情况", "概述", "测算")))
        ):
            self.state.section, self.state.heads, self.state.row = normalise(piece.text), [], ""
            return True
        return False

    def _split_groups(self, starting: list[Piece], spanning: list[Piece]) -> tuple[list[Piece], list[Piece]]:
        """Cells at the left that group several rows, and the row's own cells."""
        groups = [p for p in spanning if self._is_group(p)]
        own = list(starting)
        if own and self.layout.over_levels(own, own[0].row):
            return groups, own
        while own and own[0].text and own[0].row_span > 1 and self._is_group(own[0]):
            groups.append(own.pop(0))
        return sorted(groups, key=lambda p: p.col), own

    def _is_group(self, piece: Piece) -> bool:
        label = label_of(piece.text)
        if is_head(piece.text) is not None:
            return label in template.form_words("groups")
        return label in template.form_words("groups") | template.form_words("sections") or (
            piece.row_span > 1 and piece.col == 0
        )

    def _opens_heads(self, cells: list[Piece], row: int) -> bool:
        filled = [p for p in cells if p.text]
        group = filled[0] if filled and label_of(filled[0].text) in template.form_words("groups") else None
        if group and len(filled) > 2 and all(is_head(p.text) is not None for p in filled[1:]):
            self.state.section = normalise(group.text)  # its own cell ends with the row of headings
            cells = filled = filled[1:]
        kinds = head_kinds([p.text for p in filled])
        # Beside indicator levels, the project and its body head columns too.
        labels = {label_of(p.text) for p in filled}
        over = self.layout.over_levels(filled, row)
        levelled = over or not labels.isdisjoint(template.form_words("indicator_levels"))
        naming = template.form_words("subject_labels") if levelled else set()
        if levelled and labels.isdisjoint({"三级指标", "指标名称"}):
            naming = naming | {"指标内容"}  # it is the indicator's name where no other is
        if over:
            kinds = [bool(k) for k in kinds]
        elif not all(k is not None for k in kinds) and self.layout.heads_figures(filled, row):
            below = {p.col: p.text for p in self.layout.cells if p.row == row + 1}
            kinds = [not n and parse_number(below[p.col]) is None for n, p in enumerate(filled)]
        elif not all(k is not None for k in kinds) and (first := self.layout.heads_rows(filled, kinds, row)):
            kinds = [p.col < first if k is None else k for k, p in zip(kinds, filled, strict=True)]
        all_heads = len(filled) >= 2 and all(k is not None for k in kinds)
        if self.state.in_heads and self.layout.divides(filled, row):
            kinds = [bool(k) for k in kinds]
        deeper = self.state.in_heads and filled and all(k is not None for k in kinds)
        if not (all_heads or deeper):
            self.state.in_heads = False
            return False
        fresh = [
            head_over(p, is_key=bool(k) or label_of(p.text) in naming)
            for p, k in zip(filled, kinds, strict=True)
        ]
        unnamed = cells[0]
        if not unnamed.text and not any(h.is_key for h in fresh) and not self.state.in_heads:
            fresh.insert(0, head_over(unnamed, is_key=True))
        if self.state.in_heads:
            self.state.heads = [h for h in self.state.heads if not covered(h, fresh)] + [
                Head(f.start, f.end, above(f, self.state.heads) + f.path, f.is_key) for f in fresh
            ]
        else:
            self.state.heads = fresh
        self.state.in_heads = True
        return True

    def _fits(self, cells: list[Piece], spanning: list[Piece]) -> bool:
        """Whether a row lies under the open headings: one cell per heading, nothing across them."""
        first = min(h.start for h in self.state.heads)
        inside = [p for p in cells if p.col + p.col_span > first]
        if not inside or any(p.col + p.col_span <= first and p.text and p.row_span == 1 for p in cells):
            return False
        heads = [[h for h in self.state.heads if over(h, p)] for p in inside]
        wide = [(p, own) for p, own in zip(inside, heads, strict=True) if len(own) > 1]
        across = [p for p, own in wide if not all(h.is_key for h in own) and not self._sums_up(p)]
        labelled = [p for p in inside if is_head(p.text) is not None or label_of(p.text).endswith("目标名称")]
        return not across and len(labelled) < len(inside)

    def _sums_up(self, piece: Piece) -> bool:
        """Whether a cell names the row that adds up the scores, from its first column on to theirs."""
        return piece.col == 0 and label_of(piece.text) in template.form_words("score_totals")

    def _table_row(self, row: int, cells: list[Piece], groups: list[Piece]) -> Iterator[Fact]:
        heads = sorted(self.state.heads, key=lambda h: h.start)
        naming = {(p.row, p.col): p for p in groups}
        for head in (h for h in heads if h.is_key):
            naming |= {(p.row, p.col): p for p in self.layout.covering(row, head) if p.text}
        named = sorted(naming.values(), key=lambda p: p.col)
        keys = self._names(named)
        if keys and keys[-1].startswith("其中"):  # a part stands under the row before it
            keys[-1:] = [self.state.row, keys[-1]] if self.state.row else keys[-1:]
        elif keys:
            self.state.row = keys[-1]
        year = next((int(k[:4]) for k in reversed(keys) if re.fullmatch(r"20\d\d年?", k)), None)
        levels = [h.start for h in heads if h.label in template.form_words("indicator_levels")]
        sides = sides_of(heads)
        for head in heads:
            piece = next((p for p in cells if over(head, p)), None)
            if piece is None or head.is_key or (piece is cells[0] and self._sums_up(piece)):
                continue
            # What stands left of the indicators is told of the project, not of its first indicator.
            before = bool(levels) and head.start < min(levels)
            own = self._names([p for p in named if p.col < head.start]) if before else keys
            side = next((range(*s) for s in sides if s[0] <= head.start < s[1]), None)
            if side:  # each side of the form names its own
                own = self._names([p for p in named if p.col < heads[0].start or p.col in side])
            fact = self._fact(piece, own or [head.path[-1]], head.path, self._year_of(head) or year)
            yield self._with_unit(fact, cells, heads) if _is_value(fact) else fact

    def _names(self, named: Sequence[Piece]) -> list[str]:
        """A path by the cells that name it, under the section."""
        section = [self.state.section] if self.state.section else []
        # A running number names nothing; a body's name stands after its code.
        names = (without_code(p.text) for p in named if not _NUMBER.fullmatch(p.text.strip()))
        return section + [text for text in dict.fromkeys(names) if text not in section]

    def _with_unit(self, fact: Fact, cells: Sequence[Piece], heads: Sequence[Head]) -> Fact:
        """An indicator's value as its row prints it in three columns: ≥ | 24 | 小时."""
        beside = {h.label: normalise(p.text) for h in heads for p in cells if over(h, p)}
        unit, bound = (
            next((beside[label] for label in template.knowledge("forms")[name] if label in beside), "")
            for name in ("unit_heads", "bound_heads")
        )
        number = parse_number(fact.text)
        if number is None and fact.unit is None:
            number = fact.value  # ≤2.2
        if number is None or not unit:
            return fact
        sign = bound if fact.measure.startswith(TARGET) and re.fullmatch("[≥≤><]", bound) else ""
        return replace(fact, text=f"{sign}{fact.text}{unit}", value=number, unit=unit)

    def _year_of(self, head: Head) -> int | None:
        """The year a heading fixes: 2022年, or 前年/上年 seen from the form's year."""
        stated = re.search(r"20\d\d", head.path[-1])
        if stated and not _SPAN.search(head.path[-1]):
            return int(stated.group())
        return self._year_back(head.label)

    def _year_back(self, label: str) -> int | None:
        """The year that a label names as seen from the form's: 前年, 上年; None where it names none, or tells
        of what was carried over."""
        back = {"前年": 2, "上年": 1}.get(label[:2])
        return self.year - back if back and self.year and "结" not in label else None

    def _pairs(self, cells: list[Piece], groups: list[Piece]) -> Iterator[Fact]:
        """Label cells each followed by their value."""
        path = [normalise(g.text) for g in groups]
        rest = list(cells)
        while rest:
            label = rest.pop(0)
            if not label.text or parse_number(label.text) is not None:
                continue  # a figure is nobody's label
            value = rest.pop(0) if rest else None
            if value is None:
                if groups or len(label.text) > 20:
                    yield self._fact(label, [*path], ())
                continue
            name = normalise(label.text).rstrip(":：")
            above = self._total_above(path, label, name)
            term = re.fullmatch(r"(长期|年度|中长期)?(绩效)?目标\d*", key(name))
            if term and value.text and not self.state.section.startswith(term.group(1) or "-"):
                self.state.section = ""
            yield self._fact(value, [*path, *above, name], (), self._year_back(key(name)))

    def _total_above(self, path: Sequence[str], label: Piece, name: str) -> list[str]:
        """The total (项目资金总额) whose parts stand under it in the same column of labels."""
        place = ("".join(path), label.col)
        if re.search(r"(总额|合计)$", key(name)):
            self.state.total[place] = name
            return []
        return [self.state.total[place]] if path and place in self.state.total else []

    def _fact(
        self, piece: Piece, keys: Sequence[str], heads: tuple[str, ...], year: int | None = None
    ) -> Fact:
        names = [clean_name(k) for k in keys] or [self.state.section or "内容"]
        path = ((self.state.subject,) if self.state.subject else ()) + tuple(names)
        value, unit = self._value(piece.text, (*names, *heads))
        measure = template.column_measure(heads)[0] if heads else names[-1]
        return Fact(
            table=self.table.index,
            panel=None,
            code=None,
            name=names[-1],
            level=None,
            row_path=path,
            column_path=heads,
            measure=measure,
            text=normalise(piece.text),
            value=value,
            unit=unit,
            year=year or self.year,
            place=Place(piece.page, piece.bbox),
        )

    def _value(self, text: str, labels: Sequence[str]) -> tuple[Decimal | None, str | None]:
        """The cell's number and unit: a bare number takes the form's unit where its label is money."""
        return read_quantity(text, labels, self.table.unit)


def _is_value(fact: Fact) -> bool:
    """Whether a cell prints the value of an indicator, planned or reached."""
    return fact.measure.startswith((TARGET, REACHED))
