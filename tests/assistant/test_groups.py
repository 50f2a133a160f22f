"""Counts, sums and averages over groups of rows of the sample PDFs, reckoned from the pages named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.answer import Answer, Status
from assistant.conditions import read_condition
from assistant.core import Assistant
from vectorstore.store import Store


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def made(answer: Answer) -> list[tuple[str, str]]:
    """What an answer reckons over the whole group (not an amount said again in 万元)."""
    return [(f.value, f.unit) for f in answer.figures if f.derived and "换算" not in f.label]


@pytest.mark.parametrize(
    ("question", "result", "named"),
    [
        # 江岸 p12: 3.98, 46.80 and 3.97, the last under another 款
        ("项目支出表里三笔后勤服务支出合计多少？", ("54.75", "万元"), ("46.80", "3.98", "3.97")),
        # 江岸 p12: twenty rows, and the table's own total
        ("江岸区科经局2024年所有项目加起来多少钱？", ("130.18", "万元"), ("20项",)),
        # 江岸 p12: 1.84 and 0.96, which the table calls by two names
        ("职工体检，局本级和服务中心两边加在一块要多少钱？", ("2.80", "万元"), ("1.84", "0.96")),
        # 江岸 p10: 款 of 301 below 50; 41.51, 26.51, 1.36
        (
            "江岸区科经局工资福利支出各款里低于50万元的有几款？",
            ("3", "款"),
            ("绩效工资", "职工基本医疗保险缴费", "其他社会保障缴费"),
        ),
        # 江岸 p13: four rows, one name twice
        ("江岸区科经局政府采购一共有几项？", ("4", "项"), ("复印纸", "印刷服务")),
        # 决算 p22: eight of eleven 项 stay below their 年初预算
        ("普陀区财政局2024年有几个项级科目的决算数比年初预算少？", ("8", "个"), ("行政运行", "48.16")),
        # 决算 p16: (1,238.58 + 262.33 + … + 1.61) ÷ 8
        ("普陀区财政局2024年工资福利支出各款平均多少万元？", ("260.36", "万元"), ("8款",)),
        # 普陀财政局25 p20, p19: 公用经费 above 100,000 元
        ("普陀财政局2025年公用经费里超过10万元的有几款，分别是哪些？", ("6", "款"), ("印刷费", "办公费")),
    ],
)
def test_what_is_made_of_a_group(
    assistant: Assistant, question: str, result: tuple[str, str], named: tuple[str, ...]
) -> None:
    answer = assistant.ask(question)
    assert answer.status == Status.ANSWERED
    assert made(answer)[0] == result
    assert all(part in answer.answer for part in named)


@pytest.mark.parametrize(
    ("question", "results"),
    [
        # 决算 p16, p17: 48.49 + 42.77 + 24.42 of 171.07
        (
            "普陀区财政局2024年商品和服务支出前三大的加起来占商品和服务支出的多少？",
            [("115.68", "万元"), ("67.62", "%")],
        ),
        # 江岸 p12: 46.80 + 20.00 + 10.96 of 130.18
        (
            "项目支出表里最贵的三个项目占全部项目支出的比例是多少",
            [("77.76", "万元"), ("59.73", "%")],
        ),
    ],
)
def test_the_first_ones_together_and_their_share(
    assistant: Assistant, question: str, results: list[tuple[str, str]]
) -> None:
    assert made(assistant.ask(question)) == results


def test_rates_of_execution_are_counted(assistant: Assistant) -> None:
    # 江岸 p20, p36, p37: 65.0 %, 61 % and 60 % of ten forms
    answer = assistant.ask("江岸区科经局2023年执行率低于80%的项目有几个？")
    assert made(answer)[0] == ("3", "个")
    assert {"65.0", "61", "60"} <= {f.value for f in answer.figures if f.unit == "%"}


def test_that_no_row_is_as_asked_is_an_answer(assistant: Assistant) -> None:
    # 决算 p22: no 项 exceeds its 年初预算
    answer = assistant.ask("普陀区财政局2024年决算比年初预算花得多的有哪几项？")
    assert "11项中，没有增加的" in answer.answer
    assert [c.page for c in answer.citations] == [22]


def test_the_only_part_is_named(assistant: Assistant) -> None:
    # 普陀财政局25 p20: 303 has one 款
    answer = assistant.ask("普陀财政局2025年“对个人和家庭的补助”里都有哪几样，各多少？")
    assert "包括退休费717,240元" in answer.answer


def test_a_level_of_a_classification_is_listed(assistant: Assistant) -> None:
    # 决算 p15: four 类, together 2,940.05
    answer = assistant.ask("普陀区财政局2024年的一般公共预算支出分成哪几大类，各花了多少？")
    printed = [f.value for f in answer.figures if not f.derived]
    assert printed == ["2106.66", "445.69", "326.72", "60.99"]


@pytest.mark.parametrize(
    ("question", "winner"),
    [
        # 决算 p16: 津贴补贴 1,238.58 is left out, 基本工资 262.33 comes next
        ("除了津贴补贴，普陀区财政局2024年人员经费里花得最多的是哪项？", ("基本工资", "262.33")),
        # 江岸 p10: 办公费 21.22, 其他交通费用 20.79 and 工会经费 12.93 are above
        ("江岸区科经局商品和服务支出里10万元以下最大的是哪一款？", ("福利费", "4.06")),
        # 决算 p22: 1,560.05 planned, 1,511.89 spent
        ("普陀区财政局2024年实际花的钱比年初批的少得最多的是哪一项？", ("年初预算", "1560.05")),
    ],
)
def test_ranking_within_a_condition(assistant: Assistant, question: str, winner: tuple[str, str]) -> None:
    figure = assistant.ask(question).figures[0]
    assert (figure.label, figure.value) == winner


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("超过100万元的有几款", [("more", "1000000", "元")]),
        ("不超过一千五百万的", [("most", "15000000", "元")]),
        ("五十万元以上、一百万元以下的", [("least", "500000", "元"), ("most", "1000000", "元")]),
        ("减少超过20%的有几项", [("more", "20", "%")]),
        ("不到3项的", []),
    ],
)
def test_limits_are_read(text: str, bounds: list[tuple[str, str, str]]) -> None:
    limits = read_condition(text).limits
    assert sorted((one.sort, one.bound, one.unit) for one in limits) == sorted(
        (sort, Decimal(bound), unit) for sort, bound, unit in bounds
    )
