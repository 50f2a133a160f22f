"""Counts that a question takes for granted, held against the printed ones."""

from __future__ import annotations

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from assistant.miscount import given_count
from vectorstore.store import Store

JIANGAN, PUTUO = "江岸区科经局2024年", "普陀区财政局部门25年"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("下面那三家事业单位分别叫什么", "下面有几家事业单位"),
        ("街道打算买两辆公车,多少钱", "街道打算买几辆公车"),
        ("本级和中心这两家单位一共多少", None),
        ("前三名分别是谁", None),
    ],
)
def test_a_count_taken_for_granted_is_asked_by_itself(text: str, asked: str | None) -> None:
    given = given_count(text)
    assert (given.question if given else None) == asked


def test_a_wrong_count_is_corrected_before_the_answer(assistant: Assistant) -> None:
    # 江岸 p42: 有色金属中南公司离休干部 2 人; 津补贴经费 10.96 万元
    question = "有色金属中南公司那5位离休干部今年津补贴一共安排了多少？"
    answer = assistant.ask(question, docs=[JIANGAN])
    assert answer.answer.startswith("不是5位。")
    assert "2人" in answer.answer and "10.96万元" in answer.answer


def test_a_right_count_is_left_as_it_is(assistant: Assistant) -> None:
    question = "有色金属中南公司那2位离休干部今年津补贴一共安排了多少？"
    assert "不是" not in assistant.ask(question, docs=[JIANGAN]).answer


def test_of_what_there_is_none_nothing_else_is_told(assistant: Assistant) -> None:
    # 普陀 25 p5: 下属 0 家预算单位, 事业单位 0 家
    answer = assistant.ask("区财政局下面那三家事业单位分别叫什么？", docs=[PUTUO])
    assert answer.status == Status.ANSWERED and answer.answer.startswith("没有。")
    assert {c.page for c in answer.citations} == {5}


def test_a_whole_of_which_there_is_none_has_no_parts(assistant: Assistant) -> None:
    # 江岸 p46: 2024 年本单位没有使用政府性基金预算安排的支出
    answer = assistant.ask("政府性基金预算支出里，项目支出占了多少？", docs=[JIANGAN])
    assert answer.answer.startswith("没有。")
