"""One measurement from question file to report: ask or read the answers, score, compare, write.

Kept apart from the command line, so that a script can measure as the command does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from assistant.answer import Answer
from eval.beside import Beside, put_beside
from eval.compare import REPORT_FILE, compare, read_report
from eval.dataset import GoldQuestion, load_dataset
from eval.html import write_page
from eval.pages import PageTexts, pdfs_in, pdfs_of
from eval.provenance import describe_run
from eval.report import Report, build_report
from eval.runner import ask_all, read_answers, score_all, select
from ingest.errors import BudgetQAError
from vectorstore.store import Store

ANSWERS_FILE = "answers.jsonl"


@dataclass(frozen=True)
class Plan:
    """What to measure: which questions of `dataset`, whose answers, and what to compare with.

    `answers` is an answers file to score instead of asking; `pdfs` a folder to read cited pages from
    instead of the store's copies; `folder` where the report goes. Unless `scoped`, the questions'
    `docs` are left aside. `beside` names the baselines and the like to measure in the same run.
    """

    dataset: Path
    only: Sequence[str] = ()
    without: Sequence[str] = ()
    answers: Path | None = None
    pdfs: Path | None = None
    folder: Path | None = None
    earlier: Path | None = None
    scoped: bool = True
    beside: Beside = field(default_factory=Beside)


def measure(plan: Plan, store: Store | None, screen: Console) -> Report:
    """Carry the plan out, with progress on `screen`. `store` may be None where `plan.answers` are given.

    Raises:
        BudgetQAError: a file cannot be used, or no question is left to ask.
    """
    questions = select(load_dataset(plan.dataset), plan.only, plan.without)
    if not questions:
        raise BudgetQAError("没有符合 --doc / --doc-out 的题目，请检查文件名。")
    # Read first: it may lie in the folder that this report is written to.
    earlier = read_report(plan.earlier) if plan.earlier else None
    pdfs = pdfs_in(plan.pdfs) if plan.pdfs else pdfs_of(store) if store else {}
    if plan.folder:
        _make(plan.folder)
    run = describe_run(plan.dataset, questions, pdfs, scoped=plan.scoped)
    given = read_answers(plan.answers) if plan.answers else _ask(plan, store, questions, screen)
    page_text = PageTexts(pdfs)
    results = score_all(questions, given, page_text if pdfs else None)
    report = build_report(run, results)
    if plan.beside:
        put_beside(report, results, plan.beside, _opened(store), page_text, plan.folder, screen)
    if earlier:
        report.comparison = compare(earlier, report)
    if plan.folder:
        write_report(report, plan.folder, pdfs, screen)
    return report


def write_report(report: Report, folder: Path, pdfs: Mapping[str, Path], screen: Console) -> None:
    """Write the report as JSON and as a page with pictures of the cited pages found in `pdfs`."""
    (folder / REPORT_FILE).write_text(report.model_dump_json(indent=2), encoding="utf-8")
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("画出引用的页", total=None)
        write_page(
            report, folder, pdfs, lambda done, total: progress.update(task, completed=done, total=total)
        )


def _ask(
    plan: Plan, store: Store | None, questions: Sequence[GoldQuestion], screen: Console
) -> dict[str, Answer]:
    # Only here, so that scoring an answers file loads nothing of the assistant.
    from assistant.core import Assistant

    assistant = Assistant(_opened(store))
    out = plan.folder / ANSWERS_FILE if plan.folder else None
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("提问", total=len(questions))
        return ask_all(assistant, questions, out, lambda: progress.advance(task), scoped=plan.scoped)


def _opened(store: Store | None) -> Store:
    if store is None:
        raise BudgetQAError(
            "没有答案文件，也没有资料库：请用 --data 指出资料库，或用 --answers 给出答案文件。"
        )
    return store


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BudgetQAError(f"写不了报告文件夹 {folder}（{error.strerror}），请检查路径与权限。") from error
