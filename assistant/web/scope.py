"""The selectors of the question page: body, year and documents → the documents that are asked.

Choosing a body or a year narrows the documents offered; without any choice all are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.web.sources import choices
from vectorstore.records import DocumentRecord

ALL = ""  # the value of “全部” in a selector
Choices = list[tuple[str, str]]


class Chosen(NamedTuple):
    """What the visitor chose; `names` are file names."""

    body: str = ALL
    year: str = ALL
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: object, year: object, names: object) -> Chosen:
        """What came from the browser, held to what the selectors can hold."""
        listed = names if isinstance(names, list) else []
        return cls(
            body if isinstance(body, str) else ALL,
            year if isinstance(year, str) else ALL,
            tuple(name for name in listed if isinstance(name, str)),
        )

    def admits(self, document: DocumentRecord) -> bool:
        """Whether the body and the year chosen are the document's."""
        return self.body in (ALL, document.body) and self.year in (ALL, str(document.year or ""))


class Asked(NamedTuple):
    """The file names that a question is limited to (none: all held), and that in words."""

    names: tuple[str, ...]
    told: str
    size: int


def asked(chosen: Chosen, documents: Sequence[DocumentRecord]) -> Asked:
    """What a question is asked of."""
    fitting = [d.file_name for d in documents if chosen.admits(d)]
    if chosen.names:
        names = tuple(name for name in chosen.names if name in fitting) or chosen.names
        return Asked(names, f"选定的 {len(names)} 份文件", len(names))
    if chosen.body == ALL and chosen.year == ALL:
        return Asked((), f"全部 {len(documents)} 份文件", len(documents))
    told = "、".join(part for part in (chosen.body, chosen.year and f"{chosen.year}年") if part)
    return Asked(tuple(fitting), f"{told}（{len(fitting)} 份文件）", len(fitting))


def bodies(documents: Sequence[DocumentRecord]) -> Choices:
    """The choices of body."""
    named = sorted({d.body for d in documents if d.body})
    return [("全部单位", ALL), *((body, body) for body in named)]


def years(documents: Sequence[DocumentRecord], chosen: Chosen) -> Choices:
    """The choices of year, newest first: those of the body chosen."""
    held = {d.year for d in documents if d.year and chosen.body in (ALL, d.body)}
    return [("全部年份", ALL), *((f"{year}年", str(year)) for year in sorted(held, reverse=True))]


def files(documents: Sequence[DocumentRecord], chosen: Chosen) -> Choices:
    """Label and file name of each document that fits."""
    return choices([d for d in documents if chosen.admits(d)])
