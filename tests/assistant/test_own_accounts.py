"""Accounts of each unit of a department, and figures that only their unit of measure tells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from tests.assistant.drawn import holding, titled

DRAWN = "南山区文化局2025年部门预算.pdf"
BY_UNIT = [
    ["科目编码", "单位（科目）名称", "合计", "基本支出", "项目支出"],
    ["", "合计", "300.00", "220.00", "80.00"],
    ["", "·南山区文化局机关", "160.00", "120.00", "40.00"],
    ["30101", "·基本工资", "100.00", "100.00", ""],
    ["30213", "·维修（护）费", "60.00", "20.00", "40.00"],
    ["", "·南山区图书馆", "90.00", "60.00", "30.00"],
    ["30101", "·基本工资", "52.00", "52.00", ""],
    ["30213", "·维修（护）费", "38.00", "8.00", "30.00"],
    ["", "·南山区文化馆", "50.00", "40.00", "10.00"],
    ["30101", "·基本工资", "33.00", "33.00", ""],
    ["30213", "·维修（护）费", "17.00", "7.00", "10.00"],
]
FORM = [
    ["项目名称", "·公共文化设施运维", "<", "<"],
    ["一级指标", "二级指标", "三级指标", "年度指标值"],
    ["产出指标", "数量指标", "·维护文化广场", "≥12处"],
    ["^", "时效指标", "·故障处置时限", "≤48小时"],
    ["成本指标", "经济成本指标", "·志愿者误餐补助标准", "≤60元/人/天"],
    ["满意度指标", "服务对象", "·群众满意度", "≥90%"],
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    body = "南山区文化局"
    pages = [
        titled("部门支出总表", [90, 200, 100, 100, 100], BY_UNIT, body),
        titled("项目支出绩效目标表", [120, 140, 220, 140], FORM, body),
    ]
    with holding(tmp_path_factory.mktemp("accounts"), DRAWN, pages) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("图书馆的维修费安排了多少？", {"38.00"}),
        ("区文化馆一共多少预算？", {"50.00"}),
        ("文化馆和图书馆，哪家的基本工资高，高多少？", {"33.00", "52.00", "19.00"}),
    ],
)
def test_a_units_account_is_its_own(drawn: Assistant, question: str, values: set[str]) -> None:
    answer = drawn.ask(question)
    assert {f.value for f in answer.figures} == values, answer.answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("设施出了故障，要求多长时间内处理好？", "≤48小时"),
        ("来帮忙的志愿者每人每天吃饭补多少？", "≤60元/人/天"),
    ],
)
def test_a_unit_of_measure_tells_a_figure(drawn: Assistant, question: str, told: str) -> None:
    answer = drawn.ask(question)
    assert answer.status == Status.ANSWERED and told in answer.answer, answer.answer


def test_a_rate_of_something_else_is_not_told(drawn: Assistant) -> None:
    answer = drawn.ask("看一场演出每张票多少钱？")
    assert answer.status == Status.NOT_FOUND, answer.answer
