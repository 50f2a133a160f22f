"""What holds for any question whatever: a valid answer, the same each time, however it is typed.

`HYPOTHESIS_PROFILE=thorough` tries 2,000 texts; a usual run tries fewer of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Status
from assistant.core import Assistant
from vectorstore.store import Store

settings.register_profile("usual", max_examples=60, deadline=None)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

# Words of real questions among anything at all: control characters, emoji, marks of other languages.
_SAID = "公务接待费,2024年,科经局,比去年,多少,为什么,和,占,最大的,前三,用途是什么,执行率,“三公”经费"
_HOSTILE = ("[1]", "<b>", "' OR 1=1 --", '" NEAR(', "*", "\x00", "\ud800", "😀", "١٢", "％", "\u202e")
_WORDS = st.sampled_from((*_SAID.split(","), *_HOSTILE))
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(_WORDS, max_size=12).map("".join),
    st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=10).map("".join),
    _WORDS.map(lambda word: (word * 10240)[:10240]),
)


@pytest.fixture(scope="module")
def assistant(sample_store: Store) -> Assistant:
    return Assistant(sample_store)


@SHARED
@given(text=TEXTS, history=st.lists(TEXTS, max_size=2))
def test_any_text_gives_a_valid_answer(assistant: Assistant, text: str, history: list[str]) -> None:
    answer = assistant.ask(text, history=history)
    assert Answer.model_validate_json(answer.model_dump_json(warnings="error"))
    assert answer.answer.strip()
    numbers = {c.n for c in answer.citations}
    if answer.status is Status.ANSWERED:
        assert answer.citations
    else:
        assert not answer.figures
    assert all(set(f.citations) <= numbers and (f.formula or not f.derived) for f in answer.figures)


@SHARED
@given(text=TEXTS, between=TEXTS)
def test_the_same_question_has_the_same_answer(assistant: Assistant, text: str, between: str) -> None:
    first = assistant.ask(text)
    assistant.ask(between)
    again = assistant.ask(text)
    assert again.model_copy(update={"elapsed_ms": first.elapsed_ms}) == first


# Figures of 江岸区科经局2024年部门预算 p10 to p12 and p46, 普陀区财政局 2025 p21, 2024 决算 p10 and p24.
LOOK_UPS = [
    ("科经局2024年办公费是多少", "21.22"),
    ("科经局2024年邮电费是多少", "2.00"),
    ("科经局2024年培训费是多少", "2.44"),
    ("科经局2024年工会经费是多少", "12.93"),
    ("科技管理工作经费2024年预算是多少", "20.00"),
    ("科技专项工作经费2024年预算是多少", "7.40"),
    ("普陀区财政局2025年公务接待费预算是多少", "0.95"),
    ("普陀区财政局2025年机关运行经费是多少", "229.43"),
    ("普陀区财政局2024年机关运行经费支出是多少", "184.65"),
    ("普陀区财政局2024年购房补贴决算是多少", "258.50"),
]
VARIANTS: dict[str, Callable[[str], str]] = {
    "full width": lambda text: text.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    "spaces": lambda text: " ".join(text),
    "polite": lambda text: f"请问{text}呢？",
    "traditional": lambda text: text.translate(
        str.maketrans(
            "经费务机关运办邮电训练会理专项购补贴决预区", "經費務機關運辦郵電訓練會理專項購補貼決預區"
        )
    ),
    "asked first": lambda text: f"{text.removesuffix('是多少')}有多少？",
}


@pytest.mark.parametrize(("text", "figure"), LOOK_UPS)
def test_a_figure_does_not_hang_on_how_the_question_is_typed(
    assistant: Assistant, text: str, figure: str
) -> None:
    for name, variant in {"plain": str.strip, **VARIANTS}.items():
        values = [f.value for f in assistant.ask(variant(text)).figures if not f.derived]
        assert figure in values, f"{name}: {variant(text)}"


@pytest.mark.parametrize(
    ("one", "other", "figure"),
    [
        ("科经局2024年的办公费预算", "2024年预算里科经局的办公费", "21.22"),
        ("普陀区财政局2025年公务接待费多少", "2025年公务接待费，普陀区财政局是多少", "0.95"),
        ("2024年购房补贴，普陀区财政局决算多少", "普陀区财政局决算2024年购房补贴多少", "258.50"),
    ],
)
def test_word_order_does_not_matter(assistant: Assistant, one: str, other: str, figure: str) -> None:
    for text in (one, other):
        assert figure in [f.value for f in assistant.ask(text).figures], text
