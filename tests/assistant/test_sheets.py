"""Spreadsheets: what strangers wrote is never run, and figures can be reckoned with."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.sheets import Sheet, Value, as_csv, as_xlsx

ATTACKS = ["=1+1", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1", " =1+1", "＝1+1"]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_is_a_formula(attack: str) -> None:
    assert read_csv(as_csv([[attack]])) == [["'" + attack]]
    cell = openpyxl.load_workbook(io.BytesIO(as_xlsx([Sheet("x", [[attack]], heads=0)]))).worksheets[0]["A1"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_figures_stay_figures_negative_ones_too() -> None:
    row: list[Value] = [Decimal("-431.83"), "-12.5", "-1,234.50", Decimal("4188000.00"), "206", None]
    assert read_csv(as_csv([row])) == [["-431.83", "-12.5", "-1,234.50", "4188000.00", "206", ""]]
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx([Sheet("收入", [row], heads=0)])))["收入"]
    assert (page["A1"].value, page["D1"].value, page["D1"].number_format) == (-431.83, 4188000, "#,##0.00")
    assert (page["E1"].data_type, page["F1"].value) == ("s", None)


VALUES = st.text(max_size=20) | st.decimals(allow_nan=False, allow_infinity=False, places=2)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(VALUES, max_size=4), max_size=4))
def test_anything_can_be_written_and_nothing_is_run(rows: list[list[str | Decimal]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([Sheet("[:*?/\\]", rows)])))
    assert not [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"]
    for written in read_csv(as_csv(rows)):
        for text in written:
            assert not text.lstrip().startswith(("=", "@"))
