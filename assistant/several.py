"""Several questions in one message: taken apart, each answered, the answers put into one.

Later parts may lean on earlier ones (比去年少了多少？为什么？), so each is answered as a follow-up of
those before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Figure, Status
from assistant.confidence import lowest
from assistant.question import phrases
from ingest.text import normalise

_ASKS = re.compile(
    r"多少|几[个辆台次家场人层项户部分天日月种类条栋亩米块岁期本册套批名位间所座处成]|多[高大长久]|谁|是不是因为|哪|什么|啥|吗|嘛|为何|怎么|如何|多还是少|[涨升增多高][加了]*还是[降减少低跌]|(过|了)没有?$|没有$"
)
# What asks further of the piece before: of what it lists, or how far apart what it compares is.
_LEANS = re.compile(
    r"各|每一?[块项笔样类个]|[这那]?(?:几|[两二三四五六七八九十])(?:块|部分|项|笔|样|类|种|个|家|处)(?:钱|资金)?各|分别|都(是|有|为)?(什么|啥|哪些?|哪几|多少)|一共|合计|[跟与和同][^,，]{2,14}(对得上|对不上|一致|一样|相符|相等)|"
    r"(?:是|要)?(?:多|少|高|低|大|小|差|相差|增|减|超)[^,，]{0,3}(?:多少|几)|[变涨升降跌][^,，]{0,2}多少|(?:是|有|占|为)?多少|(谁|哪[家个边年项]|哪一[家个边年项])更?[多少高低大小]|"
    r"(?:收支|两者|二者|两项)?(?:相差|差额|差)(?:是|为)?多少|[都又]?[上到]?哪(里|儿)?去了|去(了|哪)(哪|里|儿)?(里|儿)?了?$"
)
_APART = re.compile(
    "(?:是|要)?(?:多|少|高|低|大|小|差|相差|增加|减少|变化|变动|上涨|上升|下降|涨|升|降|跌)(?:了|出)?(?:多少|几个|几(?!个))(?!百分|点|成)(?:钱|万?元|倍|[\u4e00-\u9fff]{1,2})?"
)
_NAMES = re.compile(r"哪(一|几|些|个|项|款|类|笔)")  # what is named is named with its amount
_WHY_BESIDE = re.compile("、(?=为什么|为啥|为何|[什么啥]{1,2}原因|原因(?:是|呢|$))")  # 幅度多大、为什么
_WHY = re.compile("(原因|理由)(呢|是什么|是啥|何在)?|为(什么|啥|何)(呢)?|怎么回事")
_AMOUNT = re.compile(r"(各|分别|又|都)?(是|有|要|安排|花|列|用)?了?(多少|几)(钱|万|元|万元|亿)?")
MOST = 5  # questions of one message that are answered


def asks(text: str) -> bool:
    """Whether normalised text holds a question word."""
    return bool(_ASKS.search(text))


# How a message ends that only says in what form to answer.
_IN_FORM = re.compile(
    "[,，。;；?？](请|麻烦)?你?(给|说|报|讲|列)(我|一下|下|出)?个?(百分比|百分数|比例|具体数字?|数字?|准数|结果|答案|数据)[。!！?？]*$"
)


def split(text: str) -> list[str]:
    """The questions of a message, in order; a single question comes back whole."""
    text = _IN_FORM.sub("", text)
    parts: list[str] = []
    for sentence in re.split(r"[?？;；]", _WHY_BESIDE.sub(",", normalise(text))):
        pieces = re.split(r"[,，]", sentence)
        leans = _LEANS.match(pieces[-1].strip())  # asks of what the piece before lists or compares
        if len(pieces) > 1 and not leans and asks(pieces[-2]) and _asks_on(pieces[-1]):
            parts += [",".join(pieces[:-1]), pieces[-1]]
        else:
            parts.append(sentence)
    parts = _joined([p.strip(" 。!！,，") for p in parts])
    parts = [question for part in parts for one in _each_asked(part) for question in _each_counted(one)]
    firmly = [asks(p) or all(q.endswith("呢") for q in parts) for p in parts]
    further = [any(firmly[:n]) and _asks_on(p) for n, p in enumerate(parts)]
    asking = [p for n, p in enumerate(parts) if len(p) >= 2 and (firmly[n] or further[n])]
    whole = len(asking) < 2 or len(asking) < sum(len(p) >= 2 for p in parts)
    if whole:
        return parts if len(parts) == 1 else [text]
    return asking[:MOST]


def _asks_on(part: str) -> bool:
    """Whether a part that stands after a question asks, be it the same of another thing (保有量呢)."""
    return asks(part) or part.endswith("呢")


_EACH = re.compile(
    r"(?P<first>.*(?:\d年.*\d年|[、和与跟]).*?(?:各|分别)[^、,，哪]*?(?:多少|几)[^、,，]*)[、,，](?:又|还|也)?"
    r"(?P<other>(?:各|分别)(?!是?(?:多|少|高|低|大|小|差|相差|增|减|超|占|比|一共|合计|总共|共|两))"
    r"[^、,，]{1,12}(?:多少|几)[^、,，]*)"
)


def _each_asked(part: str) -> list[str]:
    """Two questions of the same things side by side (A和B各有几个、各用多少钱), of which the second leans on
    the first; any other as it is."""
    found = _EACH.fullmatch(part)
    return [found["first"], found["other"]] if found else [part]


# 有多少个A和多少家B: two counts that one beginning leads to.
_COUNTED = "[个名位家户台套辆部次场项处所间件批期本份条张](?!次)"
_COUNTS = rf"(?:多少|(?<![哪那这好])几)(?:{_COUNTED}|(?!人次|批次)(?=..))"
_BOTH = re.compile(
    rf"(?P<lead>.*?)(?P<first>{_COUNTS}[^,，、和与及跟多少几]{{1,16}})(?:和|与|及|以及|跟|、|还有)有?"
    rf"(?P<other>{_COUNTS}(?!钱|万?元|呢)[^,，、的]{{1,24}})"
)


def _each_counted(part: str) -> list[str]:
    """Two counts of unlike things asked in one clause as a question each, both with what leads to them; any
    other as it is."""
    found = _BOTH.fullmatch(part)
    if found is None:
        return [part]
    return [found["lead"] + found["first"], found["lead"] + found["other"]]


# How a sentence of its own begins that asks further of the one before.
_TO_BEFORE = re.compile("都|各|分别|[跟与和同]|[这那]?[几两二三四五六七八九十].{1,3}各")


def _joined(parts: Sequence[str]) -> list[str]:
    """Sentences that only ask further of what the one before lists or adds up are put to it."""
    found: list[str] = []
    for part in parts:
        leans = _TO_BEFORE.match(part) and _LEANS.match(part)
        short = found and re.search(phrases()["deviation"]["which"], found[-1]) and _WHY.fullmatch(part)
        if found and (
            short  # what fell short is told with its reason
            or leans
            or _APART.fullmatch(part)
            or (_NAMES.search(found[-1]) and _AMOUNT.fullmatch(part))
        ):
            found[-1] += "," + part
        else:
            found.append(part)
    return found


def combine(question: str, answers: Sequence[Answer]) -> Answer:
    """One answer from the answers to a message's parts; sources keep one running number."""
    if len(answers) == 1:
        return answers[0]
    good = [a for a in answers if a.status == Status.ANSWERED]
    if not good:
        return answers[0].model_copy(update={"question": question})
    citations: list[Citation] = []
    figures: list[Figure] = []
    texts: list[str] = []
    for answer in answers:
        answer = renumbered(answer, citations)
        texts.append(answer.answer)
        if answer.status == Status.ANSWERED:
            figures += answer.figures
    return Answer(
        question=question,
        status=Status.ANSWERED,
        answer="\n".join(t for t in dict.fromkeys(texts) if not any(t != o and t in o for o in texts)),
        figures=figures,
        citations=citations,
        warnings=list(dict.fromkeys(w for a in answers for w in a.warnings)),
        confidence=lowest([a.confidence for a in answers]),
        suggestions=list(dict.fromkeys(s for a in answers for s in a.suggestions)),
    )


def renumbered(answer: Answer, citations: list[Citation]) -> Answer:
    """An answer with the running numbers of `citations`, which its sources join."""
    numbers = {c.n: _number(citations, c) for c in answer.citations}
    figures = [f.model_copy(update={"citations": [numbers[n] for n in f.citations]}) for f in answer.figures]
    text = re.sub(r"\[(\d+)\]", lambda m: f"[{numbers.get(int(m.group(1)), int(m.group(1)))}]", answer.answer)
    own = [c.model_copy(update={"n": numbers[c.n]}) for c in answer.citations]
    return answer.model_copy(update={"answer": text, "figures": figures, "citations": own})


def _number(citations: list[Citation], one: Citation) -> int:
    for known in citations:
        if (known.document, known.page, known.bbox) == (one.document, one.page, one.bbox):
            return known.n
    citations.append(one.model_copy(update={"n": len(citations) + 1}))
    return len(citations)
