"""What a question takes for granted, held against the documents before it is answered.

A question may claim that an item rose or fell, has an amount, reaches a mark, or exists at all. Where
the documents say otherwise, the answer corrects the claim first; where a question only asks whether
it is so, the answer begins with 有, 没有, 是 or 不是. The evidence is the same as for every answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial

from assistant.absence import any_amount, none_counted, none_of, whole_of_nothing
from assistant.arithmetic import answer_each
from assistant.draft import Draft, first_places, heading
from assistant.evidence import PLANNED, Evidence, cover, is_change, is_relative
from assistant.exact import TIGHT, bare, item_terms, named_terms, tight
from assistant.finder import Finder
from assistant.grades import tell_grades
from assistant.lookup import acceptable, around, figure_draft, is_blank
from assistant.matching import candidates
from assistant.money import MONEY
from assistant.operands import each_year
from assistant.question import Amount, Operation, Question, phrases
from assistant.scope import named_bodies
from assistant.terms import Linked, Term
from ingest.document import Kind, Relation
from ingest.text import key, normalise, parse_number

_SPENT = re.compile(r"决算|执行|实际")
_PLAN = re.compile(PLANNED)
_WAYS = {"up": "增加", "down": "减少", "same": "持平"}
_PARTS = (Operation.PURPOSE, Operation.COMPOSITION, Operation.REASON, Operation.EACH)


@dataclass(frozen=True)
class Claim:
    """What a question takes for granted or asks to have confirmed."""

    asks: bool  # it asks whether (…吗, …对吧, 有没有)
    exists: bool | None  # that there is such a thing; False: that there is none
    way: str | None  # up | down
    amount: bool  # that an amount it names is an item's
    mark: tuple[str, Decimal, str] | None  # at least | at most, a number, its unit
    parts: bool  # it asks for what something consists of, so there must be something
    spent: bool  # that an amount, which it tells by the way, was spent (花了4万块, …)


def read(question: Question) -> Claim:
    """Read the claim that a question makes."""
    text, words = question.text, phrases()["premises"]
    asks = bool(re.search(words["asks"], text))
    exists: bool | None = None
    if asks and re.search(words["denies"], text):
        exists = False
    elif asks and re.search(words["exists"], text):
        exists = True
    stated = re.search(words["stated"], text)  # 压缩了三公经费,主要压的是哪一块
    changes = asks or stated or question.operation in (Operation.REASON, Operation.CHANGE, Operation.COMPARE)
    figures = question.operation == Operation.LOOKUP and bool(re.search(words["parts"], text))
    return Claim(
        asks=asks,
        exists=exists,
        way=claimed_way(text) if changes else None,
        amount=asks and bool(question.amounts) and bool(_pattern("identity").search(text)),
        mark=_mark(text) if asks else None,
        parts=figures or question.operation in _PARTS,
        spent=bool(question.amounts) and not asks and bool(_pattern("spent").search(text)),
    )


def claimed_way(text: str) -> str | None:
    """Whether a question has it that something rose or fell (up, down); None where it leaves that open."""
    ways = [w for w in ("up", "down") if re.search(phrases()["premises"]["ways"][w], text)]
    return ways[0] if len(ways) == 1 and not re.search("[多少增减升降高低涨跌加][了]?还是", text) else None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The words around an amount that a question names."""
    amount = r"\d[\d,.]*\s*(?:亿元?|万元?|元)"
    return re.compile(phrases()["premises"][name].replace("AMOUNT", amount))


def answer_premise(finder: Finder) -> Draft | None:
    """The correction of a wrong claim, or whether it is so; None where nothing is claimed or decided."""
    question = finder.asked.question
    claim = read(question)
    if len(named_bodies(question.text, finder.asked.held)) > 1:
        if claim.exists is not None and (each := answer_each(finder)) is not None:
            return each
        claim = replace(claim, parts=claim.parts and claim.asks)  # where one has none, another may have some
    return _counted(finder, claim) or (_decided(finder, claim) if item_terms(finder) else None)


def _counted(finder: Finder, claim: Claim) -> Draft | None:
    """Whether there are any of the things that are counted, or graded."""
    if claim.exists is not None or claim.parts:
        none = none_counted(finder)
        if none is not None:
            return _led("没有。" if claim.exists is not False else "是的，没有。", none)
    if claim.exists is not None and (graded := tell_grades(finder)) is not None:
        draft, got = graded
        leads = ("有。", "没有。") if claim.exists else ("不对，有。", "是的，没有。")
        return _led(leads[not got], draft)
    return None


def _decided(finder: Finder, claim: Claim) -> Draft | None:
    """What the figures and sentences of the item decide of a claim about it."""
    question = finder.asked.question
    whole = whole_of_nothing(finder)
    if whole is not None:
        return _led("没有。", whole)
    if re.search(phrases()["premises"]["nothing"], question.text):
        some = _of(finder, item_terms(finder))
        spent = some and all(e.value for e in some)  # what was planned may yet not have been spent
        return _led("不对，有。", figure_draft(some[0], some)) if spent else None
    if claim.spent and (only := _only_planned(finder)) is not None:
        return only
    if claim.mark is not None:
        return _reached(finder, claim.mark)
    if claim.way and question.operation != Operation.REASON and not each_year(finder.asked):
        return _way(finder, claim)
    if claim.amount:
        return _amount(finder)
    if claim.exists is not None:
        return _existence(finder, claim.exists)
    return _nothing(finder) if claim.parts else None


def answer_way(finder: Finder) -> Draft | None:
    """The correction of a question for reasons that has a change's direction wrong."""
    claim = read(finder.asked.question)
    return _way(finder, claim) if claim.way and item_terms(finder) else None


def _mark(text: str) -> tuple[str, Decimal, str] | None:
    """A mark that a question holds a figure against (到90%了吗, 超过100万吗)."""
    words = phrases()["premises"]["marks"]
    for side in ("least", "most"):
        found = re.search(rf"(?:{words[side]})了?\s*(\d[\d,]*(?:\.\d+)?)\s*(%|亿元?|万元?|元)", text)
        value = parse_number(found.group(1)) if found else None
        if found and value is not None:
            unit = found.group(2)
            return side, value, unit if unit[-1] in "%元" else unit + "元"
    return None


def _figures(finder: Finder) -> list[Evidence]:
    """The question's figures whose own names are the items that it names, best first."""
    asked = finder.asked
    found = [
        e
        for e in finder.figures
        if e.value is not None and not is_relative(e) and not is_blank(e) and acceptable(e, asked)
    ]
    return tight(found, asked.linked.terms)


def _of(
    finder: Finder, terms: Sequence[Term], fits: Callable[[Evidence], bool] = lambda e: True
) -> list[Evidence]:
    """Figures of some of the question's terms, of a sort, whatever amount the question names."""
    asked = finder.asked
    question = replace(asked.question, expects=None, amounts=())
    linked = Linked(tuple(terms), " ".join(t.surface for t in terms))
    sub = replace(asked, question=question, linked=linked)
    found = candidates(finder, sub, fits)
    if not found and question.relative_years:  # 去年买车的钱: the claim may have the year wrong too
        found = candidates(finder, replace(sub, selection=replace(asked.selection, years_asked=())), fits)
    return tight(found, terms)


def _led(lead: str, draft: Draft) -> Draft:
    draft.sentences.insert(0, lead)
    return draft


def _amount(finder: Finder) -> Draft | None:
    """Whether an amount that the question names is the item's; else whose it is."""
    text, amount = finder.asked.question.text, finder.asked.question.amounts[0]
    items = item_terms(finder)
    digits = re.search(r"\d[\d,.]*\s*[万亿元]", text)
    after = [t for t in items if digits and text.rfind(t.surface) >= digits.end()]
    found = _of(finder, after or items)
    if not found:
        return None
    agrees = next((e for e in found if _same(e, amount)), None)
    if agrees is not None:
        return _led("是的。", figure_draft(agrees, found))
    best = found[0]
    owner = _owner(finder, amount)
    draft = figure_draft(best, found)
    if owner is None:
        return _led("不是。", draft)
    cell = draft.amount(owner.label, owner.value or Decimal(0), owner.unit, owner)
    return _led(f"不是，{owner.label}才是{cell}{draft.cite(owner)}。", draft)


def _only_planned(finder: Finder) -> Draft | None:
    """That an amount told as spent was but planned, and what was spent instead."""
    amount = finder.asked.question.amounts[0]
    items = item_terms(finder)
    spent, planned = (_of(finder, items, partial(_is_sort, sort)) for sort in ("spent", "planned"))
    plan = next((e for e in planned if _same(e, amount)), None)
    own = [e for e in spent if plan is not None and (e.document, e.year) == (plan.document, plan.year)]
    if plan is None or not own or any(_same(e, amount) for e in spent):
        return None
    draft = Draft()
    best = own[0]
    cited = first_places([e for e in own if (e.value, e.unit) == (best.value, best.unit)])
    item = best.name if items[0].names[0] in key(best.name) else items[0].names[0]
    shown = draft.amount(f"{item}·实际支出", best.value or Decimal(0), best.unit, *cited)
    said = draft.amount(f"{item}·预算", plan.value or Decimal(0), plan.unit, plan)
    told = f"实际支出为{shown}" if best.value else f"没有花钱（{shown}）"
    told = f"{item}{told}{draft.cite(*cited)}，{said}是预算{draft.cite(plan)}"
    draft.say(f"{heading(best.document, None)}：{told}。")
    return _led("不是。" if best.value else "没有。", draft)


def _is_sort(sort: str, e: Evidence) -> bool:
    """Whether a figure of final accounts tells money that was spent, or that was planned."""
    if e.document.kind != Kind.FINAL or e.unit not in MONEY or is_change(e):
        return False
    if _PLAN.search(f"{e.name}·{e.measure}"):
        return sort == "planned"
    spent = _SPENT.search(f"{e.name}·{e.measure}") or "支出" in (e.table_kind or "")
    return sort == "spent" and bool(spent)


def _owner(finder: Finder, amount: Amount) -> Evidence | None:
    """Whose an amount is: the item itself rather than what it is a part of."""
    owners = [e for e in finder.figures if _same(e, amount) and not is_change(e)]
    wholes = {key(p) for e in owners for p in e.path[:-1]}
    return next((e for e in owners if not any(w in key(e.name) for w in wholes)), next(iter(owners), None))


def _same(e: Evidence, amount: Amount) -> bool:
    return bool(e.value) and e.unit in MONEY and amount.fits(e.value or amount.value, e.unit)


def _reached(finder: Finder, mark: tuple[str, Decimal, str]) -> Draft | None:
    """Whether a figure reaches, or stays under, the mark that the question holds it against."""
    side, value, unit = mark
    found = [e for e in _figures(finder) if (e.unit == "%") == (unit == "%")]
    if not found or found[0].value is None:
        return None
    factor = MONEY.get(unit, Decimal(1)), MONEY.get(found[0].unit or "", Decimal(1))
    own, other = found[0].value * factor[1], value * factor[0]
    holds = own >= other if side == "least" else own <= other
    return _led("是的。" if holds else "没有。", figure_draft(found[0], found))


def _way(finder: Finder, claim: Claim) -> Draft | None:
    """Whether an item rose or fell as the question has it, by what the document itself prints."""
    change, way = _printed_change(finder)
    if change is None or way is None or (way == claim.way and not claim.asks):
        return None
    draft = Draft()
    lead = "是的，" if way == claim.way else f"不是{_WAYS[claim.way or 'same']}，而是"
    if change.value is not None:
        name, _, rest = change.name.partition("·")
        told = f"{name}{rest}{draft.amount(change.name, change.value, change.unit, change)}"
    else:
        told = around(change.quote, "持平")
    draft.say(f"{lead}{_WAYS[way]}。{heading(change.document, None)}：{told}{draft.cite(change)}。")
    return draft


def _printed_change(finder: Finder) -> tuple[Evidence | None, str | None]:
    """The change that the prose prints for the item, and its direction."""
    items = named_terms(finder.asked.linked.terms)
    if len(items) > 1 and re.search(phrases()["premises"]["which"], finder.asked.question.text):
        items = items[:1]
    changes = [(e, e.name.partition("·")[0]) for e in finder.figures if is_change(e)]
    fits = [(cover(replace(bare(e), name=name, path=(), measure=""), items), e, name) for e, name in changes]
    fit, best, name = max(fits, key=lambda f: f[0], default=(0.0, None, ""))
    if best is not None and fit >= TIGHT:
        return best, way_of(best.name.removeprefix(name) or best.name)
    for e in finder.statements(Relation.CHANGE):
        for clause in re.split(r"[;；。]", e.quote):
            if way_of(clause) == "same" and cover(replace(bare(e), name=clause, path=()), items) >= TIGHT:
                return replace(e, quote=clause), "same"
    return None, None


def way_of(text: str) -> str | None:
    """The direction that a document's words give a change."""
    ways = phrases()["premises"]["printed"]
    found = [w for w in ("up", "down", "same") if re.search(ways[w], normalise(text))]
    return found[0] if len(found) == 1 else None


def _existence(finder: Finder, claimed: bool) -> Draft | None:
    """Whether there is what the question names: its amount and number, or that there is none."""
    found = _figures(finder)
    some = [e for e in found if e.value]
    if some:
        best = some[0]
        draft = figure_draft(best, found)
        counted = next((e for e in some if (e.unit in MONEY) != (best.unit in MONEY) and e.unit != "%"), None)
        if counted is not None and counted.value is not None:
            number = draft.amount(counted.label, counted.value, counted.unit, counted)
            draft.say(f"{counted.label}为{number}{draft.cite(counted)}。")
        wants = "要" if re.search("要", finder.asked.question.text) else "有"
        return _led(f"{wants}。" if claimed else "不对，有。", draft)
    none = None if any_amount(finder) else none_of(finder, found)
    return _led("没有。" if claimed else "是的，没有。", none) if none is not None else None


def _nothing(finder: Finder) -> Draft | None:
    """That there is none of what the question asks the parts of."""
    several = len({d.body for d in finder.asked.selection.documents}) > 1
    if several or any_amount(finder):
        return None
    none = none_of(finder, _figures(finder))
    return _led("没有。", none) if none is not None else None
