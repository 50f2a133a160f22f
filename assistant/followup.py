"""A follow-up and the questions before it → one question that stands alone.

What a follow-up leaves out (那执行率呢？ 2023年的呢？) is taken from the question before: the body,
the year, the kind, and the item where it names none of its own. Questions are merged as text, so
that understanding has one path for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile

from assistant.money import COUNTED
from assistant.question import RELATIVE, Operation, Question, parse
from assistant.terms import Linked
from ingest.text import normalise

Link = Callable[[str], tuple[Linked, str | None]]
"""A question's text → its linked terms, and the words that name its body."""

Printed = Callable[[str], bool]
"""A word → whether the documents print it."""

STRANGE = 0.6  # share of words that no document prints, from where a question is about something else


def merge(question: str, history: Sequence[str], link: Link, printed: Printed) -> str:
    """The question with what it leaves out filled in from `history` (oldest first)."""
    merged = ""
    for text in (*history, question):
        merged = _follow(merged, normalise(text), link, printed) if merged else normalise(text)
    return merged


# What refers to the thing asked before, where that cannot be left out.
_REFERRED = re.compile(
    "^(这|那|该)(个数|笔钱?|项)(?!目)|(?<=占)其中|(?<=[比占跟和与是])(它|前者|前面(的|那个)?|[这那]个(?![\u4e00-\u9fff]{2}))"
)


def _follow(before: str, text: str, link: Link, printed: Printed) -> str:
    old_linked, old_body = link(before)
    text = _REFERRED.sub("".join(t.surface for t in old_linked.items), text)
    old = parse(before)
    text = _counting(_dated(text, old), old)
    new = parse(text)
    new_linked, new_body = link(text)
    if _strange(new_linked, printed):
        return text
    changed = _in_place(before, text, old_linked, new_linked, printed) if not new_body else None
    if changed is not None:
        return changed
    if new.operation == Operation.REASON and not new_linked.terms and old.operation == Operation.CHANGE:
        return f"{_ASKED_AMOUNT.sub('', before)},{text}"  # of the change that was asked about
    parts: list[str] = []
    if not new_body and old_body:
        parts.append(old_body)
    compares = _COMPARES.search(text)
    if compares or not (new.years or new.relative_years):
        years = old.years[-1:] if _TOWARD.search(before) and not compares else old.years
        parts.append("和".join(f"{y}年" for y in years if y not in new.years))
    why = new.operation == Operation.REASON
    roles = {t.role for t in new_linked.terms if not (why and _UNSPENT.search(t.surface))}
    inside = re.match("其中|里[面头]|当中", text)  # a part of what was asked before
    if inside or not roles & {"item", "code"}:
        kept = list(old_linked.terms)
        if "measure" in roles:  # alone (那执行率呢) it asks of the same item, in place of another measure
            kept = [t for t in kept if t.role in ("item", "word")]
        elif new.kind is not None:  # 年初预算 is not asked any more where what was spent is
            kept = [t for t in kept if t.role != "measure"]
        # 买几辆 asked how many, 总共 of all together; now that is not asked
        said = [_COUNTS.sub("", t.surface) for t in kept]
        parts += [word for word in said if word not in text and not _TOGETHER.fullmatch(word)]
    if new.kind is None and old.kind is not None:
        parts.append(old.kind.value)
    ending = ""
    if new.operation == Operation.LOOKUP and not _asks(text):
        ending = _asking_words(before, [t.surface for t in old_linked.terms if t.role == "item"])
        text = re.sub("呢[?？]?$", "", text) if ending else text
    return f"{''.join(parts)}{re.sub(r'^(那么?|还有|其中)', '', text)}{ending}"


_ASKED_AMOUNT = re.compile("(多少|几)[^,，。]{0,4}[?？]?$")
# What sets a year beside the one asked before (比去年, 到2024年翻倍了吗).
_TOWARD = re.compile(r"到(?:了)?(?:20)?\d\d年")  # the year that a comparison leads to, and what follows is of
_COMPARES = re.compile(r"[比较]|到(?:了)?(?:20)?\d\d年.*(?:翻|[增减]|涨|降|变)|翻了?(?:几|一|两)?[倍番]")
# In a question after the reason, what became of an item (为啥没花完), not an item of its own.
_UNSPENT = re.compile("[没未]有?(花|用|执行)[完掉]|[花用]不[完掉]")
_TOGETHER = re.compile("([预决]算|花了?)?(总共|一共|合计|共计|加起来)(花了?)?")
_NEXT = re.compile("第二年|次年|[下后隔]一年|转过?年|来年")
_COUNTS = re.compile("(几|多少)(个|辆|台|部|家|人|项|次|场|名|位|套|件)?")
_ELLIPSIS = re.compile(
    "(?P<then>那么?|换成|要是|如果是)?(?P<what>[^,，。?？]{2,24}?)"
    "(?:的?[那这]一?(?:个|项|笔|块|部分)(?:项目|工作)?)?的?(?(then)呢?|呢)[?？]?"
)
_DATE = re.compile("|".join(["(?:20)?[0-9]{2}年度?", *(word for word, _ in RELATIVE)]))
_LISTS = re.compile("[、和与及跟同]")


def _in_place(before: str, text: str, old: Linked, new: Linked, printed: Printed) -> str | None:
    """The question before with the year or the item of an ellipsis (2023年的呢, 初中的呢) in the place of its
    own, so that all else that it asked is asked again; None where the places are not plain."""
    named = _ELLIPSIS.fullmatch(text)
    if named is None or re.search("[?？。](?!$)", before):
        return None
    dates, old_dates = ([m.group() for m in _DATE.finditer(t)] for t in (named["what"], before))
    what = re.sub("^的|的$", "", _DATE.sub("", named["what"]))
    if len(dates) > 1 or (dates and len(old_dates) > 1):
        return None
    merged = before
    if dates:
        merged = merged.replace(old_dates[0], dates[0]) if old_dates else f"{dates[0]}{merged}"
    if not what:
        return merged
    place = _place(before, what, old)
    if place is None or not _names(what, new, printed):
        return None
    return merged.replace(place, what)


def _names(what: str, new: Linked, printed: Printed) -> bool:
    """Whether a stretch names a thing: an item, or words that the documents print as they stand."""
    if not new.terms or any(t.role not in ("item", "code", "word") for t in new.terms):
        return False
    items = "".join(t.surface for t in new.terms if t.role != "word")
    return 2 * len(items) > len(what) or printed(what)


def _place(before: str, what: str, old: Linked) -> str | None:
    """The words of the question before that another name takes the place of: those of the one item that it
    names, of the one that is of its sort (服务类: 货物类), or of the first, which the others are of."""
    items = [t.surface for t in old.terms if t.role in ("item", "code")]
    if not items or any(before.count(s) != 1 for s in items):
        return None
    spans = sorted((before.find(s), before.find(s) + len(s)) for s in items)
    if any(_LISTS.fullmatch(before[a:b]) for (_, a), (b, _) in pairwise(spans)):
        return None
    items.sort(key=before.find)
    return max(items, key=lambda s: _alike_at_end(s, what))


def _alike_at_end(a: str, b: str) -> int:
    """How many letters two texts end alike in."""
    pairs = zip(reversed(a), reversed(b), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _strange(new: Linked, printed: Printed) -> bool:
    """Whether a question brings words of its own that the documents do not know: it continues nothing."""
    own = [t for t in new.terms if t.role == "word"]
    if len(own) < 2 or len(own) < len(new.terms):
        return False
    unknown = sum(t.weight for t in own if not printed(t.surface))
    return unknown >= STRANGE * sum(t.weight for t in own)


def _dated(text: str, old: Question) -> str:
    """A follow-up with its relative years (前一年, 第二年) counted from the one year asked before."""
    if len(old.years) != 1:
        return text
    text = _NEXT.sub(f"{old.years[0] + 1}年", text)
    for word, back in RELATIVE:
        if back:
            text = re.sub(word, f"{old.years[0] - back}年", text)
    return text


_BARE = re.compile("(?<=有)多少(?=[?？]?$)")
_NO_COUNT = re.compile("费|钱|[款元率占金]|支出|收入|[预决]算|工资|津贴|补助|得分")


def _counting(text: str, old: Question) -> str:
    """A follow-up that asks how many (离退休的又有多少) with what the question before counted."""
    counted = old.expects in COUNTED and parse(text).expects is None and not _NO_COUNT.search(text)
    return _BARE.sub(f"多少{old.expects}", text) if counted else text


def _asks(text: str) -> bool:
    """Whether a follow-up says itself what it wants to know."""
    return bool(
        re.search(r"多少|几|多[久长大高远]|谁|哪|什么|啥|吗|怎么|如何|咋|率|占|比|电话|原因|用途", text)
    )


def _asking_words(before: str, items: Sequence[str]) -> str:
    """The asking words of the question before (…是多少, 用途是什么), to end an elliptic one with; letters of
    its items that stand before them (培|训费是多少) are none."""
    match = re.search(
        r"([\u4e00-\u9fff]{2}率|用途|原因|电话|负责人|明细|构成|职能)?((?:(?![预决]?算|数)[^，。,]){0,2})(?P<asks>(是什么|是多少|多少[^，。,]{0,4}|几[^，。,]{0,3}|谁|哪些)[?？]?)$",
        before,
    )
    if match is None:
        return ""
    cut = [s for s in items if match[2] and match.start() < before.rfind(s) + len(s) and match[2] in s]
    ending = match["asks"] if cut and not match[1] else match.group()
    for item in items:  # 安排了多少会议费: of another item now
        ending = ending.replace(item, "")
    return ending
