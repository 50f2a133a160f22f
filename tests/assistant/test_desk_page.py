"""The staff desk in a real browser: from a citizen's letter to a reviewed reply in Word.

The letter asks for a figure of a sample PDF: page 21 of the budget prints 公务接待费 0.95万元.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from playwright.sync_api import Locator, Page, expect

from vectorstore.store import Store

TOKEN = "staff-word"
BUDGET = "上海市普陀区财政局部门25年预算.pdf"
EVIL = '<img src=x onerror="window.pwned=1">${window.pwned=2}'
LETTER = f"""尊敬的普陀区财政局领导：
您好！我是市民王五{EVIL}，看了贵局公布的2025年部门预算，想请问：
1. 2025年公务接待费是多少？
2. 江岸区科经局2024年住房公积金是多少？
盼复，谢谢！"""

Opened = Callable[..., Page]


@pytest.fixture
def desk(office: tuple[str, Store], visit: Opened) -> Opened:
    """Opens the desk for a person who signs in under a name."""

    def opened(name: str, width: int = 1440) -> Page:
        page = visit(f"{office[0]}signin?next=desk", width)
        page.get_by_label("工作人员口令").fill(TOKEN)
        page.get_by_label("姓名").fill(name)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_label("来信全文")).to_be_visible()
        return page

    return opened


def take_in(page: Page, letter: str) -> None:
    page.get_by_label("来信全文").fill(letter)
    page.get_by_role("button", name="拆出问题并查询").click()
    expect(notice(page)).to_contain_text("请核对后修改、审核。")
    expect(page.locator(".bq-item .bq-answer").first).to_be_visible()  # the questions are drawn last


def notice(page: Page) -> Locator:
    return page.locator(".bq-notice")


def reply_text(page: Page) -> str:
    return page.get_by_label("答复全文").input_value()


def fill_in(page: Page) -> None:
    """Write what only a person knows in the place of what the draft leaves open."""
    said = reply_text(page)
    for left, known in (
        ("【来信人称呼】", "王五同志"), ("【联系人】", "张三"), ("【联系电话】", "021-1234"),
        ("【单位名称】", "普陀区财政局"), ("【年月日】", "2026年3月1日"),
    ):  # fmt: skip
        assert left in said
        said = said.replace(left, known)
    page.get_by_label("答复全文").fill(said)


def downloaded(page: Page) -> tuple[str, Document]:
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 Word").click()
    return download.value.suggested_filename, docx.Document(str(download.value.path()))


def press(page: Page, name: str, said: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(notice(page)).to_contain_text(said)


def test_a_letter_becomes_a_reviewed_reply_with_its_sources(desk: Opened) -> None:
    page = desk("张三")
    take_in(page, LETTER)
    assert [box.input_value() for box in page.get_by_label("第 1 问").all()] == ["2025年公务接待费是多少？"]
    items = page.locator(".bq-item")
    expect(items).to_have_count(2)
    expect(items.nth(0).locator(".bq-answer")).to_contain_text("0.95万元")
    expect(items.nth(1).locator(".bq-answer")).to_contain_text("江岸区科经局")
    expect(page.locator(".bq-banner")).to_contain_text("参考答复，须经人工审核")

    items.nth(0).locator(".bq-text a.bq-chip", has_text="[1]").click()
    expect(page.locator(".bq-view-head")).to_contain_text(BUDGET)
    page.wait_for_function(
        "() => { const i = document.querySelector('.bq-image');"
        " return i && i.complete && i.naturalWidth > 0 && i.src.includes('mark='); }"
    )
    page.keyboard.press("Escape")
    expect(page.locator(".bq-image")).to_be_hidden()

    assert "公务接待费" in reply_text(page)
    expect(page.get_by_role("button", name="标为已发出")).to_have_count(0)
    press(page, "审核通过", "还不能审核通过：请填写或删去【来信人称呼】")
    fill_in(page)
    press(page, "保存修改", "答复已保存。")
    name, reference = downloaded(page)
    assert "参考" in name
    assert reference.sections[0].header.paragraphs[0].text == "参考答复，须经人工审核"

    press(page, "审核通过", "已审核通过")
    expect(page.locator(".bq-case-head")).to_contain_text("张三 审核于")
    name, made = downloaded(page)
    assert "参考" not in name
    lines = [paragraph.text for paragraph in made.paragraphs]
    assert lines[0] == "王五同志："
    assert any(line.startswith("[1] 《") and "第" in line for line in lines)
    assert "附件：答复所依据的原文" in lines
    quoted = {row.cells[1].text: row.cells[4].text for row in made.tables[0].rows[1:]}
    assert any("0.95" in quote for quote in quoted.values())
    expect(page.get_by_role("button", name="标为已发出")).to_be_visible()
    press(page, "标为已发出", "已标为发出。")
    expect(page.locator(".bq-case-head .bq-state")).to_have_text("已发出")
    expect(page.locator(".bq-case-head")).to_contain_text("张三 发出于")
    expect(page.get_by_label("答复全文")).to_be_disabled()
    expect(page.get_by_role("button", name="重新查询", exact=True)).to_have_count(0)
    page.get_by_role("button", name="办理记录").click()
    expect(page.locator(".bq-history li").first).to_contain_text("张三　标为已发出")


def test_questions_are_changed_added_and_left_out(desk: Opened) -> None:
    page = desk("李四")
    take_in(page, LETTER)
    page.get_by_label("第 2 问").fill("2025年公务用车购置及运行费是多少？")
    page.locator(".bq-item").nth(1).get_by_role("button", name="重新查询").click()
    expect(notice(page)).to_have_text("第 2 问已重新查询。")
    expect(page.locator(".bq-item").nth(1)).to_contain_text("公务用车")
    expect(page.get_by_label("答复全文")).to_have_value(re.compile("公务用车购置及运行费是多少"))
    page.get_by_label("补充一个问题").fill("2025年因公出国（境）费是多少？")
    page.get_by_role("button", name="补充", exact=True).click()
    expect(page.locator(".bq-item")).to_have_count(3)
    page.locator(".bq-item").nth(0).get_by_role("button", name="删去这一问").click()
    expect(page.locator(".bq-item")).to_have_count(2)
    expect(page.get_by_label("第 1 问")).to_have_value("2025年公务用车购置及运行费是多少？")


def test_earlier_replies_are_found_and_opened_and_letters_are_never_markup(desk: Opened) -> None:
    page = desk("赵六")
    marked = f"暗号蓝鲸{EVIL}：公务用车保有量是几辆？"
    take_in(page, marked)
    page.get_by_role("button", name="新来信").click()
    expect(page.get_by_label("来信全文")).to_be_visible()
    page.get_by_label("查找以前的来信和答复").fill("蓝鲸 保有量")
    expect(page.locator(".bq-cases button")).to_have_count(1)
    page.locator(".bq-cases button").click()
    page.get_by_role("button", name="来信原文").click()
    assert page.locator(".bq-letter").inner_text() == marked
    page.get_by_label("查找以前的来信和答复").fill("没有这个词")
    expect(page.locator(".bq-aside")).to_contain_text("没有这样的来信。")
    page.get_by_role("button", name="删除这件来信").click()
    page.get_by_role("button", name="确认删除").click()
    expect(notice(page)).to_contain_text("已删除")
    assert page.evaluate("window.pwned") is None


def test_two_people_at_one_letter_are_told_of_each_other(desk: Opened) -> None:
    one = desk("张三")
    take_in(one, "公务接待费2025年是多少？")
    other = desk("李四")
    other.locator(".bq-cases button").first.click()
    other.get_by_label("答复全文").fill("李四写的。")
    press(other, "保存修改", "答复已保存。")
    one.get_by_label("答复全文").fill("张三写的。")
    press(one, "保存修改", "刚被别人改过，您的修改没有保存")


def test_visitors_are_shown_the_way_in_and_nothing_else(office: tuple[str, Store], visit: Opened) -> None:
    page = visit(f"{office[0]}desk/", 360)
    expect(notice(page)).to_have_text("答复台只供工作人员使用，请先登录；公众提问请到“提问”页。")
    expect(page.get_by_role("button", name="工作人员登录")).to_be_visible()
    assert page.get_by_label("来信全文").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    refused = page.request.get(f"{office[0]}api/desk/cases/1/reply.docx")
    assert refused.status == 401
