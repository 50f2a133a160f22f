"""Codes as the samples print them: whole, in columns or wrapped, and the official name each one has."""

import re
from pathlib import Path

import pdfplumber
import pytest

from ingest.classification import (
    all_codes,
    all_names,
    is_economic,
    is_functional,
    join_code,
    level,
    lookup,
    names,
    parents,
)
from ingest.text import key

SAMPLES = Path(__file__).parents[2] / "samples"
ROW = re.compile(r"^(\d{7}|\d{5}|\d{3}(?: \d{2}){0,2}) ([\u4e00-\u9fff（）()]{2,}) ", re.MULTILINE)


@pytest.mark.parametrize(
    ("file", "page", "at_least"),
    [
        ("江岸区科经局2024年部门预算.pdf", 9, 25),  # 表五: functional, whole codes
        ("江岸区科经局2024年部门预算.pdf", 10, 20),  # 表六: economic, whole codes
        ("上海市普陀区财政局部门25年预算.pdf", 12, 12),  # functional, 类/款/项 in columns
        ("上海市普陀区财政局部门25年预算.pdf", 20, 15),  # economic, 类/款 in columns
    ],
)
def test_printed_rows_have_their_official_name(file: str, page: int, at_least: int) -> None:
    with pdfplumber.open(SAMPLES / file) as pdf:
        rows = ROW.findall(pdf.pages[page - 1].extract_text())
    assert len(rows) >= at_least
    for printed, name in rows:
        code = join_code(printed.split(" "))
        assert code is not None
        assert key(lookup(code) or "") == key(name), code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["201", "06", "01"], "2010601"),
        (["201", "06", ""], "20106"),
        (["302", "28"], "30228"),
        (["2060\n102"], "2060102"),
        (["2060", "102"], "2060102"),
        (["２０１０６０１"], "2010601"),
        (["201", "6", "1"], "2010601"),
        (["201", "20106", "2010601"], "2010601"),
        (["2010601"], "2010601"),
        (["合计", "", ""], None),
        (["", "06", "01"], None),
        (["2024"], None),
        (["999", "01"], None),
        (["301", "01", "02"], None),
        ([], None),
    ],
)
def test_split_codes_are_joined(parts: list[str], code: str | None) -> None:
    assert join_code(parts) == code


def test_level_and_parents() -> None:
    assert [level(code) for code in ("206", "20601", "2060101", "30228", "3022801", "2060", "118")] == [
        1,
        2,
        3,
        2,
        None,
        None,
        None,
    ]
    assert parents("2010601") == ("201", "20106")
    assert parents("30228") == ("302",)
    assert parents("2060") == ()
    assert is_functional("2060101") and not is_functional("30228")
    assert is_economic("50201") and not is_economic("20601")


def test_names_follow_the_year() -> None:
    assert lookup("215", 2024) == "资源勘探工业信息等支出"
    assert lookup("215", 2019) == "资源勘探信息等支出"
    assert lookup("21305", 2022) == "巩固脱贫衔接乡村振兴"
    assert lookup("21305", 2021) == "扶贫"
    assert names("20805") == ("行政事业单位养老支出", "行政事业单位离退休")


def test_recurring_items_hold_only_where_they_are_official() -> None:
    assert lookup("2010601") == lookup("2120101") == "行政运行"
    assert lookup("2010699") == "其他财政事务支出"
    assert lookup("2080501") == "行政单位离退休"
    assert lookup("2010677") is None


def test_every_code_has_its_parents_and_a_name() -> None:
    for code in all_codes():
        assert level(code) is not None, code
        assert all(lookup(parent) for parent in parents(code)), code
        assert names(code) and set(names(code)) <= all_names(), code
