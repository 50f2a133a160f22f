"""Answers and sources → HTML fragments of the pages.

Everything that comes from a user, a file name or a PDF passes through `text`, so that it is shown
as it is and never taken for markup, Markdown or a template.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from assistant.answer import Answer, Citation, Figure, Status
from assistant.exports import Row, figure_rows, number
from assistant.feedback import MOST_NOTE
from assistant.money import show
from ingest.document import BBox
from vectorstore.records import DocumentRecord

_MARKER = re.compile(r"\[(\d{1,3})\]")
_TEMPLATE_SIGNS = str.maketrans({"$": "&#36;", "{": "&#123;", "}": "&#125;", "`": "&#96;"})
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+(?:\[\d{1,3}\])*|[^。！？；\n]+$")
_QUOTE_LENGTH = 110
_SOURCES_SHOWN = 3  # the rest unfolds
_STATUS_LABEL = {Status.NOT_FOUND: "没有查到", Status.CLARIFY: "请再说明一下"}


def text(value: str) -> str:
    """`value` as HTML text: markup, template signs and line breaks are made harmless."""
    escaped = html.escape(value, quote=True).translate(_TEMPLATE_SIGNS)
    return re.sub(r"\r\n?|\n", "<br>", escaped)


def question(asked: str) -> str:
    """The user's question as a chat message."""
    return f'<div class="bq-question">{text(asked)}</div>'


def pending(where: str) -> str:
    """What stands in the answer's place while it is being looked up in `where`."""
    return f'<div class="bq-pending">正在{text(where)}里查找…</div>'


def growing(sentences: str) -> str:
    """The beginning of an answer, before its sources are there."""
    return f'<div class="bq-growing"><div class="bq-text">{text(sentences)}</div></div>'


def sentences(said: str) -> list[str]:
    """An answer's text cut after each sentence, with the markers that follow it."""
    return [part for part in _SENTENCE.findall(said) if part]


def answer(given: Answer, turn: int) -> str:
    """An answer with its figures and sources; its markers lead to `#cite-<turn>-<n>`."""
    return _answer(given, _told(given, turn) + _sources(given.citations, turn))


def told(given: Answer, turn: int) -> str:
    """An answer without its sources, which `basis` gives."""
    return _answer(given, _told(given, turn))


def _answer(given: Answer, content: str) -> str:
    # One line without blank lines: Markdown leaves an HTML block alone up to its first blank line.
    return f'<div class="bq-answer bq-{given.status.value}">{content}</div>'


def _told(given: Answer, turn: int) -> str:
    warnings = (f'<div class="bq-warning">提示：{text(warning)}</div>' for warning in given.warnings)
    said = f'<div class="bq-text">{_with_chips(given.answer, _numbers(given), turn)}</div>'
    return "".join((_status(given.status), said, *warnings, _confidence(given), _figures(given, turn)))


def basis(given: Answer, turn: int, key: str, scope: str) -> str:
    """What stands under an answer: its sources, where was looked, and what a reader can do with it."""
    documents = dict.fromkeys(citation.document for citation in given.citations)
    used = f"；依据{'、'.join(f'《{name}》' for name in documents)}" if documents else ""
    return (
        f'<div class="bq-basis">{_sources(given.citations, turn)}'
        f'<div class="bq-used">查阅范围：{text(scope + used)}</div>{_actions(given, key)}</div>'
    )


def _numbers(given: Answer) -> set[int]:
    return {citation.n for citation in given.citations}


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


def _confidence(given: Answer) -> str:
    """How sure the answer is, in plain words."""
    if given.confidence is None:
        return ""
    return f'<div class="bq-confidence">{text(given.confidence.words)}</div>'


def _figures(given: Answer, turn: int) -> str:
    rows = figure_rows(given)
    if not rows or (len(rows) == 1 and not rows[0].figure.derived):
        return ""  # the sentence is the table
    formulas = any(row.figure.formula for row in rows)
    body = "".join(_figure(row, _numbers(given), turn, formulas) for row in rows)
    return (
        '<div class="bq-figures">'
        "<table><thead><tr><th>项目</th><th>数值</th><th>单位</th><th>来源</th>"
        f"{'<th>算式</th>' if formulas else ''}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _figure(row: Row, numbers: set[int], turn: int, formulas: bool) -> str:
    figure, converted = row
    shown = text(_amount(figure).removesuffix(figure.unit))
    if converted is not None:
        shown += f'<span class="bq-larger">约{text(_amount(converted))}</span>'
    markers = "".join(f"[{n}]" for n in figure.citations)
    return (
        f'<tr><td>{text(figure.label)}</td><td class="bq-value">{shown}</td>'
        f"<td>{text(figure.unit)}</td><td>{_with_chips(markers, numbers, turn)}</td>"
        + (f"<td>{text(figure.formula or '')}</td>" if formulas else "")
        + "</tr>"
    )


def _amount(figure: Figure) -> str:
    value = number(figure)
    return figure.value + figure.unit if value is None else show(value, figure.unit)


def _actions(given: Answer, key: str) -> str:
    if given.status == Status.CLARIFY:
        return ""
    file = f"api/answers/{key}"
    return (
        f'<div class="bq-acts"><a href="#copy-{key}" title="复制答案和来源">复制</a>'
        f'<a href="{file}.xlsx" download title="下载答案、数字和来源">下载 Excel</a>'
        f'<a href="{file}.csv" download title="下载 CSV：数字和来源">CSV</a>'
        f'<span class="bq-gap"></span><a href="#useful-{key}">有用</a><a href="#wrong-{key}">有误</a></div>'
    )


def _sources(citations: list[Citation], turn: int) -> str:
    if not citations:
        return ""
    rows = [_source(citation, turn) for citation in citations]
    first, rest = rows[:_SOURCES_SHOWN], rows[_SOURCES_SHOWN:]
    more = f"<details><summary>其余 {len(rest)} 个来源</summary>{''.join(rest)}</details>" if rest else ""
    return f'<div class="bq-sources"><span>来源（点击看原文）</span>{"".join(first)}{more}</div>'


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


def remark_form() -> str:
    """Where a reader adds a note to 有用 or 有误, and where the page says what it has just done."""
    return (
        '<dialog class="bq-remark" aria-labelledby="bq-remark-title"><form method="dialog">'
        '<h2 id="bq-remark-title"></h2><label>补充一句说明（选填，请不要写个人信息）'
        f'<textarea maxlength="{MOST_NOTE}" rows="3"></textarea></label>'
        '<p class="bq-remark-problem" role="alert"></p>'
        '<div><button type="submit">提交说明</button>'
        '<button type="button" class="bq-remark-no">不用了</button></div></form></dialog>'
        '<p class="bq-toast" role="status"></p>'
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


_CLOSE = '<button type="button" class="bq-close" data-act="close">返回</button>'


class Cited(NamedTuple):
    """A citation with what showing it takes: its document, the cited place as shares of the page
    (where the viewer scrolls to), and the index of the cited table, where it is one."""

    citation: Citation
    document: DocumentRecord
    share: BBox | None
    table: int | None


def view(cited: Cited, sequence: int, api: str) -> str:
    """The viewer on a citation: document, quote, page turning, zoom, and the marked page.

    `sequence` tells one opening from the next, so that choosing the same source again returns to
    it. `api` is the way from the page to the interface.
    """
    citation, document, share, table = cited
    quoted = citation.quote.strip()
    head = (
        f'<div class="bq-view-head"><b class="bq-number">[{citation.n}]</b> '
        f'<span class="bq-name">{text(document.file_name)}</span>{_CLOSE}</div>'
        + (f'<blockquote class="bq-view-quote">{text(quoted)}</blockquote>' if quoted else "")
        + (_take(f"{api}tables/{document.id}/{table}") if table is not None else "")
    )
    shown = Shown(document, citation.page, {citation.page: citation.bbox}, share, "引用的位置", "回到引用处")
    return page_view(shown, head, api=api, sequence=sequence)


def _take(table: str) -> str:
    return (
        f'<p class="bq-take">下载引用的整张表：<a href="{table}.xlsx" download>Excel</a> '
        f'<a href="{table}.csv" download>CSV</a></p>'
    )


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
        f'data-left="{share[0] if share else 0:.4f}" data-top="{share[1] if share else 0:.4f}">'
        f"{head}"
        f"{_tools(document.pages, shown.back)}"
        '<div class="bq-scroll" tabindex="0" role="region" '
        'aria-label="PDF 页面：方向键滚动，PageUp 和 PageDown 翻页，加号减号缩放，Esc 返回">'
        '<img class="bq-image" alt=""><p class="bq-failed" hidden>这一页的图片没有取到，请再点一次。</p>'
        "</div></section>"
    )


def _tools(pages: int, back: str) -> str:
    return (
        '<div class="bq-tools" role="toolbar" aria-label="翻页和缩放">'
        '<button type="button" data-act="previous">上一页</button>'
        '<label class="bq-where">第 <input class="bq-goto" type="number" inputmode="numeric" min="1" '
        f'max="{pages}" aria-label="页码，共 {pages} 页"> / {pages} 页</label>'
        '<button type="button" data-act="next">下一页</button>'
        f'<button type="button" data-act="cited">{back}</button>'
        '<span class="bq-gap"></span>'
        '<button type="button" data-act="out" aria-label="缩小">－</button>'
        '<span class="bq-zoom" aria-live="polite"></span>'
        '<button type="button" data-act="in" aria-label="放大">＋</button>'
        '<button type="button" data-act="fit" title="页面与窗口同宽">适合宽度</button></div>'
    )


def mark(bbox: BBox) -> str:
    """A box as the address of a page's picture takes it."""
    return ",".join(f"{side:.2f}" for side in bbox)
