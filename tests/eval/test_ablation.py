"""What is switched off is given nowhere, and with nothing switched off every answer is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import eval
from assistant.answer import Answer, Status
from assistant.core import Assistant
from eval.ablation import PartialAssistant, PartialStore, Piece, ablations
from eval.dataset import load_dataset
from vectorstore.store import Store

QUESTIONS = load_dataset(Path(eval.__file__).parent / "datasets" / "corpus.jsonl")
PUTUO_25 = "上海市普陀区财政局部门25年预算.pdf"
JIANGAN = "江岸区科经局2024年部门预算.pdf"
ANNUITY = "2025年要缴多少职业年金？"


def content(answer: Answer) -> str:
    return answer.model_dump_json(exclude={"elapsed_ms"})


def test_nothing_switched_off_changes_nothing(sample_store: Store) -> None:
    whole, partial = Assistant(sample_store), PartialAssistant(sample_store, [])
    held = {record.file_name for record in sample_store.documents()}
    asked = [q for q in QUESTIONS if q.docs and set(q.docs) <= held][::6]
    assert len(asked) > 10
    for q in asked:
        given = [a.ask(q.question, history=q.history, docs=q.docs) for a in (whole, partial)]
        assert content(given[0]) == content(given[1]), q.id


def test_without_facts_no_figure_of_a_table_is_said(sample_store: Store) -> None:
    """职业年金 873,617 元 stands in tables alone (pages 10, 12, 15, 19)."""
    assert "873,617" in Assistant(sample_store).ask(ANNUITY, docs=[PUTUO_25]).answer
    without = PartialAssistant(sample_store, [Piece.FACTS]).ask(ANNUITY, docs=[PUTUO_25])
    assert "873,617" not in without.answer
    assert all(figure.value != "873617" for figure in without.figures)


def test_without_prose_a_purpose_is_not_quoted_from_it(sample_store: Store) -> None:
    """科技管理工作经费's sentence with 大学生创新创业 is on page 44; a form says the same on page 30."""
    question = "科技管理工作经费主要用于什么？"
    whole = Assistant(sample_store).ask(question, docs=[JIANGAN])
    assert whole.status is Status.ANSWERED
    off = PartialAssistant(sample_store, [Piece.STATEMENTS, Piece.PASSAGES]).ask(question, docs=[JIANGAN])
    assert all(citation.kind == "table" for citation in off.citations)
    nothing = PartialAssistant(sample_store, [Piece.STATEMENTS, Piece.PASSAGES, Piece.FACTS])
    assert nothing.ask(question, docs=[JIANGAN]).status is Status.NOT_FOUND


@pytest.mark.parametrize(
    ("piece", "lexical", "vector"), [(Piece.VECTORS, True, False), (Piece.WORDS, False, True)]
)
def test_one_of_the_searches_is_left_out(
    sample_store: Store, piece: Piece, lexical: bool, vector: bool
) -> None:
    hits = PartialStore(sample_store, [piece]).search(None, "公务接待费", 5)
    assert len(hits) == 5
    assert {(hit.lexical is not None, hit.vector is not None) for hit in hits} == {(lexical, vector)}
    assert bool(PartialStore(sample_store, [piece]).near_names(None, "请客吃饭的钱")) is vector


def test_without_aliases_only_official_names_are_understood(sample_store: Store) -> None:
    """公务接待费 0.80万元 is asked for as 招待费, a word that the PDF does not print."""
    spoken, official = "招待费预算多少？", "公务接待费预算多少？"
    whole, off = Assistant(sample_store), PartialAssistant(sample_store, [Piece.ALIASES])
    expected = whole.ask(official, docs=[JIANGAN])
    assert expected.figures
    assert whole.ask(spoken, docs=[JIANGAN]).figures[0].value == expected.figures[0].value
    assert off.ask(official, docs=[JIANGAN]).figures[0].value == expected.figures[0].value
    missed = off.ask(spoken, docs=[JIANGAN])
    assert all(figure.value != expected.figures[0].value for figure in missed.figures)
    # and afterwards the aliases are back
    assert whole.ask(spoken, docs=[JIANGAN]).figures[0].value == expected.figures[0].value


def test_every_piece_is_measured_alone_under_its_own_name(sample_store: Store) -> None:
    names = [system.name for system in ablations(sample_store)]
    assert {f"no-{piece}" for piece in Piece} <= set(names)
    assert len(names) == len(set(names))
