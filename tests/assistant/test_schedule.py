"""Plans by quarters, and lists of which the question says one part in words of its own."""

from __future__ import annotations

import pytest

from assistant.core import Assistant
from assistant.schedule import quarters_of, steps_of
from vectorstore.store import Store


@pytest.mark.parametrize(
    ("text", "quarters"),
    [
        ("下半年两个季度安排干什么", ["第三季度", "第四季度"]),
        ("3季度和第四季度做什么", ["第三季度", "第四季度"]),
        ("四个季度分别做什么", ["第一季度", "第二季度", "第三季度", "第四季度"]),
        ("今年安排做什么", []),
    ],
)
def test_the_quarters_that_a_question_means(text: str, quarters: list[str]) -> None:
    assert quarters_of(text) == quarters


def test_steps_are_cut_at_the_quarters_also_without_marks_between() -> None:
    steps = steps_of("第一季度审价、审计第二季度支付尾款。")
    assert steps == {"第一季度": "审价、审计", "第二季度": "支付尾款"}
    assert not steps_of("第一季度用款计划25.88万元,第二季度用款计划180.74万元。")


def test_a_list_is_completed_from_the_whole_that_its_parts_stand_in(sample_store: Store) -> None:
    # 普陀 25 p22: 政府采购货物预算 17.00 万元, 工程 0 万元, 服务 100.00 万元
    question = "2025年政府采购，买东西、做工程、买服务各多少？"
    answer = Assistant(sample_store).ask(question, docs=["普陀区财政局部门25年"])
    assert [f.value for f in answer.figures] == ["17.00", "0", "100.00"]
