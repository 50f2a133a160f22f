"""The web page in a real browser: ask, open a source, see the mark; hostile text stays text.

The assistant answers from a script here, with figures and places read from the sample PDFs, so
that the page alone is under test.
"""

from __future__ import annotations

import hashlib
import io
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pdfplumber
import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, Route, expect

from assistant.answer import Answer, Citation, Figure, Status
from assistant.web.app import build_app
from assistant.web.examples import questions
from assistant.web.serve import PORTS_TRIED, CannotListenError, listen
from ingest.document import BBox, Document, Kind, Scope
from ingest.document import Page as PdfPage
from vectorstore.settings import Settings
from vectorstore.store import Store

SAMPLES = Path(__file__).parents[2] / "samples"
BUDGET = SAMPLES / "江岸区科经局2024年部门预算.pdf"
EVIL = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script>${window.pwned=3}{{1}}**粗**'
EVIL_NAME = "坏名字<img src=x onerror=window.pwned=4>{{x}}.pdf"
PATIENCE = 60_000


def place(pdf: Path, page: int, printed: str) -> BBox:
    with pdfplumber.open(pdf) as opened:
        word = next(w for w in opened.pages[page - 1].extract_words() if printed in w["text"])
    return (float(word["x0"]), float(word["top"]), float(word["x1"]), float(word["bottom"]))


def parts(*labels: str) -> list[Figure]:
    return [Figure(label=n, value=f"-{i}.50", unit="万元", citations=[1]) for i, n in enumerate(labels, 1)]


class Scripted:
    """Answers of every status; remembers what it was asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[tuple[str, list[str], list[str]]] = []
        self.spending = self._citation(1, "67.44", "2、商品服务支出 67.44 万元，主要用于在职人员")
        self.basic = self._citation(2, "903.72", "(一)基本支出 903.72 万元，比 2023 年预算减少 431.83 万元")

    def _citation(self, n: int, printed: str, quote: str) -> Citation:
        return Citation(
            n=n, document=BUDGET.name, page=44, title="二、一般公共预算支出安排情况", quote=quote,
            bbox=place(BUDGET, 44, printed), kind="text",
        )  # fmt: skip

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        self.asked.append((question, list(history), list(docs)))
        if question == "哪一年？":
            choices = ["2024年商品服务支出是多少？", "2025年呢？"]
            return Answer(question=question, status=Status.CLARIFY, answer="问哪一年？", suggestions=choices)
        if "火星" in question:
            return Answer(question=question, status=Status.NOT_FOUND, answer="文件里没有火星。")
        if question == EVIL:
            bad = self.spending.model_copy(
                update={"document": EVIL_NAME, "page": 1, "quote": EVIL, "title": EVIL}
            )
            return Answer(
                question=EVIL, status=Status.ANSWERED, answer=f"{EVIL}[1][9]", citations=[bad],
                warnings=[EVIL], suggestions=[EVIL], figures=parts(EVIL, "b", "c"),
            )  # fmt: skip
        if "构成" in question:
            return Answer(
                question=question, status=Status.ANSWERED, answer="三部分[1]。", citations=[self.spending],
                figures=parts("工资福利支出", "商品和服务支出", "对个人和家庭的补助"),
            )  # fmt: skip
        share = Figure(
            label="占比", value="7.46", unit="%", citations=[1, 2], derived=True, formula="67.44÷903.72"
        )
        return Answer(
            question=question, status=Status.ANSWERED,
            answer="商品服务支出67.44万元[1]，占基本支出903.72万元的7.46%[2]。",
            figures=[share], citations=[self.spending, self.basic], warnings=["两处印的数不一致。"],
        )  # fmt: skip


def hold(store: Store, pdf: Path, body: str) -> None:
    with pdfplumber.open(pdf) as opened:
        pages = tuple(PdfPage(p.page_number, float(p.width), float(p.height), "") for p in opened.pages)
    digest = hashlib.sha256(pdf.read_bytes()).hexdigest()
    held = Document(pdf.name, digest, pdf.stem, body, (), 2024, Kind.BUDGET, Scope.DEPARTMENT, pages)
    store.add(held, pdf, embed=False)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Scripted:
    folder = tmp_path_factory.mktemp("web")
    evil = folder / EVIL_NAME
    evil.write_bytes(BUDGET.read_bytes() + b"\n% another file\n")
    store = Store(Settings.load(data=folder / "data"))
    hold(store, BUDGET, "武汉市江岸区科学技术和经济信息化局")
    hold(store, evil, "坏单位<img src=x onerror=window.pwned=5>")
    return Scripted(store)


@pytest.fixture(scope="module")
def address(
    assistant: Scripted,
    tmp_path_factory: pytest.TempPathFactory,
    serving: Callable[[FastAPI], AbstractContextManager[str]],
) -> Iterator[str]:
    with serving(build_app(assistant, tmp_path_factory.mktemp("pages"))) as url:
        yield f"{url}/"


Opened = Callable[..., Page]


@pytest.fixture
def opened(visit: Opened, address: str) -> Opened:
    """Opens the question page at a width."""

    def open_at(width: int, **options: Any) -> Page:
        page = visit(address, width, **options)
        expect(page.locator("button.example")).to_have_count(4, timeout=PATIENCE)
        return page

    return open_at


def ask(page: Page, question: str) -> None:
    before = page.locator(".bq-basis").count()
    page.locator(".bq-input textarea").fill(question)
    page.locator(".bq-input textarea").press("Enter")
    expect(page.locator(".bq-basis")).to_have_count(before + 1, timeout=PATIENCE)


def image_loaded(page: Page, path_end: str) -> None:
    page.wait_for_function(
        "end => { const i = document.querySelector('.bq-image');"
        " return i && i.complete && i.naturalWidth > 0 && i.src.includes(end); }",
        arg=path_end,
    )


def ground_colour(page: Page, box: BBox, size: tuple[float, float]) -> list[int]:
    """The lightest colour (the paper) of the shown picture within `box` of a page of `size` points."""
    shares = [box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1]]
    colour: list[int] = page.evaluate(
        """shares => {
          const image = document.querySelector('.bq-image');
          const canvas = document.createElement('canvas');
          canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const sides = [canvas.width, canvas.height];
          const [x0, y0, x1, y1] = shares.map((s, i) => Math.round(s * sides[i % 2]));
          const data = context.getImageData(x0, y0, x1 - x0, y1 - y0).data;
          let best = [0, 0, 0];
          for (let i = 0; i < data.length; i += 4) {
            const colour = [data[i], data[i + 1], data[i + 2]];
            if (colour[0] + colour[1] + colour[2] > best[0] + best[1] + best[2]) best = colour;
          }
          return best;
        }""",
        shares,
    )
    return colour


def is_yellow(colour: list[int]) -> bool:
    return colour[0] > 230 and colour[1] > 200 and colour[2] < 190


def test_a_source_shows_its_page_with_the_cited_place_marked(opened: Opened, assistant: Scripted) -> None:
    page = opened(1440)
    ask(page, "商品服务支出是多少？")
    said = page.locator(".bq-answer").inner_text()
    assert "67.44万元" in said
    assert "67.44÷903.72" in said
    assert "两处印的数不一致。" in said
    with pdfplumber.open(BUDGET) as pdf:
        size = (float(pdf.pages[43].width), float(pdf.pages[43].height))

    image_loaded(page, "/44.png")  # the first source shows itself
    assert is_yellow(ground_colour(page, assistant.spending.bbox, size))
    assert not is_yellow(ground_colour(page, assistant.basic.bbox, size))

    page.locator(".bq-text a.bq-chip", has_text="[2]").click()
    expect(page.locator(".bq-view-head")).to_contain_text("[2]")
    expect(page.locator(".bq-view-quote")).to_contain_text("基本支出 903.72 万元")
    image_loaded(page, f"{assistant.basic.bbox[0]:.2f}")
    assert is_yellow(ground_colour(page, assistant.basic.bbox, size))
    assert not is_yellow(ground_colour(page, assistant.spending.bbox, size))

    page.get_by_role("button", name="下一页").click()
    image_loaded(page, "/45.png")
    expect(page.locator(".bq-goto")).to_have_value("45")
    assert not is_yellow(ground_colour(page, assistant.basic.bbox, size))
    page.get_by_role("button", name="上一页").click()
    image_loaded(page, "/44.png")
    width = page.locator(".bq-image").bounding_box()
    page.get_by_role("button", name="放大").click()
    expect(page.locator(".bq-zoom")).to_have_text("150%")
    wider = page.locator(".bq-image").bounding_box()
    assert width
    assert wider
    assert wider["width"] == pytest.approx(width["width"] * 1.5, rel=0.05)
    page.get_by_role("button", name="适合宽度").click()
    expect(page.locator(".bq-zoom")).to_have_text("100%")


def test_a_page_number_leads_to_that_page_and_never_outside(opened: Opened) -> None:
    page = opened(1440)
    ask(page, "商品服务支出是多少？")
    image_loaded(page, "/44.png")
    for typed, shown in (("3", "3"), ("99", "50"), ("0", "1"), ("", "1")):
        page.get_by_role("spinbutton", name="页码").fill(typed)
        page.keyboard.press("Tab")
        image_loaded(page, f"/{shown}.png")
        expect(page.locator(".bq-goto")).to_have_value(shown)
    page.get_by_role("button", name="回到引用处").click()
    image_loaded(page, "mark=")


def test_a_source_is_reached_and_left_by_keys_alone(opened: Opened) -> None:
    page = opened(1440)
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.bq-input textarea')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("商品服务支出是多少？")
    page.keyboard.press("Enter")
    image_loaded(page, "/44.png")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('href') === '#cite-0-2'"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus is seen"
    page.keyboard.press("Enter")
    expect(page.locator(".bq-view-head")).to_contain_text("[2]")
    expect(page.locator(".bq-scroll")).to_be_focused()
    page.keyboard.press("PageDown")
    image_loaded(page, "/45.png")
    page.keyboard.press("+")
    expect(page.locator(".bq-zoom")).to_have_text("150%")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#cite-0-2"


def test_parts_are_a_table_and_bars_that_name_their_unit(opened: Opened) -> None:
    page = opened(1440)
    ask(page, "基本支出的构成？")
    assert page.locator(".bq-figures tbody tr").count() == 3
    assert page.locator(".bq-figures tbody tr").nth(1).inner_text().split() == [
        "商品和服务支出", "-2.50", "万元", "[1]",
    ]  # fmt: skip
    expect(page.locator(".js-plotly-plot")).to_contain_text("金额（万元）", timeout=PATIENCE)
    assert page.locator(".js-plotly-plot .bars .point").count() == 3


def test_an_answer_is_copied_downloaded_and_judged(opened: Opened, address: str) -> None:
    page = opened(1440, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "商品服务支出是多少？")
    page.get_by_role("link", name="复制").click()
    expect(page.locator(".bq-toast")).to_have_text("已复制答案和来源。")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "商品服务支出67.44万元[1]" in copied
    assert f"[1] {BUDGET.name} 第44页" in copied

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert download.value.suggested_filename.endswith(".xlsx")
    assert [cell.value for cell in book["数字"][2]] == ["占比", 7.46, "%", "67.44÷903.72", "[1][2]"]
    assert [cell.value for cell in book["来源"][2]][1:3] == [BUDGET.name, 44]

    page.get_by_role("link", name="有误").click()
    page.get_by_label("补充一句说明").fill(EVIL)
    page.get_by_role("button", name="提交说明").click()
    expect(page.locator(".bq-toast")).to_have_text("谢谢，已记下。")
    kept = httpx.get(f"{address}api/feedback").json()[0]
    assert (kept["useful"], kept["note"], kept["question"]) == (False, EVIL, "商品服务支出是多少？")
    assert kept["documents"] == [BUDGET.name]


def test_two_visitors_at_once_have_a_conversation_each(opened: Opened, assistant: Scripted) -> None:
    one, other = opened(1440), opened(1440)
    ask(one, "商品服务支出是多少？")
    ask(other, "那火星呢？")
    ask(one, "基本支出的构成？")
    assert assistant.asked[-2][:2] == ("那火星呢？", [])
    assert assistant.asked[-1][:2] == ("基本支出的构成？", ["商品服务支出是多少？"])
    assert one.locator(".bq-question").all_inner_texts() == ["商品服务支出是多少？", "基本支出的构成？"]
    assert other.locator(".bq-question").all_inner_texts() == ["那火星呢？"]
    expect(other.locator(".bq-image")).to_have_count(0)


def test_earlier_questions_and_the_chosen_documents_reach_the_assistant(
    opened: Opened, assistant: Scripted
) -> None:
    page = opened(1440)
    ask(page, "商品服务支出是多少？")
    page.locator(".bq-body input").click()
    page.get_by_role("option", name="武汉市江岸区").click()
    ask(page, "收入呢？")
    assert assistant.asked[-1][2] == [BUDGET.name]
    expect(page.locator(".bq-used").last).to_contain_text(
        "查阅范围：武汉市江岸区科学技术和经济信息化局（1 份文件）"
    )
    page.locator(".bq-body input").click()
    page.get_by_role("option", name="全部单位").click()
    page.locator(".bq-files input").click()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="武汉市江岸区科学技术和经济信息化局 2024年部门预算").click()
    page.keyboard.press("Escape")
    ask(page, "那火星呢？")
    assert assistant.asked[-1] == ("那火星呢？", ["商品服务支出是多少？", "收入呢？"], [BUDGET.name])
    expect(page.locator(".bq-used").last).to_contain_text("选定的 1 份文件")
    expect(page.locator(".bq-not_found")).to_contain_text("没有查到")
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".bq-answer")).to_have_count(0)
    ask(page, "商品服务支出是多少？")
    assert assistant.asked[-1][1] == []


def test_a_document_cannot_be_chosen_from_a_list_about_to_change(opened: Opened, assistant: Scripted) -> None:
    page = opened(1440)
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: held.append(route))
    page.locator(".bq-body input").click()
    page.get_by_role("option", name="坏单位").click()
    page.wait_for_function("document.querySelector('.bq-files').inert")
    for route in held:
        route.continue_()
    page.unroute("**/queue/join*")
    page.wait_for_function("!document.querySelector('.bq-files').inert")
    page.locator(".bq-files input").click()
    expect(page.get_by_role("option")).to_have_count(1)  # the list of bodies fades out for a moment
    page.get_by_role("option").click()
    page.keyboard.press("Escape")
    ask(page, "商品服务支出是多少？")
    assert assistant.asked[-1][2] == [EVIL_NAME]


def test_a_choice_of_a_question_back_is_the_next_question(opened: Opened, assistant: Scripted) -> None:
    page = opened(1440)
    ask(page, "哪一年？")
    expect(page.locator(".bq-clarify")).to_contain_text("问哪一年？")
    page.get_by_role("button", name="2024年商品服务支出是多少？").click()
    expect(page.locator(".bq-answer")).to_have_count(2, timeout=PATIENCE)
    assert assistant.asked[-1][:2] == ("2024年商品服务支出是多少？", ["哪一年？"])


def test_text_from_users_files_and_pdfs_is_never_markup(opened: Opened) -> None:
    page = opened(1440)
    page.locator(".bq-files input").click()
    expect(page.get_by_role("option", name="坏单位<img")).to_be_visible()
    page.keyboard.press("Escape")
    ask(page, EVIL)
    image_loaded(page, "/1.png")
    assert page.locator(".bq-question").inner_text() == EVIL
    assert page.locator(".bq-text").inner_text() == f"{EVIL}[1][9]"
    assert EVIL in page.locator(".bq-warning").inner_text()
    assert page.locator(".bq-source .bq-name").inner_text() == EVIL_NAME
    assert page.locator(".bq-view-quote").inner_text() == EVIL
    assert page.locator("button.option").inner_text() == EVIL
    assert page.locator(".bq-text .bq-chip").count() == 1, "a marker without a source is no link"
    assert page.locator(".bq-figures td").first.inner_text() == EVIL
    expect(page.locator(".js-plotly-plot")).to_contain_text("<img", timeout=PATIENCE)
    assert page.evaluate("window.pwned") is None


def test_on_a_phone_the_source_opens_over_the_chat_and_closes(opened: Opened) -> None:
    page = opened(360, color_scheme="dark")
    ask(page, "基本支出的构成？")
    expect(page.locator(".js-plotly-plot .point")).to_have_count(3, timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator(".bq-image")).to_be_hidden()
    page.locator("a.bq-source").first.click()
    expect(page.locator(".bq-image")).to_be_visible()
    image_loaded(page, "/44.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="返回", exact=True).click()
    expect(page.locator(".bq-image")).to_be_hidden()
    expect(page.locator(".bq-answer")).to_be_visible()


def test_the_page_names_no_other_host_and_forbids_loading_from_any(address: str) -> None:
    response = httpx.get(address)
    own = address.rstrip("/")
    assert "http://" not in response.text.replace(own, "")
    assert "https://" not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_page_pictures_are_given_for_held_documents_only(address: str, assistant: Scripted) -> None:
    held = assistant.store.resolve(BUDGET.name).id
    assert httpx.get(f"{address}api/pages/{held}/44.png").content.startswith(b"\x89PNG")
    assert httpx.get(f"{address}api/pages/{held}/51.png").status_code == 404
    assert httpx.get(f"{address}api/pages/999/1.png").status_code == 404
    assert httpx.get(f"{address}api/pages/{held}/1.png?mark=1,2,3").status_code == 422
    assert httpx.get(f"{address}api/pages/{held}/1.png?scale=400").status_code == 422


def test_examples_speak_of_the_documents_held(assistant: Scripted) -> None:
    asked = questions(assistant.store.documents())
    assert len(asked) == 4
    bodies = [d.body for d in assistant.store.documents()]
    assert all(any(body in question for body in bodies) for question in asked)
    assert questions([]) == []


def test_a_taken_port_gives_the_next_and_all_taken_says_so() -> None:
    first = listen("127.0.0.1", free_port())
    port = first.getsockname()[1]
    following = listen("127.0.0.1", port)
    try:
        assert port < following.getsockname()[1] < port + PORTS_TRIED
    finally:
        first.close()
        following.close()
    with pytest.raises(CannotListenError, match="检查 --host"):
        listen("203.0.113.7", 7860)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
