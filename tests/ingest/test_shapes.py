"""Lines, grids and texts: small pure steps on plain data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from ingest.formwords import read_quantity
from ingest.grid import Rule, find_grids
from ingest.identity import identify, short_names
from ingest.lines import Char, group_lines, join
from ingest.statements import read_quantities
from ingest.text import normalise, parse_number


def chars(text: str, x: float, top: float, size: float = 12.0) -> list[Char]:
    """A run of square characters from (x, top)."""
    return [Char(c, x + i * size, top, x + (i + 1) * size, top + size, size) for i, c in enumerate(text)]


def test_digits_on_another_baseline_stay_on_their_line() -> None:
    printed = [*chars("年初预算为", 72, 100), *chars("1560", 132, 104.9), *chars("万元", 180, 100)]
    assert [line.text for line in group_lines(printed)] == ["年初预算为1560万元"]


def test_lines_that_only_touch_are_two() -> None:
    assert [n.text for n in group_lines([*chars("上一行", 72, 100), *chars("下一行", 72, 111)])] == [
        "上一行",
        "下一行",
    ]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["1033.9", "0"], "1033.90"),  # a wrapped figure
        (["机关事业单位基本养老保", "险缴费支出"], "机关事业单位基本养老保险缴费支出"),
        (["=0.72", "2.退休人员公用经费"], "=0.72 2.退休人员公用经费"),  # two list items
        (["Microsoft", "Excel"], "Microsoft Excel"),
    ],
)
def test_soft_line_breaks(lines: list[str], joined: str) -> None:
    assert join(lines) == joined


def test_a_missing_rule_makes_a_span() -> None:
    horizontal = [Rule(0, 0, 100), Rule(20, 0, 100), Rule(40, 0, 100)]
    vertical = [Rule(0, 0, 40), Rule(50, 20, 40), Rule(100, 0, 40)]
    (grid,) = find_grids(1, horizontal, vertical, chars("表头", 30, 4, 10) + chars("左", 5, 25, 10))
    assert [(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells] == [
        (0, 0, 1, 2, "表头"),
        (1, 0, 1, 1, "左"),
        (1, 1, 1, 1, ""),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("31,214,205.80", "31214205.80"),
        ("－9.2", "-9.2"),
        ("87.8%", "87.8"),
        ("０．９５", "0.95"),
        ("0", "0"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "/", "—", "2项/年", "≥90%", "1,23", "合计"])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


def test_normal_form_joins_what_was_spaced_out() -> None:
    assert normalise("公 务 用 车 购 置 费 ０ 万 元") == "公务用车购置费0万元"
    assert normalise("R&D 支出") == "R&D支出"


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("≥90%", ["服务对象满意度"], (Decimal(90), "%")),
        ("20亿元", ["技术合同成交额"], (Decimal(20), "亿元")),
        ("20.00", ["项目总预算"], (Decimal("20.00"), "万元")),
        ("6,351,000.00", ["项目资金(元)", "项目资金总额"], (Decimal("6351000.00"), "元")),
        ("85320195", ["联系电话"], (None, None)),
        ("效果显著", ["提升企业创新组织能力"], (None, None)),
    ],
)
def test_form_cells(text: str, labels: list[str], expected: tuple[Decimal | None, str | None]) -> None:
    assert read_quantity(text, labels, "万元") == expected


def test_figures_of_a_sentence_keep_their_own_labels() -> None:
    sentence = "“三公”经费预算0.3万元。其中:(1)因公出国(境)经费0万元;(2)公务接待费0.3万元,比2023年减少0.2万元"
    found = [(q.label, str(q.value), q.unit) for q in read_quantities(sentence)]
    assert found == [
        ("“三公”经费预算", "0.3", "万元"),
        ("因公出国(境)经费", "0", "万元"),
        ("公务接待费", "0.3", "万元"),
        ("公务接待费·比2023年减少", "0.2", "万元"),
    ]


@pytest.mark.parametrize(
    ("body", "called", "other"),
    [
        ("上海市普陀区财政局", {"普陀区财政局", "普陀财政局", "区财政局", "财政局"}, "上海市财政局"),
        ("岚溪县市场监督管理局", {"岚溪县市监局", "县市场监管局", "市监局"}, "场监督管理局"),
        ("江西省临洲县交通运输局", {"临洲县交通局", "县交通运输局", "交通局"}, "江西省交通运输局"),
        ("湖北省交通运输厅", {"省交通运输厅", "湖北省交通厅", "交通厅"}, "交通局"),
    ],
)
def test_names_of_a_body(body: str, called: set[str], other: str) -> None:
    names = short_names(body)
    assert called <= set(names)
    assert other not in names  # that is another body, or none


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        # A cover in two lines; the heading of a part is no body
        (["临洲县交通运输局", "2024年度部门决算", "第二部分 2024年度部门决算表"], "临洲县交通运输局"),
        (["第二部分 2024年度部门决算表", "部门：临洲县交通运输局 金额单位：万元"], "临洲县交通运输局"),
        (["南山区水务局2024年度部门决算", "单位：万元"], "南山区水务局"),
    ],
)
def test_the_body_that_speaks(lines: Sequence[str], body: str) -> None:
    assert identify("决算公开.pdf", lines, []).body == body


def test_a_form_names_who_filled_it_in_not_whose_the_document_is() -> None:
    lines = ["湖阳市南山区人民政府柳岸街道办事处", "2025年部门预算公开", "填报单位：柳岸街道党群服务中心"]
    stem = "湖阳市南山区人民政府柳岸街道办事处2025年部门预算.pdf"
    assert identify(stem, lines, []).body == "湖阳市南山区人民政府柳岸街道办事处"
    # What tables name, and the file's name abbreviates, is the full name.
    lines = ["2025年部门预算", "编制部门：湖阳市南山区科学技术和经济信息化局"]
    assert identify("南山区科经局2025年部门预算.pdf", lines, []).body == lines[1].removeprefix("编制部门：")
