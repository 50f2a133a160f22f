"""Scores one answer against its gold question: is it right, does it cite, is every figure grounded.

Being wrong and refusing are kept apart, because a user is misled by the one and only delayed by
the other. Nothing here knows how answers are made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import Answer, Figure, Status
from eval.dataset import GoldFact, GoldQuestion, NumberFact
from eval.formula import follows
from eval.printed import figures_on, is_printed
from eval.quantity import MONEY, PERCENT, Amount, amount, amounts_in, same_amount
from ingest.text import key, parse_number

PageText = Callable[[str, int], str | None]
"""Document name and 1-based page → the page's printed text, or None when it cannot be read."""

_MARKER = re.compile(r"\[\d+\](?!\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)\s+(?=\d)")
_SENTENCE_END = re.compile(r"[。！？!?\n]")


class Outcome(StrEnum):
    """How an answer ended, as seen by the one who asked."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED = "refused"


@dataclass(frozen=True)
class Score:
    """What one answer is worth.

    `missing` names the gold facts that the answer lacks. `cited_gold_page` and
    `citation_precision` are None where no page is asked for or nothing is cited; `leads` is None
    where the first gold fact is no figure; `ungrounded` is None where pages could not be read.
    """

    outcome: Outcome
    missing: tuple[str, ...]
    cited_gold_page: bool | None
    citation_precision: float | None
    leads: bool | None
    ungrounded: tuple[str, ...] | None

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.outcome is Outcome.RIGHT


def score(answer: Answer, gold: GoldQuestion, page_text: PageText | None = None) -> Score:
    """Score one answer; groundedness only where `page_text` is given."""
    missing = tuple(_name(fact) for fact in gold.facts if not states(answer, fact))
    cited = {(_same_name(c.document), c.page) for c in answer.citations}
    supporting = {(_same_name(document), page) for document, pages in gold.pages.items() for page in pages}
    judged = gold.answerable and answer.status is Status.ANSWERED
    return Score(
        outcome=_outcome(answer, gold, missing),
        missing=missing,
        cited_gold_page=bool(cited & supporting) if judged else None,
        citation_precision=len(cited & supporting) / len(cited) if judged and cited else None,
        leads=_leads(answer, gold) if judged else None,
        ungrounded=tuple(ungrounded_figures(answer, page_text)) if page_text else None,
    )


def states(answer: Answer, fact: GoldFact) -> bool:
    """Whether the answer's text, which is what a reader reads, gives this fact."""
    if isinstance(fact, NumberFact):
        gold = amount(fact.number, fact.unit)
        return any(same_amount(gold, one) for one in amounts_in(answer.answer, fact.unit))
    # Where a space parts two numbers ("=0.72 2.") they are two; elsewhere spaces mean nothing.
    texts = (_comparable(answer.answer), _comparable(_BETWEEN_NUMBERS.sub("|", answer.answer)))
    return any(_has_wording(text, _comparable(wording)) for wording in fact.any_of for text in texts)


def ungrounded_figures(answer: Answer, page_text: PageText) -> list[str]:
    """Money and percent figures of an answer that a reader cannot check on the cited pages.

    A figure of the text or of `figures` is grounded when a cited page prints it in its unit, or when
    it is declared derived and follows from figures that are printed.
    """
    pages = [figures_on(page_text(c.document, c.page) or "") for c in answer.citations]

    def on_a_page(said: Amount) -> bool:
        return any(is_printed(said, printed) for printed in pages)

    sound = _checkable(answer, on_a_page)
    said = [*amounts_in(answer.answer), *(said for _, said in _figure_amounts(answer))]
    return list(
        dict.fromkeys(
            one.text
            for one in said
            if one.family in (MONEY, PERCENT)
            and not on_a_page(one)
            and not any(same_amount(figure, one) for figure in sound)
        )
    )


def _checkable(answer: Answer, on_a_page: Callable[[Amount], bool]) -> list[Amount]:
    """The declared figures that are printed, or that follow from printed ones, step by step."""
    figures = list(_figure_amounts(answer))
    sound = [said for _, said in figures if on_a_page(said)]

    def is_known(operand: Amount) -> bool:
        return on_a_page(operand) or any(same_amount(operand, one) for one in sound)

    for figure, said in figures:
        if figure.derived and follows(figure, is_known):
            sound.append(said)
    return sound


def _outcome(answer: Answer, gold: GoldQuestion, missing: tuple[str, ...]) -> Outcome:
    if not gold.answerable:
        return Outcome.RIGHT if answer.status is Status.NOT_FOUND else Outcome.WRONG
    if answer.status is not Status.ANSWERED:
        return Outcome.REFUSED
    return Outcome.WRONG if missing else Outcome.RIGHT


def _leads(answer: Answer, gold: GoldQuestion) -> bool | None:
    """Whether the asked-for figure, the first gold fact, is in the first sentence."""
    asked = gold.facts[0]
    if not isinstance(asked, NumberFact):
        return None
    first = _SENTENCE_END.split(answer.answer.strip(), maxsplit=1)[0]
    wanted = amount(asked.number, asked.unit)
    return any(same_amount(wanted, said) for said in amounts_in(first, asked.unit))


def _figure_amounts(answer: Answer) -> Iterator[tuple[Figure, Amount]]:
    """The figures with their amounts; 580元/人 is 580元, as it is read in a text and on a page."""
    for figure in answer.figures:
        if parse_number(figure.value) is not None:
            yield figure, amount(figure.value, figure.unit.partition("/")[0])


def _comparable(text: str) -> str:
    """The text without spaces, quotes, width variants, source markers and thousand separators."""
    return key(_THOUSANDS.sub("", _MARKER.sub("", text)))


def _has_wording(text: str, wording: str) -> bool:
    """Whether the text has this wording; one that begins or ends in a digit must be a whole number."""
    before = r"(?<!\d)(?<!\d\.)" if wording[:1].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wording[-1:].isdigit() else ""
    return re.search(before + re.escape(wording) + after, text) is not None


def _same_name(document: str) -> str:
    """A file name as systems that compose letters differently would still write it."""
    return unicodedata.normalize("NFC", document)


def _name(fact: GoldFact) -> str:
    return f"{fact.number}{fact.unit}" if isinstance(fact, NumberFact) else fact.any_of[0]
