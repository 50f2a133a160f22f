"""An item's figure beside an earlier or a planned one, as one sentence or one row of a form prints them.

Departments tell a change in three ways: both figures and the percent, the new figure and the difference, or
plan and result. What such a sentence leaves unsaid follows from what it says, by declared arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, takewhile

from assistant.companions import SERIES
from assistant.draft import Draft, heading
from assistant.evidence import PLANNED, Evidence, cover, is_change, is_relative
from assistant.exact import bare
from assistant.finder import Finder
from assistant.lookup import ENOUGH
from assistant.money import MONEY, common_unit, convert, in_base, percent, show
from assistant.terms import WHOLE
from ingest.document import Kind

SURELY = 0.8  # share of the question's items that a change must be of, where its sentence has no figure
_SPENDING = re.compile("(公用|人员)经费|(基本|项目)支出")
ROWS = 20  # best figures among which a row with plan and result is sought
_EARLIER = re.compile(r"上年|去年|前年|年初|预算执行数|执行数$")
_PLANNED = re.compile(r"年初|预算数?$")
_DONE = re.compile(r"完成")
_OVER = re.compile("超(支|了|出|过|预算|标)|没超|花超")
_EXECUTION = re.compile(
    r"(执行|完成)(率|比例|进度|得怎么样)|(完成|执行|花|(?<!公)用|达到)了?[^,，。占]{0,8}(百分[之比]|几成)|(花|用)(光|完)了?(吗|没|么)"
    r"|实际[^,，。占]{0,6}是[^,，。占]{0,6}预算[^,，。占]{0,4}(百分|几成)"
    r"|超了?还是(省|剩|结余|节约|没超)"
    r"|(花|用|支|决算)?[^,，。]{0,4}超(支|了|出|过)?[^,，。]{0,6}(没有?|吗|吧|预算)"
)
_BESIDE = re.compile(r"[比较](年初|全年)?预算数?(安排)?的?(多|少|省|节约|节省|结余|剩)[^,，。]{0,4}多少")
_GIVEN, _SPENT = "(预算(?!执行)|安排|计划)", "(执行|实际|[花用]掉?了)"
_GAP = re.compile(
    rf"({_GIVEN}.*{_SPENT}|{_SPENT}.*{_GIVEN}).*(相?差|[多少高低](了|出)?多少|超|剩|结余|节约|省)"
)
_LEFT = re.compile(  # of one year, what was given and what was spent of it
    r"(年初|预算)[^,，。表]{0,6}(批|安排|拨|定|列|给)了?多少.*(花|用|支出|支付|执行)[掉出去]*了?多少.*(差|剩|超|省|结余)"
)
_FULL_PLAN = re.compile(r"(年初|全年|调整)预算(数|金额)?$")
_RESULT = re.compile(r"决算数?$|(?<!上年)执行数?$")
_PLAN = re.compile(rf"{PLANNED}数?$")
_FINAL = re.compile(r"(?<!上年)决算数?$")
_OF_PLAN = re.compile(r"^.*·(?:完成|为)?((?:年初|全年)?预算)数?的?$")
_CHANGED = re.compile(r"(与|比|较).*?(年度?|年初?)|(增加|增长|减少|下降|降低)了?")
MEASURED = re.compile(r"(20\d\d年度?|当年|本年|全年|年初)*(支出)?(预算|决算|执行)(数|安排|金额)?$")
DOWN = re.compile(r"减|降|少|低")


@dataclass(frozen=True)
class Pair:
    """`now` is the newer figure or the result, `before` the earlier one or the plan; `delta` is the printed
    difference, `rate` the printed percent (of change, or done of the plan). At least two are there."""

    now: Evidence
    before: Evidence | None
    delta: Evidence | None
    rate: Evidence | None

    @property
    def planned(self) -> bool:
        """Whether the other figure is the plan for the same thing, not an earlier year's."""
        return self.before is not None and bool(_PLANNED.search(_called(self.before)))

    @property
    def from_start(self) -> bool:
        """Whether the plan is the one that the year began with, not what it was changed to."""
        return self.before is not None and "年初" in _called(self.before)


def pair_of(finder: Finder, fits: Callable[[Pair], bool] = lambda pair: True) -> Pair | None:
    """The pair of a sort that the prose prints for what the question names; None where none is near."""
    items = [t for t in finder.asked.linked.terms if t.role in ("item", "total", "code", "word")]
    items = [t for t in items if not _OVER.search(t.surface)]
    # 公用经费, 基本支出 head columns elsewhere; alone they are what is asked about.
    items = items or [t for t in finder.asked.linked.terms if _SPENDING.fullmatch(t.names[0])]
    pairs = [p for figures in finder.sentences for p in (*read_pairs(figures), *_carried(finder, figures))]
    if not items or items == [WHOLE]:
        # What names nothing is of the whole, the largest plan.
        return max((p for p in pairs if p.planned and fits(p)), key=_size, default=None)
    best: tuple[float, Pair] | None = None
    for pair in filter(fits, pairs):
        covered = max(cover(e, items) for e in (pair.now, pair.before) if e is not None)
        if covered >= ENOUGH and (best is None or covered > best[0]):
            best = covered, pair
    return best[1] if best else None


def pairs_of(finder: Finder, said: Evidence) -> list[Pair]:
    """The pairs that the prose prints for the very subject of a statement."""
    pairs = [p for figures in finder.sentences for p in read_pairs(figures)]
    own = (said.document.id, said.path)
    return [p for p in pairs if p.before and (p.now.document.id, p.now.path[: len(said.path)]) == own]


def _size(pair: Pair) -> Decimal:
    return in_base(pair.before.value or Decimal(0), pair.before.unit)[0] if pair.before else Decimal(0)


def pair_with(finder: Finder, one: Evidence) -> Pair | None:
    """The pair that the sentence of a figure prints."""
    figures = finder.beside(one) if one.source == "text" else []
    return next((pair for pair in read_pairs(figures) if _stands_in(one, pair)), None)


def _stands_in(one: Evidence, pair: Pair) -> bool:
    cells = (pair.now, pair.before, pair.delta, pair.rate)
    return any(e is not None and (e.name, e.text) == (one.name, one.text) for e in cells)


def read_pairs(figures: Sequence[Evidence]) -> list[Pair]:
    """The pairs among a sentence's figures: two amounts of which one is earlier or planned, or one with
    its change. A sentence may print several, each item with its own change."""
    plain = [e for e in figures if e.unit in MONEY and not is_relative(e)]
    percents = [e for e in figures if e.unit == "%"]
    found: list[Pair] = []
    for one, other in pairwise(plain):
        if found and one in (found[-1].now, found[-1].before):
            continue  # it has its own: …预算数0,决算数0;…预算数32.00,决算数24.56
        pair = _planned_for(one, other) or (_before(one, other) if len(plain) == 2 else None)
        if pair is not None:
            now, before = pair
            own = percents if len(plain) == 2 else _following(other, figures, now.name)
            done = next((e for e in own if _DONE.search(e.name)), None)
            found.append(Pair(now, before, None, done or next((e for e in own if is_change(e)), None)))
    for now in plain:
        own = [e for e in figures if len(plain) == 1 or e.name.startswith((f"{now.name}·", now.name + "比"))]
        plan = next((e for e in own if e.unit in MONEY and _OF_PLAN.search(e.name)), None)
        if plan is not None:  # 支出决算…万元，完成预算…万元的…%
            done = next((e for e in percents if e.name in (now.name, plan.name)), None)
            found.append(Pair(now, replace(plan, name=_OF_PLAN.sub(r"\1", plan.name)), None, done))
        delta, rate = _change_among(own)
        if delta is not None:
            found.append(Pair(now, None, delta, rate))
    return found


def _following(last: Evidence, figures: Sequence[Evidence], name: str) -> list[Evidence]:
    """The percents told of a figure of this name between one figure of a sentence and the next amount."""
    after = figures[figures.index(last) + 1 :]
    near = takewhile(lambda e: e.unit == "%" or is_relative(e), after)
    return [e for e in near if e.unit == "%" and e.name.startswith(name)]


def _planned_for(one: Evidence, other: Evidence) -> tuple[Evidence, Evidence] | None:
    """Which of two amounts of one year is the result, and which the plan for it."""
    for plan, result in ((one, other), (other, one)):
        full = _FULL_PLAN.search(plan.name) and _RESULT.search(result.name)
        if plan.year == result.year and (full or (_PLAN.search(plan.name) and _FINAL.search(result.name))):
            return result, plan
    return None


def is_earlier(e: Evidence) -> bool:
    """Whether an amount is, by its name, an earlier year's or what was planned at first."""
    return bool(_EARLIER.search(e.name))


def _before(one: Evidence, other: Evidence) -> tuple[Evidence, Evidence] | None:
    """Which of two amounts is the newer one, and which the earlier one."""
    before, now = (one, other) if is_earlier(one) else (other, one)
    return (now, before) if is_earlier(before) and not is_earlier(now) else None


def _change_among(figures: Sequence[Evidence]) -> tuple[Evidence | None, Evidence | None]:
    """The printed change among figures, in money and in percent."""
    changes = [e for e in figures if is_change(e)]
    delta = next((e for e in changes if e.unit in MONEY), None)
    return delta, next((e for e in changes if e.unit == "%"), None)


def _carried(finder: Finder, figures: Sequence[Evidence]) -> list[Pair]:
    """The pairs of a sentence that prints but a change (收、支总计各增加…) with the amounts of the sentence
    before it, which speaks of the same subject."""
    delta, rate = _change_among(figures)
    if delta is None or any(e.unit in MONEY and not is_relative(e) for e in figures):
        return []
    about, name = delta.path[:-1], _CHANGED.sub("", delta.name.partition("·")[0])
    named = set(name) - set("、各均都分别")
    return [
        Pair(now, None, delta, rate)
        for other in finder.sentences
        for now in other
        if (now.name == name or (about in (now.path, now.path[:-1]) and named <= set(now.quote)))
        and (now.document.id, now.year) == (delta.document.id, delta.year)
        and now.unit in MONEY
        and not is_relative(now)
    ]


def tell(pair: Pair, draft: Draft, item: str) -> None:
    """Say both figures of a pair and how far apart they are; what is not printed is computed."""
    assert pair.before is not None
    now = said(draft, pair.now, item)
    size, unit = how_far(pair.now, pair.before)
    formula = f"{shown(pair.now)} － {shown(pair.before)}"
    way = "增加" if size > 0 else "减少" if size < 0 else "持平"
    apart = ""
    if size:
        apart = draft.derived(f"{item}·{way}", abs(size), unit, formula, pair.now, pair.before)
    percent = ""
    if pair.rate is not None:
        rate = draft.amount(f"{item}·比例", pair.rate.value or Decimal(0), "%", pair.rate)
        percent = f"（{'完成' if _DONE.search(pair.rate.name) else way}{rate}）"
    then = said(draft, pair.before, item)
    draft.say(
        f"{heading(pair.now.document, None)}：{item}{_called(pair.now)}{now}，比{_called(pair.before)}{then}"
        f"{way}{apart}{percent}{draft.cite(pair.now)}。"
    )


def answer_execution(finder: Finder) -> Draft | None:
    """How far a plan was carried out: what a form prints of it, else plan and result of a sentence."""
    text = finder.asked.question.text
    if re.search(r"\d%", text):  # held against a mark, it is a claim
        return None
    beside = bool(_BESIDE.search(text))
    left, gap = bool(_LEFT.search(text)), bool(_GAP.search(text))
    across = _across(finder) if _EXECUTION.search(text) or gap or left else None
    if not _EXECUTION.search(text) and not beside and across is None and not left:
        return None
    pairs = [across] if across is not None else _series(finder)
    if not pairs:
        pair = pair_of(finder, lambda p: p.planned and p.from_start) if "年初" in text else None
        if pair is None and not (left and "年初" in text):
            pair = pair_of(finder, lambda p: p.planned)
        pairs = [pair] if pair is not None else _in_one_row(finder)
    if not pairs:
        return None
    draft = Draft()
    told = [tell_done(draft, pair) for pair in pairs]
    if beside or left or (across is not None and gap) or _OVER.search(text):
        draft.say(_overspent(draft, pairs[0], asks=not beside))
    where = heading(pairs[0].now.document, across.now.year if across else None, short=across is not None)
    draft.say(f"{where}：{name_of(pairs[0])}{'；'.join(told)}。")
    return draft


def _across(finder: Finder) -> Pair | None:
    """A year's plan, and what the next year's budget tells was spent of it; None where either is not held."""
    asked = finder.asked
    years, documents = asked.question.years, asked.selection.documents
    items = [t for t in asked.linked.terms if t.role in ("item", "total", "code")]
    bodies = {d.body for d in documents}
    if len(years) != 1 or len(bodies) != 1 or not items:
        return None
    found = []
    for year in (years[0], years[0] + 1):
        own = tuple(d for d in documents if d.year == year and d.kind == Kind.BUDGET)
        linked = replace(asked.linked, terms=tuple(items))
        selection = replace(asked.selection, documents=own)
        found.append(
            pair_of(Finder(finder.store, replace(asked, linked=linked, selection=selection))) if own else None
        )
    plan, later = found
    if plan is None or later is None or later.before is None:
        return None
    told = later.before.year == years[0] and re.search("执行", later.before.name)
    return Pair(later.before, plan.now, None, None) if told and plan.now.year else None


def _overspent(draft: Draft, pair: Pair, asks: bool) -> str:
    """How much more or less was spent than planned, after whether it was more where the question asks."""
    assert pair.before is not None
    size, unit = how_far(pair.now, pair.before)
    if not size:
        return "没有超，正好相等。" if asks else "正好相等。"
    formula = f"{shown(pair.now)} － {shown(pair.before)}"
    apart = draft.derived("与预算相差", abs(size), unit, formula, pair.now, pair.before)
    told = f"多{apart}。" if size > 0 else f"少{apart}。"
    if not asks:
        return told
    return f"超了，{told}" if size > 0 else f"没有超，{told}"


_LAST = re.compile("全年|调整")  # the year's last plan, which a printed rate is of


def _series(finder: Finder) -> list[Pair]:
    """Plan and result of the years asked for, from a form's rows of earlier years; newest first."""
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    names = [n for t in items for n in t.names]
    cells = finder.cells(under=names, measures=list(SERIES)) if names else []
    best = next((e for e in cells if e.measure == SERIES[-1] and cover(e, items) >= ENOUGH), None)
    if best is None:
        return []
    rows = [e for e in cells if e.path[:-1] == best.path[:-1] and e.table == best.table]
    asked = finder.asked.selection.years_asked
    years = {e.year for e in rows if e.year and (not asked or e.year in asked)}
    first = "年初" in finder.asked.question.text
    meant = re.compile("年初") if first else _LAST
    rows.sort(key=lambda e: meant.search("".join(e.columns)) is None)
    found = []
    for year in sorted(years, reverse=True):
        plan, result, rate = (
            next((e for e in rows if e.year == year and e.measure == m and e.value is not None), None)
            for m in SERIES
        )
        if plan is not None and result is not None:
            of_other = first and any(_LAST.search("".join(e.columns)) for e in rows)
            found.append(Pair(result, plan, None, None if of_other else rate))
    return found


def _in_one_row(finder: Finder) -> list[Pair]:
    """Plan and result of what the question names, from the columns of one row of a table."""
    terms = [t for t in finder.asked.linked.terms if t.role != "word"]
    for e in finder.figures[:ROWS] if terms else ():
        named = replace(bare(e), path=(), measure="", columns=())
        if e.source != "table" or cover(named, terms) < ENOUGH:
            continue
        row = [c for c in finder.beside(e) if c.unit in MONEY and c.year == e.document.year]
        plan = next((c for c in row if c.measure == "预算数"), None)
        result = next((c for c in row if c.measure in ("决算数", "执行数")), None)
        if plan is not None and result is not None:
            return [Pair(result, plan, None, None)]
    return []


def tell_done(draft: Draft, pair: Pair) -> str:
    """Plan, result and rate of one pair; the rate is computed where it is not printed."""
    assert pair.before is not None
    item = name_of(pair)
    then, now = said(draft, pair.before, item), said(draft, pair.now, item)
    if pair.rate is not None:
        rate = draft.amount(f"{item}·完成率", pair.rate.value or Decimal(0), "%", pair.rate)
    elif pair.before.value:
        (result, plan), _ = in_one_unit(pair.now, pair.before)
        share = percent(result, plan)
        formula = f"{shown(pair.now)} ÷ {shown(pair.before)} × 100%"
        rate = draft.derived(f"{item}·完成率", share, "%", formula, pair.now, pair.before)
    else:
        rate = "无法计算"
    cited = draft.cite(*(e for e in (pair.before, pair.now, pair.rate) if e is not None))
    name = "执行率" if pair.now.source == "table" else "完成率"
    return f"{name}{rate}：{_called(pair.before)}{then}，{_called(pair.now)}{now}{cited}"


def name_of(pair: Pair) -> str:
    """What a pair is of: the figure's own name, else the subject that it stands under."""
    if pair.now.source == "table":
        return pair.now.path[0]
    own = MEASURED.sub("", pair.now.name)
    if own and own != pair.now.name:
        return own  # 公务接待费|支出决算
    plan = pair.before.name if pair.before and pair.planned else ""
    planned = MEASURED.sub("", plan)
    if not own and len(planned) > 1 and planned != plan:
        return planned  # 公务用车运行维护费|全年预算数32.00,决算数24.56
    inner = [p for p in pair.now.path if p not in (pair.now.name, pair.before.name if pair.before else "")]
    return inner[-1].removesuffix("年初").removesuffix("全年") if inner else pair.now.name


def item_of(pair: Pair) -> str:
    """How an answer calls what a pair is of; empty where the figure's own name says it."""
    return "" if pair.before is None else name_of(pair)


def _called(e: Evidence) -> str:
    """A figure's name with the year that its sentence, or its row, puts before it."""
    if e.source == "table":
        head = next((c for c in e.columns[-1:] if re.fullmatch(f"(年初|全年|调整){e.measure}", c)), e.measure)
        return f"{e.year}年{head}" if e.year else head
    dated = re.search(rf"20\d\d年度?{re.escape(e.name)}", e.quote)
    return dated.group() if dated else e.name


def said(draft: Draft, e: Evidence, item: str) -> str:
    """A figure of a pair as an answer shows it, declared under the item's name."""
    return draft.amount(f"{item}·{e.name}", e.value or Decimal(0), e.unit, e)


def shown(e: Evidence) -> str:
    """A figure as a formula says it."""
    return f"{e.name}{show(e.value or Decimal(0), e.unit)}"


def in_one_unit(*cells: Evidence) -> tuple[list[Decimal], str]:
    """The values in their common unit, and that unit."""
    unit = common_unit([e.unit for e in cells]) or "元"
    return [convert(e.value or Decimal(0), e.unit, unit) for e in cells], unit


def how_far(now: Evidence, before: Evidence) -> tuple[Decimal, str]:
    """How much more the one is than the other, in the unit that both are told in."""
    (a, b), unit = in_one_unit(now, before)
    return a - b, unit
