"""The frame of the command line: the program, the options all commands share, errors in one sentence."""

from __future__ import annotations

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
    from assistant.core import Assistant
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


def data_given() -> bool:
    """Whether the command line names a data folder."""
    return _Asked.data is not None


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
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]


@app.callback(invoke_without_command=True)
def _program(context: typer.Context, data: Data = None, debug: Debug = False) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def command(name: str, text: str) -> Callable[[_Function], _Function]:
    """Makes a function the command `name`; `text` is its help."""
    return app.command(name, cls=Command, help=text, options_metavar="[选项]")


@contextmanager
def open_store() -> Iterator[Store]:
    """The store that --data or the environment names."""
    from vectorstore.settings import Settings
    from vectorstore.store import Store

    settings = Settings.load(data=_Asked.data) if _Asked.data else Settings.load()
    with Store(settings) as store:
        yield store


@contextmanager
def open_assistant() -> Iterator[Assistant]:
    """An assistant over that store."""
    from assistant.core import Assistant

    with open_store() as store:
        yield Assistant(store)


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
        return _fail(error, sentence(error), USAGE if _is_usage(error) else FAILED)
    except KeyboardInterrupt:
        return _fail(None, "已中断。", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 — the last line of defence: a user never sees a traceback
        return _fail(error, sentence(error), FAILED)


def sentence(error: Exception) -> str:
    """What a user is told of an error: its own sentence, or that the program is at fault."""
    if isinstance(error, BudgetQAError):
        return str(error)
    return f"程序出错（{type(error).__name__}）：请加 --debug 重新运行，把显示的记录发给维护者。"


def _is_usage(error: BudgetQAError) -> bool:
    from assistant.request import BadRequestError
    from vectorstore.errors import SettingsError

    return isinstance(error, SettingsError | BadRequestError)


def complain(error: BaseException | None, sentence: str) -> None:
    """Says a sentence on stderr, after the error's trace where --debug asks for it."""
    if _Asked.debug and error is not None:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    print(sentence, file=sys.stderr)  # noqa: T201 — the command's own output


def _fail(error: BaseException | None, sentence: str, code: int) -> int:
    complain(error, sentence)
    return code
