"""Awards and contracts. All companies and figures are made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.contract import facts
from pipeline.filings.record import Filing
from tests.pipeline.filings.told import GARBAGE, told


def test_award_by_labelled_lines() -> None:
    (award,) = told(
        facts,
        "青禾建设股份有限公司（以下简称“公司”）收到《中标通知书》。\n1、项目名称：海州市云港大道改造工程二标段\n2、招标人：海州市城市建设局\n"
        "3、中标价：人民币120,783,443元\n4、工期：24个月\n中标金额占公司2020年度经审计营业收入20.00亿元的6.04%。",
    )
    assert award["project"] == "海州市云港大道改造工程二标段"
    assert award["awarder"] == "海州市城市建设局"
    assert (award["amount"], award["share_of_revenue"], award["period"]) == (
        "120,783,443元",
        "6.04%",
        "24个月",
    )
    assert "stage" not in award


def test_total_rather_than_a_years_fee() -> None:
    (award,) = told(
        facts,
        "远山环境公告，公司近日预中标海州市环卫市场化服务项目，中标金额约4717.64万元/年，中标总金额约4.89亿元。",
    )
    assert (award["amount"], award["stage"]) == ("4.89亿元", "candidate")


def test_earlier_awards_and_thresholds_are_not_this_one() -> None:
    (award,) = told(
        facts,
        "青禾自动化公告，子公司收到主要客户临江电池有限公司发送的中标通知，合计中标设备约2.51亿元，超过公司2020年度营业收入的20%。自2020年12月至今，累计收到其他中标通知书金额15.28亿元。",
    )
    assert award["amount"] == "2.51亿元"
    assert "share_of_revenue" not in award


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []


def test_the_members_of_a_consortium_win_together() -> None:
    (award,) = told(
        facts,
        "青禾智能公告，近日，公司下属青禾港航局集团和远山第一勘察设计院集团组成的联合体，中标临江嘉年城项目一级开发工程，中标金额49.67亿元。",
    )
    assert award["winner"] == "青禾港航局集团 / 远山第一勘察设计院集团"
    assert award["amount"] == "49.67亿元"


def test_who_wins_by_the_head_of_a_headline() -> None:
    (award,) = told(
        facts,
        "近日，白石城的一个大型高速公路项目公布了结果。白石九钢在众多竞争对手中成为唯一供应商。",
        title="白石九钢成功中标白石高速公路项目钢材供应权",
    )
    assert award["winner"] == "白石九钢"


def test_a_price_beside_a_code_is_no_sum() -> None:
    (award,) = told(
        facts,
        "格外快讯，青禾智能（SH 600999，收盘价：11.75元）9月14日晚间发布公告称，公司收到白石县公用事业服务中心发出的中标候选人公示。"
        "公司成为白石县污水处理改扩建工程项目第一中标候选人。本项目总投资金额约5092.60万元。",
    )
    assert (award["winner"], award["amount"]) == ("青禾智能", "5092.60万元")


def test_a_project_that_begins_with_its_client() -> None:
    (award,) = told(facts, "近日，青禾智能中标远山证券计算资源升级改造项目，为公司打开新的应用市场。")
    assert (award["awarder"], award["project"]) == ("远山证券", "计算资源升级改造项目")


def test_the_closing_formula_is_nobody() -> None:
    (fact,) = told(
        facts,
        "关于签订重大合同的公告\n公司近日与客户签订信息系统建设合同，合同金额为人民币91,000,000元。\n特此公告。\n远山智能科技股份有限公司董事会",
    )
    assert "winner" not in fact


def test_a_labelled_name_ends_at_the_next_label_alone() -> None:
    (award,) = told(
        facts,
        "青禾电气公告，公司收到《中标通知书》。项目名称：海州800MW(H6、H10)海上风电项目招标采购直流电缆包2、包14中标单位：青禾电气股份有限公司。",
    )
    assert award["project"] == "海州800MW(H6、H10)海上风电项目招标采购直流电缆包2、包14"


def test_a_note_behind_a_project_is_no_part_of_it() -> None:
    (award,) = told(
        facts, "青禾股份公告，公司中标。\n1、项目名称：海州会展中心屋面工程（具体承包范围以施工合同为准）\n"
    )
    assert award["project"] == "海州会展中心屋面工程"


def test_those_who_win_together() -> None:
    (award,) = told(
        facts,
        "青禾科技(600999)5月18日公告称，公司与海州地铁、远山电气化局近日联合中标海州轨道交通6号线项目，中标金额10.16亿元。",
    )
    assert award["winner"] == "青禾科技 / 海州地铁 / 远山电气化局"
    (award,) = told(
        facts,
        "挖新网10月17日，青禾科技（证券代码：600999）及控股子公司海州远特电气股份有限公司于近期中标智能水表项目，合计中标金额2,785万元。",
    )
    assert award["winner"] == "青禾科技 / 海州远特电气股份有限公司"


def test_the_subsidiary_that_is_confirmed_wins() -> None:
    (award,) = told(
        facts,
        "青禾建工（600999）公告，全资子公司——海州交通建设（集团）有限责任公司于12日收到招标人海州市高速公路筹建处发来的《中标通知书》，确定该公司为海州北至云港高速公路施工SG2标段的中标人，中标金额约22.53亿元。",
    )
    assert (award["winner"], award["awarder"]) == (
        "海州交通建设(集团)有限责任公司",
        "海州市高速公路筹建处",
    )
    (award,) = told(
        facts,
        "*ST青禾(600999.SH)公布，近日，招标代理单位远山项目投资顾问有限公司已向海州国际工程集团有限公司发出《中标通知书》，"
        "海州国际工程集团有限公司被正式确定为云港电池生产线EPC项目中标单位，中标价91159.78万元。",
    )
    assert award["winner"] == "海州国际工程集团有限公司"


def test_an_agency_awards_nothing() -> None:
    (award,) = told(
        facts,
        "青禾科技收到临江国际招标有限责任公司发来的《中标通知书》，确认公司为海州风电项目中标人。",
    )
    assert "awarder" not in award


def test_a_client_named_in_short_before_its_project() -> None:
    (award,) = told(
        facts,
        "青禾科技公告，公司收到远山银行股份有限公司发来的《中标通知书》，确认公司为远山银行研发效能平台建设项目的中标人，中标金额500万元。",
    )
    assert (award["awarder"], award["project"]) == ("远山银行股份有限公司", "研发效能平台建设项目")
