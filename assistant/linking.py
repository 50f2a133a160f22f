"""A question's content words → terms linked to the names that the catalog prints.

A term is a stretch of the question with everything it may be called in the documents: itself, the
official names an alias stands for, the catalog's own spelling. Ranking then asks how much of the
question's terms a piece of evidence speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import chain, groupby, pairwise

from assistant import lexicon
from assistant.letters import longest
from assistant.numerals import NUMERAL
from assistant.question import Operation, Question, phrases
from assistant.shortened import loosened, misspelt, shortened
from assistant.sound import meant_by_sound
from ingest import classification
from ingest.text import key, normalise
from vectorstore.records import NameHit, NameKind
from vectorstore.store import Store
from vectorstore.tokens import familiar, is_empty, words

BLANK = "\ue000"  # stands for text that is taken, so that positions stay as they are
TELLING = 6  # letters in a row that two names do not share by chance
# Measures that every figure of a budget or final account has: naming one singles nothing out.
PLAIN = frozenset(["当年预算数", "预算数", "决算数", "指标值", "项目主要内容", "金额", "项目当年预算"])


@dataclass(frozen=True)
class Term:
    """A stretch of the question: `surface`, what it may be called (as keys), weight and role."""

    surface: str
    names: tuple[str, ...]
    weight: float
    role: str  # item | measure | total | topic | word | code
    start: int = field(default=-1, compare=False)  # where it stands in the question's text


@dataclass(frozen=True)
class Linked:
    """A question's terms, and the text that is left when bodies, years and phrases are blanked."""

    terms: tuple[Term, ...]
    content: str
    joint: tuple[tuple[tuple[str, ...], ...], ...] = ()  # words that mean several items added up
    said: str = ""  # the question without bodies, years and amounts
    printed: tuple[str, ...] = ()  # names of the catalog that stand whole in the question

    @property
    def items(self) -> tuple[Term, ...]:
        """Terms that name something (not bare words)."""
        return tuple(t for t in self.terms if t.role != "word")

    @property
    def names(self) -> tuple[str, ...]:
        """All names known to stand in `probe` or in the question."""
        return (*self.printed, *(n for t in self.items for n in t.names[:3]))

    @property
    def meaning(self) -> str:
        """The text whose meaning is compared with the catalog's names."""
        return self.said or self.content

    @property
    def probe(self) -> str:
        """The text to search with: the content and what its terms are called officially."""
        return " ".join([self.content, *(n for t in self.items for n in t.names[:3])])


def link(
    question: Question,
    store: Store,
    doc_ids: Sequence[int],
    blank: Sequence[str],
    places: Collection[str] = (),
) -> Linked:
    """Link a question's content to the catalog. `blank` are body names, which are no content; nor are
    `places`, but names of items may hold those."""
    text = blanked(question.text, blank)
    hits = [
        h for h in store.names(doc_ids, text, limit=80) if h.kind != NameKind.MEASURE and _telling(h.name)
    ]
    senses = lexicon.expand(text)
    together = [e for e in senses if e.together]
    spans = _catalog_spans(text, hits, together)
    partial = [*_partial_spans(text, hits, spans), *_loosened_spans(text, hits, spans)]
    spans += _longest_spans([*_alias_spans(text, senses, spans, partial), *partial])
    spans += _misspelt_spans(text, hits, spans)
    spans += _sound_spans(text, spans)
    spans += _shortened_spans(text, hits, spans)
    rest = list(text)
    terms = []
    for start, end, term in sorted(spans, key=lambda s: s[0]):
        rest[start:end] = BLANK * (end - start)
        if not (term.role == "measure" and term.names[0] in PLAIN):
            terms.append(replace(term, start=start))
    terms += [Term(code, (code,), 1.8, "code") for code in question.codes]
    left = "".join(rest)
    known = "|".join(key(h.name) for h in hits)
    terms += [w for t in terms for w in _held_within(t, known)]
    here = [place for place in places if place in text]  # 宁县 is but a part of 滏宁县
    words_left = (
        _lighter(w, known)
        for w in _words(left)
        if w.surface not in question.codes and not any(w.surface in place for place in here)
    )
    terms += [replace(w, start=left.find(w.surface)) for w in words_left]
    terms = _of_class(text, _for_whom(text, _without_glossed(text, terms)))
    if question.operation == Operation.REASON:
        terms = [t for t in terms if not _DIRECTION.fullmatch(t.surface)]
    if not any(t.role != "topic" for t in terms) and re.search(phrases()["of_whole"], question.text):
        terms.append(WHOLE)
    content = " ".join(dict.fromkeys(t.surface for t in terms))
    joint = [e.parts for e in together if any(e.start == t.start for t in terms)]
    printed = tuple(h.name for h in hits if h.score == 1.0)
    return Linked(tuple(terms), content, tuple(joint), re.sub(BLANK + "+", "", text), printed)


LOOSE = 7  # letters from which an alias may hold words that say more than it
EMPTY = 0.4  # what a word that names nothing weighs beside one that does

# What a question gives rather than asks for: years, amounts (also in words), dates.
_GIVEN = re.compile(
    r"\([不非][^()]*\)|"  # what the question says it does not mean
    r"(?:(?<=[,，(])|[按以用])[\u4e00-\u9fff]{2,16}表的?口径(?:来?[计算])?|"  # where its figures stand
    r"(?<=年)\(20\d\d\)|"  # which year 今年 is
    r"[一二两三四五六七八九十百千]+(?:多|来|几)?[万亿][一二两三四五六七八九十百千多几]*(?:[万亿]多?)?元?|"
    r"(20\d\d|(?<!\d)\d\d)(?:\s*年(度|底|末(?!结))?(?!初)|(?=年初))|\d[\d,.]*\s*(?:[亿万]元?(?!平|人)|元)|\d+月(?:\d+日|底|末)?"
)


_DIRECTION = re.compile(r".*(增|减|涨|降|升|[多少]).{0,1}")
# A question that names no item means the whole of the budget or final account.
WHOLE = Term(
    "总额",
    (
        "收支总预算",
        "支出总计",
        "财政拨款收入支出",
        "支出预算",
        "收入支出总计",
        "财政拨款预算数",
        "本年支出合计",
        "收入预算",
        "收入总计",
    ),
    1.8,
    "total",
)


def lists_items(text: str, linked: Linked) -> bool:
    """Whether a question asks of two items joined by 和 (A和B是多少): of each its own figure."""
    items = sorted((t for t in linked.terms if t.role == "item" and t.start >= 0), key=lambda t: t.start)
    gaps = (text[a.start + len(a.surface) : b.start] for a, b in pairwise(items))
    asks = re.search("多少|几", text) and "除" not in text
    return bool(asks) and any(gap in ("和", "与", "以及") for gap in gaps)


def blanked(text: str, names: Sequence[str]) -> str:
    """A question's text with what it gives rather than asks blanked: bodies, years, amounts, that all funds
    are meant."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, BLANK * len(name))
    return re.sub(phrases()["all_funds"]["said"], _blanked, _GIVEN.sub(_blanked, text))


def _blanked(match: re.Match[str]) -> str:
    return BLANK * len(match.group())


def _without_glossed(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms without everyday words of which a name in brackets says what they mean (日常开支(公用经费))."""
    explained: set[Term] = set()
    for name in terms:
        if name.role == "word" or not _in_brackets(text, name.start, name.start + len(name.surface)):
            continue
        phrase = _PHRASE_END.search(text[: name.start - 1])
        start = phrase.start() if phrase else name.start
        before = [t for t in terms if 0 <= t.start < name.start and t.start + len(t.surface) > start]
        explained |= {t for t in before if t.role == "word" or not set(key(t.surface)) <= set(t.names[0])}
    return [t for t in terms if t not in explained]


_RECEIVERS = re.compile("(?:给|为)([^,，。的]{2,8})(?:[发缴交付买]|发放|缴纳)?的")


def _for_whom(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms where those who get it (给退休职工的退休费) weigh little beside the name of what they get."""
    found = _RECEIVERS.search(text)
    if found is None or not any(t.start == found.end() and t.names[0] == key(t.surface) for t in terms):
        return list(terms)
    start, end = found.span(1)
    return [replace(t, weight=EMPTY * t.weight) if start <= t.start < end else t for t in terms]


def _of_class(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms where what the question counts as 类 (社保、卫生健康两大类) is called by a 类's name first."""
    if not re.search(rf"({NUMERAL}|[2-9])个?大?类", text):
        return list(terms)
    heads = classification.class_names()
    return [replace(t, names=tuple(sorted(t.names, key=lambda n: n not in heads))) for t in terms]


def _in_brackets(text: str, start: int, end: int) -> bool:
    return text[max(start - 1, 0) : start] == "(" and text[end : end + 1] == ")"


# Where a phrase that brackets explain begins; 的钱 and the like stand for what it tells of.
_PHRASE_END = re.compile("[^,，。、;；的里占比和与()]*(?:的(?:那?[笔些块]钱?|那?部分|钱))?$")


def _catalog_spans(
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
        found.append((*at, Term(text[at[0] : at[1]], keys, _weight(hit.name), role)))
    return found


def _taken(start: int, end: int, spans: Sequence[tuple[int, int, Term]]) -> bool:
    """Whether a stretch crosses one of the spans."""
    return any(start < other[1] and other[0] < end for other in spans)


def _left(text: str, taken: Sequence[tuple[int, int, Term]]) -> str:
    """A text with the spans that are taken, and the phrases of asking, blanked."""
    rest = list(text)
    for start, end, _ in taken:
        rest[start:end] = BLANK * (end - start)
    return _phrases().sub(_blanked, "".join(rest))


def _longest_spans(spans: Sequence[tuple[int, int, Term]]) -> list[tuple[int, int, Term]]:
    """Spans without overlaps: the longer of two wins, the first of equals."""
    kept: list[tuple[int, int, Term]] = []
    for span in sorted(spans, key=lambda s: s[0] - s[1]):
        if not _taken(span[0], span[1], kept):
            kept.append(span)
    return kept


def _partial_spans(
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
            found.append((start, end, Term(text[start:end], (text[start:end], name), _weight(name), "item")))
    return found


def _misspelt_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches that are a catalog name but for one letter (租凭费 for 租赁费)."""
    found: list[tuple[int, int, Term]] = []
    for start, end, name in misspelt(text, [h.name for h in hits]):
        if not _taken(start, end, [*taken, *found]):
            found.append((start, end, Term(text[start:end], (name,), _weight(name), "item")))
    return found


def _sound_spans(text: str, taken: Sequence[tuple[int, int, Term]]) -> list[tuple[int, int, Term]]:
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
                term = Term(part, tuple(map(key, sense.names)), _weight(part), sense.role)
                found.append((start, start + len(part), term))
                break
    return found


def _shortened_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches that are a catalog name with letters left out (县一中 for 云岫县第一中学)."""
    found = shortened(_left(text, taken), [h.name for h in hits])
    return [
        (start, end, Term(text[start:end], (*names, text[start:end]), _weight(text[start:end]), "item"))
        for start, end, names in found
    ]


def _loosened_spans(
    text: str, hits: Sequence[NameHit], taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    """Stretches that say a catalog name with small words between its parts (路灯的电费和维修)."""
    return [
        (start, end, Term(text[start:end], (name, key(text[start:end])), _weight(name), "item"))
        for start, end, name in loosened(text, [h.name for h in hits])
        if not _taken(start, end, taken)
    ]


def _windows(stretch: str) -> Iterator[str]:
    """The parts of a stretch that may be a word, the longest first."""
    for size in range(min(len(stretch), 6), 1, -1):
        yield from (stretch[at : at + size] for at in range(len(stretch) - size + 1))


def _telling(name: str) -> bool:
    plain = key(name)
    whole = not re.fullmatch(r"[\d年.,%]+", plain) and not _CUT.search(plain)
    return len(plain) >= 3 and whole and plain not in _structural()


# Names that are no whole ones: a label that is cut off, a clause of a change (…(下同)预算增加).
_CUT = re.compile("[和及与或]$|^(.*\\))?[预决]算(增加|减少|增长|下降)$")


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


def _alias_spans(
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
            if _in_brackets(text, one.start, one.end):
                start, end, term = one.start, one.end, replace(term, surface=surface)
            spans[twin] = (start, end, replace(term, names=names))
            continue
        spans.append((one.start, one.end, Term(surface, names, _weight(surface), one.role)))
    return spans


_PERSONS = re.compile("(多少|几)[个名位]")


def _weight(surface: str) -> float:
    """Longer words tell more, with diminishing returns."""
    return {1: 0.3, 2: 1.0, 3: 1.4}.get(len(key(surface)), 1.8)


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join([*phrases()["phrases"], phrases()["which_side"]]))


@cache
def _noise() -> frozenset[str]:
    return frozenset(phrases()["noise"])


def _words(text: str) -> list[Term]:
    """The words that no name covers, each as a term of its own; empty words are dropped."""
    found: dict[str, Term] = {}
    for part in re.split(rf"[\s{BLANK},，。？?！!、；;：:“”\"()（）×*]+", _phrases().sub(BLANK, text)):
        for word in longest(words(part)):
            if len(word) > 1 and word not in _noise():
                found.setdefault(word, Term(word, (key(word),), _weight(word) * 0.8, "word"))
    return list(found.values())


def _held_within(term: Term, known: str) -> Iterator[Term]:
    """The words inside loosely matched ones (给外经贸企业的专项资金) that the documents' names hold."""
    if term.role != "item" or len(term.surface) < LOOSE or term.names[0] == key(term.surface):
        return
    for word in longest(words(term.surface)):
        if len(word) > 2 and word in known and not any(word in name for name in term.names[:-1]):
            yield Term(word, (word,), _weight(word), "word", term.start + term.surface.find(word))


def _lighter(word: Term, known: str) -> Term:
    """A word that names nothing (大约), or that chance put together (要花), says less of what is asked."""
    plain = word.names[0]
    if plain in known or (familiar(plain) and not is_empty(plain)):
        return word
    return replace(word, weight=EMPTY * word.weight)
