"""The national template of final accounts (公开01表 …): 行次 columns, a 栏次 row, measures over items."""

from __future__ import annotations

from decimal import Decimal

from ingest.assemble import RawTable
from ingest.document import Fact
from ingest.facts import read_table
from ingest.grid import Grid, GridCell
from ingest.template import is_title, table_kind


def read(title: str, rows: list[list[str]]) -> list[Fact]:
    """Facts of a table given as rows of texts; ``<`` and ``^`` are covered from the left and from above."""
    width = len(rows[0])
    cells: list[GridCell] = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            wide = next((n for n in range(1, width - c) if row[c + n] != "<"), width - c)
            tall = next((n for n in range(1, len(rows) - r) if rows[r + n][c] != "^"), len(rows) - r)
            box = (c * 60.0, r * 20.0, (c + wide) * 60.0, (r + tall) * 20.0)
            cells.append(GridCell(r, c, tall, wide, box, text))
    xs, ys = (tuple(i * 60.0 for i in range(width + 1)), tuple(i * 20.0 for i in range(len(rows) + 1)))
    grid = Grid(1, (0, 0, xs[-1], ys[-1]), xs, ys, tuple(cells))
    return read_table(0, RawTable(title, None, table_kind(title), "万元", [grid]), 2023)[1]


def test_a_number_beside_the_title_is_no_title() -> None:
    assert not is_title("公开01表")
    assert is_title("收入支出决算总表")


def test_columns_of_running_numbers_are_no_figures() -> None:
    found = read(
        "收入支出决算总表",
        [
            ["收入", "<", "<", "支出", "<", "<"],
            ["项目", "行次", "金额", "项目", "行次", "金额"],
            ["栏次", "", "1", "栏次", "", "2"],
            ["一、一般公共预算财政拨款收入", "1", "1,234.56", "一、一般公共服务支出", "31", ""],
            ["八、其他收入", "8", "5.44", "十二、农林水支出", "42", "1,300.10"],
            ["总计", "30", "1,450.00", "总计", "60", "1,450.00"],
        ],
    )
    values = {(f.panel, f.name): f.value for f in found if f.value is not None}
    assert values == {
        ("收入", "一般公共预算财政拨款收入"): Decimal("1234.56"),
        ("收入", "其他收入"): Decimal("5.44"),
        ("收入", "总计"): Decimal("1450.00"),
        ("支出", "农林水支出"): Decimal("1300.10"),
        ("支出", "总计"): Decimal("1450.00"),
    }
    assert {f.measure for f in found} == {"金额"}


def test_the_measure_may_name_the_rows() -> None:
    found = read(
        "财政拨款“三公”经费支出决算表",
        [
            ["项目", "合计", "公务用车购置及运行维护费", "<", "公务接待费"],
            ["^", "^", "小计", "公务用车运行维护费", "^"],
            ["栏次", "1", "2", "3", "4"],
            ["预算数", "12.00", "10.00", "10.00", "2.00"],
            ["决算数", "9.50", "8.60", "8.60", "0.90"],
        ],
    )
    assert {(f.name, f.measure, str(f.value)) for f in found} == {
        ("“三公”经费", "预算数", "12.00"),
        ("公务用车购置及运行维护费", "预算数", "10.00"),
        ("公务用车运行维护费", "预算数", "10.00"),
        ("公务接待费", "预算数", "2.00"),
        ("“三公”经费", "决算数", "9.50"),
        ("公务用车购置及运行维护费", "决算数", "8.60"),
        ("公务用车运行维护费", "决算数", "8.60"),
        ("公务接待费", "决算数", "0.90"),
    }


def test_the_measure_may_stand_over_the_items() -> None:
    found = read(
        "财政拨款“三公”经费支出决算表",
        [
            ["预算数", "<", "<", "决算数", "<", "<"],
            [
                "合计",
                "公务用车购置及运行维护费",
                "公务接待费",
                "合计",
                "公务用车购置及运行维护费",
                "公务接待费",
            ],
            ["1", "2", "3", "4", "5", "6"],
            ["12.00", "10.00", "2.00", "9.50", "8.60", "0.90"],
        ],
    )
    assert [(f.name, f.measure, str(f.value)) for f in found] == [
        ("“三公”经费", "预算数", "12.00"),
        ("公务用车购置及运行维护费", "预算数", "10.00"),
        ("公务接待费", "预算数", "2.00"),
        ("“三公”经费", "决算数", "9.50"),
        ("公务用车购置及运行维护费", "决算数", "8.60"),
        ("公务接待费", "决算数", "0.90"),
    ]
