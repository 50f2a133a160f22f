"""Baselines answer with what they found, cite the page that prints it, and keep to the common length."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.console import Console

import eval
from assistant.answer import Status
from eval.baselines import baselines
from eval.baselines.extract import LIMIT, Rule, extract
from eval.baselines.units import unit_at, with_unit
from eval.beside import VECTORS, Beside
from eval.dataset import load_dataset
from eval.measure import Plan, measure
from eval.pages import PageTexts, pdfs_of
from eval.sources import Part, Source
from eval.systems import System
from ingest.text import key
from vectorstore.store import Store

PUTUO_25 = "上海市普陀区财政局部门25年预算.pdf"
CORPUS = Path(eval.__file__).parent / "datasets" / "corpus.jsonl"


@pytest.fixture(scope="module")
def systems(putuo_store: Store, tutorial_folder: Path) -> list[System]:
    return baselines(putuo_store, tutorial_folder)


def test_answers_quote_the_cited_page(putuo_store: Store, systems: list[System]) -> None:
    """职业年金 is 873,617 元 in the tables of pages 10, 12, 15 and 19."""
    printed = PageTexts(pdfs_of(putuo_store))
    for system in systems:
        answer = system.asker.ask("机关事业单位职业年金缴费支出是多少？", docs=[PUTUO_25])
        assert answer.status is Status.ANSWERED, system.name
        assert len(answer.answer) <= LIMIT
        assert "873,617.00元" in answer.answer or system.name.endswith("-1"), system.name
        for citation in answer.citations:
            page = printed(citation.document, citation.page) or ""
            assert key(citation.quote) in key(page), f"{system.name}: {citation}"
            assert f"[{citation.n}]" in answer.answer


def test_what_no_line_speaks_of_is_refused(systems: list[System]) -> None:
    for system in systems:
        answer = system.asker.ask("航天员训练基地的伙食标准是什么？", docs=[PUTUO_25])
        assert (answer.status, answer.citations) == (Status.NOT_FOUND, []), system.name


def test_the_line_that_says_most_of_the_question_comes_first() -> None:
    text = "单位：元\n行政运行 1,200.00 800.00\n职业年金缴费 873,617\n2025年安排住房公积金，共5人。"
    sources = [Source(PUTUO_25, "支出表", "table", (Part(12, text, unit="元"),))]
    answer = extract("职业年金缴费是多少？", sources, Rule(lines=1))
    assert answer.answer == "职业年金缴费873,617元[1]。"
    assert (answer.citations[0].page, answer.citations[0].quote) == (12, "职业年金缴费873,617")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("30109 职业年金缴费 873,617 0.50", "30109 职业年金缴费 873,617元 0.50元"),
        ("公用经费 67.44万元 12.5%", "公用经费 67.44万元 12.5%"),
        ("行政编制 21 人", "行政编制 21 人"),
        ("支出增加 1,000.50，因为调标。", "支出增加 1,000.50，因为调标。"),
    ],
)
def test_amounts_of_a_tables_line_get_the_unit_above_them(line: str, told: str) -> None:
    assert with_unit(line, "元") == told


def test_the_nearest_declaration_above_holds() -> None:
    text = "单位：元\n甲 1.00\n单位: 万元\n乙 2.00"
    assert unit_at(text, text.index("甲")) == "元"
    assert unit_at(text, text.index("乙")) == "万元"
    assert unit_at("丙 3.00\n单位：元", 0, "万元") == "万元"
    assert unit_at("没有", 1) is None


def test_one_run_measures_all_over_the_same_questions(
    putuo_store: Store, tutorial_folder: Path, tmp_path: Path
) -> None:
    asked = [q for q in load_dataset(CORPUS) if q.docs == (PUTUO_25,)][:3]
    dataset = tmp_path / "set.jsonl"
    dataset.write_text("\n".join(q.model_dump_json(exclude_none=True) for q in asked), encoding="utf-8")
    shutil.copytree(tutorial_folder, tmp_path / "out" / VECTORS)
    screen = Console(record=True)
    beside = Beside(baselines=True, ablations=True, judge=True)
    report = measure(Plan(dataset, folder=tmp_path / "out", beside=beside), putuo_store, screen)
    assert {s.summary.questions for s in report.systems} == {len(asked)}
    for system in report.systems:
        assert system.shift is not None
        assert (system.shift.before, system.shift.after) == (system.summary.right, report.overall.right)
        assert (tmp_path / "out" / f"answers-{system.name}.jsonl").exists()
    assert [s.name for s in report.systems if s.retrieval][:4] == ["tutorial", "vectors", "bm25", "hybrid"]
    assert report.retrieval is not None
    assert report.retrieval.hit_at[20].of == sum(bool(q.pages) for q in asked)
    assert "没有配置语言模型" in screen.export_text()
    assert report.judged is None
