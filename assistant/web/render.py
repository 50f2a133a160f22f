"""Answers and sources → HTML fragments of the page.

The only place that writes markup. Everything that comes from a user, a file name or a PDF passes
through `text`, so that it is shown as it is and never taken for markup, Markdown or a template.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from assistant.answer import Answer, Citation, Figure, Status
from ingest.document import BBox
from vectorstore.records import DocumentRecord

_MARKER = re.compile(r"\[(\d{1,3})\]")
_TEMPLATE_SIGNS = str.maketrans({"$": "&#36;", "{": "&#123;", "}": "&#125;", "`": "&#96;"})
_QUOTE_LENGTH = 110
_STATUS_LABEL = {Status.NOT_FOUND: "没有查到", Status.CLARIFY: "请再说明一下"}


def text(value: str) -> str:
    """`value` as HTML text: markup, template signs and line breaks are made harmless."""
    escaped = html.escape(value, quote=True).translate(_TEMPLATE_SIGNS)
    return re.sub(r"\r\n?|\n", "<br>", escaped)


def question(asked: str) -> str:
    """The user's question as a chat message."""
    return f'<div class="bq-question">{text(asked)}</div>'


def pending() -> str:
    """What stands in the answer's place while it is being looked up."""
    return '<div class="bq-pending">正在查阅文件…</div>'


def answer(given: Answer, turn: int) -> str:
    """An answer as a chat message; its markers and sources lead to `#cite-<turn>-<n>`."""
    numbers = {citation.n for citation in given.citations}
    parts = [
        _status(given.status),
        f'<div class="bq-text">{_with_chips(given.answer, numbers, turn)}</div>',
        _formulas([figure for figure in given.figures if figure.derived and figure.formula]),
        *(f'<div class="bq-warning">提示：{text(warning)}</div>' for warning in given.warnings),
        _sources(given.citations, turn),
    ]
    # One line without blank lines: Markdown leaves an HTML block alone up to its first blank line.
    return f'<div class="bq-answer bq-{given.status.value}">{"".join(parts)}</div>'


def _status(status: Status) -> str:
    label = _STATUS_LABEL.get(status)
    return f'<div class="bq-status">{label}</div>' if label else ""


def _with_chips(said: str, numbers: set[int], turn: int) -> str:
    def chip(match: re.Match[str]) -> str:
        n = int(match[1])
        if n not in numbers:
            return match[0]
        return f'<a class="bq-chip" href="#cite-{turn}-{n}" title="查看来源 {n} 的原文页面">[{n}]</a>'

    return _MARKER.sub(chip, text(said))


def _formulas(derived: list[Figure]) -> str:
    if not derived:
        return ""
    rows = "".join(
        f"<li>{text(f'{figure.label} = {figure.value}{figure.unit}：{figure.formula}')}</li>"
        for figure in derived
    )
    return f'<div class="bq-formulas"><span>计算过程</span><ul>{rows}</ul></div>'


def _sources(citations: list[Citation], turn: int) -> str:
    if not citations:
        return ""
    rows = "".join(_source(citation, turn) for citation in citations)
    return f'<div class="bq-sources"><span>来源（点击看原文）</span>{rows}</div>'


def _source(citation: Citation, turn: int) -> str:
    quoted = citation.quote.strip()
    short = quoted[:_QUOTE_LENGTH] + ("…" if len(quoted) > _QUOTE_LENGTH else "")
    return (
        f'<a class="bq-source" href="#cite-{turn}-{citation.n}">'
        f'<b class="bq-number">[{citation.n}]</b> <span class="bq-name">{text(citation.document)}</span> '
        f'<span class="bq-page">第 {citation.page} 页</span>'
        + (f'<span class="bq-title">{text(citation.title)}</span>' if citation.title else "")
        + (f'<span class="bq-quote">{text(short)}</span>' if short else "")
        + "</a>"
    )


def empty_view() -> str:
    """The viewer before a source is chosen."""
    return (
        '<div class="bq-empty"><p>原文页面</p><p>点击答案里的来源编号，这里显示那一页 PDF，'
        "并标出引用的位置。</p></div>"
    )


def problem_view(message: str) -> str:
    """The viewer when a source cannot be shown."""
    return f'<div class="bq-empty"><p>{text(message)}</p>{_CLOSE}</div>'


_CLOSE = '<button type="button" class="bq-close" data-act="close">返回问答</button>'


def view(citation: Citation, document: DocumentRecord, share: BBox | None, sequence: int, api: str) -> str:
    """The viewer on a citation: document, quote, page turning, zoom, and the marked page.

    `share` is the cited place as shares of the page, where the viewer scrolls to. `sequence` tells
    one opening from the next, so that choosing the same source again returns to it. `api` is the way
    from the page to the interface.
    """
    quoted = citation.quote.strip()
    head = (
        f'<div class="bq-view-head"><b class="bq-number">[{citation.n}]</b> '
        f'<span class="bq-name">{text(document.file_name)}</span>{_CLOSE}</div>'
        + (f'<blockquote class="bq-view-quote">{text(quoted)}</blockquote>' if quoted else "")
    )
    shown = Shown(document, citation.page, {citation.page: citation.bbox}, share, "引用的位置", "回到引用处")
    return page_view(shown, head, api=api, sequence=sequence)


class Shown(NamedTuple):
    """What a viewer shows: a page, the boxes to mark (by page, in points), and what they are.

    `share` is the place on `page` to scroll to; `back` is what the button says that returns there.
    """

    document: DocumentRecord
    page: int
    marks: Mapping[int, BBox]
    share: BBox | None
    marked: str
    back: str


def page_view(shown: Shown, head: str, *, api: str, sequence: int = 0) -> str:
    """The section that viewer.js works in: `head` (markup), tools, and the page's picture.

    `api` is the way from the page to the interface.
    """
    document, share = shown.document, shown.share
    marks = json.dumps({page: mark(bbox) for page, bbox in shown.marks.items()})
    path = f"{api}pages/{quote(str(document.id), safe='')}/"
    return (
        f'<section class="bq-view" aria-label="原文页面" data-sequence="{sequence}" data-path="{text(path)}" '
        f'data-page="{shown.page}" data-cited="{shown.page}" data-pages="{document.pages}" '
        f'data-marks="{text(marks)}" data-marked="{shown.marked}" data-name="{text(document.file_name)}" '
        f'data-zoom="0" data-left="{share[0] if share else 0:.4f}" data-top="{share[1] if share else 0:.4f}">'
        f"{head}"
        '<div class="bq-tools" role="toolbar" aria-label="翻页和缩放">'
        '<button type="button" data-act="previous">上一页</button>'
        '<span class="bq-where" aria-live="polite"></span>'
        '<button type="button" data-act="next">下一页</button>'
        f'<button type="button" data-act="cited">{shown.back}</button>'
        '<span class="bq-gap"></span>'
        '<button type="button" data-act="out" aria-label="缩小">－</button>'
        '<span class="bq-zoom"></span>'
        '<button type="button" data-act="in" aria-label="放大">＋</button></div>'
        '<div class="bq-scroll" tabindex="0" aria-label="PDF 页面">'
        '<img class="bq-image" alt=""><p class="bq-failed" hidden>这一页的图片没有取到，请再点一次。</p>'
        "</div></section>"
    )


def mark(bbox: BBox) -> str:
    """A box as the address of a page's picture takes it."""
    return ",".join(f"{side:.2f}" for side in bbox)
