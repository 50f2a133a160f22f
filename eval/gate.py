"""Measures the project's question sets and holds the result against the floors of ``floors.yaml``.

``python -m eval.gate`` reads the PDFs it is given (else the shipped samples), asks every question
whose documents are held, and fails when a rate is below its floor. Questions that are kept for
measuring alone are counted and nothing else: their answers are written nowhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer
from pydantic import BaseModel, ConfigDict, Field, model_validator
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import samples
from assistant.core import Assistant
from assistant.loading import load
from eval.check import check_against, held
from eval.dataset import GoldQuestion, load_dataset
from eval.html import PAGE_FILE
from eval.measure import ANSWERS_FILE, write_report
from eval.pages import PageTexts, pdfs_of
from eval.provenance import describe_run
from eval.report import Rate, Result, Summary, build_report, summarise
from eval.runner import Asker, ask_all, score_all
from ingest.errors import BudgetQAError
from ingest.pipeline import find_pdfs
from ingest.yamlfile import parse_yaml
from vectorstore.settings import Settings
from vectorstore.store import Store

DATASETS = Path(__file__).parent / "datasets"
Documents = Literal["samples", "all"]
EXTENT: dict[Documents, str] = {"samples": "样例", "all": "全部文件"}
NAMES = {
    "right": "答对",
    "wrong": "答错",
    "refused": "该答而拒答",
    "refusal_right": "没有而拒答",
    "right_and_cited": "答对且引到正确的页",
    "cited_gold_page": "引到正确的页",
    "citation_precision": "引用准确",
    "leads": "首句即答",
    "grounded": "数字有据",
}


class Floor(BaseModel):
    """The least (or, of `wrong` and `refused`, the most) that a metric of a question set may come to.

    `documents`: the questions on the shipped samples, or all, when all their documents are held.
    `measured` is what stood there when the floor was set, over a set of `of` questions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str
    documents: Documents
    metric: str
    minimum: float | None = Field(default=None, ge=0, le=1)
    maximum: float | None = Field(default=None, ge=0, le=1)
    measured: float
    of: int
    date: datetime.date
    commit: str

    @model_validator(mode="after")
    def _is_a_floor(self) -> Floor:
        if self.metric not in NAMES:
            raise ValueError(f"没有“{self.metric}”这个指标")
        if (self.minimum is None) == (self.maximum is None):
            raise ValueError("minimum 和 maximum 要且只要一个")
        if not self.allows(self.measured):
            raise ValueError("当时测得的值已经越过所设的界限")
        return self

    def allows(self, value: float | None) -> bool:
        """Whether a measured value is within the floor."""
        if value is None:
            return False
        return value >= self.minimum if self.minimum is not None else value <= (self.maximum or 0)


class Floors(BaseModel):
    """``floors.yaml``: the floors, and the beginnings of the ids whose single results nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    held_out: tuple[str, ...]
    floors: tuple[Floor, ...]

    def is_held_out(self, gold: GoldQuestion) -> bool:
        """Whether a question is kept for measuring alone."""
        return any(gold.id.startswith(f"{beginning}-") for beginning in self.held_out)


@dataclass(frozen=True)
class Verdict:
    """A floor with what was measured now."""

    floor: Floor
    value: float | None

    @property
    def kept(self) -> bool:
        """Whether the floor holds."""
        return self.floor.allows(self.value)

    def __str__(self) -> str:
        floor = self.floor
        bound = f"不低于 {floor.minimum:.1%}" if floor.minimum is not None else f"不高于 {floor.maximum:.1%}"
        now = "没有可量的题" if self.value is None else f"{self.value:.1%}"
        return (
            f"{floor.dataset}（{EXTENT[floor.documents]}）“{NAMES[floor.metric]}”为 {now}，应{bound}"
            f"（{floor.date} 在 {floor.commit} 测得 {floor.measured:.1%}，{floor.of} 题）"
        )


@cache
def load_floors() -> Floors:
    """The floors as the project states them; pydantic's `ValidationError` when one is malformed."""
    return Floors.model_validate(
        parse_yaml(files("eval").joinpath("floors.yaml").read_text(encoding="utf-8"))
    )


def ask_held(
    assistant: Asker,
    store: Store,
    questions: Sequence[GoldQuestion],
    out: Path | None = None,
    progress: Callable[[], None] = lambda: None,
) -> list[Result]:
    """Ask what can be asked of `store` and score it; answers to open questions are written to `out`."""
    asked = held(questions, [document.file_name for document in store.documents()])
    is_held_out = load_floors().is_held_out
    answers = ask_all(assistant, [gold for gold in asked if is_held_out(gold)], None, progress)
    answers |= ask_all(assistant, [gold for gold in asked if not is_held_out(gold)], out, progress)
    return score_all(asked, answers, PageTexts(pdfs_of(store)))


def judge(dataset: str, questions: Sequence[GoldQuestion], results: Sequence[Result]) -> list[Verdict]:
    """The verdict on every floor that the results of a set reach: those with no question missing."""
    by_id = {result.gold.id: result for result in results}
    shipped = [path.name for path in find_pdfs([samples.FOLDER])]
    extents: dict[Documents, Sequence[GoldQuestion]] = {
        "samples": held(questions, shipped),
        "all": questions,
    }
    verdicts = []
    for documents, wanted in extents.items():
        if not all(gold.id in by_id for gold in wanted):
            continue
        summary = summarise([by_id[gold.id] for gold in wanted])
        of_extent = [f for f in load_floors().floors if (f.dataset, f.documents) == (dataset, documents)]
        verdicts += [Verdict(floor, value_of(summary, floor.metric)) for floor in of_extent]
    return verdicts


def value_of(summary: Summary, metric: str) -> float | None:
    """A metric of a summary as a plain share."""
    value: Rate | float | None = getattr(summary, metric)
    return value.value if isinstance(value, Rate) else value


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="报告写入的文件夹")] = Path("out/eval"),
    data: Annotated[Path | None, typer.Option(help="已有的资料库；不给则读入 --pdfs 的文件")] = None,
    pdfs: Annotated[Path, typer.Option(help="要读入的 PDF 或文件夹（默认是样例）")] = samples.FOLDER,
) -> None:
    """用项目自带的题目衡量准确率，低于 floors.yaml 所设的下限则失败。"""
    console = Console()
    try:
        # Read anew, so that what is measured is what the present code reads.
        with TemporaryDirectory() as fresh, Store(Settings.load(data=data or Path(fresh))) as store:
            if data is None:
                _read(store, pdfs, console)
            sets = sorted(DATASETS.glob("*.jsonl"))
            verdicts = [verdict for path in sets for verdict in _run(path, store, out, console)]
    except BudgetQAError as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(1) from error
    missed = [verdict for verdict in verdicts if not verdict.kept]
    for verdict in missed:
        Console(stderr=True).print(f"未达到：{verdict}", markup=False, highlight=False)
    if not verdicts:
        Console(stderr=True).print("没有可核对的下限：请读入全部样例 PDF。", markup=False)
    raise typer.Exit(1 if missed or not verdicts else 0)


def _read(store: Store, pdfs: Path, console: Console) -> None:
    with console.status("读入 PDF…"):
        failed = [loaded.error for loaded in load(store, find_pdfs([pdfs])) if loaded.error]
    if failed:
        raise BudgetQAError("；".join(failed))


def _run(path: Path, store: Store, out: Path, console: Console) -> list[Verdict]:
    """Check, ask and judge one question set; write its report over the open questions."""
    questions = load_dataset(path)
    pdfs = pdfs_of(store)
    askable = held(questions, pdfs)
    for remark in check_against(askable, store):
        console.print(str(remark), markup=False, style="yellow")
    folder = out / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"提问 {path.name}", total=len(askable))
        results = ask_held(
            Assistant(store), store, askable, folder / ANSWERS_FILE, lambda: progress.advance(task)
        )
    verdicts = judge(path.name, questions, results)
    _show(path.name, results, verdicts, console)
    readable = [result for result in results if not load_floors().is_held_out(result.gold)]
    if readable:
        run = describe_run(path, [result.gold for result in readable], pdfs)
        write_report(build_report(run, readable), folder, pdfs, console)
        console.print(f"逐题结果（{len(readable)} 题）：{folder / PAGE_FILE}", markup=False)
    return verdicts


def _show(dataset: str, results: Sequence[Result], verdicts: Sequence[Verdict], console: Console) -> None:
    table = Table("范围", "指标", "测得", "界限", "当时", "", title=f"{dataset}：{len(results)} 题")
    for verdict in verdicts:
        floor = verdict.floor
        bound = f"≥ {floor.minimum:.1%}" if floor.minimum is not None else f"≤ {floor.maximum:.1%}"
        now = "–" if verdict.value is None else f"{verdict.value:.1%}"
        mark = "达到" if verdict.kept else "未达到"
        table.add_row(EXTENT[floor.documents], NAMES[floor.metric], now, bound, f"{floor.measured:.1%}", mark)
    console.print(table)
    kept = [result for result in results if load_floors().is_held_out(result.gold)]
    if kept:
        summary = summarise(kept)
        console.print(
            f"其中保留题 {summary.questions} 道（只计数）：答对 {summary.right.hits}，"
            f"答错 {summary.wrong.hits}，拒答 {summary.refused.hits}",
            markup=False,
        )


if __name__ == "__main__":
    app()
