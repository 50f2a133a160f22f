"""Performance-target forms: details to the project's budget, sources to their total, rates, formulas.

Forms are read from their facts: labels with values, and rows of the small tables inside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.audit.checks import Check, Status, any_equal, equal, unchecked
from assistant.audit.figures import Figure, of_fact, overlapping, printed, total
from assistant.audit.ratios import rate_check
from assistant.audit.rules import rules, says, says_any
from assistant.audit.select import find, item_key
from assistant.audit.sheet import Block, position, spots
from assistant.money import MONEY
from ingest.document import Fact, Table
from ingest.text import key

# 1500(元)*培训活动1(次)=0.15: amounts in 元, times counts, and the product in the form's unit.
_FORMULA = re.compile(
    r"(?P<left>\d[\d,.]*\s*[(（]?(?:万元|元)(?:/\S{1,4}?)?[)）]?(?:\s*[*×xX]\s*[^\d=*×。;；]{0,12}\d[\d,.]*\s*"
    r"[(（]?[^\d=*×()（）。;；]{0,4}[)）]?)+)\s*=\s*(?P<right>\d[\d,]*(?:\.\d+?)?)(?P<unit>万元|元)?(?=\d[.、]\D|[^\d.]|\.?$)"
)
_FACTOR = re.compile(r"(\d[\d,.]*)\s*[(（]?(万元|元)?")


@dataclass(frozen=True)
class Form:
    """One form: its table, its facts with their grid position, and its subject."""

    table: Table
    cells: tuple[tuple[tuple[int, int], Fact], ...]

    @property
    def subject(self) -> str:
        """What the form is about, for messages."""
        roots = {f.row_path[0] for _, f in self.cells}
        return roots.pop() if len(roots) == 1 else self.table.title

    def labelled(self, names: Sequence[str]) -> list[Figure]:
        """The figures of these labels, in the order of `names`."""
        found = []
        for name in names:
            for _, fact in self.cells:
                figure = of_fact(fact, fact.name)
                if figure and not fact.column_path and re.sub(r"[(（].*[)）]$", "", key(fact.name)) == name:
                    found.append(figure)
        return found


def forms(tables: Sequence[Table], facts: Sequence[Fact]) -> list[Form]:
    """The forms among the tables."""
    found = []
    for table in (t for t in tables if not t.header):
        at = spots(table)
        own = [(position(f, at), f) for f in facts if f.table == table.index]
        found.append(Form(table, tuple((p, f) for p, f in own if p is not None)))
    return found


def check_forms(every: Sequence[Form], blocks: Sequence[Block]) -> Iterator[Check]:
    """All checks inside forms, and projects' budgets over forms and lists."""
    for form in every:
        yield from _details(form)
        yield from _label_sums(form)
        yield from _groups(form)
        yield from _ratios(form)
        yield from _formulas(form)
    yield from _projects(every, blocks)


def _details(form: Form) -> Iterator[Check]:
    rule = rules().forms.details
    parts = []
    for _, fact in form.cells:
        inside = any(says(rule.section, p) for p in fact.row_path[:-1])
        figure = of_fact(fact, fact.name)
        if figure and inside and fact.column_path and says(rule.measure, fact.measure):
            parts.append(figure)
    if not parts:
        return
    subject = f"“{form.subject}”项目支出明细测算"
    budgets = form.labelled(rule.budgets)
    totals = [f for f in parts if says(rules().forms.group_total, f.label)]
    made = (
        totals[-1]
        if totals
        else total(f"明细{len(parts)}行金额之和" if len(parts) > 1 else "明细金额", parts)
    )
    if made is None or not budgets:
        yield unchecked("detail", subject, "没有印项目预算", parts[0])
    else:
        yield any_equal("detail", subject, budgets, made)


def _label_sums(form: Form) -> Iterator[Check]:
    for rule in rules().forms.sums:
        for (row, column), fact in form.cells:
            own = of_fact(fact, fact.name)
            if own is None or fact.column_path or not says(rule.total, fact.name):
                continue
            parts = []
            for (r, c), other in form.cells:
                figure = of_fact(other, other.name)
                if figure and c == column and row < r <= row + 4 and says_any(rule.parts, other.name):
                    parts.append(figure)
            made = total(f"{'、'.join(p.label for p in parts)}之和", parts)
            subject = f"“{form.subject}”{fact.name}"
            if made and len(parts) == len(rule.parts):
                yield equal("form", subject, made, own)
            else:
                yield unchecked("form", subject, "各组成部分没有印全", own)


def _groups(form: Form) -> Iterator[Check]:
    """The 合计 row of each group, in every column."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Fact]] = defaultdict(list)
    for _, fact in form.cells:
        if fact.column_path and len(fact.row_path) > 1:
            groups[fact.row_path[:-1], fact.column_path].append(fact)
    budgets = form.labelled(rules().forms.project_budget)
    for (path, columns), facts in groups.items():
        whole = next((f for f in facts if says(rules().forms.group_total, f.name)), None)
        own = of_fact(whole, f"合计·{columns[-1]}") if whole else None
        if own is None:
            continue
        subject = f"“{form.subject}”{path[-1]}"
        yield _group_sum(form, subject, own, [f for f in facts if f is not whole])
        money = says(rules().forms.details.measure, columns[-1])
        if budgets and money and says(rules().forms.source_group, path[-1]):
            yield any_equal("form", subject, budgets, own)


def _group_sum(form: Form, subject: str, own: Figure, facts: Sequence[Fact]) -> Check:
    """Rows with numbers of their own count alone where there are some, 其中 rows never."""
    rows = {r: form.table.rows[r] for (r, _), f in form.cells if any(f is x for x in facts)}
    at = {id(f): r for (r, _), f in form.cells}
    numbered: list[Figure] = []
    plain: list[Figure] = []
    for fact in facts:
        figure = of_fact(fact, fact.name)
        texts = rows[at[id(fact)]]
        if figure is None or any(says(rules().forms.group_skip, t) for t in texts if t):
            continue
        listed = any(re.match(r"^\d{1,2}[、.．](?!\d)", t) for t in texts if t)
        (numbered if listed else plain).append(figure)
    if not numbered and not plain:
        return unchecked("form", subject, "各行没有印数字", own)
    readings = [r for r in (total("各行之和", p) for p in (numbered, numbered + plain) if p) if r]
    check = any_equal("form", subject, readings, own)
    if check.status is Status.FAILS and any(overlapping(r, own) for r in readings):
        return unchecked("form", subject, "各行可能互相包含", own)
    return check


def _ratios(form: Form) -> Iterator[Check]:
    rows: dict[int, list[Fact]] = defaultdict(list)
    for (row, _), fact in form.cells:
        if fact.column_path:
            rows[row].append(fact)
    yield from rates_in_rows(list(rows.values()), f"“{form.subject}”")
    yield from _shares(form)


def rates_in_rows(rows: Sequence[Sequence[Fact]], name: str) -> Iterator[Check]:
    """执行率 against 执行数 and 预算数 printed in the same row."""
    for rule in rules().ratios:
        for facts in rows:
            rate, amount, whole = (_only(facts, p) for p in (rule.rate, rule.amount, rule.whole))
            if rate is None:
                continue
            subject = f"{name}{rate.label}"
            if amount is None or whole is None:
                yield unchecked(rule.rule, subject, "没有同时印出执行数和预算数", rate)
            else:
                yield rate_check(rule.rule, subject, rate, amount, whole)


def _only(facts: Sequence[Fact], measure: str) -> Figure | None:
    found = [
        of_fact(f, f"{f.name}{'年' if f.name.isdigit() else '·'}{f.measure}")
        for f in facts
        if says(measure, f.measure)
    ]
    figures = [f for f in found if f]
    return figures[0] if len(figures) == 1 else None


def _shares(form: Form) -> Iterator[Check]:
    """占比 beside 当年金额, of the group's 合计."""
    groups: dict[tuple[str, ...], dict[str, dict[str, Figure]]] = defaultdict(dict)
    for _, fact in form.cells:
        figure = of_fact(fact, fact.name)
        if figure and fact.column_path and fact.measure in ("占比", "金额") and fact.year == _year(form):
            cells = groups[fact.row_path[:-1]].setdefault(fact.name, {})
            cells.setdefault(fact.measure, figure)
    for path, rows in groups.items():
        whole = next((r.get("金额") for n, r in rows.items() if says(rules().forms.group_total, n)), None)
        for name, cells in rows.items():
            if "占比" not in cells:
                continue
            subject = f"“{form.subject}”{path[-1]}·{name}占比"
            if whole is None or "金额" not in cells:
                yield unchecked("share", subject, "没有印金额或合计", cells["占比"])
            else:
                yield rate_check("share", subject, cells["占比"], cells["金额"], whole)


def _year(form: Form) -> int | None:
    return next((f.year for _, f in form.cells if not f.column_path), None)


def _formulas(form: Form) -> Iterator[Check]:
    """Products that the form writes out (1500(元)*1(次)=0.15), in its money unit where none is said."""
    for _, fact in form.cells:
        start = 0
        for match in _FORMULA.finditer(fact.text):
            unit = match["unit"] or form.table.unit
            factors = _FACTOR.findall(match["left"])
            before, start = fact.text[start : match.start()], match.end()
            joined = re.search(r"[*×xX]|[+＋]\s*$", before)  # then the result is of more than this product
            if unit not in MONEY or len(factors) < 2 or joined:
                continue
            product = Decimal(1)
            for number, of_unit in factors:
                product *= Decimal(number.replace(",", "")) * MONEY.get(of_unit, Decimal(1))
            made = Figure(
                f"{match['left'].strip()}＝", product / MONEY[unit], unit, Decimal(0), (fact.place,)
            )
            result = printed("算式写作", Decimal(match["right"].replace(",", "")), unit, (fact.place,))
            yield equal("formula", f"“{form.subject}”{fact.name}测算依据", made, result)


def _projects(every: Sequence[Form], blocks: Sequence[Block]) -> Iterator[Check]:
    """A project's budget of the year in its form, in the department's form, and in 项目支出表.

    Two units may have projects of one name, of which the list may call one otherwise: where one of
    them agrees with the list, the others cannot be told from it.
    """
    listed: dict[str, list[Figure]] = defaultdict(list)
    for hit in find(blocks, rules().forms.project_rows):
        listed[item_key(hit.row.name)].append(hit.figure)
    checks: dict[str, list[Check]] = defaultdict(list)
    for form in every:
        for project, figure in _budgets(form):
            others = listed.get(item_key(project), [])
            if others:
                together = total(f"{others[0].label}（{len(others)}行）", others)
                readings = [*others, together] if together and len(others) > 1 else others
                check = any_equal("project", f"“{project}”项目预算", readings, figure)
                checks[item_key(project)].append(check)
    for same in checks.values():
        held = any(c.status is Status.HOLDS for c in same)
        for check in same:
            if held and check.status is Status.FAILS:
                check = unchecked("project", check.subject, "同名的项目不止一个", check.found)
            yield check


def _budgets(form: Form) -> Iterator[tuple[str, Figure]]:
    """Projects and their budgets of the year: the form's own, and the rows of a list of projects."""
    for figure in form.labelled(rules().forms.project_budget)[:1]:
        yield form.subject, figure
    for _, fact in form.cells:
        if fact.column_path and key(fact.column_path[-1]) in rules().forms.project_budget:
            listed = of_fact(fact, f"{form.table.kind}{fact.name}·{fact.column_path[-1]}")
            if listed:
                yield fact.name, listed
