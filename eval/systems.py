"""Asks the same questions of other systems and scores them the same way, in one run.

A system is anything that answers: a baseline, or the assistant without one of its pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.compare import shift
from eval.dataset import GoldQuestion
from eval.metrics import PageText
from eval.report import Result, SystemResult, latency, summarise
from eval.retrieval import measure_retrieval
from eval.runner import Asker, ask_all, score_all
from eval.sources import Retriever


@dataclass(frozen=True)
class System:
    """Something that answers. `label` is how reports call it; `retriever` the search behind it."""

    name: str
    label: str
    asker: Asker
    retriever: Retriever | None = None


def run_system(
    system: System,
    questions: Sequence[GoldQuestion],
    page_text: PageText | None = None,
    *,
    out: Path | None = None,
    progress: Callable[[], None] = lambda: None,
    scoped: bool = True,
) -> list[Result]:
    """The system's scored answers, in the order of `questions`; written to `out` where given."""
    answers = ask_all(system.asker, questions, out, progress, scoped=scoped)
    return score_all(questions, answers, page_text)


def sum_up(
    system: System, results: Sequence[Result], ours: Sequence[Result], *, scoped: bool = True
) -> SystemResult:
    """What the system made of the questions, and how `ours` did on the very same ones."""
    questions = [result.gold for result in results]
    return SystemResult(
        name=system.name,
        label=system.label,
        summary=summarise(results),
        retrieval=measure_retrieval(system.retriever, questions, scoped=scoped) if system.retriever else None,
        latency_ms=latency([result.answer.elapsed_ms for result in results]),
        shift=shift([(a.score.right, b.score.right) for a, b in zip(results, ours, strict=True)]),
    )
