"""Puts every question of a dataset to an assistant, or takes its answers from a file, and scores them.

Answers are written as they come, so that a long run that is broken off can still be scored.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from assistant.answer import Answer, Status
from eval.dataset import DatasetError, GoldQuestion, describe, numbered_lines
from eval.metrics import PageText, score
from eval.report import Result

log = logging.getLogger(__name__)


class Asker(Protocol):
    """What the evaluation needs of an assistant."""

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """Answer one question, limited to `docs` where given."""
        ...


def ask_all(
    assistant: Asker,
    questions: Iterable[GoldQuestion],
    out: Path | None = None,
    progress: Callable[[], None] = lambda: None,
    *,
    scoped: bool = True,
) -> dict[str, Answer]:
    """Ask every question and return the answers by id; each is written to `out` (JSON Lines) as it comes.

    Unless `scoped`, the questions' `docs` are left aside: the right PDFs are to be found among all.
    A question on which the assistant breaks counts as refused; the fault goes to the log.
    """
    answers: dict[str, Answer] = {}
    with out.open("w", encoding="utf-8") if out else nullcontext() as file:
        for gold in questions:
            answers[gold.id] = answer = _ask(assistant, gold, gold.docs if scoped else ())
            if file:
                file.write(answer.model_dump_json() + "\n")
                file.flush()
            progress()
    return answers


def read_answers(path: Path) -> dict[str, Answer]:
    """Answers by id from a file as ``ask --batch`` writes it.

    Raises:
        DatasetError: a line is no answer object, or has no id.
    """
    answers: dict[str, Answer] = {}
    for line, text in numbered_lines(path):
        try:
            answer = Answer.model_validate(json.loads(text))
        except json.JSONDecodeError as error:
            raise DatasetError(f"{path.name} 第 {line} 行不是合法的 JSON，请修正。") from error
        except ValidationError as error:
            raise DatasetError(f"{path.name} 第 {line} 行：{describe(error)}。") from error
        if answer.id is None:
            raise DatasetError(f"{path.name} 第 {line} 行没有 id，无法对应到题目。")
        answers[answer.id] = answer
    return answers


def score_all(
    questions: Iterable[GoldQuestion], answers: Mapping[str, Answer], page_text: PageText | None = None
) -> list[Result]:
    """Score the questions; one without an answer counts as refused."""
    results = []
    for gold in questions:
        answer = answers.get(gold.id) or _no_answer(gold, "（没有这道题的答案）")
        results.append(Result(gold, answer, score(answer, gold, page_text)))
    return results


def select(
    questions: Iterable[GoldQuestion], only: Sequence[str] = (), without: Sequence[str] = ()
) -> list[GoldQuestion]:
    """The questions about the documents of `only` and about none of `without` (parts of file names)."""

    def about(gold: GoldQuestion, names: Sequence[str]) -> bool:
        return any(name in document for name in names for document in gold.documents)

    return [gold for gold in questions if (not only or about(gold, only)) and not about(gold, without)]


def _ask(assistant: Asker, gold: GoldQuestion, docs: Sequence[str]) -> Answer:
    try:
        return assistant.ask(gold.question, history=gold.history, docs=docs, id=gold.id)
    except Exception as error:  # a measurement goes on where the measured thing breaks
        log.error("题目 %s 没有问成（%s：%s）", gold.id, type(error).__name__, error)
        log.debug("题目 %s", gold.id, exc_info=error)
        return _no_answer(gold, f"（出错：{error}）")


def _no_answer(gold: GoldQuestion, why: str) -> Answer:
    return Answer(id=gold.id, question=gold.question, status=Status.CLARIFY, answer=why)
