"""The table bench's own measures: a perfect reading scores 1, each kind of fault lowers the right number."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from eval.bench_tables import head_faults
from eval.table_metrics import FactScore, score_facts, score_grid, score_tables
from eval.transcription import ExpectedFact, PrintedTable, TranscriptionError, load_transcriptions
from ingest.document import Fact, Place, Table

COLUMN = {"group": "项", "panel": None, "unit": "万元"}
TABLE = PrintedTable.model_validate(
    {
        "title": "支出总表",
        "number": "表三",
        "kind": "支出总表",
        "unit": "万元",
        "captions": ["2024年"],
        "mended": {"行政运": "行政运行"},
        "header": [["科目编码", "科目名称", "支出预算", "<"], ["^", "^", "基本支出", "项目支出"]],
        "rows": [["合计", "<", "10.00", "8.50"], ["2010601", "行政运", "10.00", "8.50"]],
        "meaning": {
            "columns": [
                None,
                None,
                {**COLUMN, "path": ["支出预算", "基本支出"], "measure": "基本支出"},
                {**COLUMN, "path": ["支出预算", "项目支出"], "measure": "项目支出"},
            ],
            "rows": {"项": [[None, "合计"], ["2010601", "财政事务", "行政运行"]]},
        },
    }
)
CELLS = 12  # non-blank cells of TABLE
READ = [
    ["科目编码", "科目名称", "支出预算", ""],
    ["", "", "基本支出", "项目支出"],
    ["合计", "", "10.00", "8.50"],
    ["2010601", "行政运", "10.00", "8.50"],
]


def changed(row: int, col: int, text: str) -> list[list[str]]:
    rows = [list(line) for line in READ]
    rows[row][col] = text
    return rows


def without_column(col: int) -> list[list[str]]:
    return [line[:col] + line[col + 1 :] for line in READ]


@pytest.mark.parametrize(
    "grid",
    [
        READ,
        [[text or None for text in line] for line in READ],
        [
            ["科目编码", "科目名称", "支出预算", "支出预算"],
            ["科目编码", "科目名称", "基本支出", "项目支出"],
            *READ[2:],
        ],
        [[line[0], "", *line[1:]] for line in READ],
        [["2024年", "", "", ""], *READ, ["", "", "", ""]],
        changed(3, 1, "行政运行"),
        changed(0, 1, "科目\n名 称"),
    ],
    ids=[
        "as printed",
        "None for spans",
        "spans repeated",
        "blank column",
        "caption, blank row",
        "mended",
        "soft break",
    ],
)
def test_readings_that_say_the_same_score_one(grid: list[list[str | None]]) -> None:
    score = score_grid(TABLE, grid)
    assert (score.right, score.printed, score.read) == (CELLS, CELLS, CELLS)


@pytest.mark.parametrize(
    ("grid", "right", "read"),
    [
        ([[*line[:2], line[3], line[2]] for line in READ], CELLS - 3, CELLS),
        (changed(2, 2, "1.00"), CELLS - 1, CELLS),
        (changed(2, 2, ""), CELLS - 1, CELLS - 1),
        (changed(2, 1, "0"), CELLS, CELLS + 1),
        (without_column(3), CELLS - 3, CELLS - 3),
        (READ[:3], CELLS - 4, CELLS - 4),
        ([*READ[:2], READ[3], READ[2]], CELLS - 3, CELLS),
        ([], 0, 0),
    ],
    ids=[
        "swapped columns",
        "lost digit",
        "lost cell",
        "invented cell",
        "lost column",
        "lost row",
        "swapped rows",
        "none",
    ],
)
def test_each_fault_lowers_the_cells(grid: list[list[str]], right: int, read: int) -> None:
    score = score_grid(TABLE, grid)
    assert (score.right, score.printed, score.read) == (right, CELLS, read)
    assert score.f1 < 1


def test_tables_of_a_page_are_paired_and_others_cost_precision() -> None:
    rows = (("合计", "<", "1.00", "2.00"), ("2010602", "机关服务", "3", "4"))
    other = TABLE.model_copy(update={"rows": rows})
    read = [["合计", "", "1.00", "2.00"], ["2010602", "机关服务", "3", "4"]]
    both = score_tables([TABLE, other], [[*READ[:2], *read], READ])
    assert (both.precision, both.recall) == (1, 1)
    stray = score_tables([TABLE], [READ, [["注：", "本表"]]])
    assert (stray.right, stray.read) == (CELLS, CELLS + 2)
    assert score_tables([TABLE, other], [READ]).recall == 0.5


def fact(expected: ExpectedFact) -> Fact:
    """The fact as a perfect reader gives it."""
    return Fact(
        table=0,
        panel=expected.panel,
        code=expected.code,
        name=expected.row_path[-1],
        level=None,
        row_path=expected.row_path,
        column_path=expected.column_path,
        measure=expected.measure,
        text=expected.text,
        value=expected.value,
        unit=expected.unit,
        year=2024,
        place=Place(1, (0, 0, 1, 1)),
    )


FACTS = list(TABLE.facts())
PERFECT = [fact(e) for e in FACTS]


def scored(found: list[Fact], kind: str = "支出总表") -> FactScore:
    return score_facts(FACTS, [(kind, one) for one in found])


def test_a_transcription_expands_into_its_facts() -> None:
    assert [(e.row_path, e.measure, e.value) for e in FACTS] == [
        (("合计",), "基本支出", Decimal("10.00")),
        (("财政事务", "行政运行"), "基本支出", Decimal("10.00")),
        (("合计",), "项目支出", Decimal("8.50")),
        (("财政事务", "行政运行"), "项目支出", Decimal("8.50")),
    ]
    assert {e.unit for e in FACTS} == {"万元"}
    assert scored(PERFECT[::-1]).accuracy == 1


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("value", lambda f: replace(f, value=Decimal("1.00"), text="1.00")),
        ("value", lambda f: replace(f, value=None)),
        ("unit", lambda f: replace(f, unit="元")),
        ("code", lambda f: replace(f, code="201060")),
        ("panel", lambda f: replace(f, panel="收入")),
        ("measure", lambda f: replace(f, measure="预算数")),
        ("row_path", lambda f: replace(f, row_path=f.row_path[1:])),
        ("column_path", lambda f: replace(f, column_path=f.column_path[1:])),
    ],
)
def test_each_lost_part_makes_a_fact_wrong(part: str, damage: Callable[[Fact], Fact]) -> None:
    score = scored([PERFECT[0], damage(PERFECT[1]), *PERFECT[2:]])
    assert (score.right, score.expected) == (3, 4)
    assert score.wrong_parts == {part: 1}


def test_other_table_kind_swapped_columns_missing_and_invented_facts() -> None:
    assert scored(PERFECT, kind="收入总表").wrong_parts == {"kind": 4}
    swapped = [
        replace(f, value=g.value, text=g.text)
        for f, g in zip(PERFECT, PERFECT[2:] + PERFECT[:2], strict=True)
    ]
    assert scored(swapped).right == 0
    missing = scored(PERFECT[:3])
    assert (missing.right, missing.wrong_parts) == (3, {"missing": 1})
    stray = replace(PERFECT[0], row_path=("别的",), value=Decimal(99), text="99")
    assert scored([*PERFECT, stray]).invented == [stray]


def test_heads_of_tables_are_compared() -> None:
    table = Table(0, "表三", "支出总表", "支出总表", "万元", (1, 1), (), (), ())
    assert head_faults(TABLE, [table]) == []
    assert head_faults(TABLE, [replace(table, unit="元", number=None)]) == [
        "支出总表：表号应为 表三，读成 None",
        "支出总表：单位应为 万元，读成 元",
    ]
    assert head_faults(TABLE, [replace(table, title="收入总表")]) == ["没有题为“支出总表”的表"]


def test_a_faulty_transcription_is_named(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match="没有誊录文件"):
        load_transcriptions(tmp_path)
    ragged = TABLE.model_dump(mode="json") | {"rows": [["合计"]]}
    page = {"document": "a.pdf", "page": 1, "tables": [ragged]}
    (tmp_path / "a.json").write_text(json.dumps(page), "utf-8")
    with pytest.raises(TranscriptionError, match=r"a\.json"):
        load_transcriptions(tmp_path)
