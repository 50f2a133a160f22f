"""What pages that show answers share: the documents to choose from, and the viewer on a source."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer, Citation
from assistant.pages import share_of_page
from assistant.web import render
from ingest.errors import BudgetQAError
from vectorstore.errors import UnknownDocument
from vectorstore.records import DocumentRecord
from vectorstore.store import Store


def choices(documents: Sequence[DocumentRecord]) -> list[tuple[str, str]]:
    """Label and file name of each document, newest first; a label used twice names its file."""
    ordered = sorted(documents, key=lambda d: (d.body, -(d.year or 0), d.kind, d.file_name))
    labels = [f"{d.body} {d.year or ''}年{d.scope}{d.kind}" if d.year else d.file_name for d in ordered]
    return [
        (label if labels.count(label) == 1 else f"{label}（{document.file_name}）", document.file_name)
        for label, document in zip(labels, ordered, strict=True)
    ]


def source_view(store: Store, answer: Answer, n: int, *, api: str = "api/", sequence: int) -> str:
    """The viewer on source `n` of an answer, or in its place a sentence that says why there is none.

    `api` is the way from the page to the interface; `sequence` as in `render.view`.
    """
    citation = next((c for c in answer.citations if c.n == n), None)
    if citation is None:
        return render.problem_view("这个来源不在答案里，请重新提问。")
    try:
        document = store.resolve(citation.document)
        if document.file_name != citation.document:  # a part of another file's name
            raise UnknownDocument(citation.document, [])
        share = share_of_page(store.pdf_path(document.id), citation.page, citation.bbox)
    except BudgetQAError as error:
        return render.problem_view(str(error))
    cited = render.Cited(citation, document, share, _table(store, document, citation))
    return render.view(cited, sequence, api)


def _table(store: Store, document: DocumentRecord, citation: Citation) -> int | None:
    """The index of the table that has a cell at the cited place."""
    if citation.kind != "table":
        return None
    x, y = (citation.bbox[0] + citation.bbox[2]) / 2, (citation.bbox[1] + citation.bbox[3]) / 2
    for table in store.tables(document.id, citation.page):
        for cell in table.cells:
            x0, top, x1, bottom = cell.bbox
            if cell.page == citation.page and x0 <= x <= x1 and top <= y <= bottom:
                return table.index
    return None
