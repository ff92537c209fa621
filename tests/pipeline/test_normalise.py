from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import Normal, lower, normal

PIECES = st.lists(
    st.sampled_from(
        [*"万科ＡＢ＊ＳＴ（）()中国 \u3000\n\t\u200b。，aZ9－%İß", "(9.540,-0.13,-1.34%)", "300624.SZ"]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(PIECES, st.text(max_size=120)))
def test_every_piece_maps_back_to_the_words_it_came_from(original: str) -> None:
    text = Normal(original)
    for start in range(len(text.text)):
        a, b = text.span(start, start + 1)
        assert b == a + 1
        assert text.text[start] in (original[a], Normal(original[a]).text)
    if text.text:
        a, b = text.span(0, len(text.text))
        assert Normal(original[a:b]).text == text.text


@given(PIECES)
def test_normalising_twice_changes_nothing(original: str) -> None:
    once = Normal(original).text
    if "(" not in once and " " not in once and "\n" not in once and "\u3000" not in once:
        assert Normal(once).text == once


def test_what_exchanges_and_pdfs_put_into_names_is_left_out() -> None:
    original = "关于 万  科Ａ和＊ＳＴ华\n微（300288）的A 股"
    text = Normal(original)
    assert text.text == "关于万科A和*ST华微(300288)的A股"
    start = text.text.index("万科A")
    assert original[slice(*text.span(start, start + 3))] == "万  科Ａ"
    assert {text.text[at] for at in text.breaks} == {"微"}


def test_a_blank_between_letters_and_characters_is_an_editors() -> None:
    text = Normal("据TCL 科技与ＴＣＬ　科技")
    assert text.text == "据TCL科技与TCL科技"
    assert text.span(1, 6) == (1, 7) and text.span(7, 12) == (8, 14)
    assert text.cuts == {4, 10}
    for two_things in ("完成IPO  来源：某社", "完成IPO\n科技"):
        assert Normal(two_things).text == two_things


def test_a_portals_quote_inside_a_name_is_left_out_but_parts_no_words() -> None:
    original = "国金证券(9.540,-0.13,-1.34%)股份有限公司"
    text = Normal(original)
    assert text.text == "国金证券股份有限公司"
    assert text.span(0, 10) == (0, len(original))
    assert not text.cuts


def test_characters_that_nobody_sees_are_left_out_and_part_no_words() -> None:
    text = Normal("\ufeff朗\u200b玛信息公\u2060告")
    assert text.text == "朗玛信息公告"
    assert text.span(0, 4) == (1, 6)
    assert not text.cuts


def test_table_cells_and_latin_words_keep_their_blanks() -> None:
    assert Normal("甲公司\t乙公司 A share").text == "甲公司\t乙公司 A share"


def test_names_are_brought_to_the_form_they_have_in_texts() -> None:
    assert normal(" 特力Ａ（集团） ") == "特力A(集团)"


@given(st.text(max_size=60))
def test_lower_case_moves_no_offset(text: str) -> None:
    assert len(lower(text)) == len(text)
