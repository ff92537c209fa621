from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document
from tests.weekly.documents import at, bare
from weekly.desk import Desk, load_desk
from weekly.model import Paragraph
from weekly.prose import news_paragraph

BODY = (
    "2月19日，国务院国资委召开算力专题推进会，部署今年工作。\n"
    "会议要求，中央企业要加快建设一批智能算力中心，年内开放二十个场景。\n"
    "会议强调，要统筹数据资源，到2027年建成五十个高质量数据集。\n"
    "有关负责同志在主会场参加会议。\n"
    "联系电话另行通知，请结合实际贯彻执行。"
)


def frame_and_own(paragraph: Paragraph) -> tuple[str, list[str]]:
    """The characters that no source covers, and those that one does."""
    frame, own = "", []
    for sentence in paragraph.sentences:
        end = 0
        for source in sentence.sources:
            assert source.at is not None
            frame += sentence.text[end : source.at[0]]
            own.append(sentence.text[source.at[0] : source.at[1]])
            end = source.at[1]
        frame += sentence.text[end:]
    return frame, own


def verbatim(document: Document, paragraph: Paragraph) -> None:
    for sentence in paragraph.sentences:
        assert sentence.sources
        for source in sentence.sources:
            assert getattr(document, source.field)[source.start : source.end] == source.text


def test_date_act_sentences_credit(desk: Desk) -> None:
    document = bare("国资委召开会议", BODY, "sasac", at(20))
    paragraph = news_paragraph(document, desk)
    assert paragraph.text == (
        "2024年2月19日，国务院国资委召开算力专题推进会，部署今年工作。"
        "会议要求，中央企业要加快建设一批智能算力中心，年内开放二十个场景。"
        "会议强调，要统筹数据资源，到2027年建成五十个高质量数据集。（资料来源：国资委网站）"
    ), "who was present and what offices have to do is not printed, however short the paragraph"
    assert frame_and_own(paragraph)[0] == "2024年2月19日，（资料来源：国资委网站）"
    verbatim(document, paragraph)


def test_a_long_sentence_is_cut_at_a_semicolon(desk: Desk) -> None:
    long = (
        "会议要求，"
        + "；".join(
            f"要推动第{n}类企业开放人工智能场景并建设数据集，形成可推广的做法" for n in "一二三四五六七八九十"
        )
        + "。"
    )
    document = bare("国资委召开会议", f"2月19日，国务院国资委召开算力专题推进会。\n{long}", "sasac", at(20))
    paragraph = news_paragraph(document, desk)
    assert 200 < len(paragraph.text) <= 330
    second = paragraph.sentences[1]
    assert second.text.startswith("会议要求，要推动第一类企业")
    assert second.text.removesuffix("（资料来源：国资委网站）").endswith("形成可推广的做法。")
    assert long.startswith(second.sources[0].text)
    verbatim(document, paragraph)


def test_without_an_author_the_site_is_named(desk: Desk) -> None:
    document = bare("算力规模增长", "全国算力规模同比增长三成，智能算力占比提高。", "miit")
    assert news_paragraph(document, desk).text == (
        "2024年2月21日，据工信部网站消息，全国算力规模同比增长三成，智能算力占比提高。（资料来源：工信部网站）"
    )


def test_a_quoted_lead_gives_its_own_day_to_the_paragraph(desk: Desk) -> None:
    document = bare(
        "省里开会", "2月20日，某省国资委开会研究算力，安排全年任务。会议提出，要开放场景。", "sasac"
    )
    assert news_paragraph(document, desk).text == (
        "2024年2月20日，据国资委网站消息，某省国资委开会研究算力，安排全年任务。会议提出，要开放场景。"
        "（资料来源：国资委网站）"
    )


def test_without_a_sentence_the_title_is_quoted(desk: Desk) -> None:
    document = bare("  智能算力规模突破新高 ", "", "miit")
    paragraph = news_paragraph(document, desk)
    assert paragraph.text == "2024年2月21日，据工信部网站消息，智能算力规模突破新高。（资料来源：工信部网站）"
    verbatim(document, paragraph)


def test_an_unknown_site_is_credited_by_its_publisher(desk: Desk) -> None:
    document = bare("算力", "全国算力规模同比增长三成。", "elsewhere", publisher="某某学会")
    assert news_paragraph(document, desk).text.endswith("（资料来源：某某学会）")


WORDS = [
    "工业和信息化部",
    "印发",
    "《算力办法》",
    "会议要求",
    "，",
    "；",
    "。",
    "加快建设数据集",
    "近日",
    "2月20日，",
    "\n",
    " ",
    "100项",
    "！”",
]


@given(
    st.lists(st.sampled_from(WORDS), max_size=120),
    st.sampled_from(["算力", "关于印发算力方案的通知", "《办法》发布"]),
)
def test_nothing_is_said_that_the_source_does_not_say(parts: list[str], title: str) -> None:
    desk = load_desk()
    document = bare(title, "".join(parts), "miit", at(21))
    paragraph = news_paragraph(document, desk)
    verbatim(document, paragraph)
    frame, own = frame_and_own(paragraph)
    text = "".join((document.title + document.body).split())
    assert all("".join(words.split()) in text for words in own)
    for allowed in ("据工信部网站消息，", "（资料来源：工信部网站）", "工业和信息化部"):
        frame = frame.replace(allowed, "", 1)
    day, _, rest = frame.partition("日，")
    assert day in ("2024年2月20", "2024年2月21")
    assert set(rest) <= set("印发布公《》。")
