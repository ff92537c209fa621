"""Passages: cut from the text itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.passages import LENGTH, passage, title_matches
from tests.search.documents import document


def test_the_part_with_the_most_words_is_shown_from_the_beginning_of_its_sentence() -> None:
    body = "数据。" + "无关的话。" * 60 + "会议指出，要加快数据资源入表。" + "无关的话。" * 60
    found = passage(document(body=body), ("数据", "资源"), ())
    assert found.text.startswith("会议指出，要加快数据资源入表。")
    assert [body[start:end] for start, end in found.matches] == ["数据资源"]
    assert body[found.start : found.end] == found.text


def test_letters_match_as_words_and_phrases_as_they_are() -> None:
    body = "EMAIL ai ＡＩ AI赋能"
    assert [body[a:b] for a, b in passage(document(body=body), ("ai",), ()).matches] == ["ai", "ＡＩ", "AI"]
    assert [body[a:b] for a, b in passage(document(body=body), (), ("AI",)).matches] == ["AI", "AI"]


@pytest.mark.parametrize("number", ["24.37", "1,234,567.89", "２４．３７", "2024"])
@pytest.mark.parametrize("before", range(LENGTH - 12, LENGTH))
def test_a_number_is_never_cut_at_the_end(number: str, before: int) -> None:
    body = "价" * before + number + "元。" + "后" * LENGTH
    text = passage(document(body=body), (), ()).text
    assert text in ("价" * before, body[:LENGTH]) and (number in text or len(text) == before)


@pytest.mark.parametrize("between", range(LENGTH // 3 - 10, LENGTH // 3 + 2))
def test_a_number_is_never_cut_at_the_beginning(between: int) -> None:
    body = "前" * LENGTH + "1,234.56" + "价" * between + "回购"
    text = passage(document(body=body), ("回购",), ()).text
    assert text.lstrip("前").startswith(("1,234.56", "价"))


def test_what_matched_is_shown_though_it_is_one_long_number() -> None:
    found = passage(document(body="9" * 300), (), ("9" * 200,))
    assert found.text == "9" * LENGTH


def test_nothing_found_shows_the_beginning() -> None:
    assert passage(document(body="开头。" * 100), ("没有",), ()).start == 0
    assert passage(document(body=""), ("没有",), ()) is None


@given(
    st.text(alphabet="数据资源 。\nAİai12.,", max_size=300),
    st.lists(st.sampled_from(["数据", "ai", "源。"]), max_size=3),
)
def test_offsets_always_point_into_the_text(body: str, words: list[str]) -> None:
    doc = document(title=body[:20], body=body)
    found = passage(doc, tuple(words), ("资源 。",))
    assert all(0 <= a < b <= len(doc.title) for a, b in title_matches(doc, tuple(words), ()))
    if body:
        assert found.text == body[found.start : found.end] and len(found.text) <= LENGTH
        assert all(found.start <= a < b <= found.end for a, b in found.matches)
