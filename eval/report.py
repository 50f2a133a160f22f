"""Sums scores up into a report: rates with their intervals by type and by document, and what failed.

The report is plain data first (written as JSON), so that later views are drawn from the file and
never from a second count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from assistant.answer import Answer
from eval.dataset import GoldQuestion
from eval.metrics import Outcome, Score

Z_95 = 1.959963984540054
SEVERAL = "（多份文件）"


@dataclass(frozen=True)
class Result:
    """One question with the answer given and its score."""

    gold: GoldQuestion
    answer: Answer
    score: Score


class Rate(BaseModel):
    """A share with its 95 % Wilson interval; `value` is None where nothing was counted."""

    hits: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class Summary(BaseModel):
    """What a group of questions came to. Citations are counted over answered, answerable questions."""

    questions: int
    right: Rate
    wrong: Rate
    refused: Rate
    refusal_right: Rate
    right_and_cited: Rate
    cited_gold_page: Rate
    citation_precision: float | None
    leads: Rate
    grounded: Rate


class Latency(BaseModel):
    """Milliseconds from question to answer."""

    p50: float
    p95: float
    longest: float


class Failure(BaseModel):
    """A question not answered rightly, with what was said and what should have been."""

    id: str
    type: str
    question: str
    history: list[str]
    outcome: Outcome
    missing: list[str]
    ungrounded: list[str]
    answer: str
    gold: str
    cited: list[str]
    gold_pages: list[str]


class Report(BaseModel):
    """The whole measurement of one run."""

    dataset: str
    overall: Summary
    by_type: dict[str, Summary]
    by_document: dict[str, Summary]
    latency_ms: Latency
    failures: list[Failure]
    wrong_pages: list[Failure]
    """Right answers that cite no supporting page."""
    ungrounded: list[Failure]
    """Answers with a figure that no cited page prints and that is not declared derived."""


def build_report(dataset: str, results: Sequence[Result]) -> Report:
    """The report over `results`, which must not be empty."""
    return Report(
        dataset=dataset,
        overall=summarise(results),
        by_type=_by(results, lambda result: result.gold.type.value),
        by_document=_by(results, _document),
        latency_ms=_latency([result.answer.elapsed_ms for result in results]),
        failures=[_failure(r) for r in results if not r.score.right],
        wrong_pages=[_failure(r) for r in results if r.score.right and r.score.cited_gold_page is False],
        ungrounded=[_failure(r) for r in results if r.score.ungrounded],
    )


def summarise(results: Sequence[Result]) -> Summary:
    """Rates over one group of results."""
    scores = [result.score for result in results]
    answerable = [result.score for result in results if result.gold.answerable]
    precisions = [s.citation_precision for s in scores if s.citation_precision is not None]
    return Summary(
        questions=len(scores),
        right=_rate(s.right for s in scores),
        wrong=_rate(s.outcome is Outcome.WRONG for s in scores),
        refused=_rate(s.outcome is Outcome.REFUSED for s in answerable),
        refusal_right=_rate(r.score.right for r in results if not r.gold.answerable),
        right_and_cited=_rate(s.right and s.cited_gold_page is True for s in answerable),
        cited_gold_page=_rate(s.cited_gold_page for s in scores if s.cited_gold_page is not None),
        citation_precision=sum(precisions) / len(precisions) if precisions else None,
        leads=_rate(s.leads for s in scores if s.leads is not None),
        grounded=_rate(not s.ungrounded for s in scores if s.ungrounded is not None),
    )


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share; `of` must be positive."""
    share, square = hits / of, Z_95**2
    centre = share + square / (2 * of)
    spread = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of**2))
    return max(0.0, (centre - spread) / (1 + square / of)), min(1.0, (centre + spread) / (1 + square / of))


def print_report(report: Report, console: Console) -> None:
    """Show the report as tables by type and by document, then the failures, for a terminal."""
    for heading, groups in (("题型", report.by_type), ("文件", report.by_document)):
        table = Table(
            "", "题数", "答对", "答错", "拒答", "答对且页码对", "引用命中", "引用准确", "首句即答", "数字有据"
        )
        table.title = f"按{heading}"
        for name, summary in groups.items():
            table.add_row(name, *_cells(summary))
        table.add_section()
        table.add_row("合计", *_cells(report.overall))
        console.print(table)
    refusal = _percent_with_interval(report.overall.refusal_right)
    latency = report.latency_ms
    console.print(f"该拒答的拒答率 {refusal}；用时 p50 {latency.p50:.0f} ms，p95 {latency.p95:.0f} ms")
    for heading, failures in (("未答对", report.failures), ("页码不对", report.wrong_pages)):
        for failure in failures:
            console.print(
                f"[{heading}] {failure.id} {failure.type} {failure.question}", markup=False, style="bold"
            )
            console.print(f"  答（{failure.outcome}）：{failure.answer}", markup=False)
            console.print(f"  应：{failure.gold}  缺 {'、'.join(failure.missing) or '无'}", markup=False)
            console.print(
                f"  引 {'；'.join(failure.cited) or '无'}  应引 {'；'.join(failure.gold_pages)}", markup=False
            )


def _by(results: Sequence[Result], group: Callable[[Result], str]) -> dict[str, Summary]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(group(result), []).append(result)
    return {name: summarise(members) for name, members in sorted(groups.items())}


def _document(result: Result) -> str:
    documents = result.gold.documents
    return documents[0] if len(documents) == 1 else SEVERAL


def _rate(hits: Iterable[bool]) -> Rate:
    counted = list(hits)
    if not counted:
        return Rate(hits=0, of=0, value=None, low=None, high=None)
    low, high = wilson(sum(counted), len(counted))
    return Rate(hits=sum(counted), of=len(counted), value=sum(counted) / len(counted), low=low, high=high)


def _latency(elapsed: list[float]) -> Latency:
    ordered = sorted(elapsed)

    def at(share: float) -> float:
        return ordered[max(0, ceil(share * len(ordered)) - 1)]

    return Latency(p50=at(0.5), p95=at(0.95), longest=ordered[-1])


def _failure(result: Result) -> Failure:
    return Failure(
        id=result.gold.id,
        type=result.gold.type.value,
        question=result.gold.question,
        history=list(result.gold.history),
        outcome=result.score.outcome,
        missing=list(result.score.missing),
        ungrounded=list(result.score.ungrounded or ()),
        answer=result.answer.answer,
        gold=result.gold.answer,
        cited=[f"{c.document} 第{c.page}页" for c in result.answer.citations],
        gold_pages=[
            f"{document} 第{page}页" for document, pages in result.gold.pages.items() for page in pages
        ],
    )


def _cells(summary: Summary) -> list[str]:
    precision = summary.citation_precision
    return [
        str(summary.questions),
        _percent_with_interval(summary.right),
        _percent(summary.wrong.value),
        _percent(summary.refused.value),
        _percent_with_interval(summary.right_and_cited),
        _percent(summary.cited_gold_page.value),
        _percent(precision),
        _percent(summary.leads.value),
        _percent(summary.grounded.value),
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _percent_with_interval(rate: Rate) -> str:
    if rate.low is None or rate.high is None:
        return "–"
    return f"{_percent(rate.value)} [{100 * rate.low:.0f}–{100 * rate.high:.0f}]"
