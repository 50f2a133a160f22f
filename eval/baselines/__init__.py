"""Simpler systems over the same documents, so that a rate can be read: what does each search reach alone.

All retrieve and read; they differ in what they search. ``docs/baselines.md`` says how, and why.
"""

from __future__ import annotations

from pathlib import Path

from assistant.model import ChatModel
from eval.baselines.extract import Rule
from eval.baselines.rag import RetrieveAndRead
from eval.baselines.tutorial import TutorialRetriever
from eval.sources import PassageRetriever, Retriever
from eval.systems import System
from vectorstore.search import Ranking
from vectorstore.store import Store

ONE_LINE = Rule(lines=1)


def baselines(store: Store, folder: Path, model: ChatModel | None = None) -> list[System]:
    """The baselines, worst equipped first. `folder` keeps the tutorial's vectors between runs."""
    searches: list[tuple[str, str, Retriever]] = [
        ("tutorial", "教程式 RAG", TutorialRetriever(store, folder)),
        ("vectors", "只用向量", PassageRetriever(store, [Ranking.VECTORS])),
        ("bm25", "只用关键词（BM25）", PassageRetriever(store, [Ranking.WORDS])),
        ("hybrid", "混合检索，不用表格工具", PassageRetriever(store)),
    ]
    found = [
        System(name, label, RetrieveAndRead(search, model=model), search) for name, label, search in searches
    ]
    if model is None:
        found += [
            System(f"{name}-1", f"{label}，只引一行", RetrieveAndRead(search, rule=ONE_LINE))
            for name, label, search in searches
            if name in ("tutorial", "hybrid")
        ]
    return found
