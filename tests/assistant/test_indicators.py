"""Several indicators or columns asked at once, and indicators found by unit and letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from assistant.loading import load
from tests.ingest.drawn import Sheet, save
from vectorstore.settings import Settings
from vectorstore.store import Store

JIANGAN = "江岸区科经局2024年"


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


def test_columns_of_one_row_are_told_also_where_one_holds_words(assistant: Assistant) -> None:
    # 江岸 p19: 前年 430 家, 上年 540 家, 预计当年实现 “上级下达目标”
    question = "科技型中小企业入库，前年和上年各做到多少家？今年的目标呢？"
    answer = assistant.ask(question, docs=[JIANGAN])
    assert all(said in answer.answer for said in ("430家", "540家", "上级下达目标"))
    assert {c.page for c in answer.citations} == {19}


def test_indicators_of_one_form_are_told_together(assistant: Assistant) -> None:
    # 江岸 p30: 重点维稳企业数量 ≥7 家, 托管企业数量 28 家
    question = "驻村扶贫、信访维稳及部门日常管理经费的重点维稳企业数量和托管企业数量目标分别是多少？"
    answer = assistant.ask(question, docs=[JIANGAN])
    assert [(f.value, f.unit) for f in answer.figures] == [("7", "家"), ("28", "家")]


@pytest.mark.parametrize(
    ("question", "told", "page"),
    [
        ("驻村扶贫派了几个人？", "1人", 30),
        ("对口帮扶几个村？", "1个", 30),
        ("信访的事情多少天内要回复？", "30日内", 32),
    ],
)
def test_what_a_row_counts_may_be_said_in_other_words(
    assistant: Assistant, question: str, told: str, page: int
) -> None:
    answer = assistant.ask(question, docs=[JIANGAN])
    assert told in answer.answer
    assert page in {c.page for c in answer.citations}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("保洁河道实际完成了多少？", ["58公里", "60公里"]),
        ("居民满意度达标了吗？", ["88%", "≥90%", "没有达到目标值"]),
        ("河道保洁自评总分得了多少分？", ["38.5分"]),
    ],
)
def test_what_was_to_be_reached_and_what_was_are_told_together(
    tmp_path: Path, question: str, told: list[str]
) -> None:
    sheet = Sheet()
    sheet.centred(60, "项目支出绩效自评表")
    sheet.text(60, 90, "南山区水务局2024年度部门决算")
    rows = [
        ["项目名称", "·河道保洁", "<", "<", "<", "<"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "得分"],
        ["产出指标", "数量", "·保洁河道", "60公里", "58公里", "14.5"],
        ["满意度指标", "服务对象", "·居民满意度", "≥90%", "88%", "8"],
        ["总分", "<", "<", "<", "<", "38.5"],
    ]
    sheet.table(60, 104, [90, 90, 150, 90, 90, 60], rows, "all")
    pdf = save(tmp_path / "南山区水务局2024年度部门决算.pdf", [sheet])
    with Store(Settings.load(data=tmp_path / "data")) as store:
        assert [one.error for one in load(store, [pdf])] == [None]
        answer = Assistant(store).ask(question)
    assert all(words in answer.answer for words in told), answer.answer


def test_the_unit_alone_finds_no_indicator(assistant: Assistant) -> None:
    assert assistant.ask("今年要开几家咖啡馆？", docs=[JIANGAN]).status == Status.NOT_FOUND
