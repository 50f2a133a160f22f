"""Changing what is held, for staff: upload PDFs, follow their reading, read again or delete a document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from assistant.api.objects import DocumentObject, find_exactly
from assistant.api.staff import Staff
from assistant.api.uploads import Job, Uploads
from assistant.pages import PageImages
from assistant.request import BadRequestError
from vectorstore.records import DocumentRecord
from vectorstore.store import Store

PATH = "/api/documents"
MOST_FILES = 50  # in one upload
_Exact = Annotated[str, Path(description="文件的编号，或完整的文件名")]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            }
        },
    }
}


def router(store: Store, uploads: Uploads, images: PageImages, staff: Staff) -> APIRouter:
    """The routes under ``/api/documents`` that staff alone may use."""
    made = APIRouter(prefix=PATH, tags=["文件管理"], dependencies=[Depends(staff.required)])

    @made.post("", status_code=202, summary="上传 PDF", openapi_extra=_BODY)
    async def upload(request: Request) -> Job:
        """收下一份或几份 PDF（表单字段 files），在后台逐份读入；用返回的 id 查询进度。"""
        # The form is parsed here, so that a stranger's files are refused before they are taken in.
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            files = [value for value in form.getlist("files") if isinstance(value, UploadFile)]
            if not files:
                raise BadRequestError("没有收到文件：请把 PDF 放在表单字段 files 里上传。")
            sent = [(file.filename or "", file.file) for file in files]
            return await run_in_threadpool(uploads.submit, sent)

    @made.get("/jobs", summary="最近的上传")
    def jobs() -> list[Job]:
        """最近的上传，新的在前。"""
        return uploads.jobs()

    @made.get("/jobs/{job}", summary="上传的进度")
    def job(job: str) -> Job:
        """一次上传里每份文件读到哪一步、结果怎样。"""
        return uploads.job(job)

    @made.post("/{doc}/read", status_code=202, summary="重新读入")
    def read_again(doc: _Exact) -> Job:
        """把已收录的一份文件重新读一遍（程序升级之后用），在后台进行；用返回的 id 查询进度。"""
        return uploads.read_again(find_exactly(store, doc))

    @made.delete("/{doc}", summary="删除文件")
    def delete(doc: _Exact) -> DocumentObject:
        """把一份文件从资料库里完全移除，返回被移除的文件。"""
        return DocumentObject.of(forget(store, images, doc))

    return made


def forget(store: Store, images: PageImages, doc: str) -> DocumentRecord:
    """Take a document out of the store, and its page pictures with it."""
    record = store.remove(find_exactly(store, doc).file_name)
    images.keep_only(document.sha256 for document in store.documents())
    return record
