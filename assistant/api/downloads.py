"""What a reader takes along: an answer as text or spreadsheet, a table as spreadsheet, and feedback."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response
from pydantic import BaseModel, Field

from assistant.answer import Answer
from assistant.api.objects import find
from assistant.api.plain import as_text
from assistant.api.staff import Staff
from assistant.exports import answer_rows, answer_sheets, table_sheet, table_source
from assistant.feedback import MOST_NOTE, Feedback, FeedbackBook
from assistant.given import GivenAnswers
from assistant.sheets import CSV, XLSX, as_csv, as_xlsx
from vectorstore.store import Store

_Key = Annotated[str, Path(description="网页上一个回答的编号", max_length=40)]
_Doc = Annotated[str, Path(description="文件的编号、文件名，或文件名里独有的一段")]
_NAME = 30  # characters of a question or title in a file's name


class Said(BaseModel):
    """A reader's word on the answer `key`."""

    key: str = Field(max_length=40)
    useful: bool
    note: str = Field("", max_length=MOST_NOTE)


def router(store: Store, given: GivenAnswers, book: FeedbackBook, staff: Staff) -> APIRouter:
    """The routes ``/api/answers``, ``/api/tables/…`` and ``/api/feedback``."""
    made = APIRouter(prefix="/api")

    @made.get("/answers/{key}.{form}", tags=["下载"], summary="下载回答", response_class=Response)
    def answer(key: _Key, form: Literal["txt", "csv", "xlsx"]) -> Response:
        """网页上刚给出的一个回答，连同数字和来源。"""
        held = given.get(key)
        return _file(_answer(held, form), form, f"预算问答-{held.question[:_NAME]}")

    @made.get("/tables/{doc}/{index}.{form}", tags=["下载"], summary="下载表格", response_class=Response)
    def table(doc: _Doc, index: int, form: Literal["csv", "xlsx"]) -> Response:
        """文件里的第 index 张表（从 0 起，按抽取的顺序）。"""
        record = find(store, doc)
        found = next((one for one in store.tables(record.id) if one.index == index), None)
        if found is None:
            raise HTTPException(
                404, f"{record.file_name} 里没有第 {index} 张表，请用 /api/tables 查看有哪些表。"
            )
        sheet = table_sheet(found)
        content = (
            as_csv(sheet.rows) if form == "csv" else as_xlsx([sheet, table_source(record.file_name, found)])
        )
        return _file(content, form, f"{(found.title or found.kind)[:_NAME]}-第{found.pages[0]}页")

    @made.post("/feedback", tags=["反馈"], summary="评价一个回答", status_code=204)
    def say(said: Said) -> None:
        """有用还是有误，可以附一句说明；不记录是谁说的。"""
        book.add(said.key, given.get(said.key), said.useful, said.note)

    @made.get(
        "/feedback", tags=["反馈"], summary="读者的评价（工作人员）", dependencies=[Depends(staff.required)]
    )
    def read(limit: Annotated[int, Query(ge=1, le=10_000)] = 200) -> list[Feedback]:
        """最近的评价，新的在前。"""
        return book.latest(limit)

    return made


def _answer(held: Answer, form: str) -> bytes:
    if form == "xlsx":
        return as_xlsx(answer_sheets(held))
    return as_csv(answer_rows(held)) if form == "csv" else as_text(held).encode()


def _file(content: bytes, form: str, name: str) -> Response:
    """A download. Its name may hold anything a question holds: it travels percent-encoded."""
    safe = "".join(sign if sign.isalnum() or sign in "-—（）()《》“”·" else " " for sign in name).strip()
    kind = {"xlsx": XLSX, "csv": CSV, "txt": "text/plain; charset=utf-8"}[form]
    named = f"attachment; filename*=UTF-8''{quote(f'{safe}.{form}')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": named})
