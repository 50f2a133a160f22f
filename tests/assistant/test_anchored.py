"""What is said of an amount that the question names, and what such an amount is made of."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from assistant.question import parse
from assistant.splits import listed_amounts
from vectorstore.store import Store

BUDGET, FINAL, JIANGAN = "普陀区财政局部门25年预算", "普陀区财政局2024年度部门决算", "江岸区科经局2024年"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


@pytest.mark.parametrize(
    ("question", "document", "page", "told"),
    [
        ("166.66万是维护什么的？", BUDGET, 7, "信息系统软硬件设备运维"),  # p7, 信息化建设(项)
        ("信息化建设一百六十多万要花在什么上面？", BUDGET, 7, "信息系统软硬件设备运维"),
        ("财政局那10万块的一般行政管理事务准备做什么用？", BUDGET, 7, "财政业务指导与宣传"),
        ("政府购买服务那6.5万用来干什么？", JIANGAN, 47, "会议服务"),  # p47
    ],
)
def test_an_amount_finds_what_is_said_of_it(
    assistant: Assistant, question: str, document: str, page: int, told: str
) -> None:
    answer = assistant.ask(question, docs=[document])
    assert answer.status == Status.ANSWERED
    assert told in answer.answer and page in {c.page for c in answer.citations}, answer.answer


def test_parts_of_an_amount_are_the_rows_beneath_and_not_its_neighbours(assistant: Assistant) -> None:
    # 决算表 p10-11: 住房保障支出 445.69 > 住房改革支出 > 住房公积金 187.19, 购房补贴 258.50
    answer = assistant.ask("445.69万元的住房保障支出由哪几项组成，各多少？", docs=[FINAL])
    assert {f.value for f in answer.figures} == {"187.19", "258.50"}, answer.answer


@pytest.mark.parametrize(
    ("said", "fits", "not_fits"),
    [
        ("两千六百多万的资产", "26528262.83", "27000000"),
        ("那一亿两千多万", "127886849", "24531459"),
        ("384万多的采购", "3846200", "3850000"),
        ("86万元彩票公益金", "860000", "8600000"),
    ],
)
def test_an_amount_said_roughly_is_a_range(said: str, fits: str, not_fits: str) -> None:
    amount = parse(said).amounts[0]
    assert amount.fits(Decimal(fits), "元") and not amount.fits(Decimal(not_fits), "元")


def test_what_a_part_is_multiplied_from_is_no_part() -> None:
    text = "补贴18人×4,200元×12月=90.72万元;以案定补24.00万元;运行经费(含水电)13.92万元"
    assert sum(listed_amounts(text)) == Decimal("1286400")
