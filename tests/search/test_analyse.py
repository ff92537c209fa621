"""Terms: what is folded, what stays exact."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search import analyse


def test_words_part_letters_from_characters() -> None:
    assert analyse.words("沪深A股 5,000.00万元 300624.SZ") == [
        "沪",
        "深",
        "a",
        "股",
        "5000.00",
        "万元",
        "300624",
        "sz",
    ]
    assert analyse.words("５Ｇ－ＡＩ 2023.12.31 25.41%") == ["5g", "ai", "2023", "12", "31", "25.41"]
    assert analyse.words("，。——") == []


@given(st.text(max_size=60))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(analyse.fold(text)) == len(text)


@given(st.text(min_size=2, max_size=40))
def test_grams_never_break_at_blanks_and_lose_nothing(text: str) -> None:
    grams = analyse.grams(text)
    assert len(grams) == len(text) - 1
    assert " ".join(grams).split() == grams
    again = "".join(gram[0] for gram in grams) + grams[-1][1]
    assert again == analyse.visible(text)


@given(st.text(alphabet="数据资源AI5.,- ", max_size=20), st.text(alphabet="股份 x9", max_size=5))
def test_a_han_word_stands_in_its_text(text: str, before: str) -> None:
    for word in analyse.words(before + text):
        assert word.strip() == word != ""


def test_labels() -> None:
    assert analyse.label("国资发〔2024〕 1号") == analyse.label("国资发（2024）1号") == "国资发(2024)1号"


@given(st.text(alphabet="数据资产董事会人工智能国家统计局A1，", max_size=30))
def test_parts_hold_a_word_exactly_where_it_stands(text: str) -> None:
    found = set(analyse.parts(text))
    for word in ("董事会", "人工智能", "国家统计局", "统计局", "数"):
        assert analyse.is_part(word)
        assert (word in found) == (word in text)
