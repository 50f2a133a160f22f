"""Forms of self-assessment and short prose: results beside targets, whole scores, parts that add up, and
sentences found by words and meaning together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from assistant.answer import Answer, Status
from assistant.core import Assistant
from tests.assistant.drawn import holding, lines, titled
from tests.ingest.sheets import sheet

DRAWN = "南山区水务局2024年度部门决算.pdf"
FORM = [
    ["项目名称", "·河道保洁", "<", "<", "<", "<"],
    ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["产出指标", "·保洁河道", "≥60公里", "66公里", "40", "40"],
    ["^", "·垃圾清运率", "≥98%", "94%", "40", "36.5"],
    ["满意度指标", "·居民满意度", "≥90%", "92%", "20", "20"],
    ["总分", "<", "<", "<", "100", "96.5"],
]
INCOME = [
    ["科目名称", "合计", "财政拨款收入", "事业收入", "其他收入"],
    ["合计", "1,300.00", "1,180.00", "100.00", "20.00"],
    ["·水利工程运行与维护", "760.00", "640.00", "100.00", "20.00"],
    ["·水文测报", "540.00", "540.00", "", ""],
]
PROSE = [
    "二、决算情况说明",
    "截至2024年12月31日，房屋面积3200平方米，其中租用的防汛物资仓库场地860平方米。",
    "（三）河道保洁项目2024年可用资金180.50万元，其中：中央补助90.00万元、省级补助60.50万元、区级配套30.00万元。",
    "公务用车运行维护费6.20万元，主要用于河道巡查、防汛抢险所需车辆的燃料费、维修费等。",
    "与上年相比，“三公”经费持平。",
    "公务接待费支出决算2.10万元，接待12批次。",
    "与上年相比，公务用车运行维护费减少0.40万元，公务接待费减少0.30万元。",
    "事业收入减少的主要原因是苗圃轮休；其他收入减少的主要原因是利率下调。",
    "三、名词解释",
    "1.水文测报：指对河流、水库的水位和流量进行观测、预报的工作。",
    "四、联系方式",
    "决算公开联系方式：罗晓兰，0755-25826017。来访地址：南山区滨江路66号。",
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    pages = [
        sheet("项目支出绩效自评表", table=(FORM, [90, 150, 100, 100, 60, 60])),
        titled("收入决算表", [220, 110, 110, 110, 110], INCOME, "南山区水务局"),
        lines(*PROSE),
    ]
    with holding(tmp_path_factory.mktemp("marks"), DRAWN, pages) as assistant:
        yield assistant


def derived(answer: Answer) -> set[tuple[Decimal, str | None]]:
    return {(Decimal(f.value), f.unit) for f in answer.figures if f.derived}


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("保洁河道实际完成的公里数超了目标百分之几？", (Decimal("10.00"), "%")),
        ("保洁河道实际完成的相当于年度目标的百分之多少？", (Decimal("110.00"), "%")),
        ("垃圾清运率实际比目标低了多少？", (Decimal(4), "%")),
    ],
)
def test_a_result_is_held_against_its_target(
    drawn: Assistant, question: str, result: tuple[Decimal, str]
) -> None:
    answer = drawn.ask(question)
    assert answer.status == Status.ANSWERED
    assert result in derived(answer), answer.answer


def test_an_earlier_year_follows_from_two_sentences(drawn: Assistant) -> None:
    answer = drawn.ask("南山区水务局2023年公务接待费花了多少？")
    assert (Decimal("2.40"), "万元") in derived(answer), answer.answer


def test_of_several_reasons_the_one_for_what_is_asked_is_told(drawn: Assistant) -> None:
    answer = drawn.ask("水务局2024年其他收入怎么减少了？")
    assert "利率下调" in answer.answer and "苗圃" not in answer.answer.partition("原因是")[2]


def test_a_project_got_the_marks_of_its_whole_form(drawn: Assistant) -> None:
    answer = drawn.ask("河道保洁这个项目自评得了多少分？")
    assert [(Decimal(f.value), f.unit) for f in answer.figures] == [(Decimal("96.5"), "分")]


def test_all_funds_are_meant_where_the_question_says_so(drawn: Assistant) -> None:
    text = "水利工程运行与维护收入多少万元？"
    whole = drawn.ask(f"不光算财政的钱，把事业收入也算上，{text}")
    treasury = drawn.ask("财政拨给水利工程运行与维护的钱是多少万元？")
    assert Decimal(whole.figures[0].value) == Decimal("760.00")
    assert Decimal(treasury.figures[0].value) == Decimal("640.00")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("河道保洁的180.5万是由哪几块凑起来的？", ["中央补助90.00万元", "区级配套30.00万元"]),
        ("水务局租的防汛仓库有多大？", ["860"]),
        ("水文测报是管哪种事的？", ["水位和流量"]),
        ("公车都是跑哪些活儿用的？", ["河道巡查"]),
        ("对决算有疑问，该找谁问？", ["罗晓兰", "0755-25826017"]),
        ("水务局压缩了三公经费，主要压的是哪一块？", ["不是减少，而是持平"]),
    ],
)
def test_the_document_tells_it_in_its_own_words(drawn: Assistant, question: str, told: list[str]) -> None:
    answer = drawn.ask(question)
    assert answer.status == Status.ANSWERED
    assert all(words in answer.answer for words in told), answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "保洁河道每公里给多少钱？",  # the row prints marks and lengths alone
        "水务局的防洪达标率是百分之多少？",  # other rates are printed
        "租的仓库一年租金多少钱？",
    ],
)
def test_what_stands_near_does_not_answer(drawn: Assistant, question: str) -> None:
    answer = drawn.ask(question)
    assert answer.status == Status.NOT_FOUND, answer.answer
