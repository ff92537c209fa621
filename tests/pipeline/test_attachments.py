"""Files to text: real PDFs, Word and Excel files made here, and the ways in which files are bad."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table as PdfTable

from pipeline import pdf
from pipeline.attachments import extract, sniff
from pipeline.model import Extract

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def make_pdf(pages: list[list[str]], *, foot: str | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for number, lines in enumerate(pages, 1):
        canvas.setFont("STSong-Light", 11)
        for row, line in enumerate(lines):
            canvas.drawString(72, 780 - 18 * row, line)
        if foot:
            canvas.drawString(290, 30, foot.format(number, len(pages)))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_table_pdf(pages: int = 1) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    rows = [
        ["项目", "本报告期", "增减"],
        ["营业收入", "52,009.94", "25.41%"],
        ["净利润", "6,505.86", "21.04%"],
    ]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
    for _ in range(pages):
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(72, 780, "表前的一段。")
        table = PdfTable(rows, colWidths=[120, 120, 80], style=grid)
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 72, 680)
        canvas.drawString(72, 640, "表后的一段。")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_spanned_pdf() -> bytes:
    """A label whose lines are cells of their own, beside figures that span them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    rows = [
        ["项目", "2007年末", "2006年末"],
        ["", "257,731.81", "216,253.84"],
        ["归属于上市公司股", "", ""],
        ["东的净利润", "", ""],
        ["总资产", "5,568.83", "2,907.86"],
        ["股东甲", "1,000.00", "2,000.00"],
        ["", "3,000.00", "4,000.00"],
    ]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
    spans = [("SPAN", (1, 1), (1, 3)), ("SPAN", (2, 1), (2, 3)), ("SPAN", (0, 5), (0, 6))]
    table = PdfTable(rows, colWidths=[120, 120, 80], style=grid + spans)
    table.wrapOn(canvas, 400, 400)
    table.drawOn(canvas, 72, 600)
    canvas.save()
    return out.getvalue()


def make_docx(*tables: list[list[str]]) -> bytes:
    document = Document()
    document.add_paragraph("备案清单")
    for rows in tables:
        table = document.add_table(len(rows), len(rows[0]))
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                table.cell(i, j).text = cell
        document.add_paragraph("")
    document.add_paragraph("特此\n公告")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>指标</t></is></c><c r="B1" t="inlineStr"><is><t>数值</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>居民消费价格</t></is></c><c r="B3"><v>-0.8</v></c></row>
<row r="4"><c r="A4" t="inlineStr"><is><t>户数</t></is></c><c r="B4"><v>120</v></c></row></sheetData></worksheet>"""


def make_xlsx(hidden: bool = False) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    state = ' state="hidden"' if hidden else ""
    return make_zip(
        **{
            "_rels/.rels": f'<Relationships xmlns="{pack}"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="甲" sheetId="1" r:id="r1"/><sheet name="乙" sheetId="2" r:id="r2"{state}/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{pack}"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/a.xml"/><Relationship Id="r2" Type="{rel}/worksheet" Target="worksheets/b.xml"/></Relationships>'.encode(),
            "xl/worksheets/a.xml": SHEET.encode(),
            "xl/worksheets/b.xml": SHEET.replace("120", "121").encode(),
        }
    )


# ---------------------------------------------------------------- PDF


def test_lines_of_a_pdf_stay_lines() -> None:
    found = extract(
        make_pdf([["证券代码：300002", "关于回购的公告", "一、2024 年 2 月 19 日董事会"], ["二、正文"]])
    )
    assert (found.media, found.outcome) == ("pdf", "read")
    assert found.text == "证券代码：300002\n关于回购的公告\n一、2024 年 2 月 19 日董事会\n二、正文"


@pytest.mark.parametrize("foot", ["{0}", "- {0} -", "第 {0} 页 共 {1} 页", "{0} / {1}", "第{0}页"])
def test_page_numbers_go(foot: str) -> None:
    pages = [["甲公司公告", f"第{word}段"] for word in "一二三"]
    assert (
        extract(make_pdf(pages, foot=foot)).text
        == "甲公司公告\n第一段\n甲公司公告\n第二段\n甲公司公告\n第三段"
    )


def test_chapter_and_page_go_too() -> None:
    pages = [["甲公司公告", f"第{word}段", f"4-1-{n}"] for n, word in enumerate("一二三", 71)]
    assert "4-1-" not in extract(make_pdf(pages)).text


WRAPPED = [
    "公司于二〇二四年二月十九日召开第五届董事会第十次会议，审议通过了《关于以集中竞价交",
    "易方式回购公司股份方案的议案》，回购资金总额不低于人民币5,000万元且不超过人民币1",
    "0,000万元，回购价格不超过人民币34.58元/股（含），具体内容详见公司刊登的公告。",
    "公司将严格按照有关规定，根据市场情况择机实施本次回购计划，并及时履行信息披露的义",
    "务。",
]


def test_what_the_margin_broke_is_one_paragraph() -> None:
    assert extract(make_pdf([WRAPPED])).text.split("\n") == ["".join(WRAPPED[:3]), "".join(WRAPPED[3:])]


def test_a_paragraph_goes_on_over_the_page() -> None:
    pages = [[*WRAPPED[:2], "- 1 -"], [*WRAPPED[2:], "- 2 -"]]
    assert extract(make_pdf(pages)).text == extract(make_pdf([WRAPPED])).text


@pytest.mark.parametrize(
    "below",
    [
        "二、回购股份的用途",
        "（二）拟回购股份的种类",
        "1、拟回购股份的数量",
        "1.2 拟回购股份的期限",
        "①公司股价",
        "特此公告",
        "附件：董事会决议",
        "营业收入 52,009.94 41,472.25 25.41%",
        "第一节 重要提示 .......... 2",
    ],
)
def test_a_full_line_above_a_new_item_or_a_row_stays_apart(below: str) -> None:
    lines = [*WRAPPED[:2], below]
    assert extract(make_pdf([lines])).text.split("\n") == ["".join(WRAPPED[:2]), below]


def test_the_running_head_of_a_page_is_not_taken_into_a_sentence() -> None:
    head = "甲公司 2023 年年度报告"
    found = extract(make_pdf([[head, *WRAPPED[:2]], [head, *WRAPPED[2:]]])).text.split("\n")
    assert found[:3] == [head, "".join(WRAPPED[:2]), head]


def test_a_dash_at_the_end_of_a_line_is_kept_between_figures_and_left_out_of_a_word() -> None:
    lines = [
        f"{WRAPPED[0][:30]}回购资金总额为人民币5,000万元-",
        "10,000万元。",
        "The notice was pub-",
        "lished today.",
    ]
    found = extract(make_pdf([lines])).text
    assert "5,000万元-10,000万元" in found
    assert "published" in found


def test_the_line_of_codes_stays_a_line() -> None:
    codes = "证券代码：300002      证券简称：神州泰岳      公告编号：2024-008"
    name = "北京神州泰岳软件股份有限公司"
    found = extract(make_pdf([[codes, name, *WRAPPED]])).text.split("\n")
    assert [" ".join(found[0].split()), found[1]] == [" ".join(codes.split()), name]


def test_headings_shorter_than_the_margin_stay_lines() -> None:
    heading = "关于以集中竞价交易方式回购公司股份方案暨取得金融机构回购专项"
    found = extract(make_pdf([[heading, "贷款支持的公告", *WRAPPED]])).text.split("\n")
    assert found[:2] == [heading, "贷款支持的公告"]


def test_numbers_that_do_not_count_with_the_pages_stay() -> None:
    text = extract(make_pdf([["合计", "120"], ["合计", "98"], ["合计", "7"]])).text
    assert text.split("\n") == ["合计", "120", "合计", "98", "合计", "7"]


def test_one_figure_on_one_page_stays() -> None:
    assert extract(make_pdf([["正文正文正文", "1"]])).text.endswith("\n1")


def test_a_foot_drawn_before_its_page_goes() -> None:
    assert (
        extract(make_pdf([["1", "证券代码：300002", "正文正文正文"]])).text
        == "证券代码：300002\n正文正文正文"
    )


def test_tables_stand_in_their_place_when_asked_for() -> None:
    data = make_table_pdf()
    found = extract(data, tables=True)
    (table,) = found.tables
    assert table.rows(found.text)[1] == ["营业收入", "52,009.94", "25.41%"]
    assert found.text.startswith("表前的一段。\n项目\t") and found.text.endswith("\n表后的一段。")
    assert extract(data).tables == ()


def test_a_label_in_several_cells_beside_figures_that_span_them_is_one() -> None:
    found = extract(make_spanned_pdf(), tables=True)
    (table,) = found.tables
    assert table.rows(found.text)[1:] == [
        ["归属于上市公司股东的净利润", "257,731.81", "216,253.84"],
        ["总资产", "5,568.83", "2,907.86"],
        ["股东甲", "1,000.00", "2,000.00"],
        ["", "3,000.00", "4,000.00"],
    ]


def test_tables_are_looked_for_on_the_first_pages_and_the_rest_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "_TABLE_PAGES", 1)
    found = extract(make_table_pdf(3), tables=True)
    assert len(found.tables) == 1 and found.text.count("表后的一段。") == 3
    assert found.detail == "tables of the first 1 of 3 pages"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("营业\n收入", "营业收入"),
        ("1,445,92\n3", "1,445,923"),
        ("52,009.\n94", "52,009.94"),
        ("106,747,751.8\n6", "106,747,751.86"),
        ("1,234.5\n7.8", "1,234.5 7.8"),
        ("12.5\n3", "12.5 3"),
        ("100\n200", "100 200"),
        ("1,000\n25.41%", "1,000 25.41%"),
        ("Buy\nback", "Buy back"),
        (None, ""),
    ],
)
def test_wrapped_cells(cell: str | None, text: str) -> None:
    assert pdf._cell(cell) == text


def test_encrypted() -> None:
    found = extract(make_pdf([["正文"]], encrypt=StandardEncryption("open", "own")))
    assert found.outcome == "encrypted"


def test_encrypted_against_changes_only_is_read() -> None:
    found = extract(make_pdf([["可以阅读的正文"]], encrypt=StandardEncryption("", "own")))
    assert (found.outcome, found.text) == ("read", "可以阅读的正文")


def test_scanned() -> None:
    from PIL import Image

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for _ in range(2):
        canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "grey")), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    assert extract(out.getvalue()).outcome == "scanned"


def test_empty_pages_are_not_a_scan() -> None:
    assert extract(make_pdf([[], []])).outcome == "unreadable"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.97])
def test_truncated(share: float) -> None:
    data = make_pdf([["正文" * 20] * 30 for _ in range(5)])
    assert extract(data[: int(len(data) * share)]).outcome == "truncated"


def test_junk_before_the_mark_and_after_the_end_is_borne() -> None:
    data = make_pdf([["正文正文正文"]])
    assert extract(b"\r\n" + data + b"\r\n\x00" * 50).text == "正文正文正文"


def test_too_many_bytes_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_pdf([["正文"], ["正文"]])
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    assert extract(data).outcome == "too_big"
    monkeypatch.setattr(pdf, "MAX_BYTES", 100)
    assert extract(data).outcome == "too_big"


# ---------------------------------------------------------------- Word and Excel

HEAD = ["序号", "算法名称", "主体名称"]


def test_docx_in_order_and_a_continued_table_is_one() -> None:
    first = [HEAD, *[[str(n), f"算法{n}", "某公司"] for n in range(1, 200)]]
    again = [HEAD, *[[str(n), f"算法{n}", "某公司"] for n in range(200, 300)]]
    bare = [["300", "算法300", "某公司"]]
    found = extract(make_docx(first, again, bare))
    assert (found.media, found.outcome) == ("docx", "read")
    (table,) = found.tables
    rows = table.rows(found.text)
    assert rows[0] == HEAD and rows.count(HEAD) == 1
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(1, 301)]
    assert found.text.startswith("备案清单\n") and found.text.endswith("\n特此\n公告")


def test_tables_of_other_width_stay_apart() -> None:
    found = extract(make_docx([HEAD, ["1", "a", "b"]], [["甲", "乙"], ["1", "2"]]))
    assert [len(table.rows(found.text)[0]) for table in found.tables] == [3, 2]


def test_merged_cells_keep_the_columns() -> None:
    document = Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "高"
    table.cell(2, 2).text = "末"
    out = io.BytesIO()
    document.save(out)
    found = extract(out.getvalue())
    assert found.tables[0].rows(found.text) == [["宽", "", ""], ["高", "", ""], ["", "", "末"]]


def test_sheets() -> None:
    found = extract(make_xlsx())
    assert (found.media, found.outcome) == ("xlsx", "read")
    assert (
        found.text
        == "甲\n指标\t数值\n居民消费价格\t-0.8\n户数\t120\n乙\n指标\t数值\n居民消费价格\t-0.8\n户数\t121"
    )
    assert [table.rows(found.text)[-1] for table in found.tables] == [["户数", "120"], ["户数", "121"]]


def test_hidden_sheets_are_not_read() -> None:
    assert extract(make_xlsx(hidden=True)).text == "指标\t数值\n居民消费价格\t-0.8\n户数\t120"


# ---------------------------------------------------------------- what a file is, and what it is not

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "media", "outcome"),
    [
        (b"<!DOCTYPE html><html>blocked</html>", "html", "not_pdf"),
        (b"\xef\xbb\xbf  <html>", "html", "not_pdf"),
        (b'{"success": false}', "json", "unreadable"),
        (b"", "empty", "unreadable"),
        (b"\x00\x01\x02", "unknown", "unreadable"),
        (b"Rar!\x1a\x07\x00", "rar", "unsupported"),
        (b"7z\xbc\xaf\x27\x1c", "7z", "unsupported"),
        (b"\x89PNG\r\n", "image", "unsupported"),
        (make_zip(**{"a.txt": b"x"}), "zip", "unsupported"),
        (make_zip(**{"OFD.xml": b"<x/>", "Doc_0/a.xml": b""}), "ofd", "unsupported"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc", "unsupported"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "ole", "encrypted"),
        (OLE + "Workbook".encode("utf-16-le"), "xls", "unreadable"),
        (make_zip(**{"word/document.xml": b"<x/>"}), "docx", "unreadable"),
        (make_docx([HEAD])[:-300], "docx", "truncated"),
        (b"%PDF-1.7\nnothing", "pdf", "unreadable"),
    ],
)
def test_what_is_no_readable_file_is_named(data: bytes, media: str, outcome: str) -> None:
    found = extract(data)
    assert (sniff(data), found.media, found.outcome) == (media, media, outcome)
    assert found.text == "" and found.detail


def test_a_bomb_is_not_opened() -> None:
    assert extract(make_zip(**{"word/document.xml": b"\x00" * 20_000_000})).outcome == "too_big"
    assert extract(make_zip(**{"xl/workbook.xml": b" " * 20_000_000})).outcome == "too_big"


def test_deep_and_expanding_xml_is_borne() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    for xml in (deep, lol):
        assert extract(make_zip(**{"word/document.xml": xml, "[Content_Types].xml": xml})).outcome in (
            "unreadable",
            "too_big",
        )


SAMPLES = [make_table_pdf(), make_docx([HEAD, ["1", "a", "b"]]), make_xlsx()]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SAMPLES), st.data())
def test_no_bytes_raise(sample: bytes, data: st.DataObject) -> None:
    broken = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(1, 30))] = data.draw(st.binary(max_size=30))
    assert isinstance(extract(bytes(broken), tables=data.draw(st.booleans())), Extract)


@settings(max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", OLE]))
def test_no_noise_raises(noise: bytes, head: bytes) -> None:
    assert isinstance(extract(head + noise), Extract)
