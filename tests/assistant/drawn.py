"""An assistant that holds one drawn document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.core import Assistant
from ingest.pipeline import read_document
from tests.ingest.drawn import Sheet, save
from vectorstore.settings import Settings
from vectorstore.store import Store


@contextmanager
def holding(folder: Path, name: str, pages: Sequence[Sheet], *, embed: bool = True) -> Iterator[Assistant]:
    """Draws `pages` as the PDF `name`, takes it in and opens an assistant over it alone."""
    path = save(folder / name, list(pages))
    with Store(Settings.load(data=folder / "data")) as store:
        store.add(read_document(path), path, embed=embed)
        yield Assistant(store)


def lines(*texts: str) -> Sheet:
    """A page of prose."""
    page = Sheet()
    for n, text in enumerate(texts):
        page.text(60, 60 + 20 * n, text)
    return page


def titled(title: str, widths: Sequence[float], rows: Sequence[Sequence[str]], body: str = "") -> Sheet:
    """A page with one ruled table in 万元 under its title, and whose it is where `body` says so."""
    page = Sheet()
    page.centred(40, title)
    if body:
        page.text(60, 75, f"编制部门：{body}")
    page.text(700, 75, "单位：万元")
    page.table(60, 95, widths, rows, "all")
    return page
