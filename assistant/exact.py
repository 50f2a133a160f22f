"""How nearly a figure is the very item that a question names, by its own name alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import Evidence, cover
from assistant.finder import Finder
from assistant.terms import Term

TIGHT = 0.6  # how well a figure's own name must be the item that a claim is about


def tight(found: Sequence[Evidence], terms: Sequence[Term]) -> list[Evidence]:
    """The figures that are the items most nearly: 公务用车购置费 is not 公务用车购置及运行费."""
    fits = [cover(bare(e), named_terms(terms)) for e in found]
    bar = max(TIGHT, max(fits, default=0.0) - 0.05)
    return [e for e, fit in zip(found, fits, strict=True) if fit >= bar]


def named_terms(terms: Sequence[Term]) -> list[Term]:
    """The terms that name items; measures and words only say which figure of them."""
    for role in ("item", "total", "measure"):
        if any(t.role == role for t in terms):
            return [t for t in terms if t.role == role]
    return []


def bare(e: Evidence) -> Evidence:
    """A figure as its name and its row's path alone say it: what stands near it proves nothing."""
    return replace(e, title="", quote="", table_kind=None)


def item_terms(finder: Finder) -> list[Term]:
    """The question's terms that name an item, a measure of it, or a total."""
    return [t for t in finder.asked.linked.terms if t.role in ("item", "measure", "total")]
