"""A language model's opinion of answers and of what was retrieved for them, where one is configured.

The measures are those of RAGAS: faithfulness, relevance, context precision and recall; beside them,
whether the model finds the answer right and how often that agrees with the scoring by rules. The
rules stay the measure: an opinion is a second look, and what the model garbles counts as unjudged.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pydantic import BaseModel, Field

from assistant.answer import Status
from assistant.model import ChatModel, ModelError
from eval.dataset import GoldQuestion
from eval.metrics import PageText
from eval.report import Judged, Result, rate
from eval.retrieval import find
from eval.sources import Retriever
from ingest.text import normalise
from prompts import load

log = logging.getLogger(__name__)
CONTEXTS = 5  # sources that are judged of each search
WORKERS = 4
PATIENCE = 5  # failures in a row after which the endpoint is left alone
_PAGE = 3000  # characters of a cited page, or of a source, that the model is shown
_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)

Verdict = TypeVar("Verdict", "AnswerVerdict", "ContextVerdict")


class Claim(BaseModel):
    """One statement, and whether the text given bears it out."""

    claim: str
    supported: bool


class AnswerVerdict(BaseModel):
    """What the model says of an answer; `relevance` is 0 to 1."""

    correct: bool
    claims: list[Claim]
    relevance: float = Field(ge=0, le=1)


class ContextVerdict(BaseModel):
    """What the model says of retrieved sources: which help, and what of the gold answer they bear out."""

    relevant: list[bool]
    claims: list[Claim]


class Judge:
    """Asks a model about answers. After `PATIENCE` failures in a row it asks no more."""

    def __init__(self, model: ChatModel, page_text: PageText) -> None:
        self._model = model
        self._page_text = page_text
        self._failed = 0

    def judge(
        self, results: Sequence[Result], retriever: Retriever | None = None, *, scoped: bool = True
    ) -> Judged:
        """Opinions of the answers given, and of what `retriever` finds for the questions that have one."""
        answered = [result for result in results if result.answer.status is Status.ANSWERED]
        found = _found(results, retriever, scoped) if retriever else []
        with ThreadPoolExecutor(WORKERS) as pool:
            answers = list(pool.map(self._of_answer, answered))
            contexts = list(pool.map(self._of_context, found))
        seen = [(r, v) for r, v in zip(answered, answers, strict=True) if v]
        useful = [v for v in contexts if v]
        return Judged(
            model=self._model.name,
            asked=len(answers) + len(contexts),
            unjudged=answers.count(None) + contexts.count(None),
            correct=rate(v.correct for _, v in seen),
            agrees=rate(v.correct == r.score.right for r, v in seen),
            faithfulness=_mean([share for _, v in seen if (share := supported(v.claims)) is not None]),
            relevance=_mean([v.relevance for _, v in seen]),
            context_precision=_mean([average_precision(v.relevant) for v in useful]),
            context_recall=_mean([share for v in useful if (share := supported(v.claims)) is not None]),
        )

    def _of_answer(self, result: Result) -> AnswerVerdict | None:
        gold, answer = result.gold, result.answer
        pages = dict.fromkeys((c.document, c.page) for c in answer.citations)
        cited = [
            {"document": name, "page": page, "text": normalise(self._page_text(name, page) or "")[:_PAGE]}
            for name, page in pages
        ]
        asked = {
            "question": gold.question,
            "history": gold.history,
            "reference": gold.answer,
            "answer": answer.answer,
            "cited": cited,
        }
        return self._ask("judge_answer", asked, AnswerVerdict)

    def _of_context(self, found: tuple[GoldQuestion, list[str]]) -> ContextVerdict | None:
        gold, passages = found
        asked = {
            "question": gold.question,
            "history": gold.history,
            "reference": gold.answer,
            "passages": passages,
        }
        verdict = self._ask("judge_context", asked, ContextVerdict)
        return verdict if verdict and len(verdict.relevant) == len(passages) else None

    def _ask(self, prompt: str, asked: Mapping[str, object], shape: type[Verdict]) -> Verdict | None:
        """The verdict, None where the model fails or garbles it.

        What is judged goes in as JSON, so that no text of a PDF can end its place and speak as the
        one who asks.
        """
        if self._failed >= PATIENCE:
            return None
        try:
            reply = self._model.complete(
                [
                    {"role": "system", "content": load(prompt).text},
                    {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
                ]
            )
        except ModelError as error:
            self._failed += 1
            log.info("%s", error)
            if self._failed == PATIENCE:
                log.warning("语言模型连续 %d 次没有给出结果，其余的不再评判：%s", PATIENCE, error)
            return None
        self._failed = 0
        try:
            return shape.model_validate_json(_json_of(reply))
        except ValueError as error:
            log.info("verdict not understood: %s", error)
            return None


def supported(claims: Sequence[Claim]) -> float | None:
    """The share of claims that are borne out; None where there is none."""
    return _mean([float(claim.supported) for claim in claims])


def average_precision(relevant: Sequence[bool]) -> float:
    """Context precision: the mean, over the relevant places, of the share relevant up to there."""
    shares = [sum(relevant[: k + 1]) / (k + 1) for k, helps in enumerate(relevant) if helps]
    return _mean(shares) or 0.0


def _found(
    results: Sequence[Result], retriever: Retriever, scoped: bool
) -> list[tuple[GoldQuestion, list[str]]]:
    """What is retrieved for each answerable question."""
    questions = [result.gold for result in results if result.gold.answerable]
    found = [(gold, find(retriever, gold, CONTEXTS, scoped=scoped)) for gold in questions]
    return [(gold, [source.text[:_PAGE] for source in sources]) for gold, sources in found]


def _json_of(reply: str) -> str:
    """The JSON object of a reply that may think aloud before it or put a fence around it."""
    reply = _THOUGHT.sub("", reply)
    return reply[reply.find("{") : reply.rfind("}") + 1]


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
