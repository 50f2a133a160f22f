"""Figures beside earlier or planned ones, places that agree, shares within shares, how sure an answer is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.accumulated import answer_accumulated, answer_year_part
from assistant.answer import Confidence, Status
from assistant.core import Assistant
from assistant.evidence import quantities
from assistant.pairs import read_pairs
from assistant.question import parse
from assistant.scope import select
from ingest.document import Kind, Place, Quantity, Relation, Statement
from ingest.statements import read_quantities
from tests.assistant.computed import derived
from vectorstore.records import StoredStatement
from vectorstore.store import Store

JIANGAN, PUTUO, FINAL = "江岸区科经局2024年", "普陀区财政局部门25年", "普陀区财政局2024年度部门决算"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def test_an_unprinted_rate_follows_from_plan_and_result(assistant: Assistant) -> None:
    # 决算 p22: 住房公积金 年初预算 187.75, 支出决算 187.19 万元; no rate is printed for it
    answer = assistant.ask("住房公积金的完成率是多少？", docs=[FINAL])
    assert "99.70%" in answer.answer
    assert "99.70%" in derived(answer)
    assert {c.page for c in answer.citations} == {22}


def test_a_printed_rate_is_kept_as_printed_with_its_row(assistant: Assistant) -> None:
    # 江岸 p20: 2022 年预算 40.84, 执行 35.85, 执行率 87.8%
    answer = assistant.ask("科技管理工作经费2022年花光了吗？", docs=[JIANGAN])
    assert all(said in answer.answer for said in ("87.8%", "40.84万元", "35.85万元"))
    assert not any("%" in one for one in derived(answer))


def test_an_earlier_year_follows_from_the_printed_change(assistant: Assistant) -> None:
    # 决算 p24: 机关运行经费支出 184.65 万元, 比 2023 年度增加 2.55 万元
    answer = assistant.ask("机关运行经费2023年是多少？", docs=[FINAL])
    assert "182.10万元" in derived(answer)
    assert "推算" in answer.answer


def test_a_change_may_stand_in_a_sentence_of_its_own(assistant: Assistant) -> None:
    # 决算 p21: 收入支出总计 2995.39 万元。与 2023 年度相比, 收入支出总计减少 56.95 万元
    assert "3052.34万元" in derived(assistant.ask("2023年度的收入支出总计是多少？", docs=[FINAL]))


def test_what_did_not_change_was_the_same_before(assistant: Assistant) -> None:
    # 普陀 25 p22: 公务接待费 0.95 万元, 与 2024 年预算持平
    answer = assistant.ask("2024年公务接待费预算是多少？", docs=[PUTUO])
    assert "2024年也是0.95万元" in answer.answer
    assert {c.page for c in answer.citations} == {22}


def test_the_calculation_of_what_was_asked_before_is_told(assistant: Assistant) -> None:
    # 江岸 p38: 在职人员体检 测算依据 800(元)8*12(人)=0.96
    before = "工业企业发展服务中心今年体检费给了多少？"
    answer = assistant.ask("这是按几个人、每人多少钱的标准算出来的？", history=[before], docs=[JIANGAN])
    assert "800(元)8*12(人)=0.96" in answer.answer
    assert {c.page for c in answer.citations} == {38}


def test_what_was_spent_of_a_year_is_sought_in_the_next_years_budget(sample_store: Store) -> None:
    budget = sample_store.resolve(PUTUO)
    held = [replace(budget, id=1, year=2024), replace(budget, id=2, year=2025)]
    assert select(parse("2024年公务接待费实际花了多少"), held).ids == [1, 2]
    assert select(parse("2024年公务接待费预算多少"), held).ids == [1]
    final = replace(budget, id=3, year=2024, kind=Kind.FINAL)
    assert select(parse("2024年公务接待费实际花了多少"), [*held, final]).ids == [3]


def test_a_percentage_of_the_plan_is_no_comparison(assistant: Assistant) -> None:
    # 决算 p22: 行政运行 年初预算 1560.05, 支出决算 1511.89 万元; no rate is printed for it
    answer = assistant.ask("行政运行完成年初预算的百分比是多少？", docs=[FINAL])
    assert "96.91%" in derived(answer)


def test_a_change_is_of_the_item_it_stands_beside(assistant: Assistant) -> None:
    # 25 年预算 p7: one sentence tells 一般公共预算拨款 3121.42 (107.62 more than in 2024) and the other funds
    answer = assistant.ask("2024年一般公共预算拨款支出预算是多少？", docs=[PUTUO])
    assert "3013.80万元" in derived(answer)


def test_last_year_of_final_accounts_is_the_year_they_account_for(assistant: Assistant) -> None:
    # 决算 p10: 一般公共服务支出 2106.66 万元 is the largest 类
    answer = assistant.ask("去年支出最多的是哪一大类？", docs=[FINAL])
    assert "一般公共服务支出2,106.66万元" in answer.answer


def test_spending_is_held_against_the_whole_budget(assistant: Assistant) -> None:
    # 决算 p21: 年初预算 2993.92, 支出决算 2940.05 万元
    answer = assistant.ask("普陀财政局2024年花的钱超出年初预算了吧？", docs=[FINAL])
    assert answer.answer.startswith("没有超，少53.87万元")


@pytest.mark.parametrize(
    ("question", "document", "share"),
    [
        # 决算 p17, p23: 2152.26 ÷ 2336.91
        ("2024年度基本支出决算中，人员经费占百分之几？", FINAL, "92.10%"),
        # 决算 p24: 246.47 ÷ 251.25
        ("政府采购金额里，服务采购金额占几成？", FINAL, "98.10%"),
        # 预算 p7, p9: 418.80 万元 ÷ 31,214,205.80 元
        ("中介机构服务费占今年总预算的多少？", PUTUO, "13.42%"),
    ],
)
def test_the_whole_is_the_one_named(assistant: Assistant, question: str, document: str, share: str) -> None:
    assert share in derived(assistant.ask(question, docs=[document]))


def test_places_that_print_one_figure_are_compared(assistant: Assistant) -> None:
    # 决算 p15 (table) and p22 (prose): 信息化建设 135.25 万元 in both
    answer = assistant.ask("信息化建设的决算数，表里和文字说明一致吗？", docs=[FINAL])
    assert answer.answer.startswith("一致")
    assert {15, 22} <= {c.page for c in answer.citations}


def test_one_of_two_columns_holds_the_figure(assistant: Assistant) -> None:
    # 预算 p20: 办公设备购置 90,000 元 as 公用经费, 0 as 人员经费
    answer = assistant.ask("办公设备购置列在人员经费还是公用经费？", docs=[PUTUO])
    assert "公用经费" in answer.answer
    assert answer.figures[0].value == "90000.00"


def test_a_new_subject_does_not_continue_the_old_one(assistant: Assistant) -> None:
    answer = assistant.ask("火星探测项目安排了多少钱？", history=["2025年公务接待费是多少？"], docs=[PUTUO])
    assert answer.status == Status.NOT_FOUND


def test_relative_years_count_from_the_year_asked_before(assistant: Assistant) -> None:
    # 江岸 p20: 2023 年预算 20.00, 2022 年 40.84 万元
    history = ["科技管理工作经费2023年预算是多少？"]
    answer = assistant.ask("前一年呢？", history=history, docs=[JIANGAN])
    assert "40.84万元" in answer.answer


def test_confidence_is_higher_the_more_an_answer_bears(assistant: Assistant) -> None:
    agreed = assistant.ask("公务接待费是多少？", docs=[PUTUO])  # three places print it
    assert agreed.confidence == Confidence.HIGH
    assert len(agreed.citations) > 1
    assert assistant.ask("火星探测花了多少钱？", docs=[PUTUO]).confidence is None
    contradicted = assistant.ask("2024年机关运行经费比上年增加多少？", docs=[JIANGAN])
    assert (
        contradicted.confidence is None
        or not contradicted.warnings
        or (contradicted.confidence != Confidence.HIGH)
    )


def test_one_item_in_two_numbered_tables(assistant: Assistant) -> None:
    # 江岸 p6 (表二) and p7 (表三): 行政运行 469.52 万元 in both
    answer = assistant.ask("行政运行在表二和表三中分别为多少？", docs=[JIANGAN])
    assert [f.value for f in answer.figures] == ["469.52", "469.52"]
    assert [c.page for c in answer.citations] == [6, 7]


def test_the_years_of_a_long_work_add_up_to_the_year_asked(assistant: Assistant, sample_store: Store) -> None:
    record = sample_store.resolve(PUTUO)
    parts = (("项目总投资", 1380), ("2024年已", 240), ("2025年", 560), ("2026年", 580))
    printed = tuple(Quantity(name, f"{n}万元", Decimal(n), "万元") for name, n in parts)
    text = "项目总投资1380万元,其中:2024年已安排240万元,2025年安排560万元,2026年安排580万元。"
    place = (Place(1, (0, 0, 1, 1)),)
    told = Statement(Relation.COMPOSITION, "项目总投资", ("住房公积金",), text, text, printed, 2024, place)
    finder = assistant.finder("住房公积金到今年底累计安排的占总投资的几成？", docs=[PUTUO])
    figures = list(quantities(StoredStatement(1, record.id, told), record))
    assert [e.name for e in figures].count("项目总投资") == 1  # a year's part is not the whole
    vars(finder)["sentences"] = [figures]
    draft = answer_accumulated(finder)
    assert draft is not None
    made = {f"{f.value}{f.unit}" for f in draft.answer("").figures if f.derived}
    assert made == {"800万元", "57.97%"}


def test_each_result_belongs_to_the_plan_before_it(sample_store: Store) -> None:
    record = sample_store.resolve(FINAL)
    text = (
        "其中:购置费预算数为0万元,决算数为0万元;运行费预算数为32.00万元,决算数为24.56万元,完成预算的76.75%。"
    )
    place = (Place(1, (0, 0, 1, 1)),)
    told = Statement(
        Relation.QUANTITY, "公务用车", ("公务用车",), text, text, tuple(read_quantities(text)), 2024, place
    )
    pairs = read_pairs(list(quantities(StoredStatement(1, record.id, told), record)))
    read = [(str(p.before.value), str(p.now.value), p.rate and str(p.rate.value)) for p in pairs if p.before]
    assert read == [("0", "0", None), ("32.00", "24.56", "76.75")]


@pytest.mark.parametrize(
    ("question", "share"),
    [  # 江岸 p4: 总编制人数39人,其中:行政编制21人,事业编制18人;在职实有人数35人,其中:行政编制21人
        ("总编制人数里事业编制占百分之几？", "46.15%"),
        ("事业编占总编制的比例是多少？", "46.15%"),
        ("在职实有人数中行政编制占多大比例？", "60.00%"),
    ],
)
def test_a_count_told_as_part_of_another(assistant: Assistant, question: str, share: str) -> None:
    answer = assistant.ask(question, docs=[JIANGAN])
    assert derived(answer) == {share}
    assert [c.page for c in answer.citations] == [4]


def test_a_year_of_a_long_work_is_not_its_whole(assistant: Assistant, sample_store: Store) -> None:
    record = sample_store.resolve(PUTUO)
    text = "总投资1380.00万元,其中:2024年已安排240.00万元,2025年安排560.00万元,其余在2026年安排。"
    place = (Place(1, (0, 0, 1, 1)),)
    told = Statement(
        Relation.COMPOSITION,
        "项目总投资",
        ("住房公积金",),
        text,
        text,
        tuple(read_quantities(text)),
        2025,
        place,
    )
    finder = assistant.finder("住房公积金2024年拨了多少？", docs=[PUTUO])
    vars(finder)["sentences"] = [list(quantities(StoredStatement(1, record.id, told), record))]
    draft = answer_year_part(finder)
    assert draft is not None
    assert [(f.value, f.unit) for f in draft.answer("").figures] == [("240.00", "万元")]
