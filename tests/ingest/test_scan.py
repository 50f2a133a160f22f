"""Scanned copies of sample pages give the figures of the text PDF, each at its place on the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from ingest.deskew import find_skew
from ingest.document import BBox, Document, Fact
from ingest.errors import UnreadablePDF
from ingest.lines import group_lines
from ingest.misread import as_code, as_figure, as_word
from ingest.ocr import Reading
from ingest.pdfium import opened
from ingest.pipeline import read_document
from ingest.scan import chars_of

BUDGET = "江岸区科经局2024年部门预算.pdf"
SHANGHAI = "上海市普陀区财政局部门25年预算.pdf"
PAGE = 9  # 表五: 一般公共预算支出表
ANGLE = 1.2


def photographed(pdf: Path, number: int, dpi: int, angle: float) -> Image.Image:
    """A page (from 1) as a scanner sees it: askew, unevenly lit, grainy, with specks of dirt."""
    noise = np.random.default_rng(7)
    with opened(pdf) as document:
        picture = document[number - 1].render(scale=dpi / 72, grayscale=True).to_pil().copy()
    picture = picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.4)), np.float64)
    grey = 25 + grey * 0.88 - np.linspace(0, 10, grey.shape[1])
    grey += noise.normal(0, 8, grey.shape)
    grey[noise.random(grey.shape) < 0.0004] = 30
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def text(samples: Path, excerpt: Callable[..., bytes], tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("text") / "页.pdf"
    path.write_bytes(excerpt(samples / BUDGET, PAGE))
    return read_document(path)


@pytest.fixture(scope="module")
def scan(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("scan") / "扫描件.pdf"
    photographed(samples / BUDGET, PAGE, 150, ANGLE).save(path, "PDF", resolution=150, quality=75)
    return read_document(path)


def stated(document: Document) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Fact]:
    return {(f.row_path, f.column_path): f for f in document.facts}


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        (None, "总计", "1033.90"),
        ("206", "项目支出", "89.57"),
        ("2060101", "基本支出", "469.52"),
        ("2060101", "项目支出", None),  # printed blank
        ("2210202", "总计", "15.98"),
    ],
)
def test_figures_stand_at_their_row_and_column(
    scan: Document, code: str | None, column: str, value: str | None
) -> None:
    (fact,) = [f for f in scan.facts if f.code == code and f.column_path == (column,)]
    assert fact.value == (Decimal(value) if value else None)
    assert fact.text == (value or "")
    assert fact.unit == ("万元" if value else None)


def test_a_scan_says_what_the_text_says(scan: Document, text: Document) -> None:
    printed, read = stated(text), stated(scan)
    same = [at for at, fact in printed.items() if at in read and read[at].text == fact.text]
    assert len(printed) == 84
    assert len(same) >= 0.98 * len(printed)
    (table,) = scan.tables
    assert (table.number, table.kind, table.unit) == ("表五", "一般公共预算支出表", "万元")


def test_places_are_where_the_page_shows_them(scan: Document, text: Document) -> None:
    width, height = text.pages[0].width, text.pages[0].height
    found, printed = stated(scan), stated(text)
    off = []
    for at in found.keys() & printed.keys():
        x, y = middle(printed[at].place.bbox)
        turned = turned_about((width / 2, height / 2), (x, y), ANGLE)
        off.append(math.dist(middle(found[at].place.bbox), turned))
    assert max(off) < 3  # points; unturned, the table's corners would be eight points off


def middle(box: BBox) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def turned_about(centre: Sequence[float], point: Sequence[float], degrees: float) -> tuple[float, float]:
    """A point of a page that was turned counter-clockwise (y grows downwards)."""
    dx, dy, angle = point[0] - centre[0], point[1] - centre[1], math.radians(degrees)
    return (
        centre[0] + dx * math.cos(angle) + dy * math.sin(angle),
        centre[1] - dx * math.sin(angle) + dy * math.cos(angle),
    )


def test_a_scan_is_known_as_one(scan: Document, text: Document) -> None:
    assert [p.scanned for p in (*scan.pages, *text.pages)] == [True, False]
    assert all(f.confidence is None for f in text.facts)
    assert all(f.confidence is not None and f.confidence > 0.5 for f in scan.facts)
    assert scan.warnings[0] == "第1页是扫描件，文字由识别得到，请对照原件"


def test_a_page_scanned_sideways(samples: Path, tmp_path: Path) -> None:
    picture = photographed(samples / BUDGET, 11, 150, 0)  # 表七: “三公”经费, and 表八
    picture = picture.rotate(90, expand=True)
    picture.save(tmp_path / "横放.pdf", "PDF", resolution=150)
    document = read_document(tmp_path / "横放.pdf")
    figures = {f.name: f for f in document.facts if f.value is not None}
    assert figures["公务接待费"].value == Decimal("0.3")
    assert document.pages[0].width > document.pages[0].height
    x0, top, x1, bottom = figures["公务接待费"].place.bbox
    assert bottom - top > x1 - x0  # its wide cell stands upright on the page
    assert document.tables[1].note == "本单位无政府性基金支出"


def test_letters_without_meaning_are_read_from_the_picture(
    samples: Path, excerpt: Callable[..., bytes], tmp_path: Path
) -> None:
    plain = tmp_path / "原件.pdf"
    plain.write_bytes(excerpt(samples / SHANGHAI, 16))
    unnamed = tmp_path / "缺字符表.pdf"
    unnamed.write_bytes(plain.read_bytes().replace(b"/ToUnicode", b"/ToUnicodX"))
    printed, read = stated(read_document(plain)), stated(read_document(unnamed))
    assert {at: f.text for at, f in read.items()} == {at: f.text for at, f in printed.items()}
    assert "2,049,197.00" in {f.text for f in read.values()}  # 住房公积金
    for at, fact in read.items():  # the page's own rules are kept
        assert fact.place.bbox == pytest.approx(printed[at].place.bbox)


def test_a_picture_without_words_is_refused(tmp_path: Path) -> None:
    Image.new("L", (1240, 1754), 255).save(tmp_path / "白纸.pdf", "PDF", resolution=150)
    with pytest.raises(UnreadablePDF, match=r"白纸\.pdf 没有可读取的文字"):
        read_document(tmp_path / "白纸.pdf")


@pytest.mark.parametrize("angle", [-3.2, -0.5, 0.0, 1.3])
def test_the_skew_is_found(angle: float) -> None:
    sheet = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(sheet)
    for y in range(300, 1500, 60):
        draw.line((150, y, 1090, y), fill=0, width=3)
    askew = np.asarray(sheet.rotate(-angle, resample=Image.Resampling.BICUBIC, fillcolor=255), np.uint8)
    assert find_skew(askew) == pytest.approx(angle, abs=0.05)


@given(
    st.lists(
        st.tuples(st.sampled_from([*"0123456789.,-%年度支出“”"]), st.floats(-0.4, 0.4)),
        min_size=1,
        max_size=30,
    )
)
def test_no_letter_of_a_line_is_lost_or_moved(letters: list[tuple[str, float]]) -> None:
    text = "".join(letter for letter, _ in letters)
    middles = tuple((n + 0.5 + jitter) / len(letters) for n, (_, jitter) in enumerate(letters))
    line = chars_of(Reading(text, 1.0, middles), (72, 100, 72 + 5.5 * len(letters), 108))
    assert [n.text for n in group_lines(list(line))] == [text]


@pytest.mark.parametrize(
    ("read", "figure"),
    [
        ("53:18", "53.18"),
        (".203.08", "203.08"),
        ("1.033.90", "1,033.90"),
        ("1,36", "1.36"),
        ("-l2.OO", "-12.00"),
        ("1033.9", None),  # a digit is missing: nothing to make up
        ("12", None),
        ("3次", None),
    ],
)
def test_figures_are_mended_by_their_columns_form(read: str, figure: str | None) -> None:
    assert as_figure(read, 2) == figure


@pytest.mark.parametrize(("read", "code"), [("20601.", "20601"), ("3.01", "301"), ("合计", None)])
def test_codes_are_mended(read: str, code: str | None) -> None:
    assert as_code(read) == code


@pytest.mark.parametrize(
    ("read", "sure", "word"),
    [
        ("项月支出明细测算", (1, 0.6, 1, 1, 1, 1, 1, 1), "项目支出明细测算"),
        ("科学技木支出", (1, 1, 1, 0.7, 1, 1), "科学技术支出"),
        ("科学技木支出", (1, 1, 1, 0.99, 1, 1), None),  # no doubt: it may be printed so
        ("科学技术支出", (1, 1, 1, 0.5, 1, 1), None),  # right already
        ("青年人才支出", (1, 0.5, 1, 1, 1, 1), None),  # no official word
    ],
)
def test_official_words_are_mended_where_a_letter_is_doubtful(
    read: str, sure: tuple[float, ...], word: str | None
) -> None:
    assert as_word(read, sure) == word
