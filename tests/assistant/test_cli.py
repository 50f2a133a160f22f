"""The real program on real PDFs: what it prints, what it refuses, and that nothing is lost.

Figures come from the sample PDFs; each test names the page that prints them.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from assistant import cli
from assistant.answer import Answer, Status
from ingest.pdfium import TURN
from vectorstore.store import Store

JIANG_AN = "江岸区科经局2024年部门预算.pdf"
FINAL = "上海市普陀区财政局2024年度部门决算.pdf"
BUDGET = "上海市普陀区财政局部门25年预算.pdf"

# The password check of the standard security handler fails on these keys, as it does on any PDF
# that wants a password.
ENCRYPTED = (
    b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj
4 0 obj <</Filter/Standard/V 1/R 2/P -4/O<"""
    + b"41" * 32
    + b">/U<"
    + b"42" * 32
    + b""">>> endobj
trailer <</Root 1 0 R/Encrypt 4 0 R/ID[<00112233445566778899AABBCCDDEEFF><00112233445566778899AABBCCDDEEFF>]>>
%%EOF
"""
)


def budget_qa(*arguments: str | Path, data: Path) -> subprocess.CompletedProcess[str]:
    """Runs the program on the store in `data`; no run may ever show a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", *map(str, arguments)],
        env=os.environ | {"BUDGET_QA_DATA": str(data)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def names_held(data: Path) -> set[str]:
    listed = budget_qa("docs", data=data).stdout
    return {name for name in (JIANG_AN, FINAL, BUDGET) if name in listed}


# Loading ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed(
    samples: Path, excerpt: Callable[..., bytes], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Path]:
    """A folder of files that cannot be read with one that can, loaded in one go."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "文字.pdf").write_text("这不是 PDF", encoding="utf-8")
    (folder / "空.pdf").touch()
    (folder / "加密.pdf").write_bytes(ENCRYPTED)
    (folder / "半截.pdf").write_bytes((samples / JIANG_AN).read_bytes()[:200_000])
    with TURN, pdfium.PdfDocument.new() as blank:
        blank.new_page(595, 842)
        blank.save(folder / "无字.pdf")
    (folder / "目录.pdf").mkdir()
    (folder / BUDGET).write_bytes(excerpt(samples / BUDGET, 1, 6))
    data = folder / "data"
    return budget_qa("ingest", folder, folder / "不存在.pdf", data=data), data


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("文字.pdf", "不是PDF"),
        ("空.pdf", "空文件"),
        ("加密.pdf", "密码"),
        ("半截.pdf", "损坏"),
        ("无字.pdf", "没有可读取的文字"),
        ("目录.pdf", "无法读取"),
        ("不存在.pdf", "无法读取"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_in_one_sentence(
    mixed: tuple[Any, Path], file: str, reason: str
) -> None:
    lines = [line for line in mixed[0].stderr.splitlines() if file in line]
    assert len(lines) == 1
    assert reason in lines[0].replace(" ", "")


def test_the_readable_file_among_them_is_loaded_and_the_exit_code_says_that_some_were_not(
    mixed: tuple[Any, Path],
) -> None:
    done, data = mixed
    assert done.returncode == 1
    assert f"✓ {BUDGET}：2 页" in done.stdout
    assert names_held(data) == {BUDGET}
    assert len(done.stderr.splitlines()) == 7, "only the files that failed are complained of"


def test_files_already_held_are_skipped_by_their_content(
    samples: Path, own_data: Path, tmp_path: Path
) -> None:
    renamed = tmp_path / "改了名.pdf"
    shutil.copy(samples / FINAL, renamed)
    done = budget_qa("ingest", samples / JIANG_AN, renamed, data=own_data)
    assert done.returncode == 0
    assert f"{JIANG_AN}：没有变化" in done.stdout
    assert f"内容与已收录的 {FINAL} 相同" in done.stdout


def test_two_files_of_one_name_in_one_run_do_not_replace_each_other_unsaid(
    samples: Path, excerpt: Callable[..., bytes], tmp_path: Path
) -> None:
    for folder, page in (("甲", 6), ("乙", 7)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "预算.pdf").write_bytes(excerpt(samples / BUDGET, page))
    done = budget_qa("ingest", tmp_path / "甲", tmp_path / "乙", data=tmp_path / "data")
    assert done.returncode == 1
    assert "同名" in done.stderr
    assert "✓ 预算.pdf：1 页" in done.stdout


# What is held -------------------------------------------------------------------------------------


def test_docs_lists_body_year_kind_and_pages(sample_data: Path) -> None:
    listed = budget_qa("docs", data=sample_data).stdout
    line = next(line for line in listed.splitlines() if FINAL in line)
    assert line.split()[1:5] == ["上海市普陀区财政局", "2024", "部门决算", "25"]


def test_docs_of_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    done = budget_qa("docs", data=tmp_path / "data")
    assert done.returncode == 0
    assert "budget-qa ingest" in done.stdout


def test_tables_json_is_the_object_of_the_contract(sample_data: Path) -> None:
    """Page 6 prints 表二: 206 科学技术支出 559.09, of 1033.90 万元 in all."""
    done = budget_qa("tables", "江岸", "--page", "6", "--json", data=sample_data)
    (table,) = json.loads(done.stdout)
    assert (table["document"], table["pages"], table["unit"]) == (JIANG_AN, [6, 6], "万元")
    assert table["number"] == "表二"
    widths = {len(row) for row in table["header"] + table["rows"]}
    assert len(widths) == 1
    assert ["206", "科学技术支出", "559.09"] in [[cell for cell in row if cell][:3] for row in table["rows"]]
    for cell in table["cells"]:
        assert table["rows"][cell["row"]][cell["col"]] == cell["text"]
    total = next(cell for cell in table["cells"] if cell["text"] == "1033.90")
    left, top, right, bottom = total["bbox"]
    assert total["page"] == 6
    assert 0 < left < right and 0 < top < bottom


def test_tables_as_text_keep_every_cell_when_piped(sample_data: Path) -> None:
    """Page 6 prints the row 2101103 公务员医疗补助 53.18."""
    text = budget_qa("tables", "江岸", "--page", "6", data=sample_data).stdout
    assert "收入总表" in text
    assert any(line.split()[:3] == ["2101103", "公务员医疗补助", "53.18"] for line in text.splitlines())


def test_remove_forgets_one_document_and_keeps_the_users_file(own_data: Path, samples: Path) -> None:
    done = budget_qa("remove", "江岸", data=own_data)
    assert done.stdout.strip() == f"已移除 {JIANG_AN}。"
    assert names_held(own_data) == {FINAL, BUDGET}
    assert (samples / JIANG_AN).exists()
    assert budget_qa("tables", "江岸", data=own_data).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["remove", "普陀"], 1, "请写得更完整"),
        (["remove", "天河区教育局"], 1, "没有“天河区教育局”这份文件"),
        (["tables", "江岸", "--page", "51"], 1, "只有 50 页"),
        (["ask", ""], 2, "问题是空的"),
        (["ask", " \n "], 2, "问题是空的"),
        (["ask", "招待费多少？" * 833 + "元？"], 2, "5000 个字"),
        (["ask"], 2, "请写一个问题"),
        (["ask", "三公经费", "--history", "不是数组"], 2, "JSON 数组"),
        (["ask", "三公经费", "--batch", "题.jsonl"], 2, "--batch 要与 --out 一起写"),
        (["ask", "--batch", "没有这个文件.jsonl", "--out", "答.jsonl"], 2, "没有这个文件.jsonl"),
        (["ask", "三公经费", "--docs", "江岸"], 2, "没有 --docs 这个选项，是否想用 --doc"),
        (["tables", "江岸", "--page", "六"], 2, "--page 要写整数"),
        (["tables", "江岸", "--page", "0"], 2, "--page 不能小于 1"),
        (["ignest", "."], 2, "没有 ignest 这个命令，是否想用 'ingest'"),
        (["remove"], 2, "缺少参数"),
        (["ingest", "tests"], 1, "没有 PDF 文件"),
    ],
)
def test_wrong_input_gets_one_chinese_sentence(
    sample_data: Path, arguments: list[str], code: int, says: str
) -> None:
    done = budget_qa(*arguments, data=sample_data)
    assert done.returncode == code
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert says in line
    assert line.endswith("。")


# Asking -------------------------------------------------------------------------------------------


def test_an_answer_on_the_terminal_has_its_figure_and_numbered_sources(sample_data: Path) -> None:
    """Page 22 prints 公务接待费0.95万元 for 2025; page 21's table has the same in 万元."""
    done = budget_qa("ask", "2025年公务接待费是多少？", "--doc", "25年", data=sample_data)
    assert done.returncode == 0
    answer, *rest = done.stdout.splitlines()
    assert "0.95万元" in answer
    assert "[1]" in answer
    sources = [line for line in rest if line.startswith("[")]
    assert sources[0].startswith("[1] ")
    assert any(f"{BUDGET} 第21页" in line or f"{BUDGET} 第22页" in line for line in sources)


def test_an_answer_as_json_is_the_object_of_the_contract(sample_data: Path) -> None:
    done = budget_qa("ask", "2025年公务接待费是多少？", "--doc", BUDGET, "--json", data=sample_data)
    answer = Answer.model_validate_json(done.stdout)
    assert answer.status is Status.ANSWERED
    assert ("0.95", "万元") in [(figure.value, figure.unit) for figure in answer.figures]
    assert {citation.document for citation in answer.citations} == {BUDGET}


def test_a_batch_goes_on_after_a_question_that_fails(sample_data: Path, tmp_path: Path) -> None:
    """The lines of a dataset are requests: what they carry besides is left aside."""
    lines: list[dict[str, object]] = [
        {"id": "甲", "question": "公务接待费是多少？", "docs": [BUDGET], "facts": [], "type": "lookup"},
        {"id": "乙", "question": "公务接待费是多少？", "docs": ["没有这份.pdf"]},
        {"id": "丙", "question": "机关运行经费是什么？", "docs": [FINAL]},
    ]
    questions, out = tmp_path / "题.jsonl", tmp_path / "答.jsonl"
    questions.write_text("\n\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    done = budget_qa("ask", "--batch", questions, "--out", out, data=sample_data)
    assert done.returncode == 1
    assert "问题 乙：" in done.stderr
    answers = [Answer.model_validate_json(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer.id for answer in answers] == ["甲", "丙"]
    assert {citation.document for citation in answers[0].citations} == {BUDGET}


def test_a_batch_with_a_malformed_line_is_refused_before_anything_is_written(
    sample_data: Path, tmp_path: Path
) -> None:
    questions, out = tmp_path / "题.jsonl", tmp_path / "答.jsonl"
    questions.write_text('{"question": "三公经费是多少"}\n{"id": "乙"}\n', encoding="utf-8")
    out.write_text("earlier answers", encoding="utf-8")
    done = budget_qa("ask", "--batch", questions, "--out", out, data=sample_data)
    assert done.returncode == 2
    assert "题.jsonl 第 2 行：缺少 question" in done.stderr
    assert out.read_text(encoding="utf-8") == "earlier answers"


# The store ----------------------------------------------------------------------------------------


def test_a_store_of_another_version_is_refused_and_left_as_it_is(own_data: Path) -> None:
    database = own_data / "catalog.db"
    with sqlite3.connect(database) as catalog:
        catalog.execute("UPDATE meta SET value = '0' WHERE key = 'version'")
    catalog.close()
    before = _content(database)
    for arguments in (["docs"], ["remove", "江岸"], ["ingest", "samples"], ["ask", "三公经费是多少"]):
        done = budget_qa(*arguments, data=own_data)
        assert done.returncode == 1
        assert "格式是 0" in done.stderr
        assert "--data" in done.stderr
    assert _content(database) == before


def _content(database: Path) -> list[str]:
    with sqlite3.connect(database) as catalog:
        dump = list(catalog.iterdump())
    catalog.close()
    return dump


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("kept", encoding="utf-8")
    done = budget_qa("docs", data=path)
    assert done.returncode == 1
    assert str(path) in done.stderr
    assert path.read_text(encoding="utf-8") == "kept"


# The frame ----------------------------------------------------------------------------------------


def test_an_unexpected_error_is_one_sentence_and_a_trace_only_on_request(
    sample_data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Store) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "documents", broken)
    assert cli.run(["--data", str(sample_data), "docs"]) == 1
    said = capfd.readouterr().err
    assert "--debug" in said
    assert "Traceback" not in said
    assert cli.run(["docs", "--data", str(sample_data), "--debug"]) == 1
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_help_is_chinese_and_loads_nothing_slow() -> None:
    script = (
        "import sys; from assistant import cli; code = cli.run(['--help']);"
        "slow = {'chromadb', 'gradio', 'langchain', 'sqlalchemy', 'pdfplumber', 'jieba'} & set(sys.modules);"
        "sys.exit(code or ' '.join(slow) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    for word in ("用法", "选项", "命令", "demo", "ingest", "ask", "docs", "remove", "tables", "serve"):
        assert word in done.stdout
    for word in ("Usage", "Options", "Show this message"):
        assert word not in done.stdout
