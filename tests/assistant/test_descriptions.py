"""What is told in words: sections of a project's description, what a row belongs to, what is not there."""

from __future__ import annotations

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from vectorstore.store import Store

PUTUO, FINAL, JIANGAN = (
    "上海市普陀区财政局部门25年预算.pdf",
    "上海市普陀区财政局2024年度部门决算.pdf",
    "江岸区科经局2024年部门预算.pdf",
)


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


@pytest.mark.parametrize(
    ("question", "told", "page"),
    [
        ("请中介的项目是由哪些科室来实施的？", "会计事务管理科", 23),
        ("中介机构服务费的立项依据是什么？", "《基本建设财务规则》", 23),
        ("中介机构服务费项目的实施周期？", "2025年1月1日至2025年12月31日", 24),
    ],
)
def test_a_section_of_a_description_is_told_whole(
    assistant: Assistant, question: str, told: str, page: int
) -> None:
    answer = assistant.ask(question, docs=[PUTUO])
    assert told in answer.answer
    assert [c.page for c in answer.citations] == [page]


def test_a_description_of_something_else_tells_nothing(assistant: Assistant) -> None:
    # p23 describes what agencies are paid for; it names no cars
    answer = assistant.ask("公务用车是由哪个科室来实施的？", docs=[PUTUO])
    assert "会计事务管理科" not in answer.answer


def test_what_a_row_belongs_to(assistant: Assistant) -> None:
    # p14: 2060199 其他科学技术管理事务支出 > 科技专项工作经费 > 会议服务 3.50
    project = assistant.ask("会议服务是从哪个项目里出的？", docs=[JIANGAN])
    account = assistant.ask("会议服务记在哪个科目名下？", docs=[JIANGAN])
    assert "“科技专项工作经费”" in project.answer
    assert "“其他科学技术管理事务支出”" in account.answer
    assert [c.page for c in (*project.citations, *account.citations)] == [14, 14]


def test_an_item_called_by_its_amount(assistant: Assistant) -> None:
    # p22: 财政委托业务支出…支出决算为449.52万元
    answer = assistant.ask("2024年花掉的449.52万是请人干什么的？", docs=[FINAL])
    assert "委托中介机构开展各类审计" in answer.answer
    assert 22 in {c.page for c in answer.citations}


def test_an_amount_alone_tells_no_purpose(assistant: Assistant) -> None:
    # p22 prints 援滇干部工作经费3.00万元, and nowhere what for
    answer = assistant.ask("援滇干部工作经费3万元是干什么用的？", docs=[PUTUO])
    assert answer.status == Status.NOT_FOUND
    assert not answer.figures


def test_what_is_new_is_not_how_many_there_are(assistant: Assistant) -> None:
    # p19 prints 净增规上企业 and 新增规上工业企业…, no total
    answer = assistant.ask("江岸区现在一共有多少家规上工业企业？", docs=[JIANGAN])
    assert answer.status == Status.NOT_FOUND


def test_vehicles_that_are_taken_for_granted(assistant: Assistant) -> None:
    # p24: 执法执勤用车0辆
    answer = assistant.ask("财政局那几辆执法车24年养护花了多少钱？", docs=[FINAL])
    assert answer.answer.startswith("没有。")
    assert (answer.figures[0].value, answer.figures[0].unit) == ("0", "辆")
    assert answer.citations[0].page == 24


@pytest.mark.parametrize("body", ["普陀财局", "普陀区财局", "江岸区科学技术局"])
def test_a_body_said_with_letters_left_out(assistant: Assistant, body: str) -> None:
    answer = assistant.ask(f"{body}全年打算花多少钱？")
    assert answer.status == Status.ANSWERED
    assert ("江岸" in answer.citations[0].document) == ("江岸" in body)


def test_units_listed_in_prose_are_read_as_a_list(assistant: Assistant) -> None:
    # p4: 1.江岸区工业企业发展服务中心 2.江岸区技术市场管理办公室（江岸区高新技术创业服务中心）
    answer = assistant.ask("科经局底下有哪几个二级单位？", docs=[JIANGAN])
    assert "江岸区工业企业发展服务中心" in answer.answer
    assert "江岸区技术市场管理办公室" in answer.answer
    assert answer.citations[0].page == 4


def test_the_parts_of_a_count_come_to_it(assistant: Assistant) -> None:
    # p4: 总编制人数39人，其中：行政编制21人，事业编制18人
    answer = assistant.ask("科经局的编制总数由哪几块构成？", docs=[JIANGAN])
    assert [f.value for f in answer.figures] == ["39", "21", "18"]
    assert {c.page for c in answer.citations} == {4}


def test_the_basis_is_told_from_a_form_without_such_a_section(assistant: Assistant) -> None:
    # p42, 项目申请理由; p24's reason names no document, so it is no basis
    answer = assistant.ask("给有色金属中南公司离休干部发津补贴，依据的是哪些文件？", docs=[JIANGAN])
    assert "113号文" in answer.answer and "40.41号文" in answer.answer
    assert [c.page for c in answer.citations] == [42]


@pytest.mark.parametrize(
    ("question", "use"),
    [
        ("服务大学生创新创业的那4万块钱，打算怎么花？", "组织大学生创业辅导培训"),
        ("科技成果转化那3万元要怎么用？", "科技成果转化展览布展费用"),
    ],
)
def test_how_one_of_several_parts_is_spent(assistant: Assistant, question: str, use: str) -> None:
    # p20, 测算依据及说明 of one row; its siblings cost 4.00, 4.00 and 5.00
    answer = assistant.ask(question, docs=[JIANGAN])
    assert use in answer.answer and "评审" not in answer.answer
    assert {c.page for c in answer.citations} == {20}


def test_how_a_whole_project_is_spent(assistant: Assistant) -> None:
    # p20, 项目支出明细测算: 5.00+4.00+3.00+4.00+4.00=20.00
    answer = assistant.ask("科技管理工作经费怎么花的？", docs=[JIANGAN])
    assert sorted(f.value for f in answer.figures) == ["3.00", "4.00", "4.00", "4.00", "5.00"]


def test_projects_that_are_only_named_are_told_with_their_amounts(assistant: Assistant) -> None:
    # p44 names them in words, p12 prints 2.25+2.00+5.37=9.62
    answer = assistant.ask("9.62万元的工业企业运行服务经费里面是哪几个项目，各多少钱？", docs=[JIANGAN])
    assert sorted(f.value for f in answer.figures) == ["2.00", "2.25", "5.37", "9.62"]
    assert {c.page for c in answer.citations} == {12, 44}


def test_what_an_account_means(assistant: Assistant) -> None:
    # p48, 名词解释
    answer = assistant.ask("功能科目里的“一般行政管理事务”指的是哪类支出？", docs=[JIANGAN])
    assert "未单独设置项级科目的其他项目支出" in answer.answer


def test_two_counts_of_unlike_things(assistant: Assistant) -> None:
    # p23, 指标值: 17家 and 22家
    question = "科技活动周启动仪式计划有多少个街道（社区）和多少家科普联席会成员单位来参加？"
    answer = assistant.ask(question, docs=[JIANGAN])
    assert "17家" in answer.answer and "22家" in answer.answer


def test_the_code_of_an_account_is_no_count(assistant: Assistant) -> None:
    # p36 prints 支出经济分类 50502 for the activity, and no number of times
    answer = assistant.ask("支持企业改制工作要开展几次？", docs=[JIANGAN])
    assert "50502" not in answer.answer
    answer = assistant.ask("支持企业改制工作的支出经济分类是多少？", docs=[JIANGAN])
    assert "50502" in answer.answer and [c.page for c in answer.citations] == [36]
