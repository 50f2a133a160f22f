"""One document → HTML: its tables as they were read, or what the audit found, beside the PDF page.

Names, titles and cells come from files and are shown as text (`render.text`).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.audit import AuditReport, Check
from assistant.audit.figures import Figure
from assistant.audit.rules import rules
from assistant.web.documents_table import around, boxes, grid
from assistant.web.render import Shown, mark, page_view, text
from ingest.document import BBox, Table
from vectorstore.records import DocumentRecord

API = "../api/"  # from this page
_ALL_AGREE = "没有发现前后不一致的数字。"
_ONLY_TOLD = "这里只对照文件里印出的数字，不改动原文；不符可能是笔误、口径不同或四舍五入，请对照原文判断。"
_BACK = '<a class="bq-back" href="#">← 全部文件</a>'
_LOOK = '<button type="button" class="bq-to-page bq-look" data-act="look">看原文页面</button>'
_CLOSE = '<button type="button" class="bq-close" data-act="close">返回</button>'


def tables_view(
    document: DocumentRecord, tables: Sequence[Table], chosen: Table | None, share: BBox | None
) -> str:
    """The tables of a document, the `chosen` one beside its page. `share` is where it stands there."""
    toc = "".join(_entry(document, table, table is chosen) for table in tables)
    index = f'<nav class="bq-toc" aria-label="这份文件的表格">{toc}</nav>' if toc else ""
    if chosen is None:
        said = '<p class="bq-none">这份文件里没有读到表格。</p>'
        return _whole(document, "tables", index, said, Shown(document, 1, {}, None, "", "回到第一页"))
    marks = boxes(chosen)
    shown = Shown(document, min(marks, default=chosen.pages[0]), marks, share, "表格的位置", "回到表格")
    return _whole(document, "tables", index, _table(chosen), shown)


def audit_view(document: DocumentRecord, report: AuditReport) -> str:
    """What the audit of a document found, in words, with buttons to the pages."""
    failures = report.failures
    counts = (
        f"核对了 {report.checked} 处勾稽关系：相符 {report.holds} 处，不符 {len(failures)} 处；"
        f"另有 {report.unchecked} 处缺少可比的数字，无法核对。"
    )
    told = "".join(_finding(check) for check in failures)
    found = f'<ol class="bq-findings">{told}</ol>' if told else f'<p class="bq-none">{_ALL_AGREE}</p>'
    said = f'<p class="bq-counts">{counts}</p>{found}<p class="bq-note">{_ONLY_TOLD}</p>'
    places = [place for check in failures[:1] for place in check.places[:1]]
    first = {place.page: place.bbox for place in places}
    page = min(first, default=1)
    return _whole(document, "audit", "", said, Shown(document, page, first, None, "数字的位置", "回到数字处"))


def problem(message: str) -> str:
    """The page when a document cannot be shown."""
    said = f'<p class="bq-none">{text(message)}</p>'
    return f'<div class="bq-reader"><div class="bq-reader-head">{_BACK}</div>{said}</div>'


def _whole(document: DocumentRecord, part: str, index: str, content: str, shown: Shown) -> str:
    def tab(name: str, address: str, label: str) -> str:
        current = ' aria-current="page"' if name == part else ""
        return f'<a href="#{address}"{current}>{label}</a>'

    tabs = tab("tables", f"doc={document.id}", f"表格 {document.tables}")
    tabs += tab("audit", f"doc={document.id}&amp;audit", "勾稽核对")
    year = f"{document.year}年" if document.year else ""
    head = f'<div class="bq-view-head"><span class="bq-name">原文页面</span>{_CLOSE}</div>'
    warnings = "".join(f'<p class="bq-warning">提醒：{text(warning)}</p>' for warning in document.warnings)
    name = text(document.file_name)
    return (
        f'<section class="bq-reader" aria-label="{name}"><div class="bq-reader-head">{_BACK}'
        f'<h2 tabindex="-1">{text(document.body)} {year}{text(document.scope)}{text(document.kind)}</h2>'
        f'<span class="bq-file">{name}</span><nav class="bq-tabs" aria-label="看什么">{tabs}</nav></div>'
        f'<div class="bq-reader-main">{index}<div class="bq-read">{warnings}{content}</div>'
        f'<div class="bq-right bq-pages">{page_view(shown, head, api=API)}</div></div></section>'
    )


def _entry(document: DocumentRecord, table: Table, chosen: bool) -> str:
    current = ' aria-current="true"' if chosen else ""
    number = f"{table.number} " if table.number and table.number not in table.title else ""
    return (
        f'<a href="#doc={document.id}&amp;table={table.index}"{current}><span>第 {_pages(table)} 页</span>'
        f"{text(number + (table.title or '没有标题的表'))}</a>"
    )


def _table(table: Table) -> str:
    size = f"{len(table.rows)} 行 × {max(map(len, table.rows), default=0)} 列" if table.rows else ""
    unit = f"单位：{text(table.unit)}" if table.unit else "没有写明单位"
    facts = "　".join(fact for fact in (f"第 {_pages(table)} 页", unit, size) if fact)
    note = f'<p class="bq-note">{text(table.note)}</p>' if table.note else ""
    hint = "点一个格子，或用方向键移动，原文页面上会标出它的位置。" if table.rows else "这张表没有内容。"
    return (
        f'<h3>{text(table.title or "没有标题的表")}</h3><p class="bq-facts">{facts}</p>'
        f'<p class="bq-hint">{hint}</p>{_LOOK}'
        f'<div class="bq-cells">{grid(table)}</div>{note}'
    )


def _pages(table: Table) -> str:
    first, last = table.pages
    return str(first) if first == last else f"{first}–{last}"


def _finding(check: Check) -> str:
    title = text(rules().titles[check.rule])
    links = "".join(_link(figure) for figure in (check.found, check.expected) if figure)
    return (
        f'<li><span class="bq-rule">应当：{title}</span><p>{text(check.message)}</p>'
        f'<div class="bq-links">{links}</div></li>'
    )


def _link(figure: Figure) -> str:
    """A button for each page that the figure stands on; on the picture, what it is made of is marked."""
    return "".join(
        f'<button type="button" class="bq-to-page" data-act="look" data-at="{page}:'
        f'{mark(around([p.bbox for p in figure.places if p.page == page]))}">'
        f"第 {page} 页：{text(figure.label + figure.shown)}</button>"
        for page in figure.pages
    )
