"""Statements → the amounts of prose with the words before them: what an audit of sentences reads.

A statement is stored once for each of its relations; here every sentence stands once, in order, with
its figures marked as amount, change, growth, share or completion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.audit.figures import Figure, kind_of, printed
from ingest.document import Place, Statement
from ingest.facts import clean_name

_UP = r"增加|增长|上升|提高|上涨"
_DOWN = r"减少|下降|降低|减"
_MOVE = re.compile(rf"({_UP})|({_DOWN})")
_COMPARED = re.compile(r"比|较|与.{0,14}相比")
_YEAR = re.compile(r"(20\d\d)年")
_CUT = re.compile(r"[,，。;；:：、]")


class Role(StrEnum):
    """What a figure of a sentence is."""

    AMOUNT = "amount"
    CHANGE = "change"
    GROWTH = "growth"
    SHARE = "share"
    COMPLETION = "completion"
    OTHER = "other"


@dataclass(frozen=True)
class Amount:
    """A figure of a sentence. `clause`: the words right before it; `lead`: all since the figure before.

    `sign` is 1 or -1 for a change, else 0; `year` the year that the clause names; `tail`: the words
    up to the next figure, `before` all that the sentence says before it.
    """

    figure: Figure
    role: Role
    clause: str
    lead: str
    tail: str
    sign: int
    year: int | None
    before: str

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return kind_of(self.figure.unit) == "元"


@dataclass(frozen=True)
class Sentence:
    """A sentence with its figures. `subject` and `path` are its statement's."""

    text: str
    subject: str
    path: tuple[str, ...]
    places: tuple[Place, ...]
    amounts: tuple[Amount, ...]

    @property
    def topic(self) -> str:
        """What it is about, with the 款 above a 项, whose name alone may stand under several."""
        if len(self.path) > 2 and self.path[-1] == self.subject:
            return "·".join(self.path[-2:])
        return self.subject

    def group(self, amount: Amount) -> list[Amount]:
        """The money amounts before `amount` in its part of the sentence (between semicolons)."""
        found: list[Amount] = []
        for other in self.amounts:
            if re.search(r"[;；]", other.lead):
                found = []
            if other is amount:
                break
            if other.role is Role.AMOUNT and other.is_money:
                found.append(other)
        return found


def sentences(statements: Sequence[Statement]) -> list[Sentence]:
    """Every sentence that prints a figure, once, in printed order."""
    found: dict[tuple[str, tuple[Place, ...]], Sentence] = {}
    for s in statements:
        if s.quantities and (s.text, s.places) not in found:
            amounts = tuple(_amounts(s))
            found[s.text, s.places] = Sentence(s.text, s.subject, s.subject_path, s.places, amounts)
    return list(found.values())


def paragraphs(statements: Sequence[Statement]) -> list[list[Sentence]]:
    """The sentences, those of one paragraph together."""
    groups: dict[tuple[Place, ...], list[Sentence]] = {}
    for sentence in sentences(statements):
        groups.setdefault(sentence.places, []).append(sentence)
    return list(groups.values())


def _amounts(statement: Statement) -> list[Amount]:
    text, start = statement.text, 0
    spans = []
    for quantity in statement.quantities:
        at = text.find(quantity.text, start)
        if at < 0:
            continue
        spans.append((quantity, start, at))
        start = at + len(quantity.text)
    found: list[Amount] = []
    for n, (quantity, since, at) in enumerate(spans):
        end = at + len(quantity.text)
        tail = text[end : spans[n + 1][2] if n + 1 < len(spans) else len(text)]
        lead = text[since:at]
        clause = _CUT.split(lead)[-1].strip()
        figure = printed(_label(clause, statement), quantity.value, quantity.unit, statement.places)
        role, sign = _role(figure, clause, text[:at])
        years = _YEAR.findall(clause)
        year = int(years[0]) if years else None
        found.append(Amount(figure, role, clause, lead, tail, sign, year, text[:at]))
    return found


def _label(clause: str, statement: Statement) -> str:
    """How a message calls the figure: its clause, and what it is about where the clause is bare."""
    clause = clean_name(clause).strip('的为 “”"')
    if re.match(r"占|比|较|与|和|同比|增|减|上升|下降|降低|提高|完成", clause):
        return "文字写作"
    if re.search(r"\((类|款|项)\)$", clause) and statement.subject in clause:
        return f"文字“{statement.subject}”"
    return f"文字“{clause or statement.subject}”"


def _role(figure: Figure, clause: str, before: str) -> tuple[Role, int]:
    move = _MOVE.search(clause)
    sign = (1 if move.group(1) else -1) if move else 0
    if figure.unit == "%":
        if re.search(r"完成|执行率", clause):
            return Role.COMPLETION, 0
        if re.search(r"占", clause):
            return Role.SHARE, 0
        return (Role.GROWTH, sign) if sign else (Role.OTHER, 0)
    if kind_of(figure.unit) == "元" and sign and _COMPARED.search(before):
        return Role.CHANGE, sign
    return Role.AMOUNT, 0
