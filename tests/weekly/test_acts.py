from __future__ import annotations

from datetime import date

import pytest

from tests.weekly.documents import at, bare
from weekly.acts import event_day, lead_of
from weekly.desk import Desk
from weekly.sentences import sentences

BODY = "会议要求，要加快建设一批算力设施。"


def led(desk: Desk, title: str, body: str, source: str = "miit") -> tuple[str, date] | None:
    document = bare(title, body, source, at(21))
    lead = lead_of(document, sentences(document), desk)
    return ("".join(piece.text for piece in lead.pieces), lead.day) if lead else None


@pytest.mark.parametrize(
    ("title", "body", "said"),
    [
        (
            "数据标准体系发布",
            "近日，国家数据局印发《数据标准体系建设方案》。" + BODY,
            "国家数据局印发《数据标准体系建设方案》。",
        ),
        (
            "两部门出台办法",
            "公安部、国家网信办今天（2月21日）联合公布《网号管理办法》，自5月起施行。",
            "公安部、国家网信办联合公布《网号管理办法》，自5月起施行。",
        ),
        ("办法发布", "《算力互联管理办法》近日发布，共三十条。", "《算力互联管理办法》近日发布，共三十条。"),
        (
            "国资委开会",
            "2月21日，国务院国资委召开人工智能专题推进会。各方参加了会议的讨论。",
            "国务院国资委召开人工智能专题推进会。",
        ),
        (
            "我国启动试验网",
            "今天（2月21日）是通信日，记者从工业和信息化部了解到，试验网正式启动建设。",
            "记者从工业和信息化部了解到，试验网正式启动建设。",
        ),
        (
            "数据设施指引征求意见",
            "为落实改革任务，国家数据局会同有关部门组织起草了《数据设施指引》，向社会征求意见。",
            "为落实改革任务，国家数据局会同有关部门组织起草了《数据设施指引》，向社会征求意见。",
        ),
        (
            "八部门发文",
            "新华社北京2月21日电（记者甲乙）记者21日从工业和信息化部获悉，该部近日印发《转型意见》。",
            "记者21日从工业和信息化部获悉，该部印发《转型意见》。",
        ),
    ],
)
def test_the_sentence_that_says_who_did_what_without_its_own_day(
    desk: Desk, title: str, body: str, said: str
) -> None:
    assert led(desk, title, body) == (said, date(2024, 2, 21))


@pytest.mark.parametrize(
    ("title", "source", "said"),
    [
        ("工业和信息化部关于印发算力行动计划的通知", "miit", "工业和信息化部印发《算力行动计划》。"),
        ("关于印发《算力行动计划》的通知", "sasac", "国务院国资委印发《算力行动计划》。"),
        ("关于开展数据资源摸底的通知", "nbs", "国家统计局发布《关于开展数据资源摸底的通知》。"),
        (
            "科技部 工业和信息化部关于印发《算力行动计划》的通知",
            "most",
            "科技部、工业和信息化部印发《算力行动计划》。",
        ),
        ("关于修改《算力办法》的决定", "miit", "工业和信息化部发布《关于修改〈算力办法〉的决定》。"),
    ],
)
def test_a_notice_is_told_by_its_title(desk: Desk, title: str, source: str, said: str) -> None:
    body = "各省有关部门：\n为贯彻国务院印发的《总体规划》，现将有关事项通知如下。\n" + BODY
    assert led(desk, title, body, source) == (said, date(2024, 2, 21))


def test_the_title_of_a_newscast_is_not_a_paper(desk: Desk) -> None:
    body = "教育部等五部门近日启动人工智能行动计划，推进人才培养。"
    said = "教育部等五部门启动人工智能行动计划，推进人才培养。"
    assert led(desk, "五部门启动人工智能行动计划", body) == (said, date(2024, 2, 21))


def test_nobody_named_is_none(desk: Desk) -> None:
    assert led(desk, "春运客流平稳", "全国铁路发送旅客一千万人次。") is None


def test_foreign_and_local_agencies_are_not_ours(desk: Desk) -> None:
    assert desk.agencies_in("英国国家统计局和山东省国资委") == []
    assert [agency.name for *_, agency in desk.agencies_in("中央网信办、国家统计局")] == [
        "国家互联网信息办公室",
        "国家统计局",
    ]


@pytest.mark.parametrize(
    ("text", "published", "day"),
    [
        ("2月19日，某部开会", date(2024, 2, 21), date(2024, 2, 19)),
        ("12月30日，某部开会", date(2024, 1, 2), date(2023, 12, 30)),
        ("2023年2月19日，某部开会", date(2024, 2, 21), date(2024, 2, 21)),
        ("3月1日起施行", date(2024, 2, 21), date(2024, 2, 21)),
        ("1月2日，某部开会", date(2024, 2, 21), date(2024, 2, 21)),
        ("2月30日，某部开会", date(2024, 2, 28), date(2024, 2, 28)),
        ("近日，某部开会", date(2024, 2, 21), date(2024, 2, 21)),
    ],
)
def test_the_day_is_the_events_when_it_lies_shortly_before(text: str, published: date, day: date) -> None:
    assert event_day(text, published) == day
