"""A department with units of its own: its office and its units by name, and what its projects missed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from tests.assistant.drawn import holding, lines, titled

DRAWN = "南山区水务局2024年度部门决算.pdf"
INCOME = [
    ["单位编码", "单位名称", "合计", "一般公共预算拨款收入", "政府性基金预算拨款收入", "其他收入"],
    ["合计", "<", "1,300.10", "1,080.10", "211.03", "8.97"],
    ["301001", "·南山区水务局机关", "900.10", "800.10", "100.00", ""],
    ["301002", "·南山区水文站", "260.00", "140.00", "111.03", "8.97"],
    ["301003", "·南山区河道管理所", "140.00", "140.00", "", ""],
]
FORM = [
    ["项目名称", "·河道保洁", "<", "<", "<", "<"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "偏差原因"],
    ["产出指标", "数量", "·保洁河道", "≥60公里", "58公里", "·一段断流"],
    ["^", "质量", "·水质达标率", "≥85%", "91%", ""],
    ["满意度指标", "服务对象", "·居民满意度", "≥90%", "88%", "·噪声扰民"],
]
PROSE = [
    "二、收入决算情况说明",
    "2024年度本年收入合计1300.10万元。其中：财政拨款收入1291.13万元；其他收入8.97万元，占0.69%，",
    "为省水文中心拨入的“世界水日”活动经费8.65万元和银行存款利息0.32万元。",
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    body = "南山区水务局"
    pages = [
        titled("收入决算表", [90, 160, 100, 130, 130, 90], INCOME, body),
        titled("项目支出绩效自评表", [90, 90, 150, 90, 90, 160], FORM, body),
        lines(*PROSE),
    ]
    with holding(tmp_path_factory.mktemp("units"), DRAWN, pages) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("水务局机关本级2024年的一般公共预算拨款有多少？", "800.10"),
        ("南山区水文站2024年各路资金加起来一共多少？", "260.00"),
    ],
)
def test_a_unit_and_the_office_are_rows(drawn: Assistant, question: str, value: str) -> None:
    answer = drawn.ask(question)
    assert [f.value for f in answer.figures] == [value], answer.answer


def test_units_are_ranked_and_left_out_by_name(drawn: Assistant) -> None:
    most = drawn.ask("除了局机关，下面哪家单位的一般公共预算拨款收入最少？")
    least = drawn.ask("水务局三家单位里，2024年盘子最小的是哪家？")
    assert "南山区水文站140.00万元" in most.answer and "南山区河道管理所140.00万元" in most.answer
    assert "机关" not in most.answer.split("的是")[1]
    assert "南山区河道管理所140.00万元" in least.answer, least.answer


def test_which_indicators_fell_short_and_why(drawn: Assistant) -> None:
    answer = drawn.ask("河道保洁有哪些指标没达到目标？原因呢？")
    assert answer.status == Status.ANSWERED
    assert "有2项指标没有达到目标" in answer.answer
    assert all(said in answer.answer for said in ("58公里", "一段断流", "88%", "噪声扰民")), answer.answer
    assert "水质达标率" not in answer.answer


def test_where_an_income_comes_from(drawn: Assistant) -> None:
    answer = drawn.ask("那8.97万的其他收入是怎么来的？")
    assert "“世界水日”活动经费8.65万元" in answer.answer and "利息0.32万元" in answer.answer
    assert [c.page for c in answer.citations] == [3]
