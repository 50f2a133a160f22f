"""Measures answers from the command line: ``python -m eval DATASET --data DIR --report OUT``.

With ``--answers`` an existing answers file is scored and no store is opened.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.progress import Progress

from assistant.answer import Answer
from eval.dataset import GoldQuestion, load_dataset
from eval.pages import PageTexts
from eval.provenance import describe_run
from eval.report import Result, build_report
from eval.runner import ask_all, read_answers, score_all, select
from eval.show import print_report
from ingest.errors import BudgetQAError
from vectorstore.settings import Settings
from vectorstore.store import Store

app = typer.Typer(add_completion=False, help="用带标准答案的题目衡量问答的准确率。")


@app.command()
def main(
    dataset: Annotated[Path, typer.Argument(help="题目文件（JSON Lines）")],
    report: Annotated[Path, typer.Option(help="报告写入的文件夹")],
    data: Annotated[Path | None, typer.Option(help="资料库所在的文件夹")] = None,
    answers: Annotated[Path | None, typer.Option(help="给已有的答案文件打分，不再提问")] = None,
    pdfs: Annotated[
        Path | None, typer.Option(help="核对数字所用 PDF 的文件夹（默认用资料库里的副本）")
    ] = None,
    doc: Annotated[list[str] | None, typer.Option(help="只要关于这些文件的题（文件名或其一部分）")] = None,
    doc_out: Annotated[list[str] | None, typer.Option(help="不要关于这些文件的题")] = None,
) -> None:
    """Ask (or read) the answers, score them, write OUT/report.json and print it."""
    console = Console()
    errors = RichHandler(console=Console(stderr=True))
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[errors])
    try:
        questions = select(load_dataset(dataset), doc or (), doc_out or ())
        if not questions:
            raise BudgetQAError("没有符合 --doc / --doc-out 的题目，请检查文件名。")
        results = _results(questions, data, answers, pdfs, report, console)
    except BudgetQAError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(1) from error
    measured = build_report(describe_run(dataset), results)
    report.mkdir(parents=True, exist_ok=True)
    (report / "report.json").write_text(measured.model_dump_json(indent=2), encoding="utf-8")
    print_report(measured, console)


def _results(
    questions: list[GoldQuestion],
    data: Path | None,
    answers: Path | None,
    pdfs: Path | None,
    report: Path,
    console: Console,
) -> list[Result]:
    """Ask the store in `data` unless `answers` are given; ground on `pdfs`, else on the store's copies."""
    folder = PageTexts.of_folder(pdfs) if pdfs else None
    if data is None:
        if answers is None:
            raise BudgetQAError("请用 --data 指出资料库，或用 --answers 给出答案文件。")
        return score_all(questions, read_answers(answers), folder)
    with Store(Settings.load(data=data)) as store:
        given = (
            read_answers(answers) if answers else _ask(store, questions, report / "answers.jsonl", console)
        )
        return score_all(questions, given, folder or PageTexts.of_store(store))


def _ask(store: Store, questions: list[GoldQuestion], out: Path, console: Console) -> dict[str, Answer]:
    # Only here, so that scoring an answers file loads nothing of the assistant.
    from assistant.core import Assistant

    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("提问", total=len(questions))
        return ask_all(Assistant(store), questions, out, lambda: progress.advance(task))


if __name__ == "__main__":
    app()
