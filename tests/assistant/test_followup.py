"""Follow-ups that leave out what stays the same, and figures that are of the item asked or are not told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.answer import Answer, Status
from assistant.core import Assistant
from vectorstore.store import Store

JIANGAN, FINAL = "江岸区科经局2024年", "普陀区财政局2024年度部门决算"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def printed(answer: Answer) -> list[Decimal]:
    return [Decimal(f.value) for f in answer.figures if not f.derived]


@pytest.mark.parametrize(
    ("before", "question", "document", "figure"),
    [
        # p22: 年初预算 135.90 of 信息化建设; 支出决算 449.52 of 财政委托业务支出
        ("住房公积金的年初预算是多少？", "那信息化建设呢？", FINAL, "135.90"),
        ("财政委托业务支出的年初预算是多少？", "实际支出呢？", FINAL, "449.52"),
        # 表十一 p22: 科技专项工作经费 2022年 预算数 14.80; p20: 科技管理工作经费 2023年 预算数 20.00
        ("科技管理工作经费2022年执行率是多少？", "科技专项工作经费呢？", JIANGAN, "14.80"),
        ("科技管理工作经费2022年执行率是多少？", "2023年的呢？", JIANGAN, "20.00"),
    ],
)
def test_an_ellipsis_asks_all_else_again(
    assistant: Assistant, before: str, question: str, document: str, figure: str
) -> None:
    answer = assistant.ask(question, history=[before], docs=[document])
    assert Decimal(figure) in printed(answer), answer.answer


def test_a_share_is_asked_again_of_another_part(assistant: Assistant) -> None:
    # p16: 差旅费 1.20, p17: 公用经费合计 184.65 万元
    answer = assistant.ask("差旅费呢？", history=["2024年办公费占公用经费的百分之几？"], docs=[FINAL])
    assert [f.value for f in answer.figures if f.derived] == ["0.65"], answer.answer


def test_what_was_planned_is_not_told_by_what_was_spent(assistant: Assistant) -> None:
    # p16 prints 培训费 4.05 as what was spent; its 年初预算 is printed nowhere
    answer = assistant.ask("培训费的年初预算是多少？", docs=[FINAL])
    assert answer.status == Status.NOT_FOUND
    assert "没有写明培训费的年初预算" in answer.answer
    assert not printed(answer)


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("退休费的政府采购预算是多少？", FINAL),
        ("会议费的政府采购预算是多少？", JIANGAN),
        ("行政运行每人每月多少钱？", FINAL),
        ("行政运行是谁负责？", JIANGAN),
    ],
)
def test_a_figure_of_another_item_answers_nothing(assistant: Assistant, question: str, document: str) -> None:
    answer = assistant.ask(question, docs=[document])
    assert answer.status == Status.NOT_FOUND, answer.answer


def test_a_bare_measure_is_told_with_what_it_is_of(assistant: Assistant) -> None:
    # p22: 信息化建设 …年初预算为135.90万元
    assert "信息化建设年初预算为135.90万元" in assistant.ask("信息化建设年初批了多少？", docs=[FINAL]).answer
