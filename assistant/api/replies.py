"""A reply of the staff desk as a Word document, for staff; made when it is asked for, kept nowhere."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from assistant.api.staff import Staff
from assistant.desk.casebook import Casebook
from assistant.desk.export import file_name, to_docx

_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def router(book: Casebook, staff: Staff) -> APIRouter:
    """The route under ``/api/desk``."""
    made = APIRouter(prefix="/api/desk", tags=["答复台"], dependencies=[Depends(staff.required)])

    @made.get("/cases/{number}/reply.docx", summary="答复（Word）", response_class=Response)
    def reply(number: int) -> Response:
        """一件来信的答复，附资料来源、所引原文和计算过程；没有审核的，页眉写明是参考答复。"""
        case = book.get(number)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name(case))}",
            "Cache-Control": "no-store",
        }
        return Response(to_docx(case), media_type=_KIND, headers=headers)

    return made
