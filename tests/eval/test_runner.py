"""A run asks everything it should, survives a fault, and the report counts what was scored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from assistant.answer import Answer, Citation, Status
from eval.dataset import GoldQuestion
from eval.report import Run, build_report, wilson
from eval.runner import ask_all, read_answers, score_all, select

RUN = Run(
    system="x", version="1", commit=None, date=datetime(2026, 1, 1), dataset="set.jsonl", dataset_sha256="0"
)


def gold(id: str, document: str = "x.pdf", history: tuple[str, ...] = ()) -> GoldQuestion:
    return GoldQuestion.model_validate(
        {
            "id": id,
            "type": "followup" if history else "lookup",
            "question": f"{id}？",
            "history": history,
            "docs": [document],
            "answerable": True,
            "answer": "20万元",
            "facts": [{"number": "20", "unit": "万元"}],
            "pages": {document: [3]},
        }
    )


class Scripted:
    """Answers 20万元 on page 3, refuses `b`, breaks on `c`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        self.asked.append((question, tuple(history), tuple(docs)))
        if id == "c":
            raise RuntimeError("broken")
        if id == "b":
            return Answer(id=id, question=question, status=Status.NOT_FOUND, answer="没有。")
        cited = Citation(n=1, document=docs[0], page=3, title="", quote="", bbox=(0, 0, 0, 0), kind="text")
        said = Answer(id=id, question=question, status=Status.ANSWERED, answer="20万元[1]", citations=[cited])
        return said.model_copy(update={"elapsed_ms": 40.0})


def test_run_write_read_score(tmp_path: Path) -> None:
    questions = [gold("a", history=("前一问",)), gold("b"), gold("c"), gold("d", "y.pdf")]
    assistant = Scripted()
    given = ask_all(assistant, questions, tmp_path / "answers.jsonl")
    assert assistant.asked[0] == ("a？", ("前一问",), ("x.pdf",))
    assert read_answers(tmp_path / "answers.jsonl") == given

    report = build_report(RUN, score_all(questions, given))
    assert (report.overall.right.hits, report.overall.refused.hits, report.overall.wrong.hits) == (2, 2, 0)
    assert report.by_document["x.pdf"].right.hits == 1
    assert report.by_type["followup"].right.value == 1.0
    assert [failure.id for failure in report.failures] == ["b", "c"]
    assert report.latency_ms.p95 == 40.0
    assert report.latency_ms.p50 == 0.0


def test_documents_are_held_out_and_picked() -> None:
    questions = [gold("a"), gold("d", "y.pdf")]
    assert [q.id for q in select(questions, without=["y"])] == ["a"]
    assert [q.id for q in select(questions, only=["y"])] == ["d"]


def test_wilson_matches_published_values() -> None:
    """Newcombe (1998), table I: 81 of 263 → 0.2553 to 0.3662; 0 of 20 → 0 to 0.1611."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_questions_are_asked_over_everything_where_their_documents_are_left_aside() -> None:
    assistant = Scripted()
    ask_all(assistant, [gold("b")], scoped=False)
    assert assistant.asked == [("b？", (), ())]
