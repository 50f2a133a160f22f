"""Questions taken apart by their own sentence: sides that a list names, and what a further question asks of
the row or the form that answered the one before."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from assistant.answer import Answer, Status
from assistant.apart import taken_apart
from assistant.core import Assistant
from tests.assistant.drawn import holding, lines, titled
from tests.ingest.sheets import sheet

DRAWN = "南山区水务局2024年度部门决算.pdf"
STAFF = [
    ["单位名称", "编制人数", "实有人数"],
    ["·柳湾街道水利管理所", "52", "49"],
    ["·广泽街道水利管理所", "44", "41"],
    ["·灞塬街道水利管理所", "40", "38"],
]
BOUGHT = [
    ["项目名称", "采购内容", "采购类别", "政府采购预算数"],
    ["·河道及堤防管养", "·河道管养服务（东片区）", "服务", "816.00"],
    ["·河道及堤防管养", "·河道管养服务（西片区）", "服务", "532.00"],
    ["·水质监测", "·地表水断面监测", "服务", "230.00"],
]
FORM = [
    ["项目名称", "·河道保洁", "<", "<", "<", "<"],
    ["年度目标", "·聘用58名保洁员分片保洁，清运垃圾", "<", "<", "<", "<"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "偏差原因分析"],
    ["产出指标", "数量指标", "·保洁河道", "≥60公里", "66公里", ""],
    ["^", "质量指标", "·垃圾清运率", "≥98%", "94%", "·汛期停运十二天"],
    ["^", "时效指标", "·集中清淤完成时间", "2024年6月30日前", "2024年6月21日", ""],
    ["^", "成本指标", "·保洁员人均月工资", "1800元/月", "1800元/月", ""],
    ["满意度指标", "满意度", "·居民满意度", "≥90%", "92%", ""],
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    pages = [
        titled("所属单位人员情况表", [260, 120, 120], STAFF, "南山区水务局"),
        titled("政府采购支出表", [180, 220, 90, 150], BOUGHT, "南山区水务局"),
        sheet("项目支出绩效自评表", table=(FORM, [80, 80, 160, 120, 110, 130])),
        lines(
            "二、决算情况说明",
            "2024年一般公共预算支出1800.00万元，比上年减少120.00万元，下降6.25%，主要原因是河道清淤项目减少。",
        ),
    ]
    with holding(tmp_path_factory.mktemp("apart"), DRAWN, pages) as assistant:
        yield assistant


def printed(answer: Answer) -> list[Decimal]:
    return [Decimal(f.value) for f in answer.figures if not f.derived]


def derived(answer: Answer, label: str) -> list[tuple[Decimal, str]]:
    return [(Decimal(f.value), f.unit) for f in answer.figures if f.derived and f.label == label]


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("东、西两个片区的采购预算加起来是多少", ("东", "西")),
        ("柳湾、广泽、灞塬三家管理所的编制一共有多少名", ("柳湾", "广泽", "灞塬")),
        ("城里和农村的低保标准,每人每月差多少钱", ("城里", "农村")),
        ("执法大队和监测站,哪家实际在岗的人多,多几个", ("执法大队", "监测站")),
    ],
)
def test_each_side_of_a_list_is_asked_of_alone(text: str, sides: tuple[str, ...]) -> None:
    way = next(taken_apart(text))
    assert way.sides == sides
    for n, question in enumerate(way.questions):
        assert [side in question for side in sides] == [m == n for m in range(len(sides))], question


@pytest.mark.parametrize("text", ["三项里水费和电费一共多少", "公务接待费是多少"])
def test_what_lists_nothing_or_not_as_many_as_it_says_is_not_taken_apart(text: str) -> None:
    assert not list(taken_apart(text))


def test_a_name_that_no_dictionary_knows_tells_its_row(drawn: Assistant) -> None:
    answer = drawn.ask("灞塬水利管理所的编制有多少名？")
    assert printed(answer)[:1] == [Decimal(40)], answer.answer


def test_the_sides_of_a_list_are_added_up(drawn: Assistant) -> None:
    answer = drawn.ask("柳湾、广泽、灞塬三家水利管理所的编制加起来有多少名？")
    assert derived(answer, "合计") == [(Decimal(136), "人")], answer.answer
    assert printed(answer) == [Decimal(52), Decimal(44), Decimal(40)]


def test_rows_of_one_name_are_told_apart_by_what_is_bought(drawn: Assistant) -> None:
    assert Decimal("532.00") in printed(drawn.ask("河道管养西片区的采购预算是多少？"))
    both = drawn.ask("河道管养东、西两个片区的采购预算加起来是多少？")
    assert derived(both, "合计") == [(Decimal("1348.00"), "万元")], both.answer


def test_a_reason_asked_next_is_that_of_the_row(drawn: Assistant) -> None:
    answer = drawn.ask("河道保洁的垃圾清运率最后做到多少？为什么没达标？")
    assert Decimal(94) in printed(answer)
    assert "汛期停运十二天" in answer.answer
    assert {c.page for c in answer.citations} == {3}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("要聘用多少名保洁员？每人一个月开多少工资？", "1800元"),
        ("保洁河道的目标是多少公里？清淤最迟哪天完成？", "6月30日"),
        ("柳湾水利管理所批了多少编制，实际在岗几个人？", "49"),
    ],
)
def test_what_is_asked_next_is_sought_in_the_same_form(drawn: Assistant, question: str, said: str) -> None:
    answer = drawn.ask(question)
    assert answer.status == Status.ANSWERED
    assert said in answer.answer.replace(",", ""), answer.answer


def test_what_only_a_reason_names_has_no_figure(drawn: Assistant) -> None:
    whole = drawn.ask("2024年一般公共预算支出比上年下降了百分之几？")
    assert Decimal("6.25") in printed(whole), whole.answer
    part = drawn.ask("2024年河道清淤比上年下降了百分之几？")
    assert Decimal("6.25") not in printed(part), part.answer
