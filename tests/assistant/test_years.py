"""One item over years, documents and bodies, and follow-ups that lean on the year before."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Status
from assistant.core import Assistant
from assistant.question import parse
from assistant.several import split
from vectorstore.store import Store

JIANGAN, PUTUO, FINAL = "江岸区科经局2024年", "普陀区财政局部门25年", "普陀区财政局2024年度部门决算"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def said(answer: Answer) -> set[str]:
    """The figures that an answer tells, with their units."""
    return {f"{f.value}{f.unit}" for f in answer.figures}


@pytest.mark.parametrize(
    ("question", "spent", "planned", "apart"),
    [
        # 决算 p15 信息化建设 135.25 万元, 预算 p12 1,666,600 元
        (
            "信息化建设，财政局2024年实际用了多少，2025年又排了多少，增加多少？",
            "135.25万元",
            "1666600元",
            "31.41万元",
        ),
        # 决算 p15 财政委托业务支出 449.52 万元, 预算 p12 4,188,000 元
        ("财政委托业务支出今年预算比去年实际花的少多少？", "449.52万元", "4188000元", "30.72万元"),
        # 决算 p16 培训费 4.05 万元, 预算 p20 30,000 元
        ("财政局的培训费，今年（2025）预算比去年决算少多少？", "4.05万元", "30000元", "1.05万元"),
    ],
)
def test_spent_of_one_year_beside_planned_for_the_next(
    assistant: Assistant, question: str, spent: str, planned: str, apart: str
) -> None:
    answer = assistant.ask(question, docs=[PUTUO, FINAL])
    figures = {f.replace(".00元", "元") for f in said(answer)}
    assert {spent, planned, apart} <= figures


def test_two_bodies_each_of_its_own_kind(assistant: Assistant) -> None:
    # 决算 p9: 住房公积金 187.19 万元; 江岸 p6: 80.78 万元
    question = "普陀区财政局2024年住房公积金决算比江岸区科经局2024年住房公积金预算多多少？"
    answer = assistant.ask(question, docs=[FINAL, JIANGAN])
    assert {"187.19万元", "80.78万元", "106.41万元"} <= said(answer)
    assert len({c.document for c in answer.citations}) == 2


def test_the_year_before_is_reckoned_from_the_document_named(assistant: Assistant) -> None:
    # 决算 p21: 收入支出总计 2995.39 万元, 56.95 less than in 2023
    question = parse("根据2024年决算推算一下，2023年的收入支出总计是多少？")
    assert (question.source, question.years) == (2024, (2023,))
    answer = assistant.ask(question.text, docs=[FINAL])
    assert "3052.34万元" in said(answer)


def test_a_total_that_fell_is_one_figure_not_a_list(assistant: Assistant) -> None:
    # 决算 p21
    answer = assistant.ask("24年财政局的收支总计比23年少了多少？", docs=[FINAL])
    assert "56.95万元" in said(answer)
    assert {c.page for c in answer.citations} == {21}


def test_the_year_after_the_one_asked_before(assistant: Assistant) -> None:
    # 江岸 p20: 2023 年 预算数 20.00, 执行数 13.00 万元
    history = ["科技管理工作经费2022年的预算是多少？"]
    answer = assistant.ask("那第二年真正用掉了多少？", history=history, docs=[JIANGAN])
    assert answer.figures[0].value == "13.00"


def test_another_thing_after_a_question_is_a_question(assistant: Assistant) -> None:
    # 预算 p20: 培训费 30,000, 会议费 10,000 元
    answer = assistant.ask("培训费安排了多少？会议费呢？", history=["财政局2025年预算多少？"], docs=[PUTUO])
    assert answer.status == Status.ANSWERED
    assert {"30000.00元", "10000.00元"} <= said(answer)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "2023年和2024年的项目各有几个、各涉及多少资金？",
            ["2023年和2024年的项目各有几个", "各涉及多少资金"],
        ),
        ("那津贴呢，比它多多少？", ["那津贴呢，比它多多少？"]),  # what stands first is only the subject
        ("分别是哪几项、各多少？", ["分别是哪几项、各多少？"]),
        ("这笔钱怎么分的，几块各多少？", ["这笔钱怎么分的，几块各多少？"]),
    ],
)
def test_messages_are_taken_apart_where_they_ask_twice(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_what_was_spent_of_a_project_in_an_earlier_year(assistant: Assistant) -> None:
    # 江岸 p20: 科技管理工作经费, 项目前两年预算及当年预算变动情况: 2023, 预算数 20.00, 执行数 13.00
    for asked in ("2023年实际花了多少", "去年实际用掉多少"):
        answer = assistant.ask(f"科技管理工作经费{asked}？", docs=[JIANGAN])
        assert answer.figures[0].value == "13.00"
        assert {c.page for c in answer.citations} == {20}


def test_the_reason_of_a_change_just_asked_about(assistant: Assistant) -> None:
    # 普陀财政局25 p7: 一般公共预算拨款支出预算…比2024年预算增加107.62万元; 主要原因是…
    answer = assistant.ask("为什么？", history=["2025年预算总额比去年增加了多少？"], docs=[PUTUO])
    assert "主要原因是人员经费增加" in answer.answer
    assert {c.page for c in answer.citations} == {7}
