"""Every way of spoiling a right answer moves the metrics that it should, and no other.

The answers are the assistant's own to questions on the sample 江岸区科经局2024年部门预算.pdf that are
right in every respect; each mutation spoils every second answer that it can be made of, and the
whole difference between the two summaries is compared with what its line in `MUTATIONS` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest

from assistant.answer import Answer, Figure, Status
from assistant.core import Assistant
from eval.check import held
from eval.dataset import NumberFact, TextFact, load_dataset
from eval.gate import DATASETS, value_of
from eval.metrics import ungrounded_figures
from eval.pages import PageTexts, pdfs_of
from eval.quantity import amount, amounts_in, same_amount
from eval.report import Result, Summary, summarise
from eval.runner import ask_all, score_all
from vectorstore.store import Store

PDF = "江岸区科经局2024年部门预算.pdf"
COVER = 1  # a page without any figure
NOWHERE = "98765.43"  # a figure that the PDF does not print
METRICS = [name for name in Summary.model_fields if name != "questions"]
RISING = {"wrong", "refused"}  # what goes up when answers get worse


@dataclass(frozen=True)
class Base:
    """Right answers to spoil, with what it takes to spoil them."""

    results: tuple[Result, ...]
    store: Store
    page_text: PageTexts

    def rescored(self, changed: dict[str, Answer]) -> Summary:
        answers = {r.gold.id: changed.get(r.gold.id, r.answer) for r in self.results}
        return summarise(score_all([r.gold for r in self.results], answers, self.page_text))


@pytest.fixture(scope="module")
def base(sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Base:
    questions = held(load_dataset(DATASETS / "corpus.jsonl"), [PDF])
    page_text = PageTexts(pdfs_of(sample_store))
    answers = ask_all(Assistant(sample_store), questions, tmp_path_factory.mktemp("base") / "answers.jsonl")
    results = score_all(questions, answers, page_text)
    return Base(tuple(r for r in results if is_faultless(r)), sample_store, page_text)


def is_faultless(result: Result) -> bool:
    s = result.score
    cited = s.cited_gold_page in (True, None) and s.citation_precision in (1, None)
    return s.right and cited and s.leads in (True, None) and s.ungrounded == ()


# Mutations: each makes a worse answer, or None where it cannot be made of this one -------------------

Spoil = Callable[[Result, Base], Answer | None]


def asked_figure(result: Result) -> str | None:
    """The number that answers the question, as the answer prints it, where it is money in 万元."""
    fact = result.gold.facts[0] if result.gold.facts else None
    if not isinstance(fact, NumberFact) or fact.unit != "万元":
        return None
    gold = amount(fact.number, fact.unit)
    said = (one.text for one in amounts_in(result.answer.answer) if same_amount(gold, one))
    return next((text.removesuffix("万元") for text in said if text.endswith("万元")), None)


def with_figure(answer: Answer, old: str, new: str) -> Answer:
    """The answer with another number wherever it says `old`."""
    figures = [
        f.model_copy(update={"value": new}) if Decimal(f.value) == Decimal(old.replace(",", "")) else f
        for f in answer.figures
    ]
    text = answer.answer.replace(f"{old}万元", f"{new}万元")
    return answer.model_copy(update={"answer": text, "figures": figures})


def other_unit(result: Result, base: Base) -> Answer | None:
    if asked_figure(result) is None:
        return None
    figures = [f.model_copy(update={"unit": f.unit.replace("万元", "元")}) for f in result.answer.figures]
    text = result.answer.answer.replace("万元", "元")
    return result.answer.model_copy(update={"answer": text, "figures": figures})


def neighbour(result: Result, base: Base) -> Answer | None:
    """The figure of another column or row, the nearest one on the cited page."""
    old = asked_figure(result)
    if old is None:
        return None
    cited = result.answer.citations[0]
    facts = base.store.facts([base.store.resolve(PDF).id], limit=100_000)
    near = sorted(
        (f.fact for f in facts if f.fact.place.page == cited.page and f.fact.value and f.fact.unit == "万元"),
        key=lambda fact: abs(fact.place.bbox[1] - cited.bbox[1]) + abs(fact.place.bbox[0] - cited.bbox[0]),
    )
    gold = [fact for fact in result.gold.facts if isinstance(fact, NumberFact)]
    for fact in near:
        said = amount(fact.text, "万元")
        if not any(same_amount(amount(g.number, g.unit), said) for g in gold):
            return with_figure(result.answer, old, fact.text)
    return None


def rounded(old: str, quantum: Decimal) -> str:
    return str(Decimal(old).quantize(quantum, ROUND_HALF_UP))


def last_digit_rounded(result: Result, base: Base) -> Answer | None:
    old = (asked_figure(result) or "").rstrip("0")
    _, _, decimals = old.partition(".")
    if not decimals or len(old) < 4:
        return None
    new = rounded(old, Decimal(1).scaleb(1 - len(decimals)))
    full = asked_figure(result) or ""
    fair = same_amount(amount(full, "万元"), amount(new, "万元"))
    return with_figure(result.answer, full, new) if fair else None


def digits_rounded_away(result: Result, base: Base) -> Answer | None:
    old = asked_figure(result)
    if old is None:
        return None
    new = rounded(old, Decimal(1).scaleb(Decimal(old).adjusted()))
    far = not same_amount(amount(old, "万元"), amount(f"{Decimal(new):f}", "万元"))
    return with_figure(result.answer, old, f"{Decimal(new):f}") if far else None


def no_figure(result: Result, base: Base) -> Answer | None:
    old = asked_figure(result)
    return result.answer.model_copy(update={"answer": "见所引表格[1]。"}) if old else None


def wording_left_out(result: Result, base: Base) -> Answer | None:
    if not result.gold.facts or not all(isinstance(fact, TextFact) for fact in result.gold.facts):
        return None
    return result.answer.model_copy(update={"answer": "主要用于相关工作[1]。"})


def citing(answer: Answer, *pages: int) -> Answer:
    """The answer with every citation moved to these pages."""
    moved = [c.model_copy(update={"page": page}) for c in answer.citations for page in pages]
    return answer.model_copy(update={"citations": moved})


def cover_cited(result: Result, base: Base) -> Answer | None:
    return citing(result.answer, COVER) if asked_figure(result) else None


def other_page_with_the_figure(result: Result, base: Base) -> Answer | None:
    """A page that prints the same figures, of something else."""
    if asked_figure(result) is None:
        return None
    for page in range(1, base.store.resolve(PDF).pages + 1):
        moved = citing(result.answer, page)
        if page not in result.gold.pages[PDF] and not ungrounded_figures(moved, base.page_text):
            return moved
    return None


def cover_cited_too(result: Result, base: Base) -> Answer | None:
    if not result.gold.answerable:
        return None
    cover = [c.model_copy(update={"page": COVER}) for c in result.answer.citations[:1]]
    return result.answer.model_copy(update={"citations": [*result.answer.citations, *cover]})


def other_document_cited(result: Result, base: Base) -> Answer | None:
    if asked_figure(result) is None:
        return None
    other = "上海市普陀区财政局2024年度部门决算.pdf"
    moved = [c.model_copy(update={"document": other, "page": COVER}) for c in result.answer.citations]
    return result.answer.model_copy(update={"citations": moved})


def nothing_cited(result: Result, base: Base) -> Answer | None:
    return result.answer.model_copy(update={"citations": []}) if asked_figure(result) else None


def added(answer: Answer, said: str, *figures: Figure) -> Answer:
    return answer.model_copy(
        update={"answer": f"{answer.answer}{said}", "figures": [*answer.figures, *figures]}
    )


def invented(derived: bool = False, formula: str | None = None) -> Figure:
    return Figure(label="", value=NOWHERE, unit="万元", citations=[1], derived=derived, formula=formula)


def figure_invented(result: Result, base: Base) -> Answer | None:
    return added(result.answer, f"比上年增加{NOWHERE}万元。")


def figure_invented_in_the_list(result: Result, base: Base) -> Answer | None:
    return added(result.answer, "", invented())


def figure_declared_without_ground(result: Result, base: Base) -> Answer | None:
    old = asked_figure(result)
    formula = f"{old}万元 × 2" if old else None
    return added(result.answer, f"合计{NOWHERE}万元。", invented(True, formula)) if old else None


def needless_refusal(result: Result, base: Base) -> Answer | None:
    return refusal(result, Status.NOT_FOUND) if result.gold.answerable else None


def needless_question(result: Result, base: Base) -> Answer | None:
    return refusal(result, Status.CLARIFY) if result.gold.answerable else None


def refusal(result: Result, status: Status) -> Answer:
    return Answer(id=result.gold.id, question=result.gold.question, status=status, answer="没有找到。")


def unanswerable_answered(result: Result, base: Base) -> Answer | None:
    other = next(r.answer for r in base.results if asked_figure(r))
    return None if result.gold.answerable else other.model_copy(update={"id": result.gold.id})


def preface(result: Result, base: Base) -> Answer | None:
    if result.score.leads is None:
        return None
    text = f"根据所持文件整理如下。{result.answer.answer}"
    return result.answer.model_copy(update={"answer": text})


WORSE = {"right", "wrong", "right_and_cited"}
PAGES = {"right_and_cited", "cited_gold_page", "citation_precision"}

# What each mutation moves, with the reason where it is not plain.
MUTATIONS: dict[Spoil, set[str]] = {
    # The digits are printed, but on a page that says 单位：万元: a reader finds no such figure in 元.
    other_unit: WORSE | {"leads", "grounded"},
    # The neighbour's figure is printed on the cited page, so nothing but rightness can tell.
    neighbour: WORSE | {"leads"},
    # A fair rounding is still right, but no page prints it.
    last_digit_rounded: {"grounded"},
    digits_rounded_away: WORSE | {"leads", "grounded"},
    # The figure list still has the figure; who reads the text is told nothing.
    no_figure: WORSE | {"leads"},
    wording_left_out: WORSE,
    # The figure is right, but the reader who opens the cited page does not find it there.
    cover_cited: PAGES | {"grounded"},
    other_document_cited: PAGES | {"grounded"},
    other_page_with_the_figure: PAGES,
    cover_cited_too: {"citation_precision"},
    # Precision is taken over what is cited.
    nothing_cited: PAGES - {"citation_precision"} | {"grounded"},
    figure_invented: {"grounded"},
    figure_invented_in_the_list: {"grounded"},
    figure_declared_without_ground: {"grounded"},
    # A refusal cites nothing and leads with nothing: it is left out of those rates, not counted against them.
    needless_refusal: {"right", "refused", "right_and_cited"},
    needless_question: {"right", "refused", "right_and_cited"},
    # The borrowed answer is cited and grounded; only that there is an answer is wrong.
    unanswerable_answered: {"right", "wrong", "refusal_right"},
    preface: {"leads"},
}


def test_there_is_enough_to_spoil(base: Base) -> None:
    types = {r.gold.type for r in base.results}
    assert len(base.results) >= 15
    assert {"lookup", "purpose", "composition", "unanswerable"} & types >= {"lookup", "unanswerable"}
    assert sum(asked_figure(r) is not None for r in base.results) >= 8
    unspoilt = base.rescored({})
    assert {m for m in METRICS if value_of(unspoilt, m) not in (0, 1)} == set()


@pytest.mark.parametrize("spoil", MUTATIONS, ids=lambda spoil: spoil.__name__)
def test_a_mutation_moves_its_metrics_and_no_other(base: Base, spoil: Spoil) -> None:
    spoilt = {r.gold.id: worse for r in base.results if (worse := spoil(r, base)) is not None}
    chosen = {id: spoilt[id] for id in list(spoilt)[::2]}
    assert chosen, "no answer that this mutation can be made of"
    before, after = base.rescored({}), base.rescored(chosen)
    moved = {m: (value_of(before, m), value_of(after, m)) for m in METRICS}
    assert {m for m, (old, new) in moved.items() if old != new} == MUTATIONS[spoil], moved
    if "right" in MUTATIONS[spoil]:
        assert before.right.hits - after.right.hits == len(chosen)
    for metric in MUTATIONS[spoil]:
        old, new = moved[metric]
        assert old is not None and new is not None
        assert (new > old) == (metric in RISING), metric
