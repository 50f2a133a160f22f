"""Makes gold questions from what any documents held print: look-ups, comparisons, rankings and more.

``python -m eval.generate --data DIR --out FILE --count N --seed S`` writes them in the dataset
format, the same ones for the same documents, number and seed. They are for smoke and load: their
gold comes from the same extraction that the answers come from, so a misread cell looks right to
both, and they do not replace questions that a person wrote with the page before the eyes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from pathlib import Path
from string import Formatter
from typing import Annotated

import typer
from rich.console import Console

from eval.dataset import GoldQuestion, QuestionType
from eval.items import TOTAL, Item, Purpose, items_of, paraphrases, purposes_of
from ingest.errors import BudgetQAError
from ingest.text import key, normalise
from vectorstore.records import DocumentRecord
from vectorstore.settings import Settings
from vectorstore.store import Store

CENT = Decimal("0.01")
CLAUSE = range(4, 25)  # characters of a clause by which a right answer can be known
TOLD = 3  # prose, list and form may each say what a thing is for
SOON = (2, 3, 4)  # years after the newest one held
PLAIN, RANKED = ("part", "history"), ("functional", "economic")
LEAVES = {"functional": 2, "economic": 1}  # how many groups stand above an item without parts: 类款, 类
WHOLES = ("functional", "economic", "three_public", "project", "listed_project")


@dataclass(frozen=True)
class Case:
    """Something to ask, with its right answer; the wording is still open.

    `document` is the one that the question may be limited to; None where no document is meant.
    """

    type: QuestionType
    wordings: tuple[str, ...]
    says: Mapping[str, str]
    answer: str
    document: DocumentRecord | None
    facts: tuple[dict[str, object], ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    """What can be asked of one document."""

    document: DocumentRecord
    says: Mapping[str, str]
    items: tuple[Item, ...]
    purposes: tuple[Purpose, ...]
    text: str
    held: tuple[DocumentRecord, ...]


def generate(
    store: Store, count: int, seed: int, documents: Sequence[DocumentRecord] | None = None
) -> list[GoldQuestion]:
    """`count` questions about `documents` (default: all held), or fewer where these give no more."""
    rng = random.Random(seed)
    held = store.documents()
    sources = [_source(store, document, held) for document in documents or held]
    questions: dict[tuple[str, tuple[str, ...]], GoldQuestion] = {}
    mix = paraphrases().mix
    for kind, share in [*mix.items(), ("lookup", 100)]:  # look-ups make up for what there was too little of
        cases = [case for source in sources for case in MAKERS[kind](source)]
        rng.shuffle(cases)
        wanted = min(round(count * share / sum(mix.values())), count - len(questions))
        for question in _worded(cases, rng, held):
            if wanted <= 0:
                break
            if (question.question, question.docs) not in questions:
                questions[question.question, question.docs] = question
                wanted -= 1
    return [q.model_copy(update={"id": f"gen-{n:04}"}) for n, q in enumerate(questions.values(), start=1)]


# Cases ------------------------------------------------------------------------------------------------


def _lookups(source: Source) -> Iterator[Case]:
    wholes = {(item.path, item.said.value) for item in source.items if item.family == "functional"}
    for item in source.items:
        whole_in_one_part = item.family == "part" and (item.path, item.said.value) in wholes
        if (item.said.value and not whole_in_one_part) or item.family == "three_public":
            yield _figure(source, QuestionType.LOOKUP, _asking(source, item), item.number, item.unit, item)


def _comparisons(source: Source) -> Iterator[Case]:
    for group in _groups(source, WHOLES).values():
        for one, other in combinations(group, 2):
            less, more = sorted((one, other), key=lambda item: item.said.value)
            difference = more.said.value - less.said.value
            if less.said.value > 0 and difference and less.unit == more.unit:
                number = f"{Decimal(more.number) - Decimal(less.number):f}"
                says = {"more": more.name, "less": less.name}
                wordings = paraphrases().compare
                yield _figure(source, QuestionType.COMPARE, wordings, number, more.unit, more, less, **says)


def _rankings(source: Source) -> Iterator[Case]:
    for (family, *above), group in _groups(source, RANKED).items():
        ranked = sorted(group, key=lambda item: item.said.value, reverse=True)
        # Of a group of which a row was left out, nobody knows the largest.
        if len(group) < max(3, *(item.siblings for item in group)):
            continue
        first, second = ranked[:2]
        # “哪一项” is said of items that have no parts themselves, “哪一类” of functions.
        leaves = len(above) == LEAVES[family]
        if first.said.value > second.said.value and (leaves or (family == "functional" and not above)):
            wordings = paraphrases().rank if leaves else paraphrases().rank_classes
            says = {"whole": above[-1]} if above else {}
            case = _figure(source, QuestionType.RANK, wordings, first.number, first.unit, first, **says)
            named: tuple[dict[str, object], ...] = ({"any_of": [first.name]}, *case.facts)
            yield replace(case, facts=named, answer=f"{first.name}，{case.answer}")


def _shares(source: Source) -> Iterator[Case]:
    by_path = {(item.family, item.path): item for item in source.items}
    whole_budget = next((i for i in source.items if i.family == TOTAL and "支出" in i.name), None)
    for item in _of(source, RANKED):
        whole = by_path.get((item.family, item.path[:-1]))
        if len(item.path) == 1 and item.family == "functional":
            whole = whole_budget
        if whole and whole.unit == item.unit and 0 < item.said.value < whole.said.value:
            share = (item.said.value / whole.said.value * 100).quantize(CENT, ROUND_HALF_UP)
            says = {"item": item.name, "whole": whole.name}
            wordings = paraphrases().share
            yield _figure(source, QuestionType.RATIO, wordings, f"{share}", "%", item, whole, **says)


def _purposes(source: Source) -> Iterator[Case]:
    known = {key(item.name) for item in source.items}
    for purpose in source.purposes:
        clauses = [clause for content in purpose.contents for clause in _clauses(content)]
        clauses = [c for c in dict.fromkeys(clauses) if len(c) in CLAUSE and key(c) not in key(purpose.name)]
        # What is said in many ways is said of several things of one name.
        if clauses and key(purpose.name) in known and len(purpose.contents) <= TOLD:
            yield Case(
                QuestionType.PURPOSE,
                paraphrases().purpose,
                {**source.says, "item": purpose.name},
                f"{purpose.contents[0].rstrip('。')}。",
                source.document,
                ({"any_of": clauses},),
                purpose.pages,
            )


def _years_not_held(source: Source) -> Iterator[Case]:
    years = [d.year for d in source.held if d.body == source.document.body and d.year]
    for n, item in enumerate(_of(source, WHOLES) if years else ()):
        year = str(max(years) + SOON[n % len(SOON)])
        yield _unanswerable(source, item.name, f"没有{year}年的文件。", None, year=year)


def _bodies_not_held(source: Source) -> Iterator[Case]:
    names = "".join(normalise(name) for document in source.held for name in document.short_names)
    strangers = [stranger for stranger in paraphrases().strangers if stranger not in names]
    for n, item in enumerate(_of(source, WHOLES) if strangers else ()):
        stranger = strangers[n % len(strangers)]
        yield _unanswerable(source, item.name, f"没有{stranger}的文件。", None, body=stranger)


def _items_not_held(source: Source) -> Iterator[Case]:
    for absent in paraphrases().absent:
        if not any(word in source.text for word in absent.words):
            yield _unanswerable(source, absent.item, f"没有{absent.item}。", source.document)


MAKERS = {
    "lookup": _lookups,
    "compare": _comparisons,
    "rank": _rankings,
    "share": _shares,
    "purpose": _purposes,
    "year_not_held": _years_not_held,
    "body_not_held": _bodies_not_held,
    "item_not_held": _items_not_held,
}


def _source(store: Store, document: DocumentRecord, held: Sequence[DocumentRecord]) -> Source:
    says = {"body": _body(document, held)} | ({"year": str(document.year)} if document.year else {})
    pages = (store.page(document.id, number).text for number in range(1, document.pages + 1))
    text = key("".join(pages))
    items, purposes = tuple(items_of(store, document)), tuple(purposes_of(store, document))
    return Source(document, says, items, purposes, text, tuple(held))


def _body(document: DocumentRecord, held: Sequence[DocumentRecord]) -> str:
    """The shortest name of the document's body that is no part of another body's."""
    others = [name for d in held if d.body != document.body for name in (d.body, *d.short_names)]
    own = [n for n in document.short_names if not any(n in other for other in others)]
    return min(own, key=len, default=document.body)


def _asking(source: Source, item: Item) -> tuple[str, ...]:
    if item.family in PLAIN:
        return paraphrases().plain_lookup
    return paraphrases().dated_lookup if item.family == TOTAL else paraphrases().lookup[source.document.kind]


def _groups(source: Source, families: Sequence[str]) -> dict[tuple[str, ...], list[Item]]:
    """Items that can be set against each other: of one family, and rows of one group."""
    groups: dict[tuple[str, ...], list[Item]] = {}
    for item in _of(source, families):
        above = () if item.family.endswith("project") else item.path[:-1]
        groups.setdefault((item.family, *above), []).append(item)
    return groups


def _of(source: Source, families: Sequence[str]) -> list[Item]:
    return [item for item in source.items if item.family in families]


def _figure(
    source: Source,
    type: QuestionType,
    wordings: tuple[str, ...],
    number: str,
    unit: str,
    *items: Item,
    **says: str,
) -> Case:
    """A case whose answer is one figure, to be found on the pages that print all the items."""
    pages = set.intersection(*(set(item.pages) for item in items))
    return Case(
        type,
        wordings,
        {**source.says, "item": items[0].name, **says},
        f"{number}{unit}。",
        source.document,
        ({"number": number, "unit": unit},),
        tuple(sorted(pages)),
    )


def _unanswerable(
    source: Source, item: str, answer: str, document: DocumentRecord | None, **says: str
) -> Case:
    wordings = paraphrases().lookup[source.document.kind]
    if document is None:  # then the question must name what is not held, body and year
        wordings = tuple(w for w in wordings if {"body", "year"} <= _fields(w))
    return Case(QuestionType.UNANSWERABLE, wordings, {**source.says, "item": item, **says}, answer, document)


def _clauses(content: str) -> list[str]:
    """The parts of a sentence between its marks, without those that carry figures."""
    for mark in "，,；;。：:":
        content = content.replace(mark, "、")
    parts = (
        part.strip().removesuffix("等工作").removesuffix("等支出").removesuffix("等")
        for part in content.split("、")
    )
    return [part for part in parts if not any(c.isdigit() for c in part)]


# Wording ----------------------------------------------------------------------------------------------


def _worded(
    cases: Sequence[Case], rng: random.Random, held: Sequence[DocumentRecord]
) -> Iterator[GoldQuestion]:
    """Each case in one wording, then each in another one, until every case was put in every wording."""
    open_wordings = []
    for case in cases:
        sayable = [wording for wording in case.wordings if _fields(wording) <= set(case.says)]
        if case.type is not QuestionType.UNANSWERABLE and not case.pages:
            continue  # no page prints it all
        open_wordings.append((case, rng.sample(sayable, len(sayable))))
    while open_wordings:
        for case, wordings in open_wordings:
            if wordings:
                yield _question(case, wordings.pop(), rng, held)
        open_wordings = [(case, wordings) for case, wordings in open_wordings if wordings]


def _question(case: Case, wording: str, rng: random.Random, held: Sequence[DocumentRecord]) -> GoldQuestion:
    document = case.document
    docs: tuple[str, ...] = (document.file_name,) if document else ()
    if document and {"body", "year"} <= _fields(wording) and case.facts:
        alike = [d for d in held if (d.body, d.year) == (document.body, document.year)]
        docs = () if len(alike) == 1 and rng.random() < 0.5 else docs
    return GoldQuestion.model_validate(
        {
            "id": "gen",
            "type": case.type,
            "question": wording.format_map(case.says),
            "docs": docs,
            "answerable": case.type is not QuestionType.UNANSWERABLE,
            "answer": case.answer,
            "facts": case.facts,
            "pages": {document.file_name: case.pages} if document and case.pages else {},
        }
    )


def _fields(wording: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(wording) if field}


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="资料库所在的文件夹")],
    out: Annotated[Path, typer.Option(help="写入的题目文件（JSON Lines）")],
    count: Annotated[int, typer.Option(min=1, help="题数")] = 200,
    seed: Annotated[int, typer.Option(help="随机种子；相同则题目相同")] = 1,
    doc: Annotated[list[str] | None, typer.Option(help="只问这些文件（文件名或其一部分），可写多次")] = None,
) -> None:
    """由资料库里的数据生成带标准答案的题目，供冒烟与负载测试；不能代替人写的题。"""
    screen = Console(stderr=True)
    try:
        with Store(Settings.load(data=data)) as store:
            documents = [store.resolve(name) for name in doc] if doc else None
            questions = generate(store, count, seed, documents)
        if not questions:
            raise BudgetQAError("资料库里没有可以出题的数据，请先用 budget-qa ingest 读入 PDF。")
        lines = (question.model_dump_json(exclude_defaults=True) + "\n" for question in questions)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("".join(lines), encoding="utf-8")
    except BudgetQAError as error:
        screen.print(str(error), markup=False)
        raise typer.Exit(1) from error
    short = f"（数据只够 {len(questions)} 题）" if len(questions) < count else ""
    screen.print(f"写了 {len(questions)} 题到 {out}{short}", markup=False)


if __name__ == "__main__":
    app()
