"""How long a reader waits in a real browser: from pressing Enter to the first sentence on the screen.

Measured by the page's own clock, from the key to the picture after the sentence was put in.
Needs Playwright and Chromium, which the tests install; without them `can_browse` says so.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence

_WATCH = """() => {
  const said = () => document.querySelectorAll('.bq-growing, .bq-answer').length;
  let sent = 0, before = 0;
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    [sent, before, window.bqSeen] = [performance.now(), said(), null];
  }, true);
  new MutationObserver(() => {
    if (!sent || said() <= before) return;
    const start = sent;
    sent = 0;
    requestAnimationFrame(() => setTimeout(() => { window.bqSeen = performance.now() - start; }));
  }).observe(document.body, { childList: true, subtree: true });
}"""
_PATIENCE = 60_000  # milliseconds


def can_browse() -> bool:
    """Whether Playwright and a Chromium are there."""
    return importlib.util.find_spec("playwright") is not None and _chromium() is not None


def first_sentences(url: str, questions: Sequence[str]) -> list[float]:
    """The wait in milliseconds for each question, asked one after another, each in a new conversation."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        page.set_default_timeout(_PATIENCE)
        page.goto(url)
        page.locator("button.example").first.wait_for()
        page.evaluate(_WATCH)
        waited = []
        for question in questions:
            box = page.locator(".bq-input textarea")
            box.fill(question)
            box.press("Enter")
            waited.append(float(page.wait_for_function("window.bqSeen").json_value()))
            page.locator(".bq-basis").first.wait_for()
            page.get_by_role("button", name="新对话").click()
            page.locator("button.example").first.wait_for()
        browser.close()
    return waited


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")
