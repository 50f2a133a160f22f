"""The documents page in a real browser: upload and ask, wrong files, removal, tables beside pages, audits.

The sample PDFs are held; figures and places are those of their pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from ingest.document import Cell, Document, Kind, Scope, Table
from ingest.document import Page as PdfPage
from vectorstore.store import Store

TOKEN = "staff-word"
BUDGET = "上海市普陀区财政局部门25年预算.pdf"  # page 21: 公务接待费 0.95万元
RECEPTION = "268.50,240.48,369.78,309.84"  # where that stands
EVIL = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>${window.pwned=3}{{1}}'
READING = 120_000  # milliseconds for a PDF of two pages, on a busy machine

Opened = Callable[..., Page]


@pytest.fixture
def documents(office: tuple[str, Store], visit: Opened) -> Opened:
    """Opens the page; staff sign in on the way, visitors do not."""

    def opened(width: int = 1440, *, staff: bool = False, **options: Any) -> Page:
        page = visit(f"{office[0]}documents/", width, **options)
        if staff:
            page.get_by_role("button", name="工作人员登录").click()
            page.get_by_label("工作人员口令").fill(TOKEN)
            page.get_by_role("button", name="登录").click()
        expect(row(page, BUDGET)).to_be_visible()
        return page

    return opened


def row(page: Page, name: str) -> Locator:
    return page.locator(".bq-list tbody tr").filter(has_text=name)


def send(page: Page, *files: tuple[str, bytes]) -> None:
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in files
    ]
    page.locator("input[type=file]").set_input_files(payloads)


def image_shows(page: Page, part: str) -> None:
    """The picture has arrived; `part` of its address names the page, or the place marked on it."""
    page.wait_for_function(
        "part => { const i = document.querySelector('.bq-image');"
        " return i && i.complete && i.naturalWidth > 0 && i.src.includes(part); }",
        arg=part,
    )


def hold_hostile(store: Store, name: str, samples: Path, folder: Path) -> None:
    """A document all of whose printed text is markup."""
    pdf = folder / name
    pdf.write_bytes((samples / BUDGET).read_bytes() + b"\n% another file\n")
    cell = Cell(1, 0, 0, EVIL, (10.0, 10.0, 90.0, 30.0))
    table = Table(0, EVIL, EVIL, "其他", EVIL, (1, 1), ((EVIL,),), ((EVIL,),), (cell,), note=EVIL)
    digest, page = hashlib.sha256(pdf.read_bytes()).hexdigest(), PdfPage(1, 595.0, 842.0, EVIL)
    held = Document(
        name, digest, EVIL, EVIL, (EVIL,), 2020, Kind.BUDGET, Scope.UNIT, (page,),
        tables=(table,), warnings=(EVIL,),
    )  # fmt: skip
    store.add(held, pdf, embed=False)


def test_a_visitor_looks_but_is_offered_no_change(documents: Opened) -> None:
    page = documents()
    assert [cell.strip() for cell in row(page, BUDGET).locator("td").all_inner_texts()][1:6] == [
        "2025", "预算", "部门", "24", "9",
    ]  # fmt: skip
    expect(page.locator(".bq-signin")).to_contain_text("只能查看")
    assert page.locator("input[type=file]").count() == 0
    assert page.get_by_role("button", name="移除").count() == 0
    page.get_by_role("searchbox", name="筛选文件").fill("江岸 2024")
    expect(page.locator(".bq-count")).to_have_text("共 3 份，符合 1 份")
    expect(row(page, BUDGET)).to_be_hidden()


def test_an_uploaded_file_is_asked_and_removed_again(
    documents: Opened, samples: Path, excerpt: Callable[..., bytes]
) -> None:
    page = documents(staff=True)
    name = "新上传的2025年预算.pdf"
    send(page, (name, excerpt(samples / BUDGET, 1, 21)))
    job = page.locator(".bq-jobs li").filter(has_text=name)
    expect(job).to_have_attribute("data-state", "added", timeout=READING)
    expect(job).to_contain_text("2 页")
    expect(row(page, name)).to_be_visible()

    page.get_by_role("link", name="提问").click()
    page.locator(".bq-files input").click()
    page.get_by_role("option", name=name).click()
    page.keyboard.press("Escape")
    page.locator(".bq-input textarea").fill("2025年公务接待费是多少？")
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator(".bq-text")).to_contain_text("0.95万元")
    expect(page.locator(".bq-used")).to_contain_text(f"依据《{name}》")
    image_shows(page, f"/2.png?scale=2&mark={RECEPTION[:6]}")

    page.get_by_role("link", name="文件", exact=True).click()
    page.get_by_role("button", name=f"移除 {name}").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text(f"要移除“{name}”吗？")
    expect(asked.get_by_role("button", name="取消")).to_be_focused()
    asked.get_by_role("button", name="取消").click()
    expect(row(page, name)).to_be_visible()
    page.get_by_role("button", name=f"移除 {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    expect(row(page, name)).to_have_count(0)
    page.reload()
    expect(row(page, BUDGET)).to_be_visible()
    expect(row(page, name)).to_have_count(0)


def test_a_wrong_file_is_told_in_one_sentence_beside_its_name(documents: Opened, samples: Path) -> None:
    page = documents(staff=True)
    hostile = "坏名字<img src=x onerror=window.pwned=1>.pdf"
    send(
        page,
        ("网页.pdf", b"<html>not a PDF</html>"),
        (hostile, b"plain text"),
        ("坏.pdf", b"%PDF-1.7\nnothing"),
        ("大.pdf", b"%PDF-" + b"0" * 2_200_000),
        (BUDGET, (samples / BUDGET).read_bytes()),
    )
    jobs = page.locator(".bq-jobs li")
    told = {
        "网页.pdf": "网页.pdf 不是 PDF 文件，请上传 PDF。",
        hostile: "坏名字_img src=x onerror=window.pwned=1_.pdf 不是 PDF 文件，请上传 PDF。",
        "坏.pdf": "请",
        "大.pdf": "有 3 MB，超过了 2 MB 的上限，请拆成几份再上传。",
    }
    for name, said in told.items():
        job = jobs.filter(has=page.locator("b", has_text=name))
        expect(job).to_have_attribute("data-state", "failed", timeout=READING)
        expect(job.locator("span")).to_contain_text(said)
    held = jobs.filter(has=page.locator("b", has_text=BUDGET))
    expect(held.locator("span")).to_have_text("没有变化，已跳过", timeout=READING)
    damaged = jobs.filter(has=page.locator("b", has_text="坏.pdf")).locator("span").inner_text()
    assert damaged.count("。") == 1, damaged
    assert "Error" not in damaged
    assert page.evaluate("window.pwned") is None


def test_a_table_stands_beside_its_page_and_a_cell_shows_its_place(documents: Opened) -> None:
    page = documents()
    row(page, BUDGET).get_by_role("link").click()
    page.locator(".bq-toc a").filter(has_text="“三公”经费").click()
    cell = page.locator('.bq-grid td[data-row="0"][data-col="2"]')
    expect(cell).to_have_text("0.95")
    image_shows(page, "/21.png")
    expect(page.locator(".bq-facts")).to_contain_text("单位：万元")
    cell.click()
    image_shows(page, f"/21.png?scale=2&mark={RECEPTION}")
    expect(page.locator(".bq-image")).to_have_attribute("alt", f"{BUDGET} 第 21 页，已标出表格的位置")
    page.keyboard.press("ArrowRight")
    expect(page.locator('.bq-grid td[data-row="0"][data-col="3"]')).to_be_focused()
    page.wait_for_function("at => !document.querySelector('.bq-image').src.includes(at)", arg=RECEPTION)
    page.go_back()
    page.go_back()
    expect(row(page, BUDGET)).to_be_visible()


def test_an_audit_tells_what_does_not_agree_and_shows_where(documents: Opened) -> None:
    page = documents()
    row(page, BUDGET).get_by_role("link").click()
    page.get_by_role("link", name="勾稽核对").click()
    found = page.locator(".bq-findings li")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("887.36万元（第7页）")
    expect(page.locator(".bq-counts")).to_contain_text("不符 1 处")
    found.get_by_role("button", name="第 7 页").first.click()
    image_shows(page, "/7.png?scale=2&mark=")


def test_on_a_phone_the_page_lies_over_the_table_until_it_is_closed(documents: Opened) -> None:
    page = documents(360, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    row(page, BUDGET).get_by_role("link").click()
    expect(page.locator(".bq-grid")).to_be_visible()
    expect(page.locator(".bq-image")).to_be_hidden()
    page.get_by_role("button", name="看原文页面").click()
    expect(page.locator(".bq-image")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="返回").click()
    expect(page.locator(".bq-image")).to_be_hidden()


def test_text_of_names_and_tables_is_never_markup(
    documents: Opened, office: tuple[str, Store], samples: Path, tmp_path: Path
) -> None:
    name = "坏名字<img src=x onerror=window.pwned=4>{{x}}.pdf"
    hold_hostile(office[1], name, samples, tmp_path)
    page = documents(staff=True)
    line = row(page, name)
    assert line.locator("a").inner_text() == EVIL
    assert line.locator(".bq-file").inner_text() == name
    line.locator("summary").click()
    assert line.locator("li").inner_text() == EVIL
    line.get_by_role("link").click()
    expect(page.locator(".bq-grid td")).to_have_text(EVIL)
    assert page.locator(".bq-grid th").inner_text() == EVIL
    assert page.locator(".bq-read h3").inner_text() == EVIL
    assert page.locator(".bq-toc a").inner_text().endswith(EVIL)
    assert page.locator(".bq-warning").inner_text() == f"提醒：{EVIL}"
    page.get_by_role("link", name="全部文件").click()
    page.get_by_role("button", name=f"移除 {name}").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"要移除“{name}”吗？")
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    expect(row(page, name)).to_have_count(0)
    assert page.evaluate("window.pwned") is None


def test_an_address_of_no_document_says_where_to_go(office: tuple[str, Store], visit: Opened) -> None:
    page = visit(f"{office[0]}documents/#doc=999")
    expect(page.locator(".bq-reader .bq-none")).to_have_text(
        "这份文件已经不在资料库里，请从文件列表里另选一份。"
    )
