"""Commands on documents: read them in, list and remove them, show their tables, check their arithmetic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.program import FAILED, AsJson, Data, Debug, command, open_store
from ingest.errors import BudgetQAError

if TYPE_CHECKING:
    from vectorstore.store import Store


@command("ingest", "读入 PDF 文件或文件夹；没有变化的文件跳过，读不了的文件报告后继续。")
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="路径…", help="PDF 文件，或装有 PDF 的文件夹")],
    force: Annotated[bool, typer.Option("--force", help="内容没有变化也重新读入")] = False,
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Read PDFs into the store."""
    with open_store() as store:
        if load(store, paths, force=force):
            raise typer.Exit(FAILED)


@command("docs", "列出已收录的文件：部门、年度、种类、页数、表格数、状态。")
def docs(data: Data = None, debug: Debug = False) -> None:
    """List what is held."""
    from assistant import terminal

    with open_store() as store:
        records = store.documents()
    if records:
        terminal.show_documents(terminal.console(), records)
    else:
        typer.echo("还没有收录任何文件：请用 budget-qa ingest 读入 PDF，或用 budget-qa demo 载入样例。")


@command("remove", "把一份文件从资料库里完全移除（原 PDF 不动）。")
def remove(
    doc: Annotated[str, typer.Argument(metavar="文件", help="文件名，或其中独有的一段")],
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Forget one document."""
    with open_store() as store:
        typer.echo(f"已移除 {store.remove(doc).file_name}。")


@command("tables", "显示从一份文件里抽取出的表格，供核对。")
def tables(
    doc: Annotated[str, typer.Argument(metavar="文件", help="文件名，或其中独有的一段")],
    page: Annotated[int | None, typer.Option(metavar="N", min=1, help="只要这一页上的表格")] = None,
    as_json: AsJson = False,
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Show the extracted tables."""
    from assistant import terminal
    from assistant.table_object import TableObject

    with open_store() as store:
        record = store.resolve(doc)
        if page is not None and page > record.pages:
            raise BudgetQAError(f"{record.file_name} 只有 {record.pages} 页，没有第 {page} 页。")
        found = store.tables(record.id, page)
    if as_json:
        objects = [TableObject.of(record.file_name, table).model_dump() for table in found]
        typer.echo(json.dumps(objects, ensure_ascii=False))
        return
    if not found:
        typer.echo(f"{record.file_name} {f'第 {page} 页' if page else ''}没有表格。")
    screen = terminal.console()
    for table in found:
        terminal.show_table(screen, table)


@command("audit", "核对文件里的勾稽关系：哪些相符，哪些不符，不符的两个数字各在哪一页。")
def audit(
    doc: Annotated[
        str | None, typer.Argument(metavar="文件", help="文件名，或其中独有的一段；不写就核对全部文件")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Check the arithmetic of one document or of all; contradictions of the publisher are no error."""
    from assistant import terminal
    from assistant.audit import audit_held
    from assistant.audit.show import as_object, show_report

    with open_store() as store:
        records = [store.resolve(doc)] if doc is not None else store.documents()
        reports = [audit_held(store, record.id) for record in records]
    if as_json:
        typer.echo(json.dumps([as_object(report) for report in reports], ensure_ascii=False))
    elif not reports:
        typer.echo("还没有收录任何文件：请用 budget-qa ingest 读入 PDF，或用 budget-qa demo 载入样例。")
    else:
        screen = terminal.console()
        for report in reports:
            show_report(screen, report)


def load(store: Store, paths: Sequence[Path], *, force: bool, quiet: bool = False) -> int:
    """Load the PDFs, saying a line for each; returns how many failed. `quiet` leaves out skipped ones."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from assistant import terminal
    from assistant.loading import load
    from ingest.pipeline import find_pdfs
    from vectorstore.records import Outcome

    found = find_pdfs(paths)
    if not found:
        raise BudgetQAError(f"{'、'.join(map(str, paths))} 里没有 PDF 文件，请检查路径。")
    screen, complaints = terminal.console(), terminal.console(stderr=True)
    columns = (TextColumn("正在读入"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    failed = 0
    with Progress(
        *columns,
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
        redirect_stderr=complaints.is_terminal,
    ) as progress:
        task = progress.add_task("", total=len(found))
        for loaded in load(store, found, force=force):
            failed += loaded.error is not None
            skipped = loaded.outcome in (Outcome.UNCHANGED, Outcome.DUPLICATE)
            if not (quiet and skipped):
                (complaints if loaded.error else screen).print(terminal.loaded_line(loaded))
            if loaded.record and not skipped:
                for warning in loaded.record.warnings:
                    screen.print(f"  注意：{warning}", style="yellow")
            progress.advance(task)
    return failed
