"""What the prose goes on to say of an amount that the question names: what it is for, what it is.

Departments print an amount and tell its use in the same clause or in a sentence of its own behind it
(…412.00万元，比上年减少…，用于…; …86.00万元。主要用于…). Where the question names the amount, it finds
the place better than any word for the item does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.draft import Draft, clip, heading, trim
from assistant.finder import Finder
from assistant.money import convert
from assistant.question import Amount, Operation, phrases
from ingest.document import Place, Quantity
from ingest.sentences import sentences
from ingest.statements import read_quantities
from ingest.text import key, normalise
from vectorstore.records import PassageHit
from vectorstore.search import Ranking

LOOKED = 8  # passages that are looked through for an amount
NEXT = 2  # sentences behind the one with the amount that may speak of it
HALF = 0.5  # of the question's items that must be named where the amount alone does not tell


@dataclass(frozen=True)
class _Told:
    """An amount of a passage and what is said of it."""

    hit: PassageHit
    place: Place
    quantity: Quantity
    said: str
    quote: str
    share: float  # of the question's items that are named with it


def answer_of_amount(finder: Finder) -> Draft | None:
    """What the amount that the question names is for, or is, in the words of the prose; None where the
    question does not ask it or the prose does not say it."""
    kinds = [kind for kind, words in phrases()["of_amount"].items() if _asks(kind, words["asked"], finder)]
    for amount in _exact(finder) if kinds else ():
        told = [one for kind in kinds for one in _told(finder, amount, kind)]
        best = max(told, key=lambda one: one.share, default=None)
        if best is not None and best.share >= (0.0 if amount.is_telling else HALF):
            return _drafted(finder, best)
    return None


def _asks(kind: str, asked: str, finder: Finder) -> bool:
    """Whether the question asks of an amount what it is for (`use`) or where it came from (`source`)."""
    question = finder.asked.question
    of_use = kind == "use" and question.operation == Operation.PURPOSE
    return of_use or bool(re.search(asked, question.text))


def _exact(finder: Finder) -> Iterator[Amount]:
    """The amounts that the question names, and what is printed of those that it only says about."""
    for amount in finder.asked.question.amounts:
        yield amount
        if not amount.is_telling or amount.most:
            printed = (e for e in finder.figures if e.value and e.unit and amount.fits(e.value, e.unit))
            yield from dict.fromkeys(
                Amount(convert(e.value or Decimal(0), e.unit, "万元"), "万元") for e in printed
            )


def _told(finder: Finder, amount: Amount, kind: str) -> Iterator[_Told]:
    """What passages say of an amount, by the words for a kind of it."""
    found = finder.store.search(finder.asked.ids, amount.forms, LOOKED, {Ranking.WORDS}, said=())
    for hit in found:
        lines = (
            [] if hit.passage.table is not None else [n for n in hit.passage.text.split("\n") if n.strip()]
        )
        for n, line in enumerate(lines):
            places = hit.passage.places
            place = places[n] if len(places) == len(lines) else places[0]
            for quantity, said, quote in _said(sentences(normalise(line)), amount, kind):
                words = key("|".join((*hit.passage.heading_path, quote)))
                yield _Told(hit, place, quantity, said, quote, _share(finder, words))


def _said(texts: Sequence[str], amount: Amount, kind: str) -> Iterator[tuple[Quantity, str, str]]:
    """Each printing of an amount among sentences, what is said of it, and the sentences that say so."""
    words = phrases()["of_amount"][kind]
    for n, text in enumerate(texts):
        at = 0
        for quantity in read_quantities(text):
            at = text.find(quantity.text, at) + len(quantity.text)
            if not amount.fits(quantity.value, quantity.unit):
                continue
            after = text[at:]
            own = re.match(
                rf"(?P<between>(?:[^;；。]*?[,，:：()])?)(?P<said>(?:{words['told']})[^;；。]*)", after
            )
            if own is not None and not _of_other(own["between"], own["said"]):
                yield quantity, own["said"], text
                break
            behind = (t for t in texts[n + 1 : n + 1 + NEXT])
            item = re.escape(quantity.label.rpartition("·")[2])
            ask = re.compile(
                rf"(?:(?:{item}|该?(?:项目?)?(?:资金|经费|款项))(?:为|是|,)?)?(?P<said>(?:{words['told']})[^。]*)"
            )
            found = next(((ask.match(t), t) for t in behind if ask.match(t)), None)
            if found is not None and found[0] is not None:
                yield quantity, found[0]["said"], f"{text}{found[1]}"
                break


_CHANGED = re.compile(r"[增减降涨升长超](?!值)|持平|一致|[高低多少]于")
_MONEY = re.compile(r"\d[\d,.]*\s*[万亿]?元")
_FOR_USE = re.compile("(主要|全部|专项|统一|均|分别)*(用|采购|购|支付)")


def _of_other(between: str, said: str) -> bool:
    """Whether what is said behind an amount is of another one, or is the reason for a change (主要是…)."""
    if not between:
        return False
    clauses = re.split("[,，]", between)
    if any(_MONEY.search(c) and not _CHANGED.search(c) for c in clauses):
        return True
    return not _FOR_USE.match(said) and bool(_CHANGED.search(between))


def _share(finder: Finder, words: str) -> float:
    """How much of what the question names is among words."""
    terms = [t for t in finder.asked.linked.terms if t.role in ("item", "word", "code")]
    whole = sum(t.weight for t in terms)
    named = (t for t in terms if any(n in words for n in (key(t.surface), *t.names[:3])))
    return sum(t.weight for t in named) / whole if whole else 0.0


_REASON = re.compile("^.*原因是")
_NAMELESS = re.compile(
    r"(20\d\d年度?|本年|年初|全年)*(安排|预算|决算|支出|收入|资金|经费)*(数|总额|合计|总计)?"
)
_BEYOND = re.compile("[,，](?:年初预算|决算数|支出决算|比|较|与|同比|完成|占).*$")


def _drafted(finder: Finder, told: _Told) -> Draft:
    document = finder.document(told.hit.doc_id)
    draft = Draft()
    title = " > ".join(told.hit.passage.heading_path[-2:])
    at = draft.cite_place(document, told.place, title, told.quote, "text")
    q = told.quantity
    label = _REASON.sub("", q.label)
    if _NAMELESS.fullmatch(label):
        label = f"{_subject(finder, told)}{label}"
    shown = draft.amount_from(label, q.value, q.unit, [at])
    said = _BEYOND.sub("", told.said)
    draft.say(f"{heading(document, None)}：{label}{shown}，{trim(clip(said))}[{at}]。")
    return draft


def _subject(finder: Finder, told: _Told) -> str:
    """What the sentence with an amount speaks of, where the question names that; empty elsewhere."""
    found = finder.store.statements([told.hit.doc_id], text=told.quantity.text, limit=LOOKED)
    subjects = (s.statement.subject for s, _ in found if s.statement.text in told.quote)
    return next((s for s in subjects if s not in told.quantity.label and _share(finder, key(s))), "")
