"""Generated questions hold together, their gold is what the pages print, and the assistant bears them."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest
from typer.testing import CliRunner

from assistant.answer import Answer, Status
from assistant.core import Assistant
from eval.check import check_against
from eval.dataset import GoldQuestion, QuestionType, load_dataset
from eval.gate import judge
from eval.generate import app, generate
from eval.items import Item, items_of, paraphrases
from eval.pages import PageTexts, pdfs_of
from eval.report import summarise
from eval.runner import ask_all, score_all
from vectorstore.store import Store

BUREAU = "江岸区科经局2024年部门预算.pdf"
BUDGET = "上海市普陀区财政局部门25年预算.pdf"
ACCOUNTS = "上海市普陀区财政局2024年度部门决算.pdf"


@pytest.fixture(scope="module")
def questions(sample_store: Store) -> list[GoldQuestion]:
    return generate(sample_store, 120, seed=7)


def items(store: Store, document: str) -> dict[str, Item]:
    return {item.name: item for item in items_of(store, store.resolve(document))}


@pytest.mark.parametrize(
    ("document", "name", "number", "unit", "pages"),
    [
        (BUREAU, "公务员医疗补助", "53.18", "万元", (6, 7, 9)),
        (BUREAU, "科技管理工作经费", "20.00", "万元", (12, 16, 20, 44, 45)),
        (BUREAU, "科技管理工作经费2022年的执行率", "87.8", "%", (20,)),
        (BUREAU, "公务用车购置费", "0", "万元", (11,)),
        (BUDGET, "机关运行经费", "229.43", "万元", (21,)),
        (BUDGET, "行政运行的项目支出", "138514.80", "元", (12, 15)),
        (ACCOUNTS, "差旅费", "1.20", "万元", (16,)),
    ],
)
def test_items_have_the_printed_figure_and_every_page_that_prints_it(
    sample_store: Store, document: str, name: str, number: str, unit: str, pages: tuple[int, ...]
) -> None:
    item = items(sample_store, document)[name]
    assert (item.number, item.unit) == (number, unit)
    assert item.pages == pages


@pytest.mark.parametrize(
    ("document", "name"),
    [
        pytest.param(BUREAU, "后勤服务支出", id="two rows of one name on page 12: 3.98 and 46.80"),
        pytest.param(BUREAU, "一般行政管理事务", id="62.17 and 14.62 on page 7, under two 款"),
        pytest.param(
            BUDGET,
            "机关事业单位职业年金缴费支出",
            id="873,617元 on page 12, 887.36万元 in the prose of page 7",
        ),
        pytest.param(ACCOUNTS, "公务接待费", id="no final figure on page 18, only a budgeted one"),
        pytest.param(BUREAU, "合计", id="a total is no item"),
    ],
)
def test_what_has_no_single_figure_is_no_item(sample_store: Store, document: str, name: str) -> None:
    assert name not in items(sample_store, document)


def test_same_seed_same_questions(sample_store: Store, questions: list[GoldQuestion]) -> None:
    assert generate(sample_store, 120, seed=7) == questions
    assert generate(sample_store, 120, seed=8) != questions


def test_questions_are_valid_and_printed(sample_store: Store, questions: list[GoldQuestion]) -> None:
    assert len(questions) == len({(q.question, q.docs) for q in questions}) == 120
    assert {q.type for q in questions} == {
        QuestionType.LOOKUP,
        QuestionType.COMPARE,
        QuestionType.RANK,
        QuestionType.RATIO,
        QuestionType.PURPOSE,
        QuestionType.UNANSWERABLE,
    }
    assert [str(remark) for remark in check_against(questions, sample_store)] == []


def test_questions_keep_to_the_documents_chosen(sample_store: Store) -> None:
    chosen = generate(sample_store, 40, 1, [sample_store.resolve(BUREAU)])
    assert {document for q in chosen for document in q.documents} == {BUREAU}


def test_every_question_is_answered_soundly(sample_store: Store, questions: list[GoldQuestion]) -> None:
    answers = ask_all(Assistant(sample_store), questions)
    assert len(answers) == len(questions)
    for answer in answers.values():
        assert Answer.model_validate_json(answer.model_dump_json()) == answer
        assert "（出错" not in answer.answer
        assert bool(answer.citations) or answer.status is not Status.ANSWERED
    results = score_all(questions, answers, PageTexts(pdfs_of(sample_store)))
    assert summarise(results).grounded.value == 1
    lookups = [result for result in results if result.gold.type is QuestionType.LOOKUP]
    verdicts = judge("generated", questions, results)
    verdicts += judge("generated lookups", [result.gold for result in lookups], lookups)
    assert len(verdicts) == 2
    missed = [str(verdict) for verdict in verdicts if not verdict.kept]
    assert not missed, "未达到下限：" + "；".join(missed)


def test_wordings_say_only_what_is_known() -> None:
    known = paraphrases()
    wordings = [*known.plain_lookup, *known.dated_lookup, *known.compare, *known.rank, *known.rank_classes]
    wordings += [*known.share, *known.purpose, *(w for of_kind in known.lookup.values() for w in of_kind)]
    fields = {field for wording in wordings for _, field, _, _ in Formatter().parse(wording) if field}
    assert fields == {"body", "year", "item", "whole", "more", "less"}
    assert all(wordings.count(wording) == 1 for wording in wordings)


def test_command_writes_a_dataset(sample_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "sets" / "generated.jsonl"
    command = ["--data", str(sample_data), "--out", str(out), "--count", "30", "--seed", "2"]
    result = CliRunner().invoke(app, [*command, "--doc", "科经局"])
    assert result.exit_code == 0
    assert len(load_dataset(out)) == 30
    unknown = CliRunner().invoke(app, [*command, "--doc", "长风新村"])
    assert unknown.exit_code == 1
    assert "长风新村" in unknown.output
