"""Measures a search alone: is a gold page among the first k things that it finds, and how early.

Apart from the answers, since an answer can be wrong on the right page, and a search can only be
improved when it is seen by itself.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable, Sequence

from eval.dataset import GoldQuestion
from eval.report import Retrieval, rate
from eval.sources import Retriever, Source
from ingest.errors import BudgetQAError

log = logging.getLogger(__name__)
DEPTHS = (1, 3, 5, 10, 20)


def measure_retrieval(
    retriever: Retriever, questions: Iterable[GoldQuestion], *, scoped: bool = True
) -> Retrieval:
    """hit@k and MRR over the questions that have gold pages; the others ask for nothing to be found.

    Unless `scoped`, the questions' `docs` are left aside.
    """

    ranks = [
        first_hit(find(retriever, gold, DEPTHS[-1], scoped=scoped), gold) for gold in questions if gold.pages
    ]
    return summarise_ranks(ranks)


def find(retriever: Retriever, gold: GoldQuestion, k: int, *, scoped: bool = True) -> list[Source]:
    """What is found for a question; nothing where the search breaks, which the log says."""
    try:
        return retriever.retrieve(query_of(gold.question, gold.history), gold.docs if scoped else (), k)
    except BudgetQAError as error:  # such as a document that is not held
        log.warning("题目 %s 没有检索：%s", gold.id, error)
        return []


def summarise_ranks(ranks: Sequence[int | None]) -> Retrieval:
    """hit@k and MRR from the rank of each question's first hit, None where nothing was hit."""
    return Retrieval(
        hit_at={k: rate(rank is not None and rank <= k for rank in ranks) for k in DEPTHS},
        mrr=sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else None,
    )


def first_hit(found: Sequence[Source], gold: GoldQuestion) -> int | None:
    """The 1-based rank of the first source that stands on a gold page."""
    wanted = {(_same_name(document), page) for document, pages in gold.pages.items() for page in pages}
    for rank, source in enumerate(found, start=1):
        if any((_same_name(document), page) in wanted for document, page in source.pages):
            return rank
    return None


def query_of(question: str, history: Sequence[str]) -> str:
    """What to search for: the question, after the one before it, on which a follow-up leans."""
    return " ".join([*history[-1:], question])


def _same_name(document: str) -> str:
    """A file name as systems that compose letters differently would still write it."""
    return unicodedata.normalize("NFC", document)
