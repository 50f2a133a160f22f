"""That there is none of what is asked after: a printed zero, a count of 0, or a sentence that says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, is_relative
from assistant.exact import item_terms, named_terms, tight
from assistant.finder import Finder
from assistant.letters import likeness
from assistant.lookup import figure_draft
from assistant.money import MONEY
from assistant.question import phrases
from ingest.text import key

COUNTED = 0.75  # share of a count's name that the question must say


def whole_of_nothing(finder: Finder) -> Draft | None:
    """The sentence that there is none of a whole of which the question asks a part (A里…占多少)."""
    text = finder.asked.question.text
    for term in (t for t in finder.asked.linked.terms if t.role in ("item", "total") and t.start >= 0):
        if re.match(phrases()["premises"]["within"], text[term.start + len(term.surface) :]):
            linked = replace(finder.asked.linked, terms=(term,))
            alone = Finder(finder.store, replace(finder.asked, linked=linked))
            return None if any_amount(alone) else _sentence(alone)
    return None


def any_amount(finder: Finder) -> bool:
    """Whether any figure of the item is not zero, however little else of the question it speaks of."""
    amounts = [e for e in finder.figures if e.value is not None and not is_relative(e)]
    return any(e.value for e in tight(amounts, finder.asked.linked.terms))


def none_of(finder: Finder, found: Sequence[Evidence]) -> Draft | None:
    """The place that says there is none: a printed zero, or a sentence (没有…, 无…)."""
    said = _sentence(finder)
    zero = next((e for e in found if e.value == 0), None)
    return said or (figure_draft(zero, found) if zero is not None else None)


def none_counted(finder: Finder) -> Draft | None:
    """The count of the very things that the question is about, where it is printed as 0."""
    counts = [e for e in finder.figures if e.source == "text" and e.unit not in (*MONEY, "%", None)]
    asked = set(key(finder.asked.question.text))
    named = [n for t in item_terms(finder) for n in t.names[:1]]
    zeros = [e for e in counts if e.value == 0 and _share(e.name, asked) >= COUNTED]
    # 事业单位 within 机关事业单位职业年金缴费 asks after no unit.
    zeros = [e for e in zeros if not any(key(e.name) in n and key(e.name) != n for n in named)]
    for zero in sorted(zeros, key=lambda e: (_share(e.name, asked), len(e.name)), reverse=True):
        # Of the counts that are called alike (评级为优的…, 评级为良的…) the question must mean this one.
        alike = [e for e in counts if e.name != zero.name and likeness(e.name, zero.name) >= 0.7]
        if all(
            (_share(e.name, asked), len(e.name)) < (_share(zero.name, asked), len(zero.name)) for e in alike
        ):
            return figure_draft(zero, [zero])
    return None


def _share(name: str, letters: set[str]) -> float:
    """Share of a name's letters that are among some letters; a name of few letters says nothing."""
    plain = key(name)
    return sum(c in letters for c in plain) / len(plain) if len(plain) >= 4 else 0.0


def _sentence(finder: Finder) -> Draft | None:
    """The sentence of the prose, or the note of a table, that says there is none of an item."""
    names = [n for t in named_terms(finder.asked.linked.terms) for n in t.names if len(n) >= 3]
    if not names:
        return None
    none = re.compile(f"(?:{phrases()['premises']['none']})([^,，。;；]{{4,40}})")
    for hit in finder.passages():
        if hit.passage.table is None and re.search("名词解释|职能|职责", " ".join(hit.passage.heading_path)):
            continue
        for sentence in re.split(r"(?<=[。；;\n])", hit.passage.text):
            told = none.search(key(sentence))
            if told and any(_runs_through(n, told.group(1)) for n in names):
                document = finder.document(hit.doc_id)
                draft = Draft()
                kind = "text" if hit.passage.table is None else "table"
                title = " > ".join(hit.passage.heading_path[-2:])
                number = draft.cite_place(document, hit.passage.places[0], title, sentence, kind)
                quoted = sentence.strip(" 。；;\n")
                draft.say(f"{heading(document, None)}：{quoted}[{number}]。")
                return draft
    return None


def _runs_through(name: str, text: str) -> bool:
    """Whether a text says a name, perhaps with words between its parts (政府性基金预算财政拨款收入和支出)."""
    letters = iter(text)
    return text.find(name[:2]) in range(12) and all(letter in letters for letter in name)
