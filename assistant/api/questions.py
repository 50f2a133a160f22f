"""Reading for programs: ask, list what is held, get tables and page pictures. Changes nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from assistant.answer import Answer
from assistant.api.objects import DocumentObject, find
from assistant.pages import SCALES, NoSuchPageError, PageImages
from assistant.request import Request
from assistant.table_object import TableObject
from assistant.web.needs import Answerer
from ingest.document import BBox
from vectorstore.store import Store

_MARK = r"^-?\d{1,5}(\.\d{1,4})?(,-?\d{1,5}(\.\d{1,4})?){3}$"
_Page = Annotated[int, Query(ge=1, le=100_000, description="只要这一页上的表（PDF 页码，从 1 起）")]
_Doc = Annotated[str, Query(description="文件的编号、文件名，或文件名里独有的一段")]


def router(assistant: Answerer, images: PageImages) -> APIRouter:
    """The routes under ``/api`` that read."""
    made = APIRouter(prefix="/api", tags=["查询"])

    @made.post("/ask", summary="提问")
    def ask(asked: Request) -> Answer:
        """回答一个问题。history 是此前问过的问题（早的在前，只看最近几个），docs 把问题限定在这些文件里。"""
        return answered(assistant, asked)

    @made.get("/documents", summary="已收录的文件")
    def documents() -> list[DocumentObject]:
        """已收录的文件，按收录的先后。"""
        return [DocumentObject.of(record) for record in assistant.store.documents()]

    @made.get("/tables", summary="抽取出的表格")
    def tables(doc: _Doc, page: _Page | None = None) -> list[TableObject]:
        """从一份文件（或它的一页）里抽取出的表格，连同每个单元格的页码与位置。"""
        return tables_of(assistant.store, doc, page)

    @made.get("/pages/{doc}/{page}.png", summary="页面图片", response_class=Response)
    def page_image(
        doc: str,
        page: int,
        scale: Annotated[float, Query(ge=SCALES[0], le=SCALES[1], description="每点几个像素")] = 1.5,
        mark: Annotated[
            str | None, Query(pattern=_MARK, description="要标出的位置：左,上,右,下（点）")
        ] = None,
    ) -> Response:
        """一页的 PNG 图片，可标出引用的位置（回答里 citations 的 bbox）。"""
        store = assistant.store
        document = find(store, doc)
        png = images.png(store.pdf_path(document.id), document.sha256, page, scale=scale, mark=_box(mark))
        return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})

    return made


def answered(assistant: Answerer, asked: Request) -> Answer:
    """The answer to a request that came from outside."""
    return assistant.ask(asked.question, history=asked.recent_history, docs=asked.docs, id=asked.id)


def tables_of(store: Store, doc: str, page: int | None) -> list[TableObject]:
    """A document's tables, or those of a page; `NoSuchPageError` when it has no such page."""
    record = find(store, doc)
    if page is not None and not 1 <= page <= record.pages:
        raise NoSuchPageError(f"{record.file_name} 共 {record.pages} 页，没有第 {page} 页。")
    return [TableObject.of(record.file_name, table) for table in store.tables(record.id, page)]


def _box(mark: str | None) -> BBox | None:
    if mark is None:
        return None
    x0, top, x1, bottom = (float(side) for side in mark.split(","))
    return (x0, top, x1, bottom)
