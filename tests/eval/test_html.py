"""The report's page in a real browser: it stands alone, shows what failed, and hostile text stays text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.answer import Answer
from eval.compare import compare
from eval.dataset import GoldQuestion
from eval.html import latency_bars, write_page
from eval.report import Report, Retrieval, SystemResult, rate
from tests.eval.made import PDF, RUN, gold, report_of, said

SAMPLES = Path(__file__).parents[2] / "samples"
PDFS = {PDF: SAMPLES / PDF}
EVIL = '"><img src=x onerror="window.pwned=1"><script>window.pwned=2</script>\'{{1}}</style></title>'
QUESTIONS = [
    gold("对"),
    gold("错", type="followup", history=["前一问？"], note="两处印的不同"),
    gold("拒"),
    gold("编", type="unanswerable", answerable=False, facts=[], pages={}),
]
ANSWERS = {
    "对": said("对", "873,617元[1]"),
    "错": said("错", "887,617元[1]", page=7),
    "拒": said("拒", "没有找到。", None),
    "编": said("编", "20万元[1]", page=99),
}


def written(
    folder: Path, questions: list[GoldQuestion] = QUESTIONS, answers: Mapping[str, Answer] = ANSWERS
) -> Path:
    return write_page(report_with_everything(questions, answers), folder, PDFS)


def report_with_everything(questions: list[GoldQuestion], answers: Mapping[str, Answer]) -> Report:
    report = report_of(questions, answers)
    report.comparison = compare(report_of(questions, {}), report)
    report.systems = [
        SystemResult(
            name="bm25",
            label="整页检索",
            summary=report.overall,
            retrieval=Retrieval(hit_at={1: rate([True, False]), 5: rate([True, True])}, mrr=0.75),
            latency_ms=report.latency_ms,
        )
    ]
    return report


class Links(HTMLParser):
    """Everything that a page loads or leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)
        self.found += re.findall(r"url\(\s*['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)", page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"src", "href", "srcset", "action", "data", "poster", "xlink:href"}
        self.found += [value for name, value in attrs if name in wanted and value]


def test_the_page_stands_alone(tmp_path: Path) -> None:
    """It links to pictures that lie beside it, to its own parts, and to nothing else."""
    links = Links(written(tmp_path).read_text(encoding="utf-8")).found
    pictures = {link for link in links if link.startswith("pages/")}
    assert pictures
    assert all((tmp_path / picture).is_file() for picture in pictures)
    assert set(links) - pictures == {"data:,", "#questions"}


def test_pictures_of_an_earlier_report_go_and_other_files_stay(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "pages" / "mine.png").touch()
    written(tmp_path, [gold("对")], {"对": ANSWERS["对"]})
    assert [file.name for file in (tmp_path / "pages").iterdir()] == ["mine.png"]


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens a page at a width; fails the test when the browser complains or something is not loaded."""
    contexts, troubles = [], []

    def open_at(file: Path, width: int, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="zh-CN", java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("requestfailed", lambda request: troubles.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("width", [360, 1200])
def test_failed_questions_are_shown_with_their_pages(opened: Opened, tmp_path: Path, width: int) -> None:
    page = opened(written(tmp_path), width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    cards = page.locator("article.question")
    assert [card.get_attribute("id") for card in cards.all()] == ["q-错", "q-编", "q-拒"]
    wrong = page.locator("#q-错")
    for words in ("前一问？", "887,617元[1]", "873,617元", "缺少：873617元", "第7页", "两处印的不同"):
        expect(wrong).to_contain_text(words)
    wrong.locator("a.page").first.click()
    picture = page.locator("dialog img")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('dialog img').naturalWidth > 800")
    picture.click()
    expect(picture).to_be_hidden()


def test_questions_are_filtered_by_outcome_and_type(opened: Opened, tmp_path: Path) -> None:
    page = opened(written(tmp_path), 1200)
    shown = page.locator("article.question:visible")
    page.locator("select[name=fault]").select_option("refused")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("id", "q-拒")
    page.get_by_role("link", name="接着问").click()
    expect(shown).to_have_attribute("id", "q-错")
    expect(page.locator("output")).to_have_text("显示 1 / 3 题")


def test_the_page_is_read_without_script(opened: Opened, tmp_path: Path) -> None:
    page = opened(written(tmp_path), 1200, script=False)
    expect(page.locator("article.question:visible")).to_have_count(3)
    expect(page.locator("form.filters")).to_be_hidden()
    page.locator("#q-错 a.page").first.click()
    page.wait_for_url("**/pages/*.png")


def test_hostile_text_is_never_markup(opened: Opened, tmp_path: Path) -> None:
    evil = gold(EVIL, EVIL, question=EVIL, answer=EVIL, history=[EVIL], note=EVIL, facts=[{"any_of": [EVIL]}])
    answer = said(EVIL, f"20万元{EVIL.replace('script', 'b')}", document=EVIL)
    answer.citations[0].title = answer.citations[0].quote = EVIL
    report = report_with_everything([evil], {EVIL: answer})
    report.run = RUN.model_copy(
        update={"dataset": EVIL, "documents": [EVIL], "missing": [EVIL], "commit": EVIL}
    )
    report.systems[0].label = EVIL
    page = opened(write_page(report, tmp_path, PDFS), 360)
    assert page.evaluate("window.pwned") is None
    assert page.locator("img[src='x']").count() == 0
    assert page.locator("script").count() == 1
    expect(page.locator("article h3")).to_have_text(EVIL)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_every_time_is_in_one_bar_of_the_histogram() -> None:
    bars = latency_bars([0.0, 5.0, 5.1, 40.0, 90_000.0])
    assert [(bar.upto, bar.count) for bar in bars if bar.count] == [(5, 2), (10, 1), (50, 1), (60_000, 1)]
    assert bars[0].upto == 5
