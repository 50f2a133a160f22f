"""The project's own questions hold together: gold answers state their facts, gold pages print the figures.

Pages are checked for the sample PDFs; the questions on other documents are checked in form only.
"""

from __future__ import annotations

from pathlib import Path

import eval
from assistant.answer import Answer, Status
from eval.check import check_against, held
from eval.dataset import QuestionType, load_dataset
from eval.metrics import states
from vectorstore.store import Store

QUESTIONS = load_dataset(Path(eval.__file__).parent / "datasets" / "corpus.jsonl")


def test_gold_answers_state_their_facts() -> None:
    for gold in QUESTIONS:
        answer = Answer(question=gold.question, status=Status.ANSWERED, answer=gold.answer)
        assert [fact for fact in gold.facts if not states(answer, fact)] == [], gold.id


def test_gold_pages_print_the_figures(sample_store: Store) -> None:
    on_samples = held(QUESTIONS, [document.file_name for document in sample_store.documents()])
    assert len(on_samples) > 80
    assert [str(remark) for remark in check_against(on_samples, sample_store)] == []


def test_every_kind_of_question_is_asked() -> None:
    assert {question.type for question in QUESTIONS} == set(QuestionType)
