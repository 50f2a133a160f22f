"""Words keep long names whole and in parts; grams survive slips of the pen."""

from __future__ import annotations

from vectorstore import tokens


def test_a_learned_name_is_a_word_beside_its_parts() -> None:
    text = "机关事业单位基本养老保险缴费支出76.20万元"
    before = tokens.words(text)
    tokens.learn(["机关事业单位基本养老保险缴费支出"])
    after = tokens.indexed_words(text)
    assert "机关事业单位基本养老保险缴费支出" in after
    assert set(before) <= set(after)
    assert {"养老保险", "单位", "76.20"} <= set(after)
    assert tokens.words(text) == before, "what was learned must not change how a question is cut"
    asked = tokens.asked_words(text, ["机关事业单位基本养老保险缴费支出", "支出"])
    assert asked == [*before, "机关事业单位基本养老保险缴费支出"]


def test_spaced_and_full_width_text_gives_the_same_words() -> None:
    assert tokens.words("公 务 用 车 购置费２０万元") == tokens.words("公务用车购置费20万元")


def test_grams_of_a_misspelt_name_share_most_with_the_right_one() -> None:
    right, wrong = set(tokens.grams("公务接待费")), set(tokens.grams("公务接侍费"))
    assert right & wrong == {"公", "务", "接", "费", "公务", "务接"}


def test_latin_words_and_numbers_stay_whole() -> None:
    assert tokens.pairs("GDP占比18.5%") == ["gdp", "占比", "18.5%"]
