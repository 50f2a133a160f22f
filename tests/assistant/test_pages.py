"""Page pictures: the mark lies on the cited print, whatever the page's rotation, crop and scale."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
import pytest
from PIL import Image

from assistant.pages import NoSuchPageError, PageImages, page_count, page_text
from ingest.document import BBox
from ingest.errors import UnreadablePDF
from ingest.pdfium import opened

SAMPLES = Path(__file__).parents[2] / "samples"
BUDGET = SAMPLES / "江岸区科经局2024年部门预算.pdf"


@pytest.fixture
def images(tmp_path: Path) -> PageImages:
    return PageImages(tmp_path / "pages")


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def marked_box(image: Image.Image) -> BBox:
    """Where the mark's red-orange outline reaches, as shares of the picture."""
    red = Image.frombytes(
        "L",
        image.size,
        bytes(
            255 if r > 170 and r - b > 120 and r - g > 80 else 0
            for r, g, b in zip(*[iter(image.tobytes())] * 3, strict=True)
        ),
    )
    box = red.getbbox()
    assert box, "no mark on the picture"
    return (
        box[0] / image.width,
        box[1] / image.height,
        box[2] / image.width,
        box[3] / image.height,
    )


def word_place(pdf: Path, page: int, text: str) -> tuple[BBox, float, float]:
    with pdfplumber.open(pdf) as opened:
        shown = opened.pages[page - 1]
        word = next(w for w in shown.extract_words() if text in w["text"])
        box = (float(word["x0"]), float(word["top"]), float(word["x1"]), float(word["bottom"]))
        return box, float(shown.width), float(shown.height)


def turned(tmp_path: Path, degrees: int) -> Path:
    """Page 44 of the sample alone, displayed turned."""
    target = tmp_path / f"turned-{degrees}.pdf"
    with opened(BUDGET) as source, pdfium.PdfDocument.new() as made:
        made.import_pages(source, [43])
        made[0].set_rotation(degrees)
        made.save(target)
    return target


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_mark_surrounds_the_cited_figure(images: PageImages, scale: float) -> None:
    """Page 44 prints 67.44 (商品服务支出)."""
    box, width, height = word_place(BUDGET, 44, "67.44")
    found = marked_box(picture(images.png(BUDGET, sha(BUDGET), 44, scale=scale, mark=box)))
    expected = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
    assert found == pytest.approx(expected, abs=0.006)
    assert found[0] < expected[0]
    assert found[1] < expected[1]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_mark_follows_the_page_rotation(images: PageImages, tmp_path: Path, degrees: int) -> None:
    """The ink under the mark is the figure's: it has as many dark pixels as upright."""
    pdf = turned(tmp_path, degrees)
    with pdfplumber.open(pdf) as opened:
        page = opened.pages[0]
        box: BBox = (100.0, 100.0, 220.0, 180.0)
        inside = page.crop(box).chars
        size = (float(page.width), float(page.height))
    assert inside, "the chosen place must hold print"
    image = picture(images.png(pdf, sha(pdf), 1, scale=1.0, mark=box))
    assert image.size == pytest.approx(size, abs=1)
    expected = (box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1])
    assert marked_box(image) == pytest.approx(expected, abs=0.006)
    plain = picture(images.png(pdf, sha(pdf), 1, scale=1.0)).convert("L")
    first = inside[0]
    glyph = plain.crop((int(first["x0"]), int(first["top"]), int(first["x1"]) + 1, int(first["bottom"]) + 1))
    assert min(glyph.tobytes()) < 128, "extraction and picture must agree where the print is"


def test_mark_on_a_cropped_page(images: PageImages, tmp_path: Path) -> None:
    """A crop box cuts 40 points at the left and 60 at the top: the mark still meets 67.44."""
    target = tmp_path / "cropped.pdf"
    with opened(turned(tmp_path, 0)) as document:
        left, bottom, right, top = document[0].get_mediabox()
        document[0].set_cropbox(left + 40, bottom, right, top - 60)
        document.save(target)
    box, width, height = word_place(target, 1, "67.44")
    found = marked_box(picture(images.png(target, sha(target), 1, mark=box)))
    width, height = right - left - 40, top - bottom - 60
    upright, *_ = word_place(BUDGET, 44, "67.44")
    expected = (
        (upright[0] - 40) / width,
        (upright[1] - 60) / height,
        (upright[2] - 40) / width,
        (upright[3] - 60) / height,
    )
    assert found == pytest.approx(expected, abs=0.006)


def test_print_stays_readable_under_the_mark(images: PageImages) -> None:
    box, *_ = word_place(BUDGET, 44, "67.44")
    image = picture(images.png(BUDGET, sha(BUDGET), 44, scale=2.0, mark=box))
    inside = image.crop((box[0] * 2, box[1] * 2, box[2] * 2, box[3] * 2))
    shades = inside.convert("L").tobytes()
    assert min(shades) < 90, "black print"
    assert max(shades) > 200, "light ground"


def test_chinese_fonts_that_a_pdf_does_not_embed_are_drawn(images: PageImages, tmp_path: Path) -> None:
    """Two different characters of a font that is not embedded give two different pictures."""
    pictures = []
    for name, code in (("a", "D4A4"), ("b", "CBE3")):
        pdf = tmp_path / f"{name}.pdf"
        pdf.write_bytes(_pdf_with_unembedded_text(code))
        pictures.append(images.png(pdf, sha(pdf), 1, scale=2.0))
    assert pictures[0] != pictures[1], (
        "没有中文字体：请安装 fonts-noto-cjk（apt-get install fonts-noto-cjk）。"
    )
    assert min(picture(pictures[0]).convert("L").tobytes()) < 100


def test_a_page_outside_the_document_is_refused(images: PageImages) -> None:
    last = page_count(BUDGET)
    with pytest.raises(NoSuchPageError, match=f"共 {last} 页"):
        images.png(BUDGET, sha(BUDGET), last + 1)
    with pytest.raises(NoSuchPageError):
        images.png(BUDGET, sha(BUDGET), 0)


def test_a_missing_file_is_said_in_words(images: PageImages, tmp_path: Path) -> None:
    with pytest.raises(UnreadablePDF, match="打不开"):
        images.png(tmp_path / "没有.pdf", "0" * 64, 1)


def test_the_cache_serves_again_and_stays_within_its_limit(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    first = PageImages(folder).png(BUDGET, sha(BUDGET), 44, scale=1.0)
    limit = len(first) * 3
    images = PageImages(folder, limit_bytes=limit)
    gone = tmp_path / "moved.pdf"
    assert images.png(gone, sha(BUDGET), 44, scale=1.0) == first, "served without the PDF"
    for page in range(1, 12):
        images.png(BUDGET, sha(BUDGET), page, scale=1.0)
    assert sum(file.stat().st_size for file in folder.iterdir()) <= limit


def test_a_removed_document_leaves_no_pictures(images: PageImages, tmp_path: Path) -> None:
    other = turned(tmp_path, 0)
    images.png(BUDGET, sha(BUDGET), 1, scale=1.0)
    images.png(other, sha(other), 1, scale=1.0)
    images.keep_only([sha(other)])
    assert [file.name.partition("-")[0] for file in (tmp_path / "pages").iterdir()] == [sha(other)]


def _pdf_with_unembedded_text(code: str) -> bytes:
    """A page that shows one GBK-coded character in SimSun without carrying the font."""
    stream = f"BT /F1 60 Tf 40 60 Td <{code}> Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 160]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>",
        b"<</Type/FontDescriptor/FontName/SimSun/Flags 32/FontBBox[0 -200 1000 900]/ItalicAngle 0"
        b"/Ascent 859/Descent -141/CapHeight 700/StemV 80>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 8\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def test_many_threads_draw_and_read_at_once(images: PageImages) -> None:
    pages = range(1, page_count(BUDGET) + 1)
    alone = [page_text(BUDGET, page) for page in pages]
    with ThreadPoolExecutor(4) as pool:
        drawn = [pool.submit(images.png, BUDGET, sha(BUDGET), page, scale=0.5) for page in pages]
        read = [pool.map(page_text, [BUDGET] * len(pages), pages) for _ in range(3)]
        assert all(list(texts) == alone for texts in read)
        assert all(picture(png.result()).width for png in drawn)
    assert page_text(BUDGET, len(pages) + 1) is None
