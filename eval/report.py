"""Sums scores up into a report: rates with their intervals by type and by document, and every question.

The report is plain data first (written as JSON), so that the views for terminal and browser, and
later comparisons, are drawn from the file and never from a second count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, sqrt

from pydantic import BaseModel, computed_field

from assistant.answer import Answer, Citation
from eval.dataset import GoldQuestion
from eval.metrics import Outcome, Score

Z_95 = 1.959963984540054
SEVERAL = "（多份文件）"
WRONG_PAGE, UNGROUNDED = "wrong_page", "ungrounded"


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


class Retrieval(BaseModel):
    """How well the search behind the answers finds the gold pages.

    `hit_at[k]` is the share of questions with a gold page among the first k passages found; `mrr`
    the mean of 1 / rank of the first such passage.
    """

    hit_at: dict[int, Rate]
    mrr: float | None


class Confusion(BaseModel):
    """Counts by what should have been done: answer (the first three) or refuse (the last two)."""

    right: int
    wrong: int
    refused_needlessly: int
    refused_rightly: int
    answered_unanswerable: int


class Asked(BaseModel):
    """One question with what was said and what should have been.

    `document` is the PDF that the question is about (`SEVERAL` for more than one);
    `cited_gold_page` is None where no page is asked for.
    """

    id: str
    type: str
    document: str
    answerable: bool
    question: str
    history: list[str]
    outcome: Outcome
    missing: list[str]
    ungrounded: list[str]
    cited_gold_page: bool | None
    answer: str
    gold: str
    note: str | None
    citations: list[Citation]
    gold_pages: dict[str, list[int]]
    elapsed_ms: float

    @property
    def faults(self) -> list[str]:
        """What a reader should look at: an outcome other than right, a wrong page, an ungrounded figure."""
        faults = [] if self.outcome is Outcome.RIGHT else [self.outcome.value]
        if self.outcome is Outcome.RIGHT and self.cited_gold_page is False:
            faults.append(WRONG_PAGE)
        if self.ungrounded:
            faults.append(UNGROUNDED)
        return faults


class Run(BaseModel):
    """What was measured, when, on what: enough to do it again.

    `documents` are the PDFs held, `missing` those that questions are about but that were not held.
    """

    system: str
    version: str | None = None
    commit: str | None
    date: datetime
    dataset: str
    dataset_sha256: str
    documents: list[str] = []
    missing: list[str] = []
    scoped: bool = True


class Shift(BaseModel):
    """How the share of right answers moved over the questions that two runs share.

    `p` is McNemar's exact two-sided probability of so uneven a split by chance.
    """

    before: Rate
    after: Rate
    better: int
    broken: int
    p: float


class Change(BaseModel):
    """A question that ended otherwise than before."""

    id: str
    type: str
    document: str
    question: str
    before: Outcome
    after: Outcome
    cited_before: bool | None
    cited_after: bool | None
    answer_before: str
    answer_after: str
    gold: str

    @property
    def same_answer(self) -> bool:
        """Whether the answer is what it was, so that the scoring or the gold answer must have changed."""
        return self.answer_before == self.answer_after


class Comparison(BaseModel):
    """What changed since an earlier run.

    `left_out` counts the questions that only one of the runs asked (in these words); `otherwise`
    holds the changes between wrong and refused, and of the cited page.
    """

    earlier: Run
    same_dataset: bool
    left_out: int
    overall: Shift
    by_type: dict[str, Shift]
    by_document: dict[str, Shift]
    better: list[Change]
    broken: list[Change]
    otherwise: list[Change]


class Judged(BaseModel):
    """What a language model thinks of the answers; shares and means are over what it judged.

    `asked` counts its tasks, `unjudged` those without a usable reply; `agrees` is how often it finds
    right what the rules find right. `faithfulness` to `context_recall` are means from 0 to 1.
    """

    model: str
    asked: int
    unjudged: int
    correct: Rate
    agrees: Rate
    faithfulness: float | None
    relevance: float | None
    context_precision: float | None
    context_recall: float | None


class SystemResult(BaseModel):
    """What another system made of the same questions; `shift` leads from it to the one measured."""

    name: str
    label: str
    summary: Summary
    retrieval: Retrieval | None = None
    latency_ms: Latency
    shift: Shift | None = None
    judged: Judged | None = None


class Report(BaseModel):
    """The whole measurement of one run."""

    run: Run
    overall: Summary
    by_type: dict[str, Summary]
    by_document: dict[str, Summary]
    confusion: Confusion
    latency_ms: Latency
    questions: list[Asked]
    retrieval: Retrieval | None = None
    judged: Judged | None = None
    systems: list[SystemResult] = []
    comparison: Comparison | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Each question's outcome by its id."""
        return {asked.id: asked.outcome for asked in self.questions}

    @property
    def lineup(self) -> list[SystemResult]:
        """The system measured, then those that it is compared with."""
        ours = SystemResult(
            name=self.run.system,
            label=self.run.system,
            summary=self.overall,
            retrieval=self.retrieval,
            latency_ms=self.latency_ms,
            judged=self.judged,
        )
        return [ours, *self.systems]

    @property
    def failures(self) -> list[Asked]:
        """The questions that were not answered rightly."""
        return [asked for asked in self.questions if asked.outcome is not Outcome.RIGHT]

    @property
    def wrong_pages(self) -> list[Asked]:
        """Right answers that cite no supporting page."""
        return [asked for asked in self.questions if WRONG_PAGE in asked.faults]

    @property
    def ungrounded(self) -> list[Asked]:
        """Answers with a figure that no cited page prints and that is not declared derived."""
        return [asked for asked in self.questions if asked.ungrounded]


def build_report(run: Run, results: Sequence[Result]) -> Report:
    """The report over `results`, which must not be empty."""
    return Report(
        run=run,
        overall=summarise(results),
        by_type=_by(results, lambda result: result.gold.type.value),
        by_document=_by(results, _document),
        confusion=_confusion(results),
        latency_ms=latency([result.answer.elapsed_ms for result in results]),
        questions=[_asked(result) for result in results],
    )


def summarise(results: Sequence[Result]) -> Summary:
    """Rates over one group of results."""
    scores = [result.score for result in results]
    answerable = [result.score for result in results if result.gold.answerable]
    precisions = [s.citation_precision for s in scores if s.citation_precision is not None]
    return Summary(
        questions=len(scores),
        right=rate(s.right for s in scores),
        wrong=rate(s.outcome is Outcome.WRONG for s in scores),
        refused=rate(s.outcome is Outcome.REFUSED for s in answerable),
        refusal_right=rate(r.score.right for r in results if not r.gold.answerable),
        right_and_cited=rate(s.right and s.cited_gold_page is True for s in answerable),
        cited_gold_page=rate(s.cited_gold_page for s in scores if s.cited_gold_page is not None),
        citation_precision=sum(precisions) / len(precisions) if precisions else None,
        leads=rate(s.leads for s in scores if s.leads is not None),
        grounded=rate(not s.ungrounded for s in scores if s.ungrounded is not None),
    )


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share; `of` must be positive."""
    share, square = hits / of, Z_95**2
    centre = share + square / (2 * of)
    spread = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of**2))
    return max(0.0, (centre - spread) / (1 + square / of)), min(1.0, (centre + spread) / (1 + square / of))


def _by(results: Sequence[Result], group: Callable[[Result], str]) -> dict[str, Summary]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(group(result), []).append(result)
    return {name: summarise(members) for name, members in sorted(groups.items())}


def _document(result: Result) -> str:
    documents = result.gold.documents
    return documents[0] if len(documents) == 1 else SEVERAL


def rate(hits: Iterable[bool]) -> Rate:
    """The share of hits with its interval."""
    counted = list(hits)
    if not counted:
        return Rate(hits=0, of=0, value=None, low=None, high=None)
    low, high = wilson(sum(counted), len(counted))
    return Rate(hits=sum(counted), of=len(counted), value=sum(counted) / len(counted), low=low, high=high)


def latency(elapsed: Sequence[float]) -> Latency:
    """Percentiles of the times, of which there must be at least one."""
    ordered = sorted(elapsed)

    def at(share: float) -> float:
        return ordered[max(0, ceil(share * len(ordered)) - 1)]

    return Latency(p50=at(0.5), p95=at(0.95), longest=ordered[-1])


def _asked(result: Result) -> Asked:
    gold, answer, score = result.gold, result.answer, result.score
    return Asked(
        id=gold.id,
        type=gold.type.value,
        document=_document(result),
        answerable=gold.answerable,
        question=gold.question,
        history=list(gold.history),
        outcome=score.outcome,
        missing=list(score.missing),
        ungrounded=list(score.ungrounded or ()),
        cited_gold_page=score.cited_gold_page,
        answer=answer.answer,
        gold=gold.answer,
        note=gold.note,
        citations=answer.citations,
        gold_pages={document: list(pages) for document, pages in gold.pages.items()},
        elapsed_ms=answer.elapsed_ms,
    )


def _confusion(results: Sequence[Result]) -> Confusion:
    counted = Counter((result.gold.answerable, result.score.outcome) for result in results)
    return Confusion(
        right=counted[True, Outcome.RIGHT],
        wrong=counted[True, Outcome.WRONG],
        refused_needlessly=counted[True, Outcome.REFUSED],
        refused_rightly=counted[False, Outcome.RIGHT],
        answered_unanswerable=counted[False, Outcome.WRONG],
    )
