"""Questions to the sample PDFs and the answers that their pages support."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from assistant.answer import Answer, Citation, Figure, Status
from assistant.core import Assistant
from assistant.ground import check
from assistant.question import parse
from assistant.shortened import shortened
from assistant.tools import make_tools
from vectorstore.store import Store

JIANGAN, PUTUO, FINAL = "江岸区科经局2024年", "普陀区财政局部门25年", "普陀区财政局2024年度部门决算"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def pages(answer: Answer) -> set[int]:
    """The pages an answer cites."""
    return {c.page for c in answer.citations}


def test_purpose_with_amount_and_activities(assistant: Assistant) -> None:
    # 江岸 p44 (prose) and p20 (form): 20 万元, five activities
    answer = assistant.ask("科技管理工作经费用途是什么")
    assert answer.status == Status.ANSWERED
    assert "20.00万元" in answer.answer
    assert "科技项目评审、服务大学生创新创业、科技成果转化、双创基地建设、高新技术企业培育" in answer.answer
    for activity in (
        "评估工作经费5.00万元",
        "服务大学生创新创业经费4.00万元",
        "科技成果转化工作经费3.00万元",
    ):
        assert activity in answer.answer
    assert {44, 20} <= pages(answer)


@pytest.mark.parametrize(
    ("question", "value", "unit", "page"),
    [
        ("江岸区科经局2024年提租补贴是多少", "15.98", "万元", 6),
        ("科经局招待费今年安排多少", "0.3", "万元", 11),
        ("功能科目2060101的预算数", "469.52", "万元", 6),
        ("普陀财政局2025年行政运行里项目支出有多少", "138514.80", "元", 12),
        ("普陀区财政局2024年印东西实际花了多少", "7.61", "万元", 16),
        ("普陀区财政局2024年信息化建设年初批了多少预算", "135.90", "万元", 22),
        ("促进新民营经济发展工作经费2022年预算是多少", "10.74", "万元", 28),
        ("江岸区科经局有多少退休人员？", "75", "人", 4),
    ],
)
def test_look_up(assistant: Assistant, question: str, value: str, unit: str, page: int) -> None:
    answer = assistant.ask(question)
    assert (answer.figures[0].value, answer.figures[0].unit) == (value, unit)
    assert page in pages(answer)


def test_citation_marks_the_cell(assistant: Assistant) -> None:
    # 江岸 p11 表七: the cell right of 3、公务接待费, in the lower right of the table
    answer = assistant.ask("科经局公务接待费是多少", docs=["江岸区"])
    cell = next(c for c in answer.citations if c.page == 11)
    x0, top, x1, bottom = cell.bbox
    assert (cell.kind, cell.document) == ("table", "江岸区科经局2024年部门预算.pdf")
    assert 360 < x0 < x1 < 545
    assert 190 < top < bottom < 220


def test_definition(assistant: Assistant) -> None:
    answer = assistant.ask("提租补贴是什么意思")
    assert "向职工(含离退休人员)发放的租金补贴" in answer.answer  # 江岸 p49
    assert pages(answer) == {49}


def test_composition(assistant: Assistant) -> None:
    # 江岸 p29: seven activities of one form
    answer = assistant.ask("驻村扶贫、信访维稳及部门日常管理经费包括哪些，各多少")
    assert len(answer.figures) == 7
    assert answer.figures[0].value == "46.80"


def test_responsible_person(assistant: Assistant) -> None:
    assert "贺小亮" in assistant.ask("工业运行工作经费谁负责").answer  # 江岸 p24


def test_reason_corrects_a_wrong_direction(assistant: Assistant) -> None:
    answer = assistant.ask("江岸区科经局为什么基本支出比去年增加了")
    assert answer.answer.startswith("不是增加，而是减少")  # 江岸 p44: 下降32.3%
    assert "部分人员经费不列入部门预算" in answer.answer


def test_follow_up(assistant: Assistant) -> None:
    history = ["普陀区财政局2024年办公费实际花了多少？"]
    answer = assistant.ask("那差旅费呢？", history=history)
    assert (answer.figures[0].value, answer.figures[0].unit) == ("1.20", "万元")  # 决算 p16


def test_sum_is_declared(assistant: Assistant) -> None:
    # 普陀财政局25 p19, p20: 170,000 + 120,000 + 50,000 + 20,000 元
    answer = assistant.ask("普陀财政局2025年办公费、印刷费、邮电费、差旅费加起来多少")
    total = next(f for f in answer.figures if f.label == "合计")
    assert (total.value, total.derived) == ("360000.00", True)
    assert total.formula is not None
    assert "170,000元" in total.formula


def test_largest_of_basic_expenditure(assistant: Assistant) -> None:
    # 普陀财政局25 p20: 其他交通费用 506,480, 福利费 436,320, 其他商品和服务支出 412,120 元
    answer = assistant.ask("普陀财政局2025年公用经费里花钱最多的前三项是什么")
    named = [f.label for f in answer.figures if not f.derived]
    assert named == ["其他交通费用", "福利费", "其他商品和服务支出"]


def test_each_question_of_a_message_is_answered(assistant: Assistant) -> None:
    # 江岸 p22: 7.40 万元; p23: 黄玉
    answer = assistant.ask("江岸区科经局科技专项工作经费预算是多少？谁负责？")
    assert "7.40万元" in answer.answer
    assert "黄玉" in answer.answer
    markers = {int(n) for n in re.findall(r"\[(\d+)\]", answer.answer)}
    assert markers <= {c.n for c in answer.citations}


def test_printed_contradictions_are_told(assistant: Assistant) -> None:
    # 普陀财政局25 p7 prints 887.36 万元 where the tables print 873,617 元
    answer = assistant.ask("普陀区财政局2025年机关事业单位职业年金缴费支出用途是什么")
    assert any("887.36" in w for w in answer.warnings)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("青浦区水务局2024年预算是多少", "青浦区水务局"),
        ("江岸区科经局2019年三公经费是多少", "2019"),
        ("江岸区科经局今年给老小区加装电梯补贴了多少钱", "没有找到"),
    ],
)
def test_what_is_not_held_is_refused(assistant: Assistant, question: str, words: str) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.figures) == (Status.NOT_FOUND, [])
    assert words in answer.answer


@pytest.mark.parametrize(
    ("question", "words", "page"),
    [
        ("政府借债这一块，普陀区财政局2025年担什么责任？", "风险预警机制", 4),
        ("普陀区财政局2025年为什么一分钱养车的费用都没有", "本部门无公务用车", 22),
        ("公家闲置的资产怎么共享共用，普陀区财政局2025年的职责里写没写？", "公物仓", 3),
    ],
)
def test_a_sentence_answers_what_it_means(assistant: Assistant, question: str, words: str, page: int) -> None:
    answer = assistant.ask(question)
    assert words in answer.answer
    assert page in pages(answer)


@pytest.mark.parametrize(
    "question",
    ["普陀区财政局2025年派了几个干部去云南？", "万里长城一年修几公里？", "科经局2024年为什么搬去月球？"],
)
def test_a_sentence_about_something_alike_does_not_answer(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).status == Status.NOT_FOUND


def test_sentences_that_fit_alike_are_both_told(assistant: Assistant) -> None:
    # 江岸 p4: 18 of those planned for, 14 of those in office
    answer = assistant.ask("科经局2024年事业编制有几个？")
    assert [(f.value, f.unit) for f in answer.figures] == [("18", "人"), ("14", "人")]


def test_blank_is_not_zero(assistant: Assistant) -> None:
    # 决算 p16 prints no figure for 咨询费
    answer = assistant.ask("普陀区财政局2024年咨询费决算数是多少")
    assert answer.status == Status.NOT_FOUND
    assert "空白" in answer.answer
    assert pages(answer) == {16}


@pytest.mark.parametrize("question", ["", "？？？", "啊", "\x00\u200b", "😀", "预算" * 2500])
def test_any_text_gives_an_answer(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status in Status
    assert answer.answer


def test_an_ungrounded_figure_never_leaves() -> None:
    source = Citation(n=1, document="a.pdf", page=3, title="", quote="", bbox=(0, 0, 1, 1), kind="table")
    answer = Answer(question="", status=Status.ANSWERED, answer="为12.30万元[1]。", citations=[source])
    assert check(answer, lambda _name, _page: "12.30\t4")
    assert not check(answer, lambda _name, _page: "1\t2.30")
    computed = Figure(label="", value="12.30", unit="万元", citations=[1], derived=True, formula="10+2.30")
    assert check(answer.model_copy(update={"figures": [computed]}), lambda _name, _page: "10 2.30")


def test_tools_see_the_same_evidence(assistant: Assistant) -> None:
    figures, passages = make_tools(assistant, docs=["江岸区"])
    found = figures.invoke("提租补贴预算")
    assert (found[0]["value"], found[0]["unit"], found[0]["page"]) == ("15.98", "万元", 6)
    assert any("租金补贴" in p["text"] for p in passages.invoke("提租补贴是什么意思"))


def test_bodies_that_belong_to_one_are_listed_or_none_named(assistant: Assistant) -> None:
    # 普陀财政局决算24 p5 lists three units; 普陀财政局25预算 prints how many there are, and no names
    answer = assistant.ask("财政局有哪些下属单位？", docs=["上海市普陀区财政局2024年度部门决算"])
    assert all(name in answer.answer for name in ("(本级)", "财政所", "国库收付中心"))
    assert {c.page for c in answer.citations} == {5}
    assert not answer.figures


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("那684万5千块分成哪几块", "684.5", "万元"),
        ("一共1亿2千万", "1.2", "亿元"),
        ("花了3万2", "3.2", "万元"),
        ("1万2百元", "1.02", "万元"),
        ("35万元", "35", "万元"),
        ("5万2023年的", "5", "万元"),
    ],
)
def test_amounts_as_people_say_them(said: str, value: str, unit: str) -> None:
    (amount,) = parse(said).amounts
    assert (f"{amount.value:f}", amount.unit) == (value, unit)


def test_columns_of_one_row_named_together(assistant: Assistant) -> None:
    # 普陀财政局决算 p15: 行政运行 1,503.52 基本支出, 8.37 项目支出
    answer = assistant.ask("普陀区财政局2024年行政运行的基本支出、项目支出分别是多少？")
    assert "基本支出1,503.52万元" in answer.answer and "项目支出8.37万元" in answer.answer
    assert 15 in pages(answer)


@pytest.mark.parametrize("body", ["科技局", "江岸经信局", "区科经局"])
def test_a_body_by_what_people_call_it(assistant: Assistant, body: str) -> None:
    # 江岸 p6: 提租补贴 15.98
    assert assistant.ask(f"{body}2024年提租补贴是多少").figures[0].value == "15.98"


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("县一中有多少学生", "云岫县第一中学", "县一中"),
        ("松泾河二期安排了多少", "松泾河水环境综合整治工程（二期）", "松泾河二期"),
        ("社区服务中心花了多少", "万里街道社区公共服务中心", None),  # plain words mean themselves
        ("部门预算是多少", "本部门政府采购预算", None),
    ],
)
def test_names_with_letters_left_out(text: str, name: str, said: str | None) -> None:
    found = [text[start:end] for start, end, _ in shortened(text, [name])]
    assert found == ([said] if said else [])


def test_what_one_column_leaves_of_another(assistant: Assistant) -> None:
    # 江岸 p4: 总编制人数39人 in one sentence, 在职实有人数35人 in the next
    answer = assistant.ask("江岸区科经局编制空缺多少人？")
    derived = [f for f in answer.figures if f.derived]
    assert [(f.value, f.unit) for f in derived] == [("4", "人")]
    assert {f.value for f in answer.figures} == {"4", "39", "35"}


def test_columns_of_one_row_asked_one_after_the_other(assistant: Assistant) -> None:
    # 江岸 p18: one indicator's row
    answer = assistant.ask("江岸区科经局净增高新技术企业数量上年完成多少？2024年预期多少？")
    assert [(f.value, f.unit) for f in answer.figures] == [("173", "家"), ("55", "家")]


def test_a_name_in_brackets_says_what_everyday_words_mean(assistant: Assistant) -> None:
    # 江岸 p45, p44: 836.28 of 903.72
    answer = assistant.ask("江岸区科经局2024年发给大家的人头费（人员经费）占基本支出的百分之几？")
    assert [f.value for f in answer.figures if not f.derived] == ["836.28", "903.72"]


def test_less_spent_than_planned_of_one_item(assistant: Assistant) -> None:
    # 普陀决算 p22: 年初预算161.62, 支出决算160.75
    answer = assistant.ask("普陀区财政局2024年机关事业单位基本养老保险缴费比年初预算少花了多少？")
    assert answer.answer.startswith("少0.87万元")
    assert pages(answer) == {22}


@pytest.mark.parametrize(
    ("question", "value", "page"),
    [
        # 普陀决算 p16: the prose of p22 only lists both among what 人员经费 consists of
        ("普陀区财政局2024年给在职人员的基本工资一共发了多少？", "262.33", 16),
        ("普陀区财政局2024年给老同志的退休费一共发了多少？", "69.10", 16),
    ],
)
def test_an_item_that_a_sentence_only_lists(
    assistant: Assistant, question: str, value: str, page: int
) -> None:
    answer = assistant.ask(question)
    assert [f.value for f in answer.figures] == [value]
    assert pages(answer) == {page}


def test_a_part_that_is_all_of_its_whole(assistant: Assistant) -> None:
    # 江岸 p11: 公务接待费 0.3, the 合计 of the same row 0.3
    answer = assistant.ask("江岸区科经局2024年公务接待费占三公经费的百分之多少？")
    assert [f.value for f in answer.figures if f.derived] == ["100.00"]


def test_a_reason_is_of_the_change_asked_about(assistant: Assistant) -> None:
    # 普陀决算 p21: one reason against 2023, another against the plan
    question = "普陀区财政局2024年一般公共预算财政拨款支出{}的原因是什么？"
    assert "人员进出及退休" in assistant.ask(question.format("比2023年减少")).answer
    against_plan = assistant.ask(question.format("决算数小于年初预算")).answer
    assert "个别信息化项目" in against_plan and "2023年" not in against_plan


@pytest.mark.parametrize(
    "question", ["钱都花到哪儿去了？", "支出主要用于哪些方面？", "按大类分，支出各是多少？"]
)
def test_where_all_the_money_goes(assistant: Assistant, question: str) -> None:
    # 普陀财政局25 p12-13: four classes of function, largest first
    answer = assistant.ask(question, docs=["上海市普陀区财政局部门25年预算"])
    told = [Decimal(f.value) for f in answer.figures if not f.derived]
    assert told == list(map(Decimal, ("22186440.80", "4736957", "3508644", "782164")))
    assert {c.page for c in answer.citations} == {12, 13}


def test_how_long_is_a_duration(assistant: Assistant) -> None:
    # 江岸 p32, p34: 信访回复及时性 30日内回复
    answer = assistant.ask("信访要求多长时间内回复？", docs=["江岸区科经局2024年"])
    assert "30日内回复" in answer.answer
