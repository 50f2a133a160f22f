"""Retrieve, then read: the systems to compare with, all of one shape.

With a language model configured the model reads what was found; without one the lines that say
most of the question are the answer.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer import Answer, Status
from assistant.model import ChatModel
from eval.baselines.extract import LIMIT, Rule, cite, extract
from eval.retrieval import query_of
from eval.sources import Part, Retriever, Source
from prompts import load

_MARKER = re.compile(r"\[(\d+)\]")
_NOTHING = "资料没有"


@dataclass(frozen=True)
class RetrieveAndRead:
    """Answers from the `k` best sources of a search."""

    retriever: Retriever
    k: int = 8
    rule: Rule = field(default_factory=Rule)
    model: ChatModel | None = None

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """Answer one question, limited to `docs` where given; `ModelError` where the model fails."""
        start = time.perf_counter()
        query = query_of(question, history)
        sources = self.retriever.retrieve(query, docs, self.k)
        if self.model:
            answer = _read(self.model, question, history, sources)
        else:
            answer = extract(query, sources, self.rule)
        elapsed = round((time.perf_counter() - start) * 1000, 1)
        return answer.model_copy(update={"id": id, "question": question, "elapsed_ms": elapsed})


def _read(model: ChatModel, question: str, history: Sequence[str], sources: Sequence[Source]) -> Answer:
    given = [
        {"n": n, "document": source.document, "page": part.page, "text": part.text}
        for n, (source, part) in enumerate(_parts(sources), start=1)
    ]
    asked = {"question": question, "history": list(history), "sources": given}
    reply = model.complete(
        [
            {"role": "system", "content": load("read_sources").text},
            {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
        ]
    ).strip()
    if _NOTHING in reply[:20]:
        return Answer(question=question, status=Status.NOT_FOUND, answer=reply[:LIMIT])
    cited = list(dict.fromkeys(int(n) for n in _MARKER.findall(reply)))
    parts = dict(enumerate(_parts(sources), start=1))
    citations = [cite(n, parts[n][0], parts[n][1], parts[n][1].text) for n in cited if n in parts]
    return Answer(question=question, status=Status.ANSWERED, answer=reply[:LIMIT], citations=citations)


def _parts(sources: Sequence[Source]) -> list[tuple[Source, Part]]:
    return [(source, part) for source in sources for part in source.parts]
