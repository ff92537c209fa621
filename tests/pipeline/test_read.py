"""What all readers have in common: bytes to text, guard, dates, paging, bodies, links."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.sources import load_sources
from pipeline.model import SHANGHAI, Page, Table
from pipeline.read import Fields, Layout, ReadError, Rows, check, read_detail, read_list
from pipeline.read.body import read_body
from pipeline.read.html import canonical, decode, file_links, parse, select, tidy, values
from pipeline.read.moments import from_millis, read_moment, too_late
from pipeline.read.numbers import document_number
from pipeline.read.paging import create_page_html
from pipeline.read.payload import next_in_query, read_json

NOW = datetime(2024, 2, 25, 12, tzinfo=SHANGHAI)


def page(body: str | bytes, url: str = "https://www.x.gov.cn/a/", status: int = 200, **headers: str) -> Page:
    data = body.encode() if isinstance(body, str) else body
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    return Page(url=url, status=status, headers=names, body=data, fetched_at=NOW)


def layout(**fields: object) -> Layout:
    return Layout(
        system="trs",
        details="trs",
        source="x",
        column="x.news",
        publisher="某部",
        base="https://www.x.gov.cn/",
        hosts=("www.x.gov.cn", "wap.x.gov.cn"),
        id=r"/(t\d{8}_\d+)\.html",
        rows=Rows(row="ul.list > li", link="> a", date="> span"),
        fields=Fields(**{"title": ("h1",), "date": (".time",), "body": ("#body",)} | fields),
    )


# ---------------------------------------------------------------- bytes to text

CHINESE = "国务院关于示例的通知，共一百二十三个字符，用于辨认编码。"


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "no-such-charset", None])
@pytest.mark.parametrize("real", ["utf-8", "gb18030", "utf-8-sig"])
def test_text_is_read_whatever_is_declared(declared: str | None, real: str) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    body = f"<html><head>{meta}</head><p>{CHINESE * 3}</p></html>".encode(real)
    assert CHINESE in decode(page(body))
    assert CHINESE in decode(page(body, content_type=f"text/html; charset={declared}"))


def test_a_few_damaged_characters_are_borne() -> None:
    body = ("<p>" + CHINESE * 10).encode() + b"\xff\xff" + CHINESE.encode()
    assert decode(page(body)).count("\ufffd") == 2


@pytest.mark.parametrize("body", [b"\xff\xfe\xfd" * 30 + b"<p>", ("<p>" + "锟斤拷" * 4).encode()])
def test_text_that_is_lost_is_named(body: bytes) -> None:
    with pytest.raises(ReadError) as error:
        decode(page(b"\x80" + body if body[:1] == b"\xff" else body))
    assert error.value.outcome == "wrong_charset"


# ---------------------------------------------------------------- guard


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        ("<html><script>var arg1='x';document.cookie='acw_sc__v2='+x</script></html>", 200, "challenge"),
        (
            "<html><body>Please enable JavaScript and refresh the page<script>wzws</script></body></html>",
            200,
            "challenge",
        ),
        ("<html><form><input name=captcha></form></html>", 200, "challenge"),
        ("<p>x</p>", 521, "challenge"),
        ("", 200, "empty_shell"),
        (" \n ", 200, "empty_shell"),
        ("<html><head><script>var a = 1;</script></head><body></body></html>", 200, "empty_shell"),
        (f"<html><script src=captcha.js></script><p>{CHINESE * 10}</p></html>", 200, None),
        ('{"captcha": false}', 200, None),
        ('<script url="/x/build/unit" queryData="{}"></script>', 200, None),
    ],
)
def test_guard(body: str, status: int, outcome: str | None) -> None:
    assert check(page(body, status=status)) == outcome


def test_readers_refuse_a_challenge_by_name() -> None:
    for read in (read_list, read_detail):
        with pytest.raises(ReadError) as error:
            read(page("<script>__jsl_clearance</script>"), layout())
        assert error.value.outcome == "challenge"


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("[2025-12-18]", "2025-12-18T00:00", "day"),
        ("2025/02/28 09:30", "2025-02-28T09:30", "minute"),
        ("2026年09月18日 17:00", "2026-09-18T17:00", "minute"),
        ("2026.05.08", "2026-05-08T00:00", "day"),
        ("2026-09-17-17:00:00", "2026-09-17T17:00", "minute"),
        ("2026-04-11 00:00:00.0", "2026-04-11T00:00", "day"),
        ("2026-09-24 20:24:03:000", "2026-09-24T20:24", "minute"),
        ("成文 2024-01-01　发布时间：2024-02-03 08:09 来源：新华社", "2024-02-03T08:09", "minute"),
        ("文章来源：产权局 　　发布时间：2024-11-04", "2024-11-04T00:00", "day"),
        ("2024-13-40 以及 2024-02-03", None, None),
        ("电话 12024-02-031", None, None),
        ("", None, None),
    ],
)
def test_moments(text: str, at: str | None, precision: str | None) -> None:
    found = read_moment(text)
    assert (found[0].strftime("%Y-%m-%dT%H:%M"), found[1]) == (at, precision) if found else at is None


def test_day_only_drops_an_untrusted_clock() -> None:
    assert read_moment("2025-08-05 03:11", day_only=True) == (datetime(2025, 8, 5, tzinfo=SHANGHAI), "day")


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)))  # noqa: DTZ001
def test_printed_times_come_back(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    for form in ("%Y-%m-%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M"):
        found = read_moment(f"发布时间：{at.strftime(form)} 字号")
        assert found and found[0] == at


@given(st.text())
def test_any_text_is_borne(text: str) -> None:
    read_moment(text)
    assert tidy(text) == tidy(tidy(text))
    assert "\n" not in tidy(text)


def test_millis() -> None:
    assert from_millis(1708444800000) == (datetime(2024, 2, 21, tzinfo=SHANGHAI), "day")
    assert from_millis("1708325645000") == (datetime(2024, 2, 19, 14, 54, tzinfo=SHANGHAI), "minute")
    with pytest.raises(ValueError, match="not a time"):
        from_millis(0)


def test_holidays_are_not_the_future() -> None:
    assert not too_late(NOW + timedelta(days=9), NOW)
    assert too_late(NOW + timedelta(days=40), NOW)


# ---------------------------------------------------------------- paging


@pytest.mark.parametrize(
    ("call", "following", "total"),
    [
        ('createPageHTML(67, 0, "index", "html");', "https://x.cn/a/index_1.html", None),
        ("createPageHTML(67,65,'index','html')", "https://x.cn/a/index_66.html", None),
        ('createPageHTML(67, 66, "index", "html")', None, None),
        ('createPageHTML(1, 0, "index", "html")', None, None),
        ("createPageHTML('page_div',5, 1,'fg','shtml',89);", "https://x.cn/a/fg_1.shtml", 89),
        ("createPageHTML('page_div',5, 5,'fg','shtml',89);", None, 89),
    ],
)
def test_create_page_html(call: str, following: str | None, total: int | None) -> None:
    paging = create_page_html(f"<script>{call}</script>", "https://x.cn/a/index.html")
    assert paging == (following, total)


def test_no_paging_call() -> None:
    assert create_page_html("function createPageHTML(a,b){}", "https://x.cn/") is None


def test_next_in_query() -> None:
    assert next_in_query("https://x.cn/a?p=2&q=%E4%B8%AD&e=", "p") == "https://x.cn/a?p=3&q=%E4%B8%AD&e="
    assert next_in_query("https://x.cn/a", "p") == "https://x.cn/a?p=2"


# ---------------------------------------------------------------- json


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '\ufeff {"a": 1}', 'cb({"a": 1});', 'null([{"a": 1}])', 'x.y1 ( {"a":1} )']
)
def test_json_and_jsonp(text: str) -> None:
    assert read_json(text) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<html>", "not_json"),
        ("cb(", "not_json"),
        ("", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[1, 2]", "bad_shape"),
    ],
)
def test_what_is_not_json(text: str, outcome: str) -> None:
    with pytest.raises(ReadError) as error:
        read_json(text)
    assert error.value.outcome == outcome


# ---------------------------------------------------------------- bodies


def body_of(markup: str, drop: str = "") -> tuple[str, tuple[Table, ...]]:
    (node,) = select(parse(f"<html><body><div id=b>{markup}</div></body></html>"), "#b")
    return read_body(node, set(select(node, drop)) if drop else ())


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一</p><p>二</p>", "一\n二"),
        ("一<br>二<div>三<p>四</p>五</div>六", "一\n二\n三\n四\n五\n六"),
        ("<p><span>增长</span><span>5</span><span>.0%</span></p>", "增长5.0%"),
        ("<p>推动中\n  <o:p>央\n </o:p>企业</p>", "推动中央企业"),
        ("<p>部&nbsp;&nbsp;长　　阴和俊</p>", "部 长 阴和俊"),
        ("<p>see\n the page</p>", "see the page"),
        ("<p>&nbsp;</p><p>　</p>一", "一"),
        ("一<script>二</script><style>三</style><!-- 四 --><p style='display: none'>五</p>六", "一六"),
        ("<p>一</p><p>【责任编辑：王莉】</p><p>扫一扫在手机打开当前页</p><p>【打印】</p>", "一"),
        ("<p>【打印】是按钮</p>", "【打印】是按钮"),
        ("<table><tr><td><p>一</p><p>二</p></td></tr></table>", "一\n二"),
        ("a<x-y>b</x-y>c<unclosed>d", "abcd"),
    ],
)
def test_paragraphs(markup: str, text: str) -> None:
    assert body_of(markup)[0] == text


def test_dropped_elements_keep_what_follows_them() -> None:
    assert body_of("<p>一<b class=n>二</b>三</p>", ".n")[0] == "一三"


def test_tables_are_rows_in_place() -> None:
    text, (table,) = body_of(
        "<p>前</p><table><tr><th rowspan=2>项</th><th colspan=2>额（<br>万元）</th></tr><tr><td>甲</td><td>乙</td></tr>"
        "<tr><td>收入</td><td><p>1,0</p><p>20</p></td><td></td></tr></table><p>后</p>"
    )
    assert text.startswith("前\n") and text.endswith("\n后")
    assert table.rows(text) == [["项", "额（万元）", ""], ["", "甲", "乙"], ["收入", "1,0 20", ""]]


def test_hostile_spans_are_bounded() -> None:
    text, (table,) = body_of("<table><tr><td colspan=999999999>a</td><td rowspan=9999999>b</td></tr></table>")
    assert len(table.rows(text)[0]) < 100


def test_deep_nesting_is_bounded() -> None:
    text, _ = body_of("<div>" * 20_000 + "x")
    assert text in ("", "x")


@given(st.text(alphabet="<>/=\"' abp\n\t中table", max_size=200))
def test_any_markup_is_borne(markup: str) -> None:
    try:
        tree = parse(markup)
    except ReadError as error:
        assert error.outcome == "not_html"
        return
    text, tables = read_body(tree)
    assert all(line and line == line.strip(" ") for line in text.split("\n")) or not text or tables


# ---------------------------------------------------------------- selectors and links


def test_selectors() -> None:
    tree = parse("<div class=a><i>x</i> y <div class=a>z</div><b title='t'>w</b></div>")
    assert values(tree, ".a::text") == ["y"]
    assert values(tree, "b@title") == ["t"]
    assert values(tree, "b@none") == []
    assert len(select(tree, ".a")) == 1  # the inner one is part of the outer one
    assert [e.tag for e in select(select(tree, ".a")[0], "> b")] == ["b"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("./b.html", "https://www.x.gov.cn/a/b.html"),
        ("../../c.html", "https://www.x.gov.cn/c.html"),
        ("//www.x.gov.cn/d", "https://www.x.gov.cn/d"),
        ("http://wap.x.gov.cn//e#top", "https://www.x.gov.cn/e"),
        ("http://other.cn/f", "http://other.cn/f"),
        ("g\r\n.html\n", "https://www.x.gov.cn/a/g.html"),
        ("附件 一.pdf", "https://www.x.gov.cn/a/%E9%99%84%E4%BB%B6%20%E4%B8%80.pdf"),
        ("http://www.x.gov.cn:8080/h", "http://www.x.gov.cn:8080/h"),
        ("javascript:void(0)", ""),
        ("mailto:a@b.cn", ""),
        ("#", ""),
        ("http://[bad", ""),
        ("ftp://www.x.gov.cn/a", ""),
    ],
)
def test_canonical(href: str, url: str) -> None:
    assert canonical(href, "https://www.x.gov.cn/a/", layout()) == url


def test_files_are_links_with_a_files_name() -> None:
    tree = parse(
        '<a href="a.PDF">甲</a><a href="a.PDF">甲</a><a href="b.html">乙</a><a href="/get?f=1" oldsrc="c.xlsx"></a>'
        '<iframe src="d.pdf?x=1"></iframe><a href="/down.jsp?fText=%E4%B8%81">丁</a><a href="/down.jsp?f=2&fText=%E6%88%8A"></a>'
    )
    found = file_links([tree], "https://www.x.gov.cn/a/", layout(file_url=r"/down\.jsp\?"))
    assert [(link.url.removeprefix("https://www.x.gov.cn"), link.name) for link in found] == [
        ("/a/a.PDF", "甲"),
        ("/get?f=1", "get"),
        ("/a/d.pdf?x=1", "d.pdf"),
        ("/down.jsp?fText=%E4%B8%81", "丁"),
        ("/down.jsp?f=2&fText=%E6%88%8A", "戊"),
    ]


# ---------------------------------------------------------------- document numbers


@pytest.mark.parametrize(
    ("title", "body", "number"),
    [
        ("关于…的通知", "国资发产权规〔2025〕17号\n各单位", "国资发产权规〔2025〕17号"),
        ("科学技术部令第23号 科技部关于废止部分规章的决定", "", "科学技术部令第23号"),
        ("《办法》 2026年第41号令", "", "2026年第41号令"),
        ("示例法", "中华人民共和国主席令\n第四十三号\n全文", "中华人民共和国主席令第四十三号"),
        ("示例", "根据《示例》（国发〔2020〕1号）的要求", None),
        ("2024年第1号会议", "", None),
    ],
)
def test_document_numbers(title: str, body: str, number: str | None) -> None:
    assert document_number(title, body) == number


# ---------------------------------------------------------------- lists and articles

ARTICLE = "<h1>标题</h1><div class=time>2024-02-19</div><div id=body><p>正文</p></div>"


@pytest.mark.parametrize(
    ("markup", "outcome"),
    [
        (ARTICLE.replace("标题", ""), "no_title"),
        (ARTICLE.replace("2024-02-19", "昨天"), "no_date"),
        (ARTICLE.replace("正文", " "), "no_body"),
        (ARTICLE.replace("id=body", "id=other"), "no_body"),
        ('{"success": false}', "not_html"),
    ],
)
def test_articles_that_are_incomplete_are_refused_by_name(markup: str, outcome: str) -> None:
    with pytest.raises(ReadError) as error:
        read_detail(page(markup, "https://www.x.gov.cn/a/t20240219_1.html"), layout())
    assert error.value.outcome == outcome


def test_a_page_of_files_only_is_an_article() -> None:
    found = read_detail(page(ARTICLE.replace("正文", "<a href=a.pdf></a>")), layout())
    assert (found.body, [link.name for link in found.links]) == ("", ["a.pdf"])


def test_what_is_odd_is_told() -> None:
    twice = ARTICLE.replace("2024-02-19", "2024-06-19") + "<h1>另一个</h1><div id=body>别的</div>"
    found = read_detail(page(twice), layout())
    assert (found.title, found.body) == ("标题", "正文")
    assert [problem.split(":")[0] for problem in found.problems] == ["title", "body", "future_date"]


LIST = (
    "<ul class=list><li><a href=t20240219_1.html title=全名>短…</a><span>2024-02-19</span></li>{}</ul>"
    + "文" * 100
)


def test_rows_that_cannot_be_read_are_told() -> None:
    found = read_list(
        page(
            LIST.format(
                "<li>没有链接</li><li><a href=b.html></a></li><li></li><li><a href=c.html>无日期</a></li>"
            )
        ),
        layout(),
    )
    assert [(item.id, item.title) for item in found.items] == [
        ("x:t20240219_1", "全名"),
        ("x:www.x.gov.cn/a/c.html", "无日期"),
    ]
    assert len(found.problems) == 3


@pytest.mark.parametrize(
    ("markup", "outcome"), [("<ul>" + "<p>文章" * 60, "no_rows"), ("<ul><p>无", "empty_shell")]
)
def test_a_list_without_rows_is_refused_by_name(markup: str, outcome: str) -> None:
    with pytest.raises(ReadError) as error:
        read_list(page(markup), layout())
    assert error.value.outcome == outcome


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("cninfo", '{"totalAnnouncement": 1, "announcements": [7, "x", null, {"secCode": null}]}'),
        ("szse", '{"announceCount": 1, "data": [7, {"title": 3, "announList": [null, {}]}]}'),
        ("sse", '{"pageHelp": {"data": [7, [null, {}], {"URL": null}], "total": 1}}'),
        ("bse", 'cb([{"listInfo": {"content": [7, {}], "number": null}}])'),
        ("eastmoney", '{"success": 1, "data": {"list": [7, {"codes": [null]}]}}'),
    ],
)
def test_rows_of_another_shape_are_told_not_fatal(source: str, answer: str) -> None:
    found = read_list(page(answer), load_sources()[source].columns[0].layout)
    assert found.items == () and any("no object" in problem for problem in found.problems)
    assert any("cannot be read" in problem for problem in found.problems)


@pytest.mark.parametrize(
    "answer", ["{}", '{"data": 7}', '{"pageHelp": [], "announcements": {}, "listInfo": 1}', "[]", "7"]
)
@pytest.mark.parametrize("source", ["cninfo", "szse", "sse", "bse", "eastmoney", "nfra", "govcn"])
def test_answers_of_another_shape_are_refused_by_name(source: str, answer: str) -> None:
    with pytest.raises(ReadError) as error:
        read_list(page(answer), load_sources()[source].columns[0].layout)
    assert error.value.outcome in {"bad_shape", "api_error", "not_json", "no_rows"}
