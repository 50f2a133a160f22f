"""Stretches of a question that name something: as the catalog prints it, in part, misspelt, by sound or by
letters, or by a word of the lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from itertools import chain, groupby

from assistant import lexicon
from assistant.question import phrases
from assistant.shortened import loosened, misspelt, shortened
from assistant.sound import meant_by_sound
from assistant.terms import BLANK, Term, asking_words, blank_out, in_brackets, weight_of
from ingest.text import key, normalise
from vectorstore.records import NameHit
from vectorstore.tokens import familiar, words

TELLING = 6  # letters in a row that two names do not share by chance


def catalog_spans(
    text: str, hits: Sequence[NameHit], joint: Sequence[lexicon.Expansion]
) -> list[tuple[int, int, Term]]:
    """Names of the catalog that stand in the text, the longest first, without overlaps, nor inside what means
    several items together (事业单位 in 机关和事业单位的离退休)."""
    found: list[tuple[int, int, Term]] = []
    for hit in sorted(hits, key=lambda h: -len(key(h.name))):
        at = _find(text, hit.name)
        if at is None or _taken(*at, found) or any(e.start <= at[0] and at[1] < e.end for e in joint):
            continue
        senses = [e for e in lexicon.expand(hit.name) if e.end - e.start == len(normalise(hit.name))]
        if senses and senses[0].role == "total":
            continue  # a total is more than what is called by its name: the lexicon knows its other names
        names = [hit.name, *lexicon.spellings(hit.name)]
        names += [n for e in senses if not e.together for n in e.names]
        role = senses[0].role if senses and senses[0].role == "measure" else "item"
        keys = tuple(dict.fromkeys(map(key, names)))
        found.append((*at, Term(text[at[0] : at[1]], keys, weight_of(hit.name), role)))
    return found


def _taken(start: int, end: int, spans: Sequence[tuple[int, int, Term]]) -> bool:
    """Whether a stretch crosses one of the spans."""
    return any(start < other[1] and other[0] < end for other in spans)


def _left(text: str, taken: Sequence[tuple[int, int, Term]]) -> str:
    """A text with the spans that are taken, and the phrases of asking, blanked."""
    rest = list(text)
    for start, end, _ in taken:
        rest[start:end] = BLANK * (end - start)
    return asking_words().sub(blank_out, "".join(rest))


def longest_spans(spans: Sequence[tuple[int, int, Term]]) -> list[tuple[int, int, Term]]:
    """Spans without overlaps: the longer of two wins, the first of equals."""
    kept: list[tuple[int, int, Term]] = []
    for span in sorted(spans, key=lambda s: s[0] - s[1]):
        if not _taken(span[0], span[1], kept):
            kept.append(span)
    return kept


def partial_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches of the text that are a large part of a catalog name (科技活动周 for 科技活动周经费)."""
    found: list[tuple[int, int, Term]] = []
    for hit in hits:
        name = key(hit.name)
        match = SequenceMatcher(None, text, name, autojunk=False).find_longest_match()
        start, end = match.a, match.a + match.size
        if match.size < min(max(4, 0.5 * len(name)), TELLING):
            continue
        if _taken(start, end, taken):
            continue
        same = [f for f in found if (f[0], f[1]) == (start, end)]
        if same:
            old = same[0][2]
            found[found.index(same[0])] = (start, end, replace(old, names=(*old.names, name)))
        elif not _taken(start, end, found):
            found.append(
                (start, end, Term(text[start:end], (text[start:end], name), weight_of(name), "item"))
            )
    return found


def misspelt_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches that are a catalog name but for one letter (租凭费 for 租赁费)."""
    found: list[tuple[int, int, Term]] = []
    for start, end, name in misspelt(text, [h.name for h in hits]):
        if not _taken(start, end, [*taken, *found]):
            found.append((start, end, Term(text[start:end], (name,), weight_of(name), "item")))
    return found


def sound_spans(text: str, taken: Sequence[tuple[int, int, Term]]) -> list[tuple[int, int, Term]]:
    """Letters that make no word but sound like one of the lexicon (陪训 for 培训)."""
    found: list[tuple[int, int, Term]] = []
    for run in re.finditer(r"[\u4e00-\u9fff]{2,}", _left(text, taken)):
        at = run.start()
        for single, letters in groupby(words(run.group()), key=lambda word: len(word) == 1):
            unknown = [] if single else [word for word in letters if not familiar(word)]
            for part in _windows("".join(letters)) if single else unknown:
                meant = meant_by_sound(part)
                if meant is None or (start := text.find(part, at)) < 0:
                    continue
                sense = lexicon.expand(meant)[0]
                term = Term(part, tuple(map(key, sense.names)), weight_of(part), sense.role)
                found.append((start, start + len(part), term))
                break
    return found


def shortened_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches that are a catalog name with letters left out (县一中 for 云岫县第一中学)."""
    found = shortened(_left(text, taken), [h.name for h in hits])
    return [
        (start, end, Term(text[start:end], (*names, text[start:end]), weight_of(text[start:end]), "item"))
        for start, end, names in found
    ]


def loosened_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches that say a catalog name with small words between its parts (路灯的电费和维修)."""
    return [
        (start, end, Term(text[start:end], (name, key(text[start:end])), weight_of(name), "item"))
        for start, end, name in loosened(text, [h.name for h in hits])
        if not _taken(start, end, taken)
    ]


def _windows(stretch: str) -> Iterator[str]:
    """The parts of a stretch that may be a word, the longest first."""
    for size in range(min(len(stretch), 6), 1, -1):
        yield from (stretch[at : at + size] for at in range(len(stretch) - size + 1))


def is_telling(name: str) -> bool:
    """Whether a name of the catalog names something: whole, not only a structural word or a number."""
    plain = key(name)
    whole = not re.fullmatch(r"[\d年.,%]+", plain) and not _CUT.search(plain)
    return len(plain) >= 3 and whole and plain not in _structural()


# Names that are no whole ones: a label that is cut off, a clause of a change (…(下同)预算增加).
_CUT = re.compile(
    "[和及与或]$|^(.*\\))?[预决]算(增加|减少|增长|下降)$|"
    "^([预决]算数?|支出|收入)?[与比较]?(上一?年|去年|年初|20\\d\\d年)度?([预决]算|执行)?数?(相比)?(增加|减少|增长|下降)额?$"
)


@cache
def _structural() -> frozenset[str]:
    """Names that structure tables rather than name items; they are matched as words."""
    return frozenset(phrases()["structural"])


def _find(text: str, name: str) -> tuple[int, int] | None:
    """Where a name stands in the text: as printed, or without brackets and quotes."""
    for form in (normalise(name), re.sub(r"\(.*?\)", "", normalise(name)), key(name)):
        if len(form) >= 3 and form in text:
            start = text.index(form)
            return start, start + len(form)
    return None


def alias_spans(
    text: str,
    senses: Sequence[lexicon.Expansion],
    taken: Sequence[tuple[int, int, Term]],
    partial: Sequence[tuple[int, int, Term]],
) -> list[tuple[int, int, Term]]:
    """What the lexicon knows in the text; loose words may as well mean a `partial` name inside them."""
    spans: list[tuple[int, int, Term]] = []
    for one in senses:
        overlaps = [t for t in taken if t[0] < one.end and one.start < t[1]]
        if overlaps:
            continue
        surface = text[one.start : one.end]
        if _PERSONS.search(surface):
            continue  # 请多少个保洁员 asks for people, not for what cleaning costs
        inside = [t.names for start, end, t in partial if one.loose and start < one.end and one.start < end]
        names = tuple(dict.fromkeys([*map(key, one.names), key(surface), *chain(*inside)]))
        twin = next(
            (i for i, s in enumerate(spans) if s[2].names[0] == names[0] and s[2].role == one.role), None
        )
        # The whole may be called as what its part is of: 政府采购里给小微企业的，占采购总额多少.
        part = twin is not None and "占" in text[spans[twin][1] : one.start]
        if twin is not None and not part and not one.together:
            start, end, term = spans[twin]
            names = tuple(dict.fromkeys([*term.names, *names]))
            if one.role == "item" and one.start - end <= 1:  # said twice: 修房子修设备
                end, term = one.end, replace(term, surface=text[start : one.end])
            if in_brackets(text, one.start, one.end):
                start, end, term = one.start, one.end, replace(term, surface=surface)
            spans[twin] = (start, end, replace(term, names=names))
            continue
        spans.append((one.start, one.end, Term(surface, names, weight_of(surface), one.role)))
    return spans


_PERSONS = re.compile("(多少|几)[个名位]")
