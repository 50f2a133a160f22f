"""The list of documents held → HTML: one row a document, what can be done with it, and its status.

Sorting, filtering, uploads and the questions before a removal happen in the browser
(``documents.js``); what may be done is offered to staff alone, and checked again by the interface.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.web.render import text
from vectorstore.records import DocumentRecord, DocumentStatus

_COLUMNS = ("文件", "年度", "类型", "范围", "页数", "表格", "状态")
_NUMBERS = ("年度", "页数", "表格")


def listing(documents: Sequence[DocumentRecord], *, staff: bool) -> str:
    """The table of `documents`, by body and then the newest first."""
    if not documents:
        hint = "请在上面上传预算或决算 PDF。" if staff else "请工作人员上传，或用 budget-qa ingest 读入。"
        return f'<div class="bq-none">还没有文件。{hint}</div>'
    ordered = sorted(documents, key=lambda d: (d.body, -(d.year or 0), d.kind, d.file_name))
    heads = "".join(
        f'<th scope="col"{_number(name)}><button type="button" data-sort="{n}">{name}</button></th>'
        for n, name in enumerate(_COLUMNS)
    )
    does = '<th scope="col">操作</th>' if staff else ""
    rows = "".join(_row(document, staff=staff) for document in ordered)
    return (
        '<table class="bq-list"><caption class="bq-hidden">已收录的文件，点列名可以排序</caption>'
        f"<thead><tr>{heads}{does}</tr></thead><tbody>{rows}</tbody></table>"
        '<p class="bq-none bq-no-match" hidden>没有符合筛选条件的文件，请换一个词。</p>'
    )


def _row(document: DocumentRecord, *, staff: bool) -> str:
    name = text(document.file_name)
    file = (
        f'<a href="#doc={document.id}">{text(document.body or document.title or document.file_name)}</a>'
        f'<span class="bq-file">{name}</span>'
    )
    label, status = _status(document)
    values: tuple[tuple[str, object], ...] = (
        (file, f"{document.body} {-(document.year or 0)} {document.file_name}"),
        (str(document.year or "未写明"), document.year or 0),
        (text(document.kind), document.kind),
        (text(document.scope), document.scope),
        (str(document.pages), document.pages),
        (str(document.tables), document.tables),
        (status, label),
    )
    cells = "".join(
        f'<td{_number(column)} data-label="{column}" data-key="{text(str(key))}">{shown}</td>'
        for column, (shown, key) in zip(_COLUMNS, values, strict=True)
    )
    if staff:
        of = f'data-doc="{document.id}" data-name="{name}"'
        cells += (
            '<td class="bq-does">'
            f'<button type="button" data-does="read" {of} aria-label="重新读入 {name}">重新读入</button>'
            f'<button type="button" data-does="remove" {of} aria-label="移除 {name}">移除</button></td>'
        )
    searched = [document.file_name, document.title, document.body, *document.short_names]
    searched += [str(document.year or ""), document.kind, document.scope, label]
    return f'<tr data-text="{text(" ".join(searched).lower())}">{cells}</tr>'


def _number(column: str) -> str:
    return ' class="bq-num"' if column in _NUMBERS else ""


def _status(document: DocumentRecord) -> tuple[str, str]:
    """The status in a word, and as markup with the warnings folded up."""
    pending = document.status is DocumentStatus.VECTORS_PENDING
    label = "语义索引待建" if pending else "可以提问"
    kind = "pending" if pending else "ready"
    shown = f'<span class="bq-state bq-{kind}">{label}</span>'
    if pending:
        shown += '<span class="bq-why">现在只能按字词查找</span>'
    if document.warnings:
        label += " 有提醒"
        told = "".join(f"<li>{text(warning)}</li>" for warning in document.warnings)
        shown += f"<details><summary>{len(document.warnings)} 条提醒</summary><ul>{told}</ul></details>"
    return label, shown


def tools() -> str:
    """The filter over the list; it stays while the list changes."""
    return (
        '<div class="bq-bar"><input type="search" class="bq-filter" aria-label="筛选文件" '
        'placeholder="筛选：单位、年度、文件名…" autocomplete="off">'
        '<span class="bq-count" role="status"></span></div>'
    )


def intake(most_bytes: int) -> str:
    """Where staff drop or choose PDFs; `most_bytes` is what one upload may weigh."""
    megabytes = most_bytes / 1024 / 1024
    return (
        f'<div class="bq-drop" data-most="{most_bytes}">'
        '<input type="file" id="bq-files" class="bq-hidden" multiple accept=".pdf">'
        '<label for="bq-files">选择 PDF 文件</label>'
        f"<span>或拖放到这里；可以一次选多份，每份最多 {megabytes:g} MB，读入要几秒到几分钟</span></div>"
        '<ul class="bq-jobs" aria-live="polite" aria-label="上传进度"></ul>'
    )
