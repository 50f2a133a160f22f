"""Answers that are one figure (or one printed value), from wherever it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Status
from assistant.bearing import of_another
from assistant.companions import tell_companions
from assistant.draft import Draft, clip, first_places, heading
from assistant.evidence import (
    PLAIN_MEASURES,
    SPENT,
    Evidence,
    cover,
    fits_kind,
    fits_unit,
    is_whole,
    same_figure,
    speaks_of,
    told,
    unit_conflict,
)
from assistant.finder import Asked, Finder
from assistant.money import COUNTED, MONEY, SCORED, in_base, show
from assistant.question import Question, phrases
from assistant.spans import of_figure
from assistant.terms import Term
from assistant.wanted import wanted
from ingest.blocks import names_body
from ingest.document import Kind
from ingest.text import key

ENOUGH = 0.62  # share of the question's terms that a figure must speak of
PROSE = 0.12  # how much better a figure in prose must fit than the sentence found by itself
SURE = 0.85  # from where a table's figure needs no comparison with the prose
MARGIN = 0.25  # a blank cell wins only where it fits the question so much better
UNITS = "单位名称"  # the column that lists bodies
NAMED = 0.3  # share of a total's name that a figure of the prose must bear itself
FAIR = 0.5  # enough where the unit is the one asked for and the item's name is said


def asks_units(asked: Asked) -> bool:
    """Whether a question asks which bodies belong to one."""
    return any(UNITS in t.names for t in asked.linked.terms)


def answer_value(finder: Finder) -> Draft | None:
    """For questions after parts or names: a look-up, unless all there is is how many there are."""
    if asks_units(finder.asked):
        return None
    draft = answer_lookup(finder)
    counted = draft is not None and any(f.unit not in MONEY for f in draft.figures)
    return None if counted else draft


def _told_twice(one: Evidence, found: Sequence[Evidence]) -> bool:
    """Whether a total is printed in a table and told in the prose, both surely the one asked for."""
    sure = [e for e in found if e.coverage >= SURE and same_figure(e, one)]
    return one.coverage >= SURE and one.unit in MONEY and len({e.source for e in sure}) > 1


def answer_lookup(finder: Finder) -> Draft | None:
    """The figure that the question asks for, or None when none is near enough."""
    asked = finder.asked
    found = [e for e in finder.figures if acceptable(e, asked)] or _meant(finder)
    named = [t for t in asked.linked.terms if t.role in ("item", "measure")]
    found = [e for e in found if len(named) < 2 or not of_another(e, named)]
    filled = [e for e in found if not is_blank(e)]
    best = next((e for e in filled if fits_kind(e, asked.question)), None)
    blank = next((e for e in found if is_blank(e) and _of_now(e, asked) and _asks_for(e, asked)), None)
    if blank and (best is None or blank.coverage > best.coverage + MARGIN):
        draft = _left_blank(blank)
        draft.fit = finder.fit(blank)
        return draft
    best = best or next(iter(filled), None)
    if best is None:
        return None
    planned = _unprinted(best, asked)
    if planned is not None:
        return _only_spent(best, planned, finder.fit(best))
    draft = figure_draft(best, found)
    tell_companions(finder, best, draft)
    if not _plain(best, asked) and not _told_twice(best, found):
        # Of a figure in prose the sentence itself tells more surely what it measures.
        draft.fit = finder.fit(best) - (PROSE if best.source == "text" else 0)
    return draft


def _unprinted(e: Evidence, asked: Asked) -> Term | None:
    """The measure of what was planned (年初预算) that the question names, where all there is was spent."""
    if e.unit not in MONEY or fits_kind(e, asked.question):
        return None
    return next((t for t in asked.linked.terms if t.role == "measure" and not speaks_of(e, t)), None)


def _only_spent(e: Evidence, planned: Term, fit: float) -> Draft:
    """That an amount planned is not printed, and what was spent."""
    draft = Draft(status=Status.NOT_FOUND, fit=fit)
    spent = e.measure if e.measure in SPENT else "决算数"
    shown = draft.amount(e.label, e.value, e.unit, e) if e.value is not None else e.text
    said = f"没有写明{e.name}的{planned.surface}，只印有{spent}：{shown}{draft.cite(e)}。"
    draft.say(f"{heading(e.document, None)}{said}")
    return draft


def _asks_for(e: Evidence, asked: Asked) -> bool:
    """Whether a blank is an answer: of a row's own figure, or of a column that the question names."""
    text = asked.question.text
    if any(part in text for part in key(e.measure).split("·")):
        return True
    figure = asked.question.expects is not None or bool(re.search("多少|几", text))
    earlier = e.year != e.document.year and e.year in asked.selection.years_asked
    own = e.measure in (*PLAIN_MEASURES, "指标值") or earlier
    return figure and own


def _plain(e: Evidence, asked: Asked) -> bool:
    """Whether a figure is so surely what is asked that the prose need not be heard: of a table, or an
    amount of the year asked in a sentence about just the item."""
    question, subjects = asked.question, [key(p) for p in e.path]
    if _by_row_and_column(e, asked):
        return not unit_conflict(e, question) and not wanted(question).kinds
    about = any(t.role == "item" and t.names[0] in subjects for t in asked.linked.terms)
    told = e.source == "table" or (about and e.unit in MONEY and e.year in asked.selection.years_asked)
    fits = question.expects is None or fits_unit(e, question)
    return told and e.coverage >= SURE and fits and not wanted(question).kinds


def _by_row_and_column(e: Evidence, asked: Asked) -> bool:
    """Whether all that a question names is a cell's row, its column and its table, whatever words it adds."""
    named = [t for t in asked.linked.terms if t.role in ("item", "measure", "code", "total")]
    matches = [e.place.match(t) for t in named]
    if e.source != "table" or len(named) < 2 or max(matches) < SURE:
        return False
    about = key(f"{e.title}{e.table_kind}")
    return all(m >= SURE or any(n in about for n in t.names[:3]) for m, t in zip(matches, named, strict=True))


def _meant(finder: Finder) -> list[Evidence]:
    """Figures whose name means what is asked, where none is near enough by its words."""
    asked = finder.asked
    measures = [t for t in asked.linked.terms if t.role == "measure"]
    near = [e for e in finder.meant if acceptable(e, asked, e.coverage + e.meant)]
    near = [e for e in near if not is_blank(e) and not unit_conflict(e, asked.question)]
    return [e for e in near if all(speaks_of(e, measure) for measure in measures)]


def acceptable(e: Evidence, asked: Asked, coverage: float | None = None, *, in_unit: bool = False) -> bool:
    """Whether evidence speaks of enough of the question, and not of another year or kind; `in_unit` where it
    is sure to be printed in the unit asked for."""
    coverage = e.coverage if coverage is None else coverage
    selection, question = asked.selection, asked.question
    if selection.years_asked and e.year is not None and e.year not in selection.years_asked:
        return False
    planned = e.document.kind == Kind.BUDGET and e.unit in MONEY and not fits_kind(e, question)
    if question.kind == Kind.FINAL and planned:
        return False
    if (
        (not in_unit and _other_column(e, asked))
        or _says_nothing(e)
        or _is_code(e, question)
        or _is_weight(e, question)
        or _is_score(e, question)
        or _only_headed(e, asked)
        or _of_staff(e, question)
        or (not is_blank(e) and wanted(question).lacks(of_figure(e)))
    ):
        return False
    if (unit_conflict(e, question) and _surely_other(e, question)) or _is_price(e, question):
        return False
    if e.unit in MONEY and _ASKS_WORDS.search(question.text) and not _ASKS_MONEY.search(question.text):
        return False
    number = _A_SUM if _AMOUNT.search(question.text) and e.value is None else r"\d"
    if re.search("多少|几", question.text) and not is_blank(e) and not re.search(number, e.text):
        return False
    if coverage >= ENOUGH or _by_row_and_column(e, asked):
        return True
    named = [t for t in asked.linked.terms if t.role == "item"]
    named = named or [t for t in asked.linked.terms if t.role == "measure"]
    known = not named or any(cover(e, [t]) >= 0.5 for t in named)  # 邮电费 is no answer for 水电费
    return known and coverage >= FAIR and fits_unit(e, question) and told(e, asked.linked) >= 0.6


_ASKS_WORDS = re.compile(
    "哪些(工作|事|内容|任务|活动|服务|措施|问题|要求|条件|程序)|(什么|啥)(工作|事|内容|措施|问题|要求|条件)|怎么(做|干|实施|操作|办理)"
)
_AMOUNT = re.compile("多少钱|多少经费|多少万?元")
_A_SUM = r"\d(万|亿|千)?元"
_ASKS_MONEY = re.compile("多少|几|钱|金额|费用|花|预算数|决算数")


def _other_column(e: Evidence, asked: Asked) -> bool:
    """Whether a number that is no money stands in a column that nothing in the question asks for (编制数 of a
    school for what it charges)."""
    if e.source != "table" or e.value is None or e.unit in (None, *MONEY, "%"):
        return False
    columns = (c["measure"] for c in phrases()["indicator_columns"] if "weight" not in c)
    if e.measure.startswith(tuple(columns)):
        return False
    column, text = key(e.measure), key(asked.question.text)
    if column in text or (e.unit or "") in text or fits_unit(e, asked.question) or column == key(e.name):
        return False
    rest = [t for t in asked.linked.terms if not any(key(t.surface) in key(p) for p in e.path)]
    return bool(rest) and not any(n in column or column in n for t in rest for n in t.names)


def _of_staff(e: Evidence, question: Question) -> bool:
    """Whether a figure is of a unit's own staff, of whom the question does not ask (多少人参保)."""
    staff = e.source == "table" and key(e.measure) in phrases()["staff_columns"]
    return staff and not re.search(phrases()["staff_words"], question.text)


def _surely_other(e: Evidence, question: Question) -> bool:
    """Whether the question leaves no doubt that it asks for money, or that it does not."""
    if _AMOUNT.search(question.text):
        return True
    if re.search(f"(多少|几){question.expects}", question.text) and e.unit not in (None, "%", *MONEY):
        return True  # 多少亩 is not 平方米
    things = question.expects in (*COUNTED, "平方米", "米")
    return things and e.unit in MONEY and not re.search("钱|元|经费|费用", question.text)


def _is_price(e: Evidence, question: Question) -> bool:
    """Whether a figure is so much for each (616元/人·月) where the question asks how much money in all."""
    each = e.unit is not None and "/" in e.unit and e.unit.split("/")[0] in MONEY
    return each and bool(_AMOUNT.search(question.text)) and not _FOR_EACH.search(question.text)


_FOR_EACH = re.compile("每|标准|均|单价|一个?月|一[人户亩台次]")


def _is_weight(e: Evidence, question: Question) -> bool:
    """Whether a cell says only how much its row counts (权重), which the question does not ask."""
    columns: list[dict[str, str]] = phrases()["indicator_columns"]
    column = next((c for c in columns if c["measure"] == e.measure), {})
    return "weight" in column and not re.search(f"{column['asked']}|{column['weight']}", question.text)


def _is_score(e: Evidence, question: Question) -> bool:
    """Whether a cell says only how a row was marked, of which the question says nothing."""
    return e.source == "table" and e.unit in SCORED and not re.search("分|评|等[级次]", question.text)


def _only_headed(e: Evidence, asked: Asked) -> bool:
    """Whether a figure of the prose merely stands under the heading of the total that is asked for (a new
    building named among the reasons why the total rose)."""
    terms = asked.linked.terms
    totals = [t for t in terms if t.role == "total" and t.start >= 0]
    if e.source != "text" or not totals or len(totals) < len(terms):
        return False
    return cover(replace(e, path=(), title="", quote=""), totals) < NAMED


def _of_now(e: Evidence, asked: Asked) -> bool:
    """Whether a cell is of the year asked, or of the document's own where none is asked."""
    return bool(asked.selection.years_asked) or e.year in (None, e.document.year)


_CODES = re.compile("分类|编码|代码|科目")


def _is_code(e: Evidence, question: Question) -> bool:
    """Whether a cell prints the code of an account (支出经济分类: 50205) which the question does not ask for:
    it is no number of anything."""
    return e.text.isdigit() and bool(_CODES.search(e.measure)) and not _CODES.search(question.text)


def _says_nothing(e: Evidence) -> bool:
    """Whether a text cell only repeats the name of its row."""
    return e.value is None and key(e.text) == key(e.name) and "名称" not in e.measure


def is_blank(e: Evidence) -> bool:
    """Whether a table cell states nothing: left blank, or printed ``/``."""
    return e.source == "table" and not e.text.strip("/—-– ")


def figure_draft(best: Evidence, found: Sequence[Evidence]) -> Draft:
    """A draft that states one piece of evidence, with all places where the same is printed."""
    draft = Draft()
    agree = [best, *(e for e in found if e is not best and agrees(e, best))]
    cited = first_places(agree)
    label = row_subject(best) + best.label
    when = _other_year(best)
    if best.value is not None:
        shown = as_printed(draft, label, best, cited)
        draft.say(f"{heading(best.document, None)}：{when}{label}为{shown}{draft.cite(*cited)}。")
        if best.source == "text":
            draft.say(f"原文：“{around(best.quote, best.text)}”{draft.cite(best)}")
    else:
        draft.say(f"{heading(best.document, None)}：{when}{label}为{best.text}{draft.cite(best)}。")
    _warn_of_others(draft, best, found)
    return draft


_IN_BRACKETS = re.compile(r"\(([\u4e00-\u9fff]{1,2})\)$")


def as_printed(draft: Draft, label: str, e: Evidence, cited: Sequence[Evidence]) -> str:
    """Record a figure; how a sentence shows it: what is no money as its cell prints it (≥90%)."""
    if e.value is None:
        return e.text
    shown = draft.amount(label, e.value, e.unit, *cited)
    if e.unit in MONEY or e.source != "table":
        return shown
    if e.unit is None and (counted := _IN_BRACKETS.search(key(e.measure))):
        return e.text + counted[1]  # 核定床位(张)
    return e.text if e.unit and e.unit in e.text else e.text + (e.unit or "")


def _other_year(e: Evidence) -> str:
    """The year of a figure that is not the document's own (a column 上年), unless its label says it."""
    year = e.as_of or e.year
    return f"{year}年" if year and year != e.document.year and str(year) not in e.label else ""


def around(sentence: str, figure: str, size: int = 150) -> str:
    """The part of a long sentence that holds a figure, from a clause's beginning."""
    sentence = sentence.strip()
    if len(sentence) <= size:
        return sentence
    at = max(sentence.find(figure), 0)
    start = max(sentence.rfind(mark, 0, at) for mark in "。；;:：") + 1
    start = start if at - start < size // 2 else max(sentence.rfind(mark, 0, at) for mark in "，,、") + 1
    return clip(sentence[start:], size)


# What a sentence calls a figure that its heading says of what it is.
_BARE = re.compile("(20[0-9]{2}年)?(当年|年初|全年|调整后?|支出|收入)?([预决]算|执行)(安排|执行)?数?")


def row_subject(e: Evidence) -> str:
    """The project of a form, the unit whose row it is, or the heading that a sentence stands under, where
    the name alone would be unclear."""
    if e.source == "text" and _BARE.fullmatch(e.name) and e.path[-2:-1]:
        return e.path[-2]
    if (
        e.source == "table"
        and not is_whole(e)
        and len(e.path) > 1
        and (not e.level or names_body(e.path[0]))
        and key(e.path[0]) != key(e.name)
    ):
        return f"{e.path[0]}·" if len(e.path[0]) <= 30 else ""
    return ""


def agrees(a: Evidence, b: Evidence) -> bool:
    """Whether two pieces of evidence print the same figure of the same item."""
    if b.value is None or a.document.id != b.document.id:
        return False
    alike = a.coverage >= b.coverage - 0.12 and key(a.name)[-4:] == key(b.name)[-4:]
    # Another table may call the item by its other name; a figure of many digits is then no chance.
    telling = len(b.value.as_tuple().digits) >= 4 and a.coverage >= 0.75
    return (alike or telling) and same_figure(a, b)


def _warn_of_others(draft: Draft, best: Evidence, found: Sequence[Evidence]) -> None:
    """Say when another place prints a different figure for the very same item and measure."""
    if best.value is None:
        return
    for e in found:
        if e.value is None or not _same_cell(e, best) or same_figure(e, best):
            continue
        where = f"第{e.places[0].page}页《{e.title}》"
        draft.warnings.append(f"{where}中同一项目印为{show(e.value, e.unit)}，与上文不一致，请核对原文。")
        return


def _same_cell(a: Evidence, b: Evidence) -> bool:
    """Whether two places print the same item, measure and year of the same document in like units."""
    if a is b or a.value is None or b.value is None:
        return False
    mine = (a.document.id, key(a.name), a.path, a.measure, a.columns, a.year)
    other = (b.document.id, key(b.name), b.path, b.measure, b.columns, b.year)
    return mine == other and in_base(a.value, a.unit)[1] == in_base(b.value, b.unit)[1]


def _left_blank(e: Evidence) -> Draft:
    draft = Draft(status=Status.NOT_FOUND)
    printed = "印为“/”" if "/" in e.text else "是空白"
    where = f"{heading(e.document, None)}的《{e.title}》里"
    draft.say(
        f"{where}，{_other_year(e)}{row_subject(e)}{e.label}一栏{printed}，没有填写数字{draft.cite(e)}。"
    )
    return draft
