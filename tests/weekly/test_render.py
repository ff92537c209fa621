from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document as Word
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from pipeline.model import UserError
from weekly.desk import load_desk
from weekly.model import Issue, Paragraph, Sentence, Source
from weekly.render import data, write
from weekly.render.text import escape_markdown, html, markdown, safe_url
from weekly.render.view import runs
from weekly.render.word import docx
from weekly.render.word_template import template

HOSTILE = "算力*ST_[a](b)<script>alert(1)</script>|&amp;`{{ 7*7 }}"


def paragraph(
    text: str = "2024年2月21日，某部印发办法。", url: str = "https://x.gov.cn/1", title: str = "办法"
) -> Paragraph:
    source = Source(document="miit:1", field="body", start=4, end=8, text="某部印发", at=(11, 15))
    sentence = Sentence(text=text, sources=(source,))
    more = Sentence(
        text="会议要求加快。",
        sources=(Source(document="miit:1", field="body", start=9, end=16, text="会议要求加快。"),),
    )
    return Paragraph(
        document="miit:1",
        url=url,
        title=title,
        day=date(2024, 2, 21),
        credit="工信部网站",
        sentences=(sentence, more),
    )


def issue(*news: Paragraph, filings: tuple[Paragraph, ...] = ()) -> Issue:
    return Issue(
        week="2024-W08", monday=date(2024, 2, 19), sunday=date(2024, 2, 25), news=news, filings=filings
    )


def test_markdown_has_a_footnote_a_sentence() -> None:
    text = markdown(issue(paragraph(), filings=(paragraph(),)), load_desk()).decode()
    assert "某部印发办法。[^1a]会议要求加快。[^1b]\n" in text
    assert "\n[^1b]: 工信部网站：[办法](https://x.gov.cn/1)，miit:1，正文第10–16字“会议要求加快。”\n" in text
    assert "[^2a]: " in text


def test_html_links_each_sentence_to_its_note_and_the_note_to_the_page() -> None:
    page = lxml_html.fromstring(html(issue(paragraph()), load_desk()).decode())
    assert [a.get("href") for a in page.cssselect("#news sup a")] == ["#n1a", "#n1b"]
    (note,) = page.cssselect("#notes li")
    assert note.cssselect("a")[0].get("href") == "https://x.gov.cn/1"
    assert note.cssselect("#n1a")[0].text_content().split()[1] == "正文第5–8字“某部印发”"
    (figure,) = page.cssselect("#news .src")
    assert (figure.text, figure.get("title")) == ("某部印发", "正文第5–8字：某部印发")
    assert not page.cssselect("script, link, img, iframe"), "the page stands alone"


def test_nothing_from_outside_acts_as_markup() -> None:
    bad = paragraph(text=HOSTILE * 2, url="javascript:alert(1)", title=HOSTILE)
    page = lxml_html.fromstring(html(issue(bad), load_desk()).decode())
    assert not page.cssselect("script")
    assert "<script>alert(1)</script>" in page.cssselect("#news p")[0].text_content()
    assert page.cssselect("#notes li a")[0].get("href") == "#"
    text = markdown(issue(bad), load_desk()).decode()
    assert "<script>" not in text
    assert r"\[a\](b)" in text
    assert "(#)" in text
    words = "\n".join(p.text for p in Word(io.BytesIO(docx(issue(bad), load_desk()))).paragraphs)
    assert "{{ 7*7 }}" in words, "a source's braces are no template"


@given(st.text(max_size=40))
def test_markdown_escape_leaves_only_escaped_marks(text: str) -> None:
    escaped = escape_markdown(text)
    assert "\n" not in escaped
    bare = escaped.replace("\\\\", "")
    for mark in "`*_[]<>|~&":
        assert bare.count(mark) == bare.count("\\" + mark)


@given(st.text(max_size=40))
def test_links_lead_to_the_web_or_nowhere(text: str) -> None:
    assert safe_url(text) == "#" or text.lower().startswith(("http://", "https://"))
    assert not set(safe_url("https://a/" + text)) & set(" \n()<>[]\"'")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_runs_put_together_are_the_sentence(places: list[tuple[int, int]]) -> None:
    text = "一二三四五六七八九十" * 3
    sources = tuple(
        Source(document="a:1", field="body", start=0, end=1, text="一", at=(min(p), max(p))) for p in places
    )
    assert "".join(run.text for run in runs(Sentence(text=text, sources=sources))) == text


def test_word_holds_the_text_the_links_and_the_list_of_sources() -> None:
    made = docx(issue(paragraph(), filings=(paragraph(title="另一件"),)), load_desk())
    document = Word(io.BytesIO(made))
    lines = [p.text for p in document.paragraphs]
    assert lines[0] == "周报 2024-W08"
    assert "2024年2月21日，某部印发办法。会议要求加快。[1]" in lines
    assert "[2] 工信部网站：另一件（miit:1）" in lines
    assert "本周没有入选的条目。" not in lines
    links = {rel.target_ref for rel in document.part.rels.values() if rel.reltype.endswith("/hyperlink")}
    assert links == {"https://x.gov.cn/1"}
    assert document.core_properties.modified.date() == date(2024, 2, 25)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_bundled_word_template_is_what_the_script_makes() -> None:
    # Their words, not their bytes: compression differs from machine to machine.
    bundled, made = (Word(io.BytesIO(file)) for file in (load_desk().file("issue.docx"), template()))
    assert [(p.text, p.style.name) for p in bundled.paragraphs] == [
        (p.text, p.style.name) for p in made.paragraphs
    ]
    assert template() == template()


def test_a_desks_own_word_template_is_used(tmp_path: Path) -> None:
    own = Word()
    own.add_paragraph("某研究所 {{ issue.period }}")
    own.add_paragraph("{%p for item in issue.news %}")
    own.add_paragraph("★{{ item.text }}")
    own.add_paragraph("{%p endfor %}")
    own.save(str(tmp_path / "own.docx"))
    made = Word(io.BytesIO(docx(issue(paragraph()), load_desk(), tmp_path / "own.docx")))
    assert [p.text for p in made.paragraphs] == [
        "某研究所 2024年2月19日至2月25日",
        "★2024年2月21日，某部印发办法。会议要求加快。",
    ]


@pytest.mark.parametrize(
    ("content", "said"), [(None, "打不开"), (b"no zip", "不是 docx"), (b"tag", "标签写错")]
)
def test_a_word_template_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "own.docx"
    if content == b"tag":
        own = Word()
        own.add_paragraph("{{ issue.nothing }}")
        own.save(str(path))
    elif content:
        path.write_bytes(content)
    with pytest.raises(UserError, match=said) as error:
        docx(issue(paragraph()), load_desk(), path)
    assert str(path) in str(error.value)


def test_json_holds_all_and_reads_back() -> None:
    made = issue(paragraph(), filings=(paragraph(),))
    told = json.loads(data.json(made))
    assert told["news"][0]["sentences"][0]["sources"][0] == {
        "document": "miit:1", "field": "body", "start": 4, "end": 8, "text": "某部印发", "at": [11, 15],
    }  # fmt: skip
    assert data.load(data.json(made)) == made


def test_a_desks_own_folder_goes_before_the_bundled_files(tmp_path: Path) -> None:
    templates = tmp_path / "mine"
    templates.mkdir()
    (templates / "issue.md.j2").write_text(
        "{% for item in issue.news %}➢ {{ item.text | md }}\n{% endfor %}", "utf-8"
    )
    (path,) = write(issue(paragraph()), ("md",), tmp_path / "out", templates=templates)
    assert path.read_text("utf-8") == "➢ 2024年2月21日，某部印发办法。会议要求加快。\n"
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["2024-W08.md"]
    (templates / "issue.md.j2").write_text("{{ issue.nothing }}", "utf-8")
    with pytest.raises(UserError, match=r"issue\.md\.j2 用不了"):
        write(issue(paragraph()), ("md",), tmp_path / "out", templates=templates)
