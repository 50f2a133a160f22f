"""Tables that list a department's units one after another, each over its own accounts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from ingest.document import Document
from tests.ingest.sheets import read, sheet

_HEAD = "类|款|项|科目编码|单位（科目）名称|总计|基本支出|项目支出"
_ROWS = (
    "|||308|南山区文化局|170.00|150.00|20.00",
    "|||308001|南山区文化局机关|100.00|90.00|10.00",
    "207|||207|文化旅游体育与传媒支出|92.00|82.00|10.00",
    "207|01|01|2070101|行政运行|92.00|82.00|10.00",
    "221|||221|住房保障支出|8.00|8.00|",
    "221|02|01|2210201|住房公积金|8.00|8.00|",
    "|||308002|南山区图书馆|70.00|60.00|10.00",
    "207|||207|文化旅游体育与传媒支出|63.00|53.00|10.00",
    "207|01|04|2070104|图书馆|63.00|53.00|10.00",
    "221|||221|住房保障支出|7.00|7.00|",
    "221|02|01|2210201|住房公积金|7.00|7.00|",
)
_WIDTHS = [30, 26, 26, 50, 150, 60, 60, 60]


def _document(folder: Path, rows: tuple[str, ...]) -> Document:
    table = [row.split("|") for row in (_HEAD, *rows)]
    return read(folder, sheet("部门支出总表", "单位：万元", table=(table, _WIDTHS)))


def _funds(document: Document) -> dict[tuple[str, ...], Decimal | None]:
    """The housing funds by their paths."""
    facts = (f for f in document.facts if f.name == "住房公积金" and f.measure == "合计")
    return {f.row_path: f.value for f in facts}


def test_an_account_stands_under_the_unit_whose_it_is(tmp_path: Path) -> None:
    assert _funds(_document(tmp_path, _ROWS)) == {
        ("南山区文化局机关", "住房保障支出", "住房公积金"): Decimal("8.00"),
        ("南山区图书馆", "住房保障支出", "住房公积金"): Decimal("7.00"),
    }


def test_rows_that_do_not_come_to_a_unit_are_not_put_under_it(tmp_path: Path) -> None:
    wrong = tuple(row.replace("南山区图书馆|70.00", "南山区图书馆|71.00") for row in _ROWS)
    assert set(_funds(_document(tmp_path, wrong))) == {("住房保障支出", "住房公积金")}


def test_a_code_behind_its_parts_is_read_once(tmp_path: Path) -> None:
    codes = {f.name: f.code for f in _document(tmp_path, _ROWS).facts}
    assert codes["住房公积金"] == "2210201" and codes["住房保障支出"] == "221"
