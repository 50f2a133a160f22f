"""Rows that a column of words sorts, subtotals of units, named tables, shares of another item, rates that do
not follow: what questions that set figures side by side turn on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from tests.assistant.computed import derived
from tests.assistant.drawn import holding, titled
from tests.ingest.drawn import Sheet
from vectorstore.store import Store

JIANGAN, FINAL = "江岸区科经局2024年", "普陀区财政局2024年度部门决算"
DRAWN = "南山区城市管理局2025年部门预算.pdf"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    pages = [_purchases(), _projects(), _workings(), _prose()]
    with holding(tmp_path_factory.mktemp("sides"), DRAWN, pages, embed=False) as assistant:
        yield assistant


def _purchases() -> Sheet:
    rows = (
        ("项目名称", "采购目录", "采购数量", "计量单位", "政府采购方式", "总计"),
        ("合计", "", "", "", "", "351.00"),
        ("·环卫车辆更新", "洗扫车", "3", "辆", "公开招标", "225.00"),
        ("·环卫车辆更新", "收运车", "2", "辆", "竞争性磋商", "80.00"),
        ("·执法装备经费", "执法执勤用车", "2", "辆", "公开招标", "36.00"),
        ("·一般公用支出", "复印纸", "1", "批", "公开招标", "6.00"),
        ("·一般公用支出", "复印纸", "1", "批", "电子商城", "4.00"),
    )
    return titled("南山区城市管理局2025年政府采购支出情况表（表十）", (150, 120, 90, 90, 120, 100), rows)


def _projects() -> Sheet:
    rows = (
        ("单位名称", "项目名称", "合计", "是否政府采购"),
        ("南山区环境监测站", "水质自动站运行维护", "120.00", "是"),
        ("^", "空气监测站运行维护", "80.00", "否"),
        ("^", "小计", "200.00", ""),
        ("南山区执法大队", "移动执法装备购置", "70.00", "是"),
        ("^", "执法监测与检查", "55.00", "否"),
        ("^", "小计", "125.00", ""),
        ("合计", "<", "325.00", ""),
    )
    return titled("2025年部门项目支出预算明细表", (200, 250, 120, 120), rows)


def _workings() -> Sheet:
    rows = (
        ("项目名称", "道路清扫保洁服务经费", "<", "<"),
        ("项目总预算", "1753.00", "项目当年预算", "1753.00"),
        ("项目支出明细测算", "<", "<", "<"),
        ("项目活动", "活动内容表述", "金额", "测算依据及说明"),
        ("一级道路清扫保洁", "机械清扫", "1395.00", "22.5元/平方米×62万平方米"),
        ("背街小巷清扫保洁", "人工普扫", "358.00", "10元/平方米×35.8万平方米"),
    )
    return titled("2025年项目支出绩效目标表（一项一表）（表十三）", (180, 200, 120, 180), rows)


def _prose() -> Sheet:
    sheet = Sheet()
    sheet.centred(40, "第三部分 其他重要事项")
    for at, line in enumerate(
        (
            "政府采购支出情况",
            "2025年政府采购支出总额800.00万元。授予中小企业合同金额600.00万元，占政府采购支出",
            "总额的75.00%，其中：授予小微企业合同金额240.00万元，占授予中小企业合同金额的40.00%。",
        )
    ):
        sheet.text(80, 100 + 18 * at, line)
    return sheet


@pytest.mark.parametrize(
    ("question", "result"),
    [
        # 225 + 36 + 6; of the two rows of 复印纸 only one was put out to tender
        ("政府采购支出情况表中，采用公开招标方式的各项金额合计多少？", "267.00万元"),
        ("采用公开招标方式的有几项？", "3项"),
        ("一级道路和背街小巷的清扫单价差多少？", "12.5元/平方米"),  # 22.5 and 10, not what they come to
        ("今年政府采购一共要买几辆车？", "7辆"),  # 3 + 2 + 2, by 计量单位
        ("监测站跟执法大队，谁的项目经费多，多多少？", "75.00万元"),  # 小计 200 and 125, not a project's
        # a column of 是 and 否: 120 + 70, and the two that remain
        ("要走政府采购的项目合计多少？", "190.00万元"),
        ("不属于政府采购的项目有几个？", "2个"),
        # 240 of 800, not the 75.00% that is printed of 中小企业
        ("授予小微企业合同金额占政府采购支出总额的比例是多少？", "30.00%"),
    ],
)
def test_rows_are_taken_together_as_the_question_means_them(
    drawn: Assistant, question: str, result: str
) -> None:
    assert result in derived(drawn.ask(question))


def test_a_share_is_taken_within_the_table_named(assistant: Assistant) -> None:
    # 决算 p10: 一般行政管理事务 10.00 of 2940.05 in 支出决算表
    question = "支出决算表中，一般行政管理事务（项）支出占本年支出合计的比重是多少？"
    answer = assistant.ask(question, docs=[FINAL])
    assert "0.34%" in derived(answer)
    assert {c.page for c in answer.citations} == {10}


@pytest.mark.parametrize(
    ("question", "rates"),
    [
        # 江岸 p10: 116.01 and 248.27 of 752.58
        ("津贴补贴与奖金合计占工资福利支出的百分之几？", {"48.40%"}),
        ("津贴补贴、奖金各占工资福利支出的百分之几？", {"15.41%", "32.99%"}),
    ],
)
def test_parts_are_held_against_their_whole(assistant: Assistant, question: str, rates: set[str]) -> None:
    assert rates <= derived(assistant.ask(question, docs=[JIANGAN]))


def test_a_share_is_not_of_fewer_parts_than_named(assistant: Assistant) -> None:
    # 江岸 p10 has 办公费 21.22, but no 印刷费
    answer = assistant.ask("办公费和印刷费占公用经费多大比例？", docs=[JIANGAN])
    assert answer.status == Status.NOT_FOUND


def test_a_part_is_held_against_the_whole_of_its_sentence(assistant: Assistant) -> None:
    # 决算 p24: 货物 4.79 of 251.25
    answer = assistant.ask("政府采购里头，货物占百分之几？", docs=[FINAL])
    assert "1.91%" in derived(answer)


def test_one_item_is_compared_over_two_tables_by_their_titles(assistant: Assistant) -> None:
    # 决算 p8: 一般行政管理事务 16.19 in 收入决算表; p10: 10.00 in 支出决算表
    question = "“一般行政管理事务”在收入决算表和支出决算表上的合计数差多少？"
    assert "6.19万元" in derived(assistant.ask(question, docs=[FINAL]))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        # 决算 p22: 信息化建设 年初预算 135.90, 支出决算 135.25; another item's plan is none of it
        ("信息化建设年初批了多少，最后花了多少，差多少？", "0.65万元"),
        ("信息化建设实际用了年初预算的百分之几？", "99.52%"),
        ("2024年养老保险缴费完成了年初预算的百分之几？", "99.46%"),  # 160.75 of 161.62
    ],
)
def test_plan_and_result_are_of_one_item(assistant: Assistant, question: str, said: str) -> None:
    assert said in assistant.ask(question, docs=[FINAL]).answer


def test_a_printed_rate_is_held_against_its_row(assistant: Assistant) -> None:
    # 江岸 p20: 2022 年 35.85 of 40.84, printed as 87.8%; p37: 2023 年 0.15 of 0.15, printed as 60%
    right = assistant.ask("科技管理工作经费2022年的执行率与预算数、执行数相符吗？", docs=[JIANGAN])
    wrong = assistant.ask("安全生产经费2023年的执行率与预算数、执行数相符吗？", docs=[JIANGAN])
    assert right.answer.startswith("相符") and "87.78%" in derived(right)
    assert wrong.answer.startswith("不相符") and "100.00%" in derived(wrong)


def test_projects_of_the_second_level_compete(assistant: Assistant) -> None:
    # 江岸 p12: 46.80, 20.00, 10.96
    answer = assistant.ask("二级项目里，钱最多的前三个是哪些？", docs=[JIANGAN])
    assert all(amount in answer.answer for amount in ("46.80万元", "20.00万元", "10.96万元"))


@pytest.mark.parametrize(
    ("question", "result"),
    [
        # 江岸 p5: 559.09 + 90.28 + 79.69 + 96.76, not the total of all that is spent
        ("科学技术、社会保障和就业、卫生健康、住房保障这四类支出合计是多少？", "825.82万元"),
        ("社保和卫生健康这两大类支出合计多少？", "169.97万元"),  # 社保 as a 类
    ],
)
def test_what_is_listed_and_counted_is_added_up(assistant: Assistant, question: str, result: str) -> None:
    assert result in derived(assistant.ask(question, docs=[JIANGAN]))


def test_no_sum_of_fewer_than_listed(assistant: Assistant) -> None:
    # 江岸 p5 has no 教育支出
    answer = assistant.ask("教育、科学技术、卫生健康这三类支出合计是多少？", docs=[JIANGAN])
    assert answer.status == Status.NOT_FOUND


def test_each_of_two_years_is_told_before_its_change(assistant: Assistant) -> None:
    # 决算 p23: 公务接待费支出决算 0.00; 预算 p22: 0.95, 与2024年预算持平
    question = "普陀区财政局2024年决算和2025年预算的公务接待费各是多少，增加了多少？"
    answer = assistant.ask(question)
    assert "0.95万元" in derived(answer)
    assert {f"{Decimal(f.value):f}" for f in answer.figures if not f.derived} >= {"0.95"}
    assert len({c.document for c in answer.citations}) == 2


def test_what_one_body_has_none_of_is_asked_of_the_other_too(assistant: Assistant) -> None:
    # 预算 p22 and 江岸 p47: 共有车辆 0 辆
    answer = assistant.ask("普陀区财政局和江岸区科经局各有几辆公车？")
    assert [(f.value, f.unit) for f in answer.figures] == [("0", "辆"), ("0", "辆")]
    assert {c.page for c in answer.citations} == {22, 47}


def test_posts_left_open_are_those_of_the_whole(assistant: Assistant) -> None:
    # 江岸 p4: 总编制人数 39, 在职实有人数 35
    answer = assistant.ask("空了多少个编制？", docs=[JIANGAN])
    assert answer.status == Status.ANSWERED
    assert "4个" in derived(answer)  # as the question counts them
