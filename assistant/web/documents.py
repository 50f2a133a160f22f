"""The documents page: what is held and how it was read; staff upload, read again and remove.

Everyone may look. What changes the store goes from the browser to the HTTP interface
(`assistant.api.documents`), whose checks and limits are the only ones; here is only shown what is
held, so that a page and a program see the same.
"""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from assistant.api.staff import Staff
from assistant.audit import audit_held
from assistant.pages import share_of_page
from assistant.web import documents_list, documents_view, frame, signin, theme
from assistant.web.documents_table import boxes
from ingest.errors import BudgetQAError
from vectorstore.errors import UnknownDocument
from vectorstore.store import Store

logger = logging.getLogger(__name__)

_FAILED = "这份文件没能打开，请刷新页面再试；如果仍然不行，请告诉系统管理员。"

_GONE = "这份文件已经不在资料库里，请从文件列表里另选一份。"


def build(store: Store, staff: Staff, most_bytes: int) -> gr.Blocks:
    """The page as Gradio blocks; `most_bytes` is what one upload may weigh."""
    page = _Page(store, staff, most_bytes)
    with gr.Blocks(title=f"文件 · {frame.TITLE}", analytics_enabled=False, fill_width=True) as blocks:
        frame.top("documents")
        with gr.Column(elem_classes="bq-docs"):
            with gr.Row(elem_classes="bq-docs-top"):
                gr.HTML(documents_list.tools(), apply_default_css=False, js_on_load=None)
                who = gr.HTML("", apply_default_css=False, js_on_load=None)
            intake = gr.HTML("", apply_default_css=False, js_on_load=theme.file("documents_intake.js"))
            listing = gr.HTML(
                "", apply_default_css=False, js_on_load=theme.file("documents.js"), elem_classes="bq-listing"
            )
            reader = gr.HTML(
                "",
                apply_default_css=False,
                js_on_load=theme.script("documents_view.js"),
                elem_classes="bq-open",
            )
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        blocks.load(page.opened, None, [who, intake, listing], **quiet)
        intake.changed(page.listing, None, [listing], **quiet)
        listing.changed(page.listing, None, [listing], **quiet)
        reader.opened(page.read, None, [reader], **quiet)
    return blocks


class _Page:
    """What the page shows."""

    def __init__(self, store: Store, staff: Staff, most_bytes: int) -> None:
        self._store = store
        self._staff = staff
        self._most_bytes = most_bytes

    def opened(self, request: gr.Request) -> tuple[str, str, str]:
        """Who is signed in, where files are taken in (for staff), and the list."""
        intake = documents_list.intake(self._most_bytes) if self._may_write(request) else ""
        return signin.strip(self._staff, request, "documents"), intake, self.listing(request)

    def listing(self, request: gr.Request) -> str:
        """The documents held at this moment."""
        try:
            return documents_list.listing(self._store.documents(), staff=self._may_write(request))
        except BudgetQAError as error:
            return documents_view.problem(str(error))

    def read(self, event: gr.EventData) -> str:
        """A document that the address names: one of its tables, or its audit."""
        asked = event._data
        try:
            return self._read(asked.get("doc"), asked.get("table"), audit=asked.get("audit") is True)
        except BudgetQAError as error:
            return documents_view.problem(str(error))
        except Exception:  # whatever went wrong, the visitor is told in words and the log keeps why
            logger.exception("could not show %r", asked)
            return documents_view.problem(_FAILED)

    def _read(self, doc: object, index: object, *, audit: bool) -> str:
        if not isinstance(doc, int) or not 0 < doc < 2**31:
            return documents_view.problem("网址里的文件编号不对，请从文件列表里点开。")
        try:
            document = self._store.document(doc)
        except UnknownDocument:  # its words tell of the command line
            return documents_view.problem(_GONE)
        if audit:
            return documents_view.audit_view(document, audit_held(self._store, doc))
        tables = self._store.tables(doc)
        chosen = next((table for table in tables if table.index == index), None)
        if index is None and tables:
            chosen = tables[0]
        if index is not None and chosen is None:
            return documents_view.problem("这份文件里没有这张表，请从文件列表里重新点开。")
        share = None
        if chosen and (marks := boxes(chosen)):
            share = share_of_page(self._store.pdf_path(doc), min(marks), marks[min(marks)])
        return documents_view.tables_view(document, tables, chosen, share)

    def _may_write(self, request: gr.Request) -> bool:
        return signin.person(self._staff, request) is not None
