"""Checks gold questions against the PDFs they speak of: files, pages, and the figures printed there.

A slip in a gold file is found before anything is measured. What cannot be right is an error; a
figure that a gold page does not seem to print is a warning, since a reader may still find it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eval.dataset import GoldQuestion, NumberFact, QuestionType
from eval.metrics import PageText
from eval.pages import PageTexts, pdfs_of
from eval.printed import figures_on, tells
from eval.quantity import amount
from vectorstore.errors import StoreError
from vectorstore.store import Store

PRINTED = (QuestionType.LOOKUP, QuestionType.FOLLOWUP, QuestionType.COMPOSITION, QuestionType.INDICATOR)
"""Questions whose figures stand on the gold page as they are, not reckoned from it."""


@dataclass(frozen=True)
class Remark:
    """What is wrong with a field of a question; a warning where only a reader can say."""

    id: str
    field: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{'请核对' if self.warning else '有错'} {self.id} 字段 {self.field}：{self.message}"


def check_against(questions: Iterable[GoldQuestion], store: Store) -> list[Remark]:
    """What does not fit the documents held: unknown files, pages beyond the end, unprinted figures."""
    page_text = PageTexts(pdfs_of(store))
    return [remark for gold in questions for remark in _remarks(gold, store, page_text)]


def held(questions: Iterable[GoldQuestion], file_names: Iterable[str]) -> list[GoldQuestion]:
    """The questions that can be asked when these documents alone are held."""
    names = set(file_names)
    return [gold for gold in questions if names.issuperset((*gold.docs, *gold.pages))]


def _remarks(gold: GoldQuestion, store: Store, page_text: PageText) -> Iterator[Remark]:
    for name in gold.docs:
        try:
            store.resolve(name)
        except StoreError as error:
            yield Remark(gold.id, "docs", str(error))
    ends = {record.file_name: record.pages for record in store.documents()}
    for document, pages in gold.pages.items():
        field = f"pages.{document}"
        if document not in ends:
            yield Remark(gold.id, field, "资料库里没有这份文件")
            continue
        for page in pages:
            if page > ends[document]:
                yield Remark(gold.id, field, f"没有第 {page} 页，文件共 {ends[document]} 页")
            elif gold.type in PRINTED:
                yield from _unprinted(gold, field, page, page_text(document, page) or "")


def _unprinted(gold: GoldQuestion, field: str, page: int, text: str) -> Iterator[Remark]:
    printed = figures_on(text)
    for fact in gold.facts:
        if isinstance(fact, NumberFact) and not tells(amount(fact.number, fact.unit), printed):
            yield Remark(gold.id, field, f"第 {page} 页没有印 {fact.number}{fact.unit}", warning=True)
