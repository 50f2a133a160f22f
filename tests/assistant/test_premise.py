"""Wrong premises, yes-or-no questions and missing details over the sample PDFs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from assistant.named import sort_asked
from vectorstore.store import Store


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


@pytest.mark.parametrize(
    ("question", "start", "says", "page"),
    [
        # p24 of the 决算: +2.55万元; 江岸 p12: 20.00, p20: 65.0%
        ("普陀区财政局2024年机关运行经费比上年减少了，对吧？", "不是减少，而是增加。", "1.40%", 24),
        ("江岸区科经局科技管理工作经费是25万吧？", "不是。", "20.00万元", 12),
        ("江岸区科经局科技管理工作经费2023年执行率到90%了吗？", "没有。", "65.0%", 20),
        # 决算 p23: no project is rated 良, four are rated 优
        ("普陀区财政局2024年绩效自评里，只评到“良”的是哪个项目？", "没有。", "“良”的项目为0个", 23),
        # 普陀财政局25 p22: no cars; 江岸 p11: 公务接待费 0.3万元
        ("普陀区财政局2025年有没有公务用车？", "没有。", "无公务用车", 22),
        ("江岸区科经局今年有公务接待费预算吗？", "有。", "0.3万元", 11),
    ],
)
def test_the_claim_is_judged_first(
    assistant: Assistant, question: str, start: str, says: str, page: int
) -> None:
    answer = assistant.ask(question)
    assert answer.status == Status.ANSWERED
    assert answer.answer.startswith(start)
    assert says in answer.answer
    assert page in {c.page for c in answer.citations}


def test_there_is_none_of_what_the_question_supposes(assistant: Assistant) -> None:
    # 江岸 p11: 本单位无政府性基金支出; p46: 没有使用政府性基金预算安排的支出
    answer = assistant.ask("江岸区科经局那几十万政府性基金预算都花在哪里了？")
    assert answer.answer.startswith("没有。")
    assert {c.page for c in answer.citations} <= {11, 46}


def test_an_amount_is_given_back_to_its_item(assistant: Assistant) -> None:
    # 普陀财政局25 p21: “三公”经费 0.95 is all 公务接待费; 因公出国 is 0 on p22
    answer = assistant.ask("普陀区财政局2025年那0.95万元都是出国花的吧？")
    assert answer.answer.startswith("不是，公务接待费才是0.95万元")


@pytest.mark.parametrize(
    "question",
    [
        "江岸区科经局科技管理工作经费都拿来做什么？",
        "江岸区科经局项目支出比去年多了还是少了？",
        "普陀区财政局2024年绩效评级为优的项目有几个？",
    ],
)
def test_a_question_without_a_wrong_claim_is_not_corrected(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == Status.ANSWERED
    assert not answer.answer.startswith(("没有", "不是", "不对"))


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("普陀区财政局2024年机关运行经费里打印纸花了多少？", "打印纸"),
        ("普陀区财政局2025年法律顾问请的哪家律所？", "供应商"),
        ("江岸区科经局的离休干部津补贴是从哪家银行发的？", "银行名称"),
    ],
)
def test_a_detail_that_the_topic_lacks_is_named(assistant: Assistant, question: str, detail: str) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.figures) == (Status.NOT_FOUND, [])
    assert detail in answer.answer
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    ("question", "said", "named"),
    [
        ("代理费付给了哪几家银行？", "国库集中收付银行代理银行费等项目支出", False),
        ("代理费付给了哪几家银行？", "委托南山农商银行代理", True),
        ("承储企业是哪家？", "对承储企业给予保管费", False),
        ("承储企业是哪家？", "承储企业为南山粮油储运有限公司", True),
        ("由哪家检测机构抽检？", "委托第三方检测机构和专业检测公司抽检", False),
        ("由哪家检测机构抽检？", "委托南山食品质量检测中心抽检", True),
    ],
)
def test_a_sort_of_body_is_no_name(question: str, said: str, named: bool) -> None:
    sort = sort_asked(question)
    assert sort is not None
    assert sort.named_in(said) is named


def test_another_item_is_no_answer(assistant: Assistant) -> None:
    # 江岸 p10 has 邮电费, but neither 水费 nor 电费
    assert assistant.ask("江岸区科经局一年的水电费预算是多少？").status == Status.NOT_FOUND


def test_a_place_that_is_not_printed_is_not_answered_with_an_amount(assistant: Assistant) -> None:
    answer = assistant.ask("江岸区科经局的科技活动周在哪里举办？")
    assert (answer.status, answer.figures) == (Status.NOT_FOUND, [])


def test_what_was_only_planned_was_not_spent(assistant: Assistant) -> None:
    # 决算 p23: 公务接待费支出决算 0.00 万元; p18: of the budget of 0.95 万元
    answer = assistant.ask("普陀区财政局2024年公务接待花了0.95万元，接待的是谁？")
    assert answer.answer.startswith("没有。")
    assert {"0", "0.95"} <= {f"{Decimal(f.value).normalize():f}" for f in answer.figures}


def test_every_grade_is_told_where_one_is_asked_for(assistant: Assistant) -> None:
    # 决算 p23: 绩效评级为“优”的项目 4 个, “良” 0 个
    answer = assistant.ask("普陀区财政局2024年是不是有项目评级为“优”？")
    assert answer.answer.startswith("有。")
    assert tuple(f.value for f in answer.figures)[:2] == ("4", "0")
    assert {c.page for c in answer.citations} == {23}


def test_a_plan_that_was_kept_is_told_before_the_reason(assistant: Assistant) -> None:
    # 决算 p22: 行政运行 1560.05 planned, 1511.89 spent, for 人员进出及退休变化
    answer = assistant.ask("普陀区财政局2024年行政运行为什么超预算？")
    assert answer.answer.startswith("没有超支，")
    assert {"1560.05", "1511.89"} <= {f.value for f in answer.figures}
    assert "人员进出" in answer.answer


def test_a_reason_for_what_did_happen_has_no_correction(assistant: Assistant) -> None:
    # 决算 p22: 行政运行 was spent in part
    answer = assistant.ask("普陀区财政局2024年行政运行为什么没花完？")
    assert "不是" not in answer.answer
    assert "人员进出" in answer.answer


def test_the_letters_of_a_name_are_asked_by_its_definition(assistant: Assistant) -> None:
    # 决算 p26: “三公”经费 is 因公出国（境）费、公务用车购置及运行维护费 and 公务接待费
    answer = assistant.ask("普陀区财政局决算里，“三公”经费是哪三公？")
    assert all(part in answer.answer for part in ("因公出国", "公务用车", "公务接待费"))
    assert all(c.page > 24 for c in answer.citations)
