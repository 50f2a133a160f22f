"""Example questions made from the documents held, so that the first click is sure to concern one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import yaml

from vectorstore.records import DocumentRecord

HOW_MANY = 4


@cache
def templates() -> Mapping[str, Sequence[str]]:
    """Question templates for each kind of document, from ``examples.yaml``."""
    content = resources.files("assistant.web").joinpath("examples.yaml").read_text(encoding="utf-8")
    loaded: dict[str, list[str]] = yaml.safe_load(content)
    return loaded


def questions(documents: Sequence[DocumentRecord]) -> list[str]:
    """Up to `HOW_MANY` questions, spread over the newest documents and over the templates.

    Documents without a body name or a year are passed over: a question about them would be vague.
    """
    named = [d for d in documents if d.body and d.year]
    newest = sorted(named, key=lambda d: (-(d.year or 0), d.body, d.kind, d.id))
    used: dict[str, int] = defaultdict(int)
    asked: list[str] = []
    while newest and len(asked) < HOW_MANY:
        before = len(asked)
        for document in newest[:HOW_MANY]:
            known = templates().get(str(document.kind), ())
            if used[document.kind] < len(known) and len(asked) < HOW_MANY:
                asked.append(_filled(known[used[document.kind]], document))
                used[document.kind] += 1
        if len(asked) == before:
            break
    return list(dict.fromkeys(asked))


def _filled(template: str, document: DocumentRecord) -> str:
    return (
        template.replace("{body}", document.body)
        .replace("{year}", str(document.year))
        .replace("{scope}", str(document.scope))
    )
