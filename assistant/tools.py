"""The two tools, as LangChain tools: `find_figures` and `find_passages`.

They wrap the same `Finder` that the rule planner uses, so that an agent and the rules look at the
same evidence. LangChain is imported when the tools are made, not with the assistant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.evidence import Evidence
from assistant.finder import Finder
from prompts import load

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from assistant.core import Assistant

MOST = 12  # pieces of evidence that one call returns


def make_tools(assistant: Assistant, docs: Sequence[str] = ()) -> list[BaseTool]:
    """Tools over the assistant's store, limited to the files `docs` when any are named.

    Both take one string and return a list of plain dictionaries that carry document and page.
    """
    from langchain_core.tools import StructuredTool

    def find_figures(question: str) -> list[dict[str, Any]]:
        finder = assistant.finder(question, docs)
        return [_figure(e) for e in finder.figures[:MOST]]

    def find_passages(question: str) -> list[dict[str, Any]]:
        return _passages(assistant.finder(question, docs))

    return [
        StructuredTool.from_function(
            function, name=function.__name__, description=load(function.__name__).text
        )
        for function in (find_figures, find_passages)
    ]


def _figure(e: Evidence) -> dict[str, Any]:
    return {
        "item": e.name,
        "path": list(e.path),
        "measure": e.measure,
        "value": None if e.value is None else f"{e.value:f}",
        "unit": e.unit,
        "year": e.year,
        "text": e.text,
        "document": e.document.file_name,
        "page": e.places[0].page,
        "quote": e.quote,
    }


def _passages(finder: Finder) -> list[dict[str, Any]]:
    names = {d.id: d.file_name for d in finder.asked.selection.documents}
    return [
        {
            "text": hit.passage.text,
            "headings": list(hit.passage.heading_path),
            "document": names[hit.doc_id],
            "page": hit.passage.page,
        }
        for hit in finder.passages()
    ]
