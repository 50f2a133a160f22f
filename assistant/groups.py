"""Counts, sums and averages over a group of rows: which rows, which of them, and what is made of them.

The rows are those that `assistant.competitors` and `assistant.changes` find by the question's words;
`assistant.conditions` says which of them count. Every result is declared with its formula and cites
the cells that it is made from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from assistant.changes import Change, appeared, changes_of
from assistant.competitors import Field, amount, field_of
from assistant.conditions import Condition, read_condition, unnamed, without_conditions
from assistant.contest import By, Contest, read
from assistant.draft import MOST, Draft, first_places, heading
from assistant.evidence import PLAIN_MEASURES, Evidence, fits_unit, is_relative, nested
from assistant.finder import Finder
from assistant.linking import link
from assistant.money import CENT, MONEY, common_unit, convert, in_base, show
from assistant.numerals import NUMERAL
from assistant.question import Operation, Question, phrases
from assistant.scope import body_words, place_words
from assistant.terms import BLANK, WHOLE, Linked, Term
from ingest.template import is_form_kind, is_total, knowledge
from ingest.text import key
from vectorstore.tokens import words as tokens

ALIKE = 12  # best figures whose tables are looked through for rows that share a word
PRINTED = 0.9  # share of the question that a printed number must speak of, for no rows to be counted
NEAR = Decimal("0.1")  # how far a printed total may be from the sum that it is held against
# What asks for no figure of a group.
_OTHER = (Operation.REASON, Operation.PERSON, Operation.DEFINITION, Operation.DUTY, Operation.RANK)
_PAIR = re.compile("[两俩二2](个|项|笔|边|处|家|块)")


@dataclass(frozen=True)
class Task:
    """What is made of a group: `how` is count | sum | average | list; `stated` how many rows it has."""

    how: str
    condition: Condition
    contest: Contest
    stated: int | None
    counter: str  # how the question counts rows (项, 款, 个)
    executed: bool = False  # what was spent of what was planned is looked at


def answer_group(finder: Finder) -> Draft | None:
    """What the question makes of a group of rows; None where it means none, or none is found.

    Sums wait until figures that the question names one by one have been looked for.
    """
    operation = finder.asked.question.operation
    added = operation == Operation.SHARE and how_of(finder.asked.question.text) == "sum"
    return None if added or operation in (*_OTHER, Operation.SUM) else answer_group_sum(finder)


def answer_group_sum(finder: Finder) -> Draft | None:
    """What the question makes of a group of rows, whatever the operation was taken for."""
    question = finder.asked.question
    task = _task(question, unnamed(question.text, finder.asked.linked))
    if task is None or _counted_in_print(finder, task):
        return None
    plain = plain_of(finder, task.contest)
    words = phrases()["groups"]
    for sort in ("appeared", "gone"):
        if re.search(words[sort], question.text):
            return _between(plain, task, gone=sort == "gone")
    if task.condition.way or task.executed:
        return _changed(plain, task)
    field = field_of(plain, task.contest)
    if field and not _called_for(field, task):
        return None
    rows = list(field.rows) if field else []
    kept = [e for e in rows if task.condition.admits(e)]
    if rows and not kept and task.how in ("count", "list") and task.condition.limits:
        return _none(task, _whole(field), rows)
    if task.how == "sum" and task.stated not in (None, len(kept)):
        rows = kept = _like_named(plain, task)
    if not kept or (task.how in ("sum", "average") and task.stated not in (None, len(kept))):
        return None
    draft = reduced(task, _whole(field), rows, sorted(kept, key=amount, reverse=True))
    if draft is not None and re.search(words["agrees"], question.text):
        _held_against(finder, draft, kept)
    return draft


def asks_spread(question: Question) -> bool:
    """Whether a question asks where money goes."""
    return bool(re.search(phrases()["spread"]["asked"], question.text))


def answer_spread(finder: Finder) -> Draft | None:
    """Where all the money goes (钱都花到哪儿去了), by classes; None where less than all is meant."""
    asked, words = finder.asked, phrases()["spread"]
    narrower = (t for t in asked.linked.terms if t != WHOLE and not re.fullmatch(words["all"], t.surface))
    if not asks_spread(asked.question) or any(narrower):
        return None
    question = replace(
        asked.question, text=words["rows"], expects=None, operation=Operation.LOOKUP, amounts=()
    )
    contest = read(question)
    whole = Finder(finder.store, replace(asked, question=question, linked=Linked((), "")))
    field = field_of(whole, contest)
    if field is None or contest.level not in field.levels:
        return None
    rows = sorted(field.rows, key=amount, reverse=True)
    return reduced(Task("list", read_condition(question.text), contest, None, "类"), "支出", rows, rows)


def plain_of(finder: Finder, contest: Contest) -> Finder:
    """The search for the rows alone, without the words of counting, of conditions and of their table."""
    asked = finder.asked
    rest = without_conditions(asked.question.text.replace(contest.table or BLANK, BLANK))
    numbered = re.search(r"表[一二三四五六七八九十]{1,3}", rest)
    rest = rest.replace(numbered.group(), BLANK) if numbered else rest
    question = replace(asked.question, text=rest, expects=None, operation=Operation.LOOKUP, amounts=())
    linked = link(question, finder.store, asked.ids, body_words(rest, asked.held), place_words(asked.held))
    # A name said in full is meant as it is said, even where the catalog knows a longer one.
    terms = tuple(
        replace(t, names=tuple(dict.fromkeys([*t.names, key(t.surface)]))) for t in linked.terms if t != WHOLE
    )
    if numbered:
        terms += (Term(numbered.group(), (numbered.group(),), 1.4, "word"),)
    return Finder(finder.store, replace(asked, question=question, linked=replace(linked, terms=terms)))


def _counted_in_print(finder: Finder, task: Task) -> bool:
    """Whether the number asked for is printed itself (编报绩效目标的项目50个): no rows are counted."""
    question = finder.asked.question
    best = next(iter(finder.figures), None)
    if task.how != "count" or best is None or best.value is None or not fits_unit(best, question):
        return False
    return best.source == "text" and best.coverage >= PRINTED


def _task(question: Question, unnamed_text: str) -> Task | None:
    """Read what is to be made of which rows; None where the question speaks of no group.

    `unnamed_text` is the question without the names of items, whose words (收支总计) ask for nothing.
    """
    text, words = question.text, phrases()["groups"]
    how = how_of(unnamed_text)
    if how is None or _things_changed(question):
        return None
    condition, contest = read_condition(text), read(question)
    stated = contest.stated or (2 if _PAIR.search(text) else None)
    if how == "count" and contest.table is None:
        contest = replace(contest, table=_table(text))
    if how in ("count", "list"):
        between = re.search(words["against"], text) and any(
            re.search(words[s], text) for s in ("appeared", "gone")
        )
        leveled = words["levels"] if how == "list" else f"{words['levels']}|{words['beneath']}"
        levels = contest.level is not None and re.search(leveled, text)
        meant = bool(condition or levels or between or (how == "count" and contest.table))
    else:
        meant = bool(condition or stated or how == "average" or re.search(words["marks"], text))
    if not meant:
        return None
    executed = condition.rated and bool(re.search(words["executed"], text))
    if executed:
        condition = replace(condition, way=None)
    contest = replace(contest, stated=stated)
    return Task(how, condition, contest, stated, counter_of(text), executed)


def _things_changed(question: Question) -> bool:
    """Whether things that are no rows of a table became more or fewer (少了一家下属单位), not amounts."""
    pattern = phrases()["groups"]["things"].replace("NUMERAL", NUMERAL)
    found = re.search(pattern, question.text)
    return found is not None and not re.search(phrases()["groups"]["rows"], found["noun"])


def how_of(text: str) -> str | None:
    """What a question makes of a group: average | sum | count | list; None for nothing."""
    words = phrases()["groups"]
    return next((h for h in ("average", "sum", "count", "list") if re.search(words[h], text)), None)


def counter_of(text: str) -> str:
    """How a question counts rows (项, 款, 个)."""
    counted = re.finditer(phrases()["groups"]["counter"], text)
    return next((m.group("counter") for m in counted), "项").removeprefix("大")


def _table(text: str) -> str | None:
    """The official table whose rows the question counts (政府采购有几项)."""
    kinds = [str(k["key"]) for k in knowledge("tables")["kinds"]]
    named = [k for k in kinds if k.endswith("表") and not is_form_kind(k) and k.removesuffix("表") in text]
    return max(named, key=len, default=None)


def _called_for(field: Field, task: Task) -> bool:
    """Whether rows stand in the table, or are of the level, by which alone the question means them."""
    contest = task.contest
    if contest.table not in (None, field.rows[0].table_kind):
        return False
    bare = task.how in ("count", "list") and not task.condition and contest.table is None
    return not bare or contest.level in field.levels


def _whole(field: Field | None) -> str:
    """What the rows are parts of: their heading, else the column that singles them out."""
    if field is None or field.name:
        return field.name if field else ""
    measure = field.rows[0].measure
    return "" if measure in PLAIN_MEASURES or field.rows[0].source == "text" else measure


def _like_named(finder: Finder, task: Task) -> list[Evidence]:
    """As many rows of one column as the question counts that share a word of the item's name."""
    items = [t for t in finder.asked.linked.terms if t.role == "item"] or finder.asked.linked.terms
    parts = [w for t in items for w in tokens(key(t.surface)) if len(w) > 1 and not is_total(w)]
    for best in finder.figures[:ALIKE]:
        if best.source != "table" or best.value is None or is_form_kind(best.table_kind or ""):
            continue
        column = [e for e in finder.rows_of(best) if e.measure == best.measure and e.value is not None]
        for part in parts:
            rows = list({(e.places[0], e.name): e for e in column if part in key(e.name)}.values())
            if len(rows) == task.stated and not nested(rows):
                return rows
    return []


def reduced(task: Task, whole: str, rows: Sequence[Evidence], kept: Sequence[Evidence]) -> Draft | None:
    """The sentence that says how many, how much together, how much on average, or which."""
    unit = common_unit([e.unit for e in kept])
    if unit is None:
        return None
    draft = Draft()
    first, many = kept[0], len(kept)
    counter = task.counter
    among = f"{whole}的{len(rows)}{counter}中，" if whole else f"{len(rows)}{counter}中，"
    told = f"{task.condition.told()}的" if task.condition.told() else ""
    if task.how in ("sum", "average"):
        values = [convert(e.value or Decimal(0), e.unit, unit) for e in kept]
        added = " + ".join(f"{e.name}{show(v, unit)}" for e, v in zip(kept, values, strict=True))
        size, formula = sum(values, Decimal(0)), added
        if task.how == "average":
            size, formula = (size / many).quantize(CENT, ROUND_HALF_UP), f"({added}) ÷ {many}"
        word = f"平均每{counter}" if task.how == "average" else "合计"
        result = draft.derived(word, size, unit, formula, *kept)
        said = f"{told or whole + '的' * bool(whole)}{many}{counter}{word}{result}，其中{draft.parts(kept)}"
    else:
        number = f"{many}{counter}"
        if task.how == "count":
            number = _count(draft, counter, [e.name for e in kept], kept)
        said = f"{among}{told}有{number}" if told else f"{whole}共有{number}"
        said += f"：{draft.parts(kept)}"
    titled = f"（《{first.title}》）" if first.source == "table" and first.title else ""
    draft.say(f"{heading(first.document, None)}：{said}{titled}。")
    return draft


def _count(draft: Draft, counter: str, names: Sequence[str], cells: Sequence[Evidence]) -> str:
    """A number of rows, declared with what was counted."""
    return draft.derived("个数", Decimal(len(names)), counter, f"计数：{'、'.join(names)}", *cells)


def _held_against(finder: Finder, draft: Draft, kept: Sequence[Evidence]) -> None:
    """Whether a total that the prose prints for the group is the sum that its rows give."""
    unit = common_unit([e.unit for e in kept])
    whole = sum((in_base(e.value or Decimal(0), e.unit)[0] for e in kept), Decimal(0))
    own = {amount(e) for e in kept}
    for e in finder.figures:
        if e.source != "text" or e.unit not in MONEY or is_relative(e) or amount(e) in own or unit is None:
            continue
        if abs(amount(e) - whole) > NEAR * whole:
            continue
        printed = draft.amount(e.name, e.value or Decimal(0), e.unit, e)
        step = Decimal(1).scaleb(int((e.value or Decimal(0)).as_tuple().exponent)) * MONEY[e.unit or "元"]
        gap = amount(e) - whole
        if abs(gap) < step:
            draft.say(f"与说明中的{e.name}{printed}一致{draft.cite(e)}。")
            return
        shown, added = show(e.value or Decimal(0), e.unit), show(convert(whole, "元", unit), unit)
        size = convert(abs(gap), "元", e.unit or "元")
        result = draft.derived("相差", size, e.unit, f"{shown} － {added}", e, *kept)
        draft.say(f"与说明中的{e.name}{printed}{draft.cite(e)}不一致，相差{result}。")
        return


def _changed(finder: Finder, task: Task) -> Draft | None:
    """The items that rose, fell or stayed as they were, and by how much where a limit is given."""
    condition = task.condition
    by = By.EXECUTION if task.executed else By.RATE if condition.rated else By.CHANGE
    rows = changes_of(finder, replace(task.contest, by=by, way=condition.way))
    kept = [c for c in rows if _meets(c, condition)]
    if not kept:
        return _none(task, "", [c.now for c in rows]) if len(rows) > 1 else None
    kept.sort(key=lambda c: abs(c.size), reverse=True)
    draft = Draft()
    first = kept[0]
    cells = [e for c in kept for e in (c.now, c.before) if e is not None]
    many = f"{len(kept)}{task.counter}"
    if task.how == "count":
        many = _count(draft, task.counter, [c.name for c in kept], cells)
    named = "、".join(_told(draft, c, condition) for c in kept[:MOST])
    rest = f"等{len(kept)}项" if len(kept) > MOST else ""
    against = f"与{first.before_called}相比" if first.before is not None else ""
    among = f"{heading(first.now.document, None)}：{len(rows)}{task.counter}中"
    draft.say(f"{among}，{against}{condition.told()}的有{many}：{named}{rest}。")
    return draft


def _none(task: Task, whole: str, rows: Sequence[Evidence]) -> Draft:
    """That no row is as demanded, and the rows that were looked at."""
    draft = Draft()
    first = rows[0]
    among = f"{whole}的" * bool(whole) + f"{len(rows)}{task.counter}中"
    said = f"没有{task.condition.told()}的{draft.cite(*first_places(rows))}"
    draft.say(f"{heading(first.document, None)}：{among}，{said}。")
    return draft


def _meets(change: Change, condition: Condition) -> bool:
    size = change.size
    way = "up" if size > 0 else "down" if size < 0 else "same"
    fits = all(limit.holds(abs(size)) for limit in condition.limits)
    return condition.way in (None, way) and fits and not condition.leaves_out(change.now)


def _told(draft: Draft, change: Change, condition: Condition) -> str:
    now = change.now
    shown = draft.amount(change.name, now.value or Decimal(0), now.unit, now)
    way = f"（{change.result(draft)}）" if condition.way != "same" else ""
    return f"{change.name}{shown}{draft.cite(now)}{way}"


def _between(finder: Finder, task: Task, *, gone: bool) -> Draft | None:
    """The rows that only the newer of two documents has, or only the older."""
    found = appeared(finder, task.contest, gone=gone)
    if found is None:
        return None
    rows, other = found
    rows = sorted(rows, key=amount, reverse=True)
    draft = Draft()
    named = draft.parts(rows)
    word = "不再列出" if gone else "新增"
    where = f"《{other.title}》"
    compared = f"与{heading(other.document, None)}的{where}{draft.cite(other)}相比，{word}的有{len(rows)}项"
    draft.say(f"{heading(rows[0].document, None)}：{compared}：{named}。")
    return draft
