"""Puts baselines, switched-off variants and a model's opinion beside a report's own figures.

Apart from the measurement itself, which needs none of it and stays quick without.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from assistant.model import ChatModel, ModelSettings
from eval.ablation import ablations
from eval.baselines import baselines
from eval.judge import Judge
from eval.metrics import PageText
from eval.report import Report, Result, SystemResult
from eval.retrieval import measure_retrieval
from eval.sources import EvidenceRetriever
from eval.systems import System, run_system, sum_up
from vectorstore.store import Store

VECTORS = "baselines"  # the folder in the report's where the tutorial's vectors are kept


@dataclass(frozen=True)
class Beside:
    """What to put beside the measurement."""

    baselines: bool = False
    ablations: bool = False
    judge: bool = False

    def __bool__(self) -> bool:
        return self.baselines or self.ablations or self.judge


def put_beside(
    report: Report,
    ours: Sequence[Result],
    wanted: Beside,
    store: Store,
    page_text: PageText,
    folder: Path | None,
    screen: Console,
) -> None:
    """Fill in the report's `systems`, `retrieval` and `judged`.

    `ours` are the report's own results; other systems' answers and vectors go to `folder` where given.
    """
    model = ChatModel.from_settings(ModelSettings.load(data=store.settings.data))
    judge = Judge(model, page_text) if model and wanted.judge else None
    if wanted.judge and judge is None:
        screen.print("没有配置语言模型（BUDGET_QA_LLM 与 BUDGET_QA_LLM_URL），不请模型评判。")
    evidence = EvidenceRetriever(store)
    scoped = report.run.scoped
    if wanted.baselines:
        report.retrieval = measure_retrieval(evidence, [r.gold for r in ours], scoped=scoped)
    if judge:
        report.judged = judge.judge(ours, evidence, scoped=scoped)
    with tempfile.TemporaryDirectory() as scratch:
        vectors = (folder or Path(scratch)) / VECTORS
        systems = baselines(store, vectors, model) if wanted.baselines else []
        systems += ablations(store) if wanted.ablations else []
        report.systems = [
            _measure(system, ours, page_text, folder, judge, scoped, screen) for system in systems
        ]


def _measure(
    system: System,
    ours: Sequence[Result],
    page_text: PageText,
    folder: Path | None,
    judge: Judge | None,
    scoped: bool,
    screen: Console,
) -> SystemResult:
    questions = [result.gold for result in ours]
    out = folder / f"answers-{system.name}.jsonl" if folder else None
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(system.label, total=len(questions))
        results = run_system(
            system, questions, page_text, out=out, progress=lambda: progress.advance(task), scoped=scoped
        )
    found = sum_up(system, results, ours, scoped=scoped)
    if judge:
        found.judged = judge.judge(results, system.retriever, scoped=scoped)
    return found
