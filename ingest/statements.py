"""Paragraphs → statements: who or what a sentence speaks of, what it says, and its figures.

Budget prose is formulaic (“…（项）”科目…万元，主要用于…；比上年增加…，主要原因是…), so that purposes,
reasons and definitions can be looked up like figures. The forms are data
(``ingest/knowledge/prose.yaml``); a sentence that fits none is left to passage search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest.document import Place, Quantity, Relation, Statement
from ingest.facts import clean_name
from ingest.prose import Paragraph
from ingest.template import MONEY_UNITS, knowledge
from ingest.text import parse_number

_LEVEL = r"((?:[^“”\"(),，。:：;；]|\((?![类款项]\))[^()]*\)){2,40}?)\([类款项]\)"
_CLASSIFIED = re.compile(rf"[“\"]?(?:{_LEVEL})+")
_QUOTED = re.compile(r"^[“\"]([^”\"]{2,40})[”\"]科目")
_SENTENCE = re.compile(r"[^。!?！？]+[。!?！？]?")
_YEAR = re.compile(r"(?<![比与较同和])(20\d\d)\s*年")  # not the year that a change is measured against
_DAY = re.compile(r"截[至止](?:20\d\d年)?(?:\d{1,2}月(?:\d{1,2}日|底)?|底|末)?")
_UNCOUNTED = (*MONEY_UNITS, "%", "个百分点")  # units of figures that count no things
_SMALL_BRACKET = re.compile(r"\(([^()\d]{1,14})\)")
_SUBJECT_END = re.compile(
    r"[,，。;；:：]|\d[\d,.]*\s*(?:万元|元|人|%|个)|(?:主要)?用于|是指|指(?=[^标导数])|反映|预算安排|预算为|的?(?:主要)?原因"
)


def statements(paragraphs: Sequence[Paragraph], year: int | None) -> list[Statement]:
    """Every statement of the document's prose, in order."""
    found: list[Statement] = []
    for paragraph in paragraphs:
        if not paragraph.is_heading:
            found += _of_paragraph(paragraph, year)
    return found


def _of_paragraph(paragraph: Paragraph, year: int | None) -> Iterator[Statement]:
    subject, own_path = subject_of(paragraph)
    path = tuple(dict.fromkeys([*(clean_heading(h) for h in paragraph.headings), *own_path]))
    duty = _under(paragraph, "duty_headings")
    if duty:
        topic = next((clean_heading(h) for h in reversed(paragraph.headings)), "主要职能")
        yield Statement(
            Relation.DUTY, topic, path, clean_name(paragraph.text), paragraph.text, (), year, paragraph.places
        )
        return
    day = ""
    for sentence in _sentences(paragraph.text):
        quantities = tuple(read_quantities(sentence))
        # What a reason tells of another year (2024年9月报废) is not the year of what it explains.
        stated, counted = _YEAR.search(sentence.partition("原因")[0]), _DAY.search(sentence)
        if counted:
            day, path = counted.group(0), (*(p for p in path if p != day), counted.group(0))
        elif stated:
            day, path = "", tuple(p for p in path if p != day)
        of_year = int(stated.group(1)) if stated else year
        if day:
            of_year = None  # a state on a day, which no budget year owns; it holds for what follows
        base = (sentence, quantities, of_year, paragraph.places)
        relations = list(_relations(sentence, paragraph))
        for relation, content in relations:
            yield _statement(relation, subject, path, content, base)
        if quantities and Relation.DEFINITION not in [r for r, _ in relations]:
            yield _statement(Relation.QUANTITY, subject, path, sentence, base)


def _statement(
    relation: Relation,
    subject: str,
    path: tuple[str, ...],
    content: str,
    base: tuple[str, tuple[Quantity, ...], int | None, tuple[Place, ...]],
) -> Statement:
    text, quantities, year, places = base
    return Statement(relation, subject, path, content.strip(" ,，:：;；"), text, quantities, year, places)


def _sentences(text: str) -> list[str]:
    """Sentences; one that begins with 其中 stays with the one whose parts it names."""
    sentences: list[str] = []
    for sentence in (s.strip() for s in _SENTENCE.findall(text) if s.strip("。 ")):
        if sentences and sentence.startswith("其中"):
            sentences[-1] += sentence
        else:
            sentences.append(sentence)
    return sentences


def subject_of(paragraph: Paragraph) -> tuple[str, tuple[str, ...]]:
    """What a paragraph speaks of, and the path of 类, 款 and 项, or of those of them that it prints."""
    text = clean_name(paragraph.text)
    match = _CLASSIFIED.search(text)
    if match and match.start() < 4:
        names = tuple(clean_name(name) for name in re.findall(_LEVEL, match.group()))
        return names[-1], names
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted.group(1), (quoted.group(1),)
    end = _SUBJECT_END.search(_mask(text))
    lead = text[: end.start()] if end else ""
    lead = re.sub(r"^(截[至止])?20\d\d年(度)?(\d+月\d+日)?", "", lead).strip(" 的")
    for suffix in knowledge("prose")["label_suffixes"]:
        lead = lead.removesuffix(suffix)
    if 2 <= len(lead) <= 30 and not re.fullmatch(r"其中|此外|另外|主要", lead):
        return lead, ()
    headings = [clean_heading(h) for h in paragraph.headings]
    return (headings[-1] if headings else lead or text[:20]), ()


def clean_heading(text: str) -> str:
    """A heading without numbering and without the words that only say that it is one."""
    text = clean_name(re.sub(r"^第[一二三四五六七八九十]+(部分|章)", "", text))
    text = (
        re.sub(r"(的?(总体)?(情况)?(说明)|(安排|总体|支出|设置|占有使用|占有|使用)?情况)$", "", text) or text
    )
    return re.sub(r"^[（(][一二三四五六七八九十\d]+[)）]、?", "", text)


def _under(paragraph: Paragraph, name: str) -> bool:
    return any(w in h for h in paragraph.headings for w in knowledge("prose")[name])


def _relations(sentence: str, paragraph: Paragraph) -> Iterator[tuple[Relation, str]]:
    body = clean_name(sentence).rstrip("。")
    explains = _under(paragraph, "definition_headings")
    if explains or re.match(r"^[^,，]{2,30}?(?:[:：])?(?:是指|反映)", body):
        for pattern in _patterns("定义"):
            match = pattern.search(body)
            if match:
                yield Relation.DEFINITION, match["content"]
                break
        if explains:
            return
    for relation in (Relation.PURPOSE, Relation.REASON, Relation.COMPOSITION):
        for pattern in _patterns(relation.value):
            match = pattern.search(body)
            if match and match["content"].strip(" ,，:："):
                yield relation, match["content"]
                break
    if re.search(r"(比|较|与).{0,12}(增|减|持平|下降|一致)", body):
        yield Relation.CHANGE, body


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in knowledge("prose")["relations"][name])


@cache
def _quantity_pattern() -> re.Pattern[str]:
    units = "|".join(re.escape(u) for u in knowledge("prose")["units"])
    # A threshold (单价100万元(含)以上设备) measures nothing; it belongs to the name of what is counted.
    threshold = r"\s*(?:[(〔]含[)〕])?及?以[上下]"
    return re.compile(rf"(?<![\d.〔])(?P<number>-?\d[\d,]*(?:\.\d+)?)\s*(?P<unit>{units})(?!份|{threshold})")


def _mask(text: str) -> str:
    """Brackets inside names, (境) or (项), made no delimiters; every place in the text is kept."""
    return _SMALL_BRACKET.sub(r"〔\1〕", text)


def read_quantities(sentence: str) -> Iterator[Quantity]:
    """The figures of a sentence with what each measures, in order."""
    masked = _mask(sentence)
    start, main = 0, ""
    for match in _quantity_pattern().finditer(masked):
        number = parse_number(match["number"])
        if number is None:
            continue
        before = masked[start : match.start()]
        label = _label(re.split(r"[,，。;；:：()!?]", before)[-1])
        if match["unit"] not in _UNCOUNTED:
            label += _counted(masked[match.end() :])
        if _is_relative(label) or not label:
            label = f"{main}·{label}" if main and label else main or label
        else:
            main = label
        start = match.end()
        yield Quantity(label.replace("〔", "(").replace("〕", ")"), match.group(0), number, match["unit"])


def _counted(after: str) -> str:
    """What is counted, where it stands after the number (14个项目实行绩效目标管理)."""
    match = re.match(r"[^,，。;；:：、()!?〔\d]{2,20}(?=[,，。;；:：、()!?]|$)", after)
    return match.group(0) if match and not match.group(0).startswith(("的", "以", "及", "和")) else ""


def _is_relative(label: str) -> bool:
    return label.startswith(tuple(knowledge("prose")["relative_labels"]))


_ENUMERATED = re.compile(r"^(?:[(（〔]?[一二三四五六七八九十]{1,3}[)）〕、]|[(（〔]?\d{1,2}[)）〕、])\s*")


def _label(text: str) -> str:
    text = clean_name(_ENUMERATED.sub("", text.strip("、 的")))
    words = knowledge("prose")
    changed = True
    while changed:
        changed = False
        for prefix in words["label_prefixes"]:
            if text.startswith(prefix) and len(text) > len(prefix) + 1:
                text, changed = text.removeprefix(prefix).strip("、 "), True
        for suffix in words["label_suffixes"]:
            if text.endswith(suffix) and len(text) > len(suffix):
                text, changed = text.removesuffix(suffix).strip("、 "), True
    return text
