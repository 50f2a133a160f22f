"""A bad gold file is refused with its line and field; a good one is read as written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.dataset import DatasetError, NumberFact, load_dataset

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
        ({"type": "guess"}, "字段 type"),
        ({"facts": [{"number": "约二十", "unit": "元"}]}, "字段 facts.number：“约二十”不是数字"),
        ({"facts": [{"number": "20"}]}, "unit"),
        ({"facts": [{"any_of": []}]}, "any_of"),
        ({"facts": []}, "可回答的题要有 facts"),
        ({"pages": {"x.pdf": [0]}}, "字段 pages.x.pdf.0"),
        ({"docs": ["y.pdf"]}, "不在 docs 中：x.pdf"),
        ({"answerable": False}, "answerable 与 type 不一致"),
        ({"type": "followup"}, "要有 history"),
        ({"page": 3}, "字段 page"),
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
