"""A bad gold file is refused with its line and field; a good one is read as written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.check import check_against, held
from eval.dataset import DatasetError, GoldQuestion, NumberFact, load_dataset
from vectorstore.store import Store

GOOD: dict[str, object] = {
    "id": "a",
    "type": "lookup",
    "question": "职业年金多少？",
    "answerable": True,
    "answer": "873,617元",
    "facts": [{"number": "873617", "unit": "元"}, {"any_of": ["年金"]}],
    "pages": {"x.pdf": [10]},
}


def write(path: Path, *questions: dict[str, object]) -> Path:
    file = path / "set.jsonl"
    file.write_text("\n\n".join(json.dumps(q, ensure_ascii=False) for q in questions), encoding="utf-8")
    return file


def test_reads_a_question(tmp_path: Path) -> None:
    (question,) = load_dataset(write(tmp_path, GOOD))
    assert isinstance(question.facts[0], NumberFact)
    assert question.facts[0].value == 873617
    assert question.documents == ("x.pdf",)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"type": "guess"}, "字段 type：“guess”不在可选值"),
        ({"facts": [{"number": "约二十", "unit": "元"}]}, "字段 facts.0.number：“约二十”不是数字"),
        ({"facts": [{"number": "20"}]}, "字段 facts.0.unit：缺少这个字段"),
        ({"facts": [{"number": 20, "unit": "元"}]}, "字段 facts.0.number：应为文字，请加引号"),
        ({"facts": [{"any_of": ["年金"]}, {"any_of": []}]}, "字段 facts.1.any_of：不能为空"),
        ({"facts": []}, "可回答的题要有 facts"),
        ({"pages": {"x.pdf": [0]}}, "字段 pages.x.pdf.0：不能小于 1"),
        ({"pages": {"x.pdf": []}}, "没有页码：x.pdf"),
        ({"docs": ["y.pdf"]}, "不在 docs 中：x.pdf"),
        ({"answerable": False}, "answerable 与 type 不一致"),
        ({"type": "followup"}, "要有 history"),
        ({"page": 3}, "字段 page：没有这个字段"),
    ],
)
def test_names_line_and_field(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    with pytest.raises(DatasetError, match="第 3 行") as caught:
        load_dataset(write(tmp_path, GOOD, {**GOOD, "id": "b", **change}))
    assert complaint in str(caught.value)


def test_refuses_repeated_ids_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="第 3 行：id “a”与第 1 行重复"):
        load_dataset(write(tmp_path, GOOD, GOOD))
    file = tmp_path / "broken.jsonl"
    file.write_text('{"id": "a",', encoding="utf-8")
    with pytest.raises(DatasetError, match=r"第 1 行.*JSON"):
        load_dataset(file)
    with pytest.raises(DatasetError, match="读不到文件"):
        load_dataset(tmp_path / "missing.jsonl")


BUDGET = "上海市普陀区财政局部门25年预算.pdf"


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({}, None),
        ({"facts": [{"number": "87.36", "unit": "万元"}]}, None),
        ({"docs": [BUDGET, "江岸区科经局2024年"]}, None),
        ({"docs": [BUDGET, "长风新村"]}, "有错 a 字段 docs：资料库里没有“长风新村”这份文件"),
        ({"docs": [BUDGET, "普陀区财政局"]}, "有错 a 字段 docs：“普陀区财政局”对应多份文件"),
        ({"pages": {"x.pdf": [1]}}, "有错 a 字段 pages.x.pdf：资料库里没有这份文件"),
        ({"pages": {BUDGET: [12, 25]}}, f"有错 a 字段 pages.{BUDGET}：没有第 25 页，文件共 24 页"),
        ({"pages": {BUDGET: [12, 7]}}, f"请核对 a 字段 pages.{BUDGET}：第 7 页没有印 873617元"),
        (
            {"facts": [{"number": "873617", "unit": "万元"}]},
            f"请核对 a 字段 pages.{BUDGET}：第 19 页没有印 873617万元",
        ),
    ],
)
def test_gold_is_checked_against_the_pages(
    sample_store: Store, change: dict[str, object], remark: str | None
) -> None:
    """职业年金 is 873,617 元 on page 12 and 19 of 24; the prose of page 7 says 887.36万元."""
    gold = GoldQuestion.model_validate({**GOOD, "pages": {BUDGET: [19]}, **change})
    remarks = [str(found) for found in check_against([gold], sample_store)]
    assert len(remarks) == (remark is not None)
    assert remark is None or remarks[0].startswith(remark)


def test_questions_are_held_with_all_their_documents() -> None:
    one = GoldQuestion.model_validate({**GOOD, "docs": ["x.pdf", "y.pdf"]})
    assert held([one], ["x.pdf", "y.pdf", "z.pdf"]) == [one]
    assert held([one], ["x.pdf"]) == []
