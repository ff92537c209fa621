from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Attachment, Table
from tests.weekly.documents import bare
from weekly.sentences import plain, sentences


def texts(body: str, **more: object) -> list[str]:
    return [sentence.text for sentence in sentences(bare("标题", body, **more))]


def test_only_what_ends_as_a_sentence_is_one() -> None:
    body = "各省、自治区工业和信息化主管部门：\n一、总体要求\n要加快建设算力设施，完善标准。\n联系人甲乙丙丁"
    assert texts(body) == ["要加快建设算力设施，完善标准。"]


def test_a_quotation_stays_whole_and_takes_its_closing_mark() -> None:
    body = "他说：“第一步要快。第二步要稳。”随后会议结束，各方离场。"
    assert texts(body) == ["他说：“第一步要快。第二步要稳。”", "随后会议结束，各方离场。"]
    assert texts("“数据要素×！”专项行动在全国启动。") == ["“数据要素×！”专项行动在全国启动。"]


def test_a_quotation_left_open_swallows_nothing() -> None:
    body = "他说：“第一步要抓得很快。第二步要走得很稳。\n下一段写得完整无缺。"
    assert texts(body) == ["他说：“第一步要抓得很快。", "第二步要走得很稳。", "下一段写得完整无缺。"]


def test_enumerators_and_agency_prefixes_are_not_printed() -> None:
    body = "本台消息（记者甲）：工业和信息化部今天开会部署。\n（一）要建设一批智能算力中心。\n3.要完善数据标准体系。"
    assert texts(body) == ["工业和信息化部今天开会部署。", "要建设一批智能算力中心。", "要完善数据标准体系。"]


def test_a_decimal_is_no_enumerator() -> None:
    assert texts("2.5万家企业完成了数字化改造工作。") == ["2.5万家企业完成了数字化改造工作。"]


def test_rows_of_a_table_are_no_sentences() -> None:
    body = "表前有一句完整的话。\n甲公司\t已完成备案。\n表后也有一句完整的话。"
    start = body.index("甲")
    tables = (Table(start=start, end=start + len("甲公司\t已完成备案。")),)
    assert texts(body, tables=tables) == ["表前有一句完整的话。", "表后也有一句完整的话。"]


def test_lines_of_a_file_are_put_together_and_a_pages_are_not() -> None:
    page = "页面上的一句话没有写完\n下一段写得完整无缺。"
    attached = "第一章 总则\n到2027年，全国要建成五十个以上的人工智能应用中试\n基地，覆盖主要行业。"
    body = f"{page}\n\n{attached}"
    file = Attachment(
        url="https://x", name="x", media="pdf", outcome="read", sha256="0", start=len(page) + 2, end=len(body)
    )
    found = sentences(bare("标题", body, attachments=(file,)))
    assert [(s.text, s.attached) for s in found] == [
        ("下一段写得完整无缺。", False),
        ("到2027年，全国要建成五十个以上的人工智能应用中试基地，覆盖主要行业。", True),
    ]


def test_a_pages_own_blank_is_kept_and_a_files_is_not() -> None:
    assert plain("“AI赋能 产业焕新”专题会") == "“AI赋能 产业焕新”专题会"
    assert plain("回购 股份\n方案 A B", attached=True) == "回购股份方案A B"


@given(st.text(alphabet="会议要求，。！？；“”《》（）\n一、A1. \t算力", max_size=200))
def test_places_are_true_in_order_and_apart(body: str) -> None:
    found = sentences(bare("标题", body))
    assert all(plain(body[s.start : s.end]) == s.text for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert [s.order for s in found] == list(range(len(found)))
