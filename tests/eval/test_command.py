"""`budget-qa eval` as it is run: on a small set over the samples, again from its answers, compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.eval.made import PDF

# Page 22 prints 公务接待费0.95万元 for 2025; 培训费 is planted with a wrong gold figure.
QUESTIONS: list[dict[str, object]] = [
    {
        "id": "接待", "type": "lookup", "question": "2025年公务接待费是多少？", "answerable": True,
        "answer": "0.95万元", "facts": [{"number": "0.95", "unit": "万元"}], "pages": {PDF: [20, 21, 22]},
    },
    {
        "id": "错标", "type": "lookup", "question": "2025年公务接待费预算多少钱？", "answerable": True,
        "answer": "0.96万元", "facts": [{"number": "0.96", "unit": "万元"}], "pages": {PDF: [21]},
    },
    {
        "id": "没有", "type": "unanswerable", "question": "食堂每天供应几顿饭？", "docs": [PDF],
        "answerable": False, "answer": "没有", "facts": [], "pages": {},
    },
]  # fmt: skip


def budget_qa(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "eval", *map(str, arguments)],
        env=os.environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("set") / "题.jsonl"
    lines = [json.dumps({"docs": [PDF], **question}, ensure_ascii=False) for question in QUESTIONS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def first(dataset: Path, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "report"
    done = budget_qa(dataset, "--data", sample_data, "--report", folder)
    assert done.returncode == 0, done.stderr
    assert "答对 2/3（66.7%，95% 区间 20.8–93.9）" in done.stdout
    assert f"报告：{folder / 'report.html'}" in done.stdout
    assert "0.96万元" not in done.stdout, "questions are listed on request only"
    return folder


def test_a_run_over_the_samples_leaves_numbers_answers_page_and_pictures(first: Path, dataset: Path) -> None:
    report = json.loads((first / "report.json").read_text(encoding="utf-8"))
    assert report["outcomes"] == {"接待": "right", "错标": "wrong", "没有": "right"}
    assert report["confusion"] == {
        "right": 1, "wrong": 1, "refused_needlessly": 0, "refused_rightly": 1, "answered_unanswerable": 0,
    }  # fmt: skip
    assert report["run"]["documents"].count(PDF) == 1
    assert report["overall"]["grounded"]["hits"] == 3
    assert len((first / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    page = (first / "report.html").read_text(encoding="utf-8")
    assert "q-错标" in page
    assert "q-接待" not in page
    assert len(list((first / "pages").glob("*-21-*.png"))) == 1, "the cited place on page 21"


def test_changed_answers_are_scored_without_a_store_and_compared(
    first: Path, dataset: Path, tmp_path: Path, samples: Path
) -> None:
    answers = tmp_path / "answers.jsonl"
    text = (first / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    answers.write_text("\n".join([text[0].replace("0.95", "0.59"), *text[1:]]), encoding="utf-8")
    done = budget_qa(
        dataset,
        "--answers",
        answers,
        "--pdfs",
        samples,
        "--compare",
        first,
        "--report",
        tmp_path,
        "--failures",
    )
    assert done.returncode == 0, done.stderr
    assert "变好 0 题，变坏 1 题" in done.stdout
    assert "[变坏] 接待" in done.stdout
    assert "[答错、数字没有依据] 接待" in done.stdout
    comparison = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["comparison"]
    assert [change["id"] for change in comparison["broken"]] == ["接待"]
    assert comparison["overall"]["before"]["hits"] == 2


def test_a_document_that_is_not_held_is_named(sample_data: Path, dataset: Path, tmp_path: Path) -> None:
    other = tmp_path / "题.jsonl"
    other.write_text(dataset.read_text(encoding="utf-8").replace(PDF, "没有收录.pdf"), encoding="utf-8")
    done = budget_qa(other, "--data", sample_data)
    assert done.returncode == 0
    assert "没有这些 PDF：没有收录.pdf，关于它们的题答不了" in done.stdout
    assert len(done.stderr.splitlines()) == 3, "one line for each question"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["没有这个文件.jsonl"], 1, "读不到文件"),
        ([], 2, "缺少参数"),
        (["{dataset}", "--doc", "武汉"], 1, "没有符合 --doc"),
        (["{dataset}", "--compare", "没有这个报告"], 1, "读不了以前的报告"),
        (["{dataset}", "--report", "{dataset}"], 1, "写不了报告文件夹"),
    ],
)
def test_wrong_input_gets_one_chinese_sentence(
    dataset: Path, sample_data: Path, arguments: list[str], code: int, says: str
) -> None:
    done = budget_qa(*(a.format(dataset=dataset) for a in arguments), "--data", sample_data)
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    assert says in line
    assert line.endswith("。")
