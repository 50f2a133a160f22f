"""Rankings over the sample PDFs, with the order that their pages print."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Status
from assistant.contest import By, read
from assistant.core import Assistant
from assistant.question import parse
from vectorstore.store import Store


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def named(answer: Answer) -> list[tuple[str, str]]:
    """What an answer names, with the printed amounts."""
    return [(f.label, f.value) for f in answer.figures if not f.derived]


@pytest.mark.parametrize(
    ("question", "winners"),
    [
        # 普陀财政局25 p12: four 项 under 财政事务, both ends asked
        (
            "普陀财政局2025年财政事务下面哪个项最多，哪个最少？",
            [("行政运行", "16231840.80"), ("一般行政管理事务", "100000.00")],
        ),
        # 普陀决算 p15: 项 of the 一般公共预算, not the 类 of the table before it
        (
            "普陀区财政局2024年一般公共预算花得最多的三个“项”级科目是哪几个？",
            [("行政运行", "1511.89"), ("财政委托业务支出", "449.52"), ("购房补贴", "258.50")],
        ),
        # 江岸 p32: the eight projects of the service centre's form
        (
            "江岸区科经局的服务中心报的八个项目里哪个最多？",
            [("有色金属中南公司离休干部津补贴经费", "10.96")],
        ),
        # 江岸 p20: the activities of one project's form, not its sources of money
        (
            "科技管理工作经费的五项活动里哪项钱最多？",
            [("科技项目进行评审、咨询及验收评估工作经费", "5.00")],
        ),
        # 普陀财政局25 p22: projects that only a sentence lists
        (
            "普陀财政局2025年编报绩效目标的四个项目里哪个钱最多？",
            [("中介机构服务费", "418.80")],
        ),
        # 决算 p24: kinds that the question names; 工程 is printed as 0
        ("普陀区财政局2024年政府采购金额里货物、工程、服务哪块最大？", [("服务采购金额", "246.47")]),
        # 普陀财政局25 p20: 公用经费 by an everyday name, in the table that breaks it down
        (
            "普陀财政局2025年日常公用开支里最费钱的三项是啥？",
            [("其他交通费用", "506480.00"), ("福利费", "436320.00"), ("其他商品和服务支出", "412120.00")],
        ),
        # 普陀财政局25 p12-13: four 类, each in its place
        (
            "把普陀财政局2025年支出的四大类由高到低排一下",
            [
                ("一般公共服务支出", "22186440.80"),
                ("住房保障支出", "4736957.00"),
                ("社会保障和就业支出", "3508644.00"),
                ("卫生健康支出", "782164.00"),
            ],
        ),
        # 江岸 p7: the last two of six 类
        ("江岸区科经局支出垫底的两个大类是哪些？", [("农林水支出", "5.00"), ("卫生健康支出", "79.69")]),
        # 决算 p16 has no column for 人员经费: its 款 are those of 301 and 303
        ("普陀区财政局2024年决算里人员经费哪一项最高？", [("津贴补贴", "1238.58")]),
    ],
)
def test_who_competes_follows_from_the_words(
    assistant: Assistant, question: str, winners: list[tuple[str, str]]
) -> None:
    answer = assistant.ask(question)
    assert answer.status == Status.ANSWERED
    assert named(answer) == winners


def test_by_execution_rate(assistant: Assistant) -> None:
    # 决算 p22: 行政运行 1511.89 of 1560.05 is the lowest of eleven 项
    answer = assistant.ask("普陀区财政局2024年哪个科目的预算完成率最低？")
    rate = next(f for f in answer.figures if f.derived)
    assert (rate.value, rate.unit) == ("96.91", "%")
    assert rate.formula == "1,511.89万元 ÷ 1,560.05万元 × 100%"
    assert "行政运行" in answer.answer


def test_a_printed_rate_is_kept_as_printed(assistant: Assistant) -> None:
    # 江岸 p20: 65.0% in 2023, 87.8% in 2022
    answer = assistant.ask("江岸区科经局的科技管理工作经费哪一年执行率最低？")
    rate = next(f for f in answer.figures if f.unit == "%")
    assert (rate.value, rate.derived) == ("65.0", False)


def test_all_compete_where_only_one_rose(assistant: Assistant) -> None:
    # 江岸 p39: 老干专项经费 0.26 in 2023, 0.31 in 2024; the other ten forms print the same in both years
    answer = assistant.ask("江岸区科经局哪个项目今年预算比去年增加最多？")
    assert "11项中" in answer.answer
    rise = next(f for f in answer.figures if f.derived)
    assert (rise.value, rise.unit, rise.formula) == ("0.05", "万元", "0.31万元 － 0.26万元")


@pytest.mark.parametrize(
    ("text", "by", "way", "count", "stated"),
    [
        ("哪一项按比例砍得最狠", By.RATE, "down", 1, None),
        ("减少金额最多的三项是哪些", By.CHANGE, "down", 3, None),
        ("四个项目里花钱最多的前两个", By.AMOUNT, None, 2, 4),
        ("最花钱的三个项目是哪些", By.AMOUNT, None, 3, None),
        ("执行率最低的是哪个项目", By.EXECUTION, None, 1, None),
        ("完成年初预算比例最低的是哪项", By.EXECUTION, None, 1, None),
        ("比上年执行数增幅最高的是哪一项", By.RATE, "up", 1, None),
    ],
)
def test_reading(text: str, by: By, way: str | None, count: int, stated: int | None) -> None:
    contest = read(parse(text))
    assert (contest.by, contest.way, contest.count, contest.stated) == (by, way, count, stated)
