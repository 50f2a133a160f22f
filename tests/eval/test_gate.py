"""The samples are answered at least as well as the floors say; a floor that is missed is told plainly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.answer import Answer, Status
from assistant.core import Assistant
from eval import gate
from eval.dataset import GoldQuestion, load_dataset
from eval.gate import Floor, Floors, ask_held, judge, load_floors
from eval.report import Summary
from vectorstore.store import Store

CORPUS = gate.DATASETS / "corpus.jsonl"
FLOOR = {
    "dataset": "corpus.jsonl",
    "documents": "samples",
    "metric": "right",
    "minimum": 0.5,
    "measured": 0.6,
    "of": 99,
    "date": "2026-11-22",
    "commit": "7509d93",
}


class Refuser:
    """Answers nothing."""

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        return Answer(id=id, question=question, status=Status.NOT_FOUND, answer="没有找到。")


def test_the_samples_keep_their_floors(sample_store: Store) -> None:
    questions = load_dataset(CORPUS)
    results = ask_held(Assistant(sample_store), sample_store, questions)
    verdicts = judge(CORPUS.name, questions, results)
    assert {v.floor.metric for v in verdicts} >= {"right", "right_and_cited", "wrong", "grounded"}
    missed = [str(verdict) for verdict in verdicts if not verdict.kept]
    assert not missed, "未达到下限：" + "；".join(missed)


def test_a_missed_floor_is_told_and_held_out_answers_are_written_nowhere(
    sample_store: Store, tmp_path: Path
) -> None:
    questions = load_dataset(CORPUS)
    out = tmp_path / "answers.jsonl"
    results = ask_held(Refuser(), sample_store, questions, out)
    missed = {v.floor.metric: v for v in judge(CORPUS.name, questions, results) if not v.kept}
    assert {"right", "right_and_cited", "leads"} <= set(missed)
    assert "wrong" not in missed
    assert "corpus.jsonl（样例）“答对”为 8.1%，应不低于" in str(missed["right"])  # the 8 unanswerable of 99
    written = {Answer.model_validate_json(line).id for line in out.read_text(encoding="utf-8").splitlines()}
    held_out = {r.gold.id for r in results if load_floors().is_held_out(r.gold)}
    assert held_out
    assert written == {r.gold.id for r in results} - held_out


def test_floors_are_judged_only_over_whole_sets(sample_store: Store) -> None:
    """Half of the samples' questions say nothing of the floor; nor do the samples of all documents'."""
    questions = load_dataset(CORPUS)
    results = ask_held(Refuser(), sample_store, questions)
    assert {v.floor.documents for v in judge(CORPUS.name, questions, results)} == {"samples"}
    assert judge(CORPUS.name, questions, results[:50]) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"metric": "beauty"}, "没有“beauty”这个指标"),
        ({"minimum": 0.7}, "越过"),
        ({"minimum": None}, "要且只要一个"),
        ({"maximum": 0.7}, "要且只要一个"),
    ],
)
def test_a_floor_that_makes_no_sense_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Floor.model_validate({**FLOOR, **change})


def test_every_metric_of_the_summary_can_have_a_floor() -> None:
    assert set(gate.NAMES) == set(Summary.model_fields) - {"questions"}


def test_held_out_goes_by_the_beginning_of_the_id() -> None:
    floors = Floors(held_out=("own-pt25",), floors=())
    gold = GoldQuestion.model_validate(
        {"id": "own-pt25-001", "type": "unanswerable", "question": "？", "answerable": False}
        | {"answer": "没有", "facts": [], "pages": {}}
    )
    assert floors.is_held_out(gold)
    assert not floors.is_held_out(gold.model_copy(update={"id": "own-pt250-001"}))
