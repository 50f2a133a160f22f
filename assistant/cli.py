"""The command line `budget-qa`: one function for each command of the contract.

Commands only parse, call and show. Whatever is slow to import (the PDF reader, the store, the
page) is imported by the command that needs it, so that ``--help`` and a question come at once.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.exceptions import TyperException

from assistant.usage import Command, Group, complaint
from ingest.errors import BudgetQAError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.core import Assistant
    from assistant.request import Request
    from vectorstore.store import Store

_Function = TypeVar("_Function", bound=Callable[..., Any])

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="budget-qa",
    cls=Group,
    help="向政府部门预算、决算 PDF 提问，每个数字都注明出自哪一页。",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich's help pages take twice as long to appear
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
)


class _Asked:
    """What --data and --debug say, wherever on the command line they stand."""

    data: Path | None = None
    debug = False


def _note_debug(value: bool) -> bool:
    _Asked.debug = _Asked.debug or value
    return value


def _note_data(value: Path | None) -> Path | None:
    _Asked.data = value or _Asked.data
    return value


Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        callback=_note_data,
        help="资料库目录，默认取 BUDGET_QA_DATA 或 ~/.local/share/budget-qa",
    ),
]
Debug = Annotated[bool, typer.Option("--debug", callback=_note_debug, help="出错时显示详细记录")]
Host = Annotated[str, typer.Option(metavar="HOST", help="网页服务的地址；0.0.0.0 表示局域网内都能访问")]
Port = Annotated[int, typer.Option(metavar="PORT", min=1, max=65535, help="网页服务的端口；被占用时顺延")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]


@app.callback(invoke_without_command=True)
def _program(context: typer.Context, data: Data = None, debug: Debug = False) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _command(name: str, text: str) -> Callable[[_Function], _Function]:
    return app.command(name, cls=Command, help=text, options_metavar="[选项]")


@_command("demo", "载入随项目附带的样例 PDF（只在第一次），启动网页并显示地址。")
def demo(host: Host = "127.0.0.1", port: Port = 7860, data: Data = None, debug: Debug = False) -> None:
    """Load the samples, then serve the page."""
    from samples import FOLDER

    with _open_store() as store:
        if _load(store, [FOLDER], force=False, quiet=True):
            raise typer.Exit(FAILED)
        _serve(store, host, port)


@_command("ingest", "读入 PDF 文件或文件夹；没有变化的文件跳过，读不了的文件报告后继续。")
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="路径…", help="PDF 文件，或装有 PDF 的文件夹")],
    force: Annotated[bool, typer.Option("--force", help="内容没有变化也重新读入")] = False,
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Read PDFs into the store."""
    with _open_store() as store:
        if _load(store, paths, force=force):
            raise typer.Exit(FAILED)


@_command("ask", "提问，得到带页码出处的回答；也可一次回答一个文件里的许多问题。")
def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="问题", help="要问的问题，含空格时请加引号")
    ] = None,
    as_json: AsJson = False,
    history: Annotated[
        str | None, typer.Option(metavar="JSON", help="此前问过的问题，JSON 数组，早的在前")
    ] = None,
    doc: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="只在这份文件里找（文件名或其中独有的一段），可写多次"),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="问题文件，每行一个 JSON 对象"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="批量回答写到哪里，每行一个 JSON 对象")
    ] = None,
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Answer one question, or the questions of a file."""
    from assistant.request import Request, read_requests

    if batch is not None:
        if question is not None or history is not None or out is None:
            raise typer.BadParameter("--batch 要与 --out 一起写，且不能再写问题或 --history")
        requests = read_requests(batch)
        with _open_assistant() as assistant:
            _ask_many(assistant, requests, tuple(doc or ()), out)
        return
    if question is None or out is not None:
        raise typer.BadParameter("请写一个问题；要批量回答，请用 --batch 与 --out")
    request = Request.of(question, _earlier(history), tuple(doc or ()))
    with _open_assistant() as assistant:
        answer = assistant.ask(request.question, history=request.history, docs=request.docs)
    if as_json:
        typer.echo(answer.model_dump_json())
    else:
        from assistant import terminal

        terminal.show_answer(terminal.console(), answer)


@_command("docs", "列出已收录的文件：部门、年度、种类、页数、表格数、状态。")
def docs(data: Data = None, debug: Debug = False) -> None:
    """List what is held."""
    from assistant import terminal

    with _open_store() as store:
        records = store.documents()
    if records:
        terminal.show_documents(terminal.console(), records)
    else:
        typer.echo("还没有收录任何文件：请用 budget-qa ingest 读入 PDF，或用 budget-qa demo 载入样例。")


@_command("remove", "把一份文件从资料库里完全移除（原 PDF 不动）。")
def remove(
    doc: Annotated[str, typer.Argument(metavar="文件", help="文件名，或其中独有的一段")],
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Forget one document."""
    with _open_store() as store:
        typer.echo(f"已移除 {store.remove(doc).file_name}。")


@_command("tables", "显示从一份文件里抽取出的表格，供核对。")
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

    with _open_store() as store:
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


@_command("audit", "核对文件里的勾稽关系：哪些相符，哪些不符，不符的两个数字各在哪一页。")
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

    with _open_store() as store:
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


@_command("serve", "启动网页与 HTTP 接口。")
def serve(host: Host = "127.0.0.1", port: Port = 7860, data: Data = None, debug: Debug = False) -> None:
    """Serve the page and the HTTP API."""
    with _open_store() as store:
        _serve(store, host, port)


@contextmanager
def _open_store() -> Iterator[Store]:
    from vectorstore.settings import Settings
    from vectorstore.store import Store

    settings = Settings.load(data=_Asked.data) if _Asked.data else Settings.load()
    with Store(settings) as store:
        yield store


@contextmanager
def _open_assistant() -> Iterator[Assistant]:
    from assistant.core import Assistant

    with _open_store() as store:
        yield Assistant(store)


def _serve(store: Store, host: str, port: int) -> None:
    from assistant.core import Assistant
    from assistant.web import serve as serve_page

    typer.echo("正在启动网页…")
    serve_page(Assistant(store), host, port, cache=store.settings.folder / "pages")


def _load(store: Store, paths: Sequence[Path], *, force: bool, quiet: bool = False) -> int:
    """Loads the PDFs, saying a line for each; returns how many failed. `quiet` leaves out skipped ones."""
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


def _ask_many(assistant: Assistant, requests: Sequence[Request], docs: tuple[str, ...], out: Path) -> None:
    """Writes an answer for each request; one that fails is reported and the rest go on."""
    from rich.progress import track

    from assistant import terminal

    screen = terminal.console(stderr=True)
    answered = 0
    try:
        with out.open("w", encoding="utf-8") as file:
            for request in track(
                requests, "正在回答", console=screen, transient=True, disable=not screen.is_terminal
            ):
                answer = _answer_or_complain(assistant, request, docs)
                if answer:
                    answered += 1
                    file.write(answer.model_dump_json() + "\n")
                    file.flush()
    except OSError as error:
        raise BudgetQAError(f"写不了 {out}（{error.strerror}），请检查路径与权限。") from error
    if answered < len(requests):
        raise BudgetQAError(f"{len(requests)} 个问题里有 {len(requests) - answered} 个没有回答成，原因见上。")


def _answer_or_complain(assistant: Assistant, request: Request, docs: tuple[str, ...]) -> Answer | None:
    try:
        return assistant.ask(
            request.question, history=request.history, docs=request.docs or docs, id=request.id
        )
    except Exception as error:  # noqa: BLE001 — one question must not cost the others their answers
        _complain(error, f"问题 {request.id or request.question}：{_sentence(error)}")
        return None


def _earlier(history: str | None) -> tuple[str, ...]:
    if history is None:
        return ()
    try:
        earlier = json.loads(history)
    except json.JSONDecodeError:
        earlier = None
    if not isinstance(earlier, list) or not all(isinstance(question, str) for question in earlier):
        raise typer.BadParameter("--history 要写成 JSON 数组，例如 '[\"上一个问题\"]'")
    return tuple(earlier)


def _quiet() -> None:
    """Keeps other libraries' chatter (pdfminer's above all) from users; our own warnings are shown."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    for ours in ("assistant", "ingest", "vectorstore"):
        logging.getLogger(ours).setLevel(logging.WARNING)
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; errors become one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    _Asked.data, _Asked.debug = None, False
    _quiet()
    try:
        return int(app(list(arguments), prog_name="budget-qa", standalone_mode=False) or OK)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        return _fail(
            error, complaint(error.format_message(), context.command_path if context else "budget-qa"), USAGE
        )
    except BudgetQAError as error:
        return _fail(error, _sentence(error), USAGE if _is_usage(error) else FAILED)
    except KeyboardInterrupt:
        return _fail(None, "已中断。", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 — the last line of defence: a user never sees a traceback
        return _fail(error, _sentence(error), FAILED)


def _sentence(error: Exception) -> str:
    """What a user is told of an error: its own sentence, or that the program is at fault."""
    if isinstance(error, BudgetQAError):
        return str(error)
    return f"程序出错（{type(error).__name__}）：请加 --debug 重新运行，把显示的记录发给维护者。"


def _is_usage(error: BudgetQAError) -> bool:
    from assistant.request import BadRequestError
    from vectorstore.errors import SettingsError

    return isinstance(error, SettingsError | BadRequestError)


def _complain(error: BaseException | None, sentence: str) -> None:
    if _Asked.debug and error is not None:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    print(sentence, file=sys.stderr)  # noqa: T201 — the command's own output


def _fail(error: BaseException | None, sentence: str, code: int) -> int:
    _complain(error, sentence)
    return code


def main() -> None:
    """Entry point of the console script `budget-qa`."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
