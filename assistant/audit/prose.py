"""Prose against the tables: an amount that a sentence gives to an item must stand in the item's row.

Items are met by the rules' patterns first, then by the 类/款/项 path that the paragraph is about, then by a
row of exactly that name. An amount that any of the item's cells prints is right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from assistant.audit.across import sets
from assistant.audit.checks import Check, Status, any_equal, equal, unchecked
from assistant.audit.figures import Figure, kind_of, renamed, total
from assistant.audit.forms import Form
from assistant.audit.rates import check_rates
from assistant.audit.rules import NamedAmount, rules, says
from assistant.audit.select import amounts, item_key, item_of
from assistant.audit.sentences import Amount, Role, Sentence, paragraphs
from assistant.audit.sheet import Block
from ingest.document import Document, Kind
from ingest.facts import clean_name
from ingest.text import key

_YEAR = re.compile(r"^(截至|截止)?20\d\d年(度)?(当年)?")
_WORDS = re.compile(r"(预算|决算)?(安排|总额|金额|数额|数|额)?(合计|总计|共计|计)?(为|是|共)?$")
_PATH = re.compile(r"\(类\).+\(款\).+\(项\)|科目$")
_INNER = re.compile(r"预算|决算")
_HEADED = re.compile(r"^(.{2,30}?)(\d[\d,]*(?:\.\d+)?)(万元|元)$")


def check_prose(document: Document, blocks: Sequence[Block], forms: Sequence[Form]) -> Iterator[Check]:
    """All checks of the document's sentences."""
    texts = paragraphs(document.statements)
    index = Index(document, blocks, forms)
    for paragraph in texts:
        main: Amount | None = None
        for sentence in paragraph:
            for amount in sentence.amounts:
                if amount.role is Role.AMOUNT:
                    check = index.check(sentence, amount) or _restated(index, sentence, amount, main)
                    if check:
                        yield check
                    main = main or amount
            yield from _listings(sentence)
        yield from check_rates(paragraph, index.named)
    yield from _headed(texts)


class Index:
    """The document's table amounts by item, for looking up what a clause speaks of."""

    def __init__(self, document: Document, blocks: Sequence[Block], forms: Sequence[Form]) -> None:
        self.document = document
        self.sets = sets(blocks)
        self.by_name: dict[str, list[Figure]] = defaultdict(list)
        self.by_path: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
        self.ambiguous: set[str] = set()  # names of 款, 项 and economic 科目, which projects use too
        self.bodies = sorted((document.body, *document.short_names), key=len, reverse=True)
        for block in blocks:
            self._add(block)
        for form in forms:
            for figure in form.labelled(rules().forms.project_budget):
                self.by_name[item_key(form.subject)].append(
                    renamed(figure, f"“{form.subject}”{figure.label}")
                )

    def _add(self, block: Block) -> None:
        for row in block.rows:
            for column in block.columns:
                figure = row.figures.get(column.index)
                if figure is None or column.year not in (self.document.year, None):
                    continue
                figure = renamed(figure, f"{block.name}{figure.label}")
                item = item_key(item_of(block, row, column))
                self.by_name[item].append(figure)
                if row.code and not (row.code.startswith("2") and len(row.code) == 3):
                    self.ambiguous.add(item)
                if row.code and column is block.lead and block.table.kind in rules().prose.path_tables:
                    self.by_path[_path(row.path)].append(figure)

    def check(self, sentence: Sentence, amount: Amount) -> Check | None:
        """The check of one amount of prose, when it speaks of something that the tables print."""
        if not amount.is_money or self._elsewhere(sentence, amount):
            return None
        rule, cells = self._candidates(sentence, amount)
        if rule is None:
            return None
        subject = sentence.topic if rule == "path" else self.item(amount.clause) or sentence.topic
        if cells:
            check = any_equal("prose", subject, cells, amount.figure)
            if check.status is Status.FAILS and rule == "name" and self._name(subject) in self.ambiguous:
                return unchecked("prose", subject, "同名科目可能另有所指", amount.figure)
            return check
        return unchecked("prose", subject, "表格没有印这个数字", amount.figure)

    def named(self, clause: str) -> list[Figure]:
        """The table amounts that a rule's words name (本年支出合计 …)."""
        rule = self._rule(self.item(clause))
        return [f for cells in rule.cells for one in self.sets for f in amounts(one, cells)] if rule else []

    def item(self, clause: str) -> str:
        """The bare item of a clause: without numbering, year, body and the words around an amount."""
        text = key(clean_name(clause))
        text = _YEAR.sub("", text)
        for body in self.bodies:
            text = text.replace(key(body), "", 1)
        text = re.sub(r"^(本|我)?(部门|单位|局)(?!预算)|^20\d\d年(度)?|^安排", "", _YEAR.sub("", text))
        return _INNER.sub("", _WORDS.sub("", text))

    @staticmethod
    def _name(item: str) -> str:
        return item_key(re.sub(r"\([类款项]\)$", "", item))

    def _rule(self, item: str) -> NamedAmount | None:
        return next((r for r in rules().prose.amounts if says(r.names, item)), None)

    def _elsewhere(self, sentence: Sentence, amount: Amount) -> bool:
        """Whether an amount is of another year, or only budgeted in final accounts."""
        if amount.year not in (None, self.document.year):
            return True
        words = rules().prose
        if says(words.relative, amount.clause) or says(words.of_units, amount.before[-40:]):
            return True
        if any(says(words.unit_headings, h) and self.document.body not in h for h in sentence.path):
            return True
        planned = _INNER.search(amount.clause.replace("一般公共预算", ""))
        return self.document.kind is Kind.FINAL and planned is not None and planned.group() == "预算"

    def _candidates(self, sentence: Sentence, amount: Amount) -> tuple[str | None, list[Figure]]:
        """How the amount was linked to the tables (None: it was not), and their amounts."""
        if self._is_carrier(sentence, amount):
            return "path", self._by_path(sentence)
        item = self.item(amount.clause)
        bare = says(rules().prose.carriers, key(amount.clause).rstrip("为是"))
        if bare or self._by_path(sentence) or self._is_part(sentence, amount):
            return None, []
        rule = self._rule(item)
        if self._of_fund(sentence, amount, rule):
            return None, []
        if rule:
            return "rule", self.named(amount.clause)
        found = self.by_name.get(self._name(item), []) if len(item) > 2 else []
        return ("name", found) if found else (None, [])

    @staticmethod
    def _of_fund(sentence: Sentence, amount: Amount, rule: NamedAmount | None) -> bool:
        """Whether a fund's section gives an amount to what elsewhere is the body's (本年收入)."""
        funds = rules().prose.funds
        told = any(says(funds, part) for part in (*sentence.path[-2:], amount.before))
        return told and not says(funds, amount.clause) and not (rule and says(funds, rule.names))

    def _is_part(self, sentence: Sentence, amount: Amount) -> bool:
        """Whether an amount is a part (其中) of one that the tables' totals do not speak of."""
        if "其中" not in amount.before or amount is sentence.amounts[0]:
            return False
        return self._rule(self.item(sentence.amounts[0].clause)) is None

    def _is_carrier(self, sentence: Sentence, amount: Amount) -> bool:
        """Whether the amount is the one of the 科目 that its paragraph is about."""
        if not self._by_path(sentence):
            return False
        clause = key(amount.clause)
        if _PATH.search(clause) and key(sentence.subject) in clause:
            return True
        bare = self.item(amount.clause)
        own_year = amount.year == self.document.year and self.document.kind is Kind.BUDGET
        final = self.document.kind is Kind.FINAL
        return (bare == "" and own_year) or (final and says(rules().prose.carriers, clause.rstrip("为是")))

    def _by_path(self, sentence: Sentence) -> list[Figure]:
        """The amounts of the row whose 类/款/项 path ends the sentence's path."""
        names = _path(sentence.path)
        for length in (3, 2):
            if len(names) >= length and names[-length:] in self.by_path:
                return self.by_path[names[-length:]]
        return self.by_path.get(names[-1:], []) if "科目" in sentence.text[:40] else []


def _path(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item_key(n) for n in names))


def _restated(index: Index, sentence: Sentence, amount: Amount, main: Amount | None) -> Check | None:
    """The year's amount, said again later in the paragraph, against the one that opened it."""
    if main is None or amount.year != index.document.year or index.item(amount.clause):
        return None
    if main.year not in (None, amount.year) or index.document.kind is Kind.FINAL or not amount.is_money:
        return None
    if says(rules().prose.relative, amount.clause) or "其中" in amount.before:
        return None
    return equal("restated", sentence.topic, main.figure, amount.figure)


def _listings(sentence: Sentence) -> Iterator[Check]:
    """A whole and its complete breakdown in one sentence."""
    for rule in rules().prose.listings:
        count = len(rule.parts)
        for start in range(1, len(sentence.amounts) - count + 1):
            parts = sentence.amounts[start : start + count]
            matched = all(says(p, a.clause) for p, a in zip(rule.parts, parts, strict=True))
            if matched and says(rule.whole, sentence.amounts[start - 1].clause):
                yield from _listing(sentence, start, count)


def _listing(sentence: Sentence, start: int, count: int) -> Iterator[Check]:
    whole = sentence.amounts[start - 1]
    parts = sentence.amounts[start : start + count]
    units = {kind_of(p.figure.unit) for p in (whole, *parts)}
    rest = sentence.amounts[start + count : start + count + 1]
    more = any(kind_of(a.figure.unit) in units and not re.search(r"[;；)）]", a.lead) for a in rest)
    if len(units) > 1 or "约" in whole.clause or more:
        return
    made = total(f"所列{count}项之和", [p.figure for p in parts])
    if made and whole.role is Role.AMOUNT:
        yield equal("listing", sentence.topic, made, whole.figure)


def _headed(texts: Sequence[Sequence[Sentence]]) -> Iterator[Check]:
    """A paragraph with an amount and the paragraphs numbered under it, whose amounts are its parts."""
    groups: dict[tuple[str, ...], list[Sentence]] = defaultdict(list)
    for paragraph in texts:
        first = next((s for s in paragraph if s.amounts), None)
        if first and first.path and _HEADED.match(first.path[-1]):
            groups[first.path].append(first)
    for path, found in groups.items():
        match = _HEADED.match(path[-1])
        parts = [s.amounts[0] for s in found]
        head = next((a for p in texts for s in p for a in s.amounts if match and _opens(a, match)), None)
        made = total(f"其下{len(parts)}项之和", [p.figure for p in parts])
        if head is None or made is None or len(parts) < 2 or not all(p.is_money for p in parts):
            continue
        check = equal("listing", head.figure.label, made, head.figure)
        if check.status is Status.FAILS and (made.base < head.figure.base or not _numbered(found)):
            check = unchecked("listing", head.figure.label, "所列各项可能不全", head.figure)
        yield check


def _numbered(found: Sequence[Sentence]) -> bool:
    """Whether the paragraphs are numbered from one upwards."""
    numbers = [re.match(r"^[(（]?(\d{1,2})[)）、.．]", s.text) for s in found]
    return [int(m.group(1)) for m in numbers if m] == list(range(1, len(found) + 1))


def _opens(amount: Amount, match: re.Match[str]) -> bool:
    """Whether an amount is the one that the heading quotes."""
    same = key(clean_name(amount.clause)).endswith(key(match.group(1)))
    return (
        same
        and str(amount.figure.value) == match.group(2).replace(",", "")
        and amount.figure.unit == match.group(3)
    )
