"""Draws answers, documents, tables and loading on a terminal.

Rich wraps Chinese text to the window; when the output goes to a file or a pipe nothing is wrapped
or cut, so that it can be searched line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from assistant.answer import Answer, Citation
from ingest.document import Table
from vectorstore.records import DocumentRecord, DocumentStatus, Outcome

if TYPE_CHECKING:  # at run time it would bring in the PDF reader, which an answer does not need
    from assistant.loading import Loaded

_UNWRAPPED = 10_000
_STATES = {DocumentStatus.READY: "可用", DocumentStatus.VECTORS_PENDING: "可用（语义检索待建）"}


def console(*, stderr: bool = False) -> Console:
    """A console that takes text literally: no markup, no colours for numbers."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    return made if made.is_terminal else Console(
        stderr=stderr, highlight=False, markup=False, emoji=False, width=_UNWRAPPED
    )  # fmt: skip


def show_answer(out: Console, answer: Answer) -> None:
    """The answer, how its figures were reckoned, its numbered sources, warnings, suggestions."""
    out.print(answer.answer, style="bold")
    for figure in answer.figures:
        if figure.derived and figure.formula:
            out.print(f"算式：{figure.formula}")
    if answer.citations:
        out.print("\n来源")
        for citation in answer.citations:
            _show_source(out, citation)
    if answer.confidence:
        out.print(f"把握：{answer.confidence.words.removeprefix('把握')}")
    for warning in answer.warnings:
        out.print(f"注意：{warning}", style="yellow")
    if answer.suggestions:
        out.print("可以接着问")
        for suggestion in answer.suggestions:
            out.print(f"  · {suggestion}")


def _show_source(out: Console, source: Citation) -> None:
    where = f"[{source.n}] {source.document} 第{source.page}页"
    out.print(Text(where, "cyan") + Text(f" · {source.title}" if source.title else ""))
    out.print(Padding(Text(f"原文：{source.quote}", "dim"), (0, 0, 0, 4), expand=False))


def show_documents(out: Console, records: Iterable[DocumentRecord]) -> None:
    """What is held: name, body, year, kind, pages, tables, status."""
    grid = _grid("文件", "部门（单位）", "年度", "种类", "页数", "表格", "状态")
    for record in records:
        year = str(record.year) if record.year else "—"
        kind = f"{record.scope}{record.kind}"
        counts = (str(record.pages), str(record.tables))
        grid.add_row(*map(Text, (record.file_name, record.body, year, kind, *counts, _STATES[record.status])))
    out.print(grid)


def show_table(out: Console, table: Table) -> None:
    """One extracted table as aligned text under its title."""
    first, last = table.pages
    pages = f"第{first}页" if first == last else f"第{first}—{last}页"
    unit = f" 单位：{table.unit}" if table.unit else ""
    out.print(f"{table.title or '（无标题）'}", style="bold")
    out.print(f"{pages} {table.kind}{unit}", style="dim")
    if table.rows:
        width = max(len(row) for row in (*table.header, *table.rows))
        grid = _grid(*_header_lines(table.header, width))
        for row in table.rows:
            grid.add_row(*map(Text, row))
        out.print(grid)
    if table.note:
        out.print(table.note)
    out.print()


def _header_lines(header: Sequence[Sequence[str]], width: int) -> list[str]:
    """Each column's header path; a label repeated from the level above is said once."""
    columns = [[row[at] for row in header if at < len(row) and row[at]] for at in range(width)]
    return ["\n".join(dict.fromkeys(labels)) for labels in columns]


def _grid(*headers: str) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_header=any(headers), pad_edge=False)
    for header in headers:
        grid.add_column(Text(header), overflow="fold")
    return grid


def loaded_line(loaded: Loaded) -> str:
    """One line that says what became of a file that was put into the store, or found there."""
    if loaded.record is None or loaded.error:
        return f"✗ {loaded.said}"
    skipped = loaded.outcome in (Outcome.UNCHANGED, Outcome.DUPLICATE)
    return f"{'=' if skipped else '✓'} {loaded.path.name}：{loaded.said}"
