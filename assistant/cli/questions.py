"""The command that asks: one question, or the questions of a file in one process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.program import AsJson, Data, Debug, command, complain, open_assistant, sentence
from ingest.errors import BudgetQAError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.core import Assistant
    from assistant.request import Request


@command("ask", "提问，得到带页码出处的回答；也可一次回答一个文件里的许多问题。")
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
        with open_assistant() as assistant:
            _ask_many(assistant, requests, tuple(doc or ()), out)
        return
    if question is None or out is not None:
        raise typer.BadParameter("请写一个问题；要批量回答，请用 --batch 与 --out")
    request = Request.of(question, _earlier(history), tuple(doc or ()))
    with open_assistant() as assistant:
        answer = assistant.ask(request.question, history=request.history, docs=request.docs)
    if as_json:
        typer.echo(answer.model_dump_json())
    else:
        from assistant import terminal

        terminal.show_answer(terminal.console(), answer)


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
        complain(error, f"问题 {request.id or request.question}：{sentence(error)}")
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
