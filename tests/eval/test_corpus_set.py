"""The project's own questions hold together: gold answers state their facts, gold pages print the figures.

Pages are checked for the sample PDFs; the questions on other documents are checked in form only.
"""

from __future__ import annotations

from pathlib import Path

import eval
from assistant.answer import Answer, Status
from eval.dataset import NumberFact, QuestionType, load_dataset
from eval.metrics import states
from eval.pages import PageTexts, pdfs_in
from eval.printed import figures_on
from eval.quantity import MONEY, Amount, amount, same_amount

SAMPLES = Path(__file__).parents[2] / "samples"
QUESTIONS = load_dataset(Path(eval.__file__).parent / "datasets" / "corpus.jsonl")
PRINTED = (QuestionType.LOOKUP, QuestionType.FOLLOWUP, QuestionType.COMPOSITION, QuestionType.INDICATOR)


def prints(page: str, fact: NumberFact) -> bool:
    """Whether the page has the figure, for money in 元 or in 万元."""
    gold = amount(fact.number, fact.unit)
    units = ("元", "万元") if gold.family == MONEY else (fact.unit,)
    said: list[Amount] = [amount(str(number), unit) for number in figures_on(page) for unit in units]
    return any(same_amount(gold, one) for one in said)


def test_gold_answers_state_their_facts() -> None:
    for gold in QUESTIONS:
        answer = Answer(question=gold.question, status=Status.ANSWERED, answer=gold.answer)
        assert [fact for fact in gold.facts if not states(answer, fact)] == [], gold.id


def test_gold_pages_print_the_figures() -> None:
    pages = PageTexts(pdfs_in(SAMPLES))
    checked = 0
    for gold in QUESTIONS:
        numbers = [fact for fact in gold.facts if isinstance(fact, NumberFact) and gold.type in PRINTED]
        for document, page in ((d, page) for d, supporting in gold.pages.items() for page in supporting):
            text = pages(document, page)
            if text is not None:
                missing = [fact.number for fact in numbers if not prints(text, fact)]
                assert missing == [], f"{gold.id}: {document} 第 {page} 页"
                checked += len(numbers)
    assert checked > 50


def test_every_kind_of_question_is_asked() -> None:
    assert {question.type for question in QUESTIONS} == set(QuestionType)
