"""Who reduces or increases. All companies, people and figures are made up."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.filings.shareholders import increases, reductions
from tests.pipeline.filings.told import told


def test_a_holder_named_without_its_role_is_the_subject_of_the_clause() -> None:
    (nothing,) = told(
        reductions,
        "截至本公告披露日，本次减持计划时间过半，远山创世尚未通过任何方式减持公司股份。",
        title="注意！青禾智能：远山创世减持计划时间已过半，未实施减持",
        published=date(2020, 10, 23),
    )
    assert (nothing["holder"], nothing["as_of"]) == ("远山创世", "2020-10-23")
    (bought,) = told(
        increases,
        "格外财经8月18日丨青禾智能获Harbour Plc于8月12日在场内以每股平均价28.89港元增持538.9万股，涉资约1.56亿港元。",
        published=date(2020, 8, 18),
    )
    assert bought["holder"].replace(" ", "") == "HarbourPlc"
    assert (bought["shares"], bought["price_avg"], bought["from"]) == ("538.9万股", "28.89港元", "2020-08-12")


def test_each_of_two_holders_traded() -> None:
    two = told(
        increases,
        "2016年1月8日，公司原董事林远山先生和现任监事会主席白石泉先生通过交易系统各增持了公司股票500股。"
        "增持后，林远山先生持有公司股份7,015股，白石泉先生持有公司股份5,323股。",
        published=date(2016, 1, 13),
    )
    assert [(t["holder"], t["shares"], t["holding_after"]) for t in two] == [
        ("林远山", "500股", "7,015股"),
        ("白石泉", "500股", "5,323股"),
    ]


def test_every_holder_of_a_list_is_named() -> None:
    (plan,) = told(
        reductions,
        "青禾智能公告，公司控股股东海州大禾投资有限公司（以下简称“大禾投资”，现持有公司股票352,512,000股，占公司总股本的20.08%）、"
        "实际控制人林远山（现持有公司股票4,318,299股，占公司总股本的2.60%）和副总裁林近水计划减持公司股份。"
        "大禾投资、林远山和林近水拟合计减持不超过140,453,896股，即不超过公司总股本的8%。",
    )
    assert plan["holder"] == "海州大禾投资有限公司 / 林远山 / 林近水"
    (none,) = told(
        reductions,
        "青禾智能公告，3名监事郭大山、黄小川、曾中流自2020年8月5日至今未减持公司股份。",
        "青禾智能：3名监事减持期过半尚未实施减持",
    )
    assert none["holder"] == "郭大山 / 黄小川 / 曾中流"


def test_two_names_joined_are_two() -> None:
    (none,) = told(
        reductions,
        "截至本公告披露日，青禾平方和青禾平方壹号尚未减持股份。",
        "青禾平方、青禾平方壹号减持时间过半，青禾平方和青禾平方壹号尚未减持公司股份",
    )
    assert none["holder"] == "青禾平方 / 青禾平方壹号"


def test_a_company_whose_shares_are_sold_is_no_holder() -> None:
    (sold,) = told(
        reductions,
        "2021年5月6日，青禾智能股份有限公司（简称“青禾智能”）接股东王远山先生函告：王远山先生于2021年5月6日减持其所持青禾智能无限售条件流通股2,951,748股，占青禾智能总股本的1%。",
    )
    assert sold["holder"] == "王远山"
    (sold,) = told(
        reductions,
        "经查明，白石制药（香港）有限公司（以下简称“白石制药”）于2021年5月6日通过大宗交易减持“青禾智能”股票172万股。",
    )
    assert sold["holder"] == "白石制药(香港)有限公司"


def test_an_account_by_which_somebody_trades_is_no_holder() -> None:
    (bought,) = told(
        increases,
        "公司控股股东白石集团有限公司于2021年5月6日通过“远山信托有限公司－青禾1号集合资金信托计划”增持公司股份1,744,200股。",
    )
    assert bought["holder"] == "白石集团有限公司"


def test_partners_of_a_holder_are_named_where_the_text_names_them() -> None:
    text = "公司收到控股股东白石集团有限公司及一致行动人林远山先生、青禾投资有限公司的告知函，白石集团有限公司及其一致行动人拟减持公司股份不超过公司总股本的1%。"
    (plan,) = told(reductions, text)
    assert plan["holder"] == "白石集团有限公司 / 林远山 / 青禾投资有限公司"
    (plan,) = told(reductions, "公司控股股东白石集团有限公司及其一致行动人拟减持公司股份不超过1,000,000股。")
    assert plan["holder"] == "白石集团有限公司 / 一致行动人"


def test_holders_without_names_are_told_by_what_they_are() -> None:
    (plan,) = told(
        increases,
        "公司部分董事、监事、高级管理人员计划自2021年5月6日起6个月内增持公司股份不低于100,000股。",
    )
    assert plan["holder"] == "董事 / 监事 / 高级管理人员"
    (bought,) = told(increases, "12名董事和高级管理人员以自有资金增持公司股份31.56万股。")
    assert bought["holder"] == "董事 / 高级管理人员"


def test_the_partner_of_a_holder_and_the_cause_are_not_the_holder() -> None:
    first, second = told(
        reductions,
        "白石投资有限公司的一致行动人青禾文化传媒有限公司（以下简称“青禾文化”）因质押股份违约，于2020年7月6日至7月14日累计被动减持公司股份3,614,261股；"
        "青禾文化因远山证券股份有限公司产品到期，于2020年8月6日至8月10日累计被动减持公司股份2,285,772股。",
    )
    assert (first["holder"], second["holder"]) == ("青禾文化传媒有限公司", "青禾文化传媒有限公司")


def test_a_holder_on_a_line_of_its_own_stays() -> None:
    (bought,) = told(
        increases,
        "增持股东：白石股权投资合伙企业（有限合伙）（白石控股有限公司持有青禾管理有限公司80%股权；青禾管理有限公司为其管理人）\n"
        "增持时间及方式：2021年7月16日，通过集中竞价增持了公司部分股份；\n增持数量、比例及金额：1,200,000股，占公司总股本0.108%；",
    )
    assert bought["holder"] == "白石股权投资合伙企业(有限合伙)"
    assert (bought["shares"], bought["from"], bought["to"]) == ("1,200,000股", "2021-07-16", "2021-07-16")


def test_words_that_are_no_holders() -> None:
    (plan,) = told(
        increases,
        "控股股东海州投资基于对公司未来的信心，计划未来6个月内增持公司股份，增持金额为不低于5,000万元且不超过8,000万元。",
    )
    assert plan["holder"] == "海州投资"
    (sold,) = told(reductions, "前次减持计划期限已经届满，股东减持股份合计62.6万股。")
    assert "holder" not in sold
    text = "截至8月8日，深市共211家（次）公司披露股东、董监高增持计划，累计金额上限92.97亿元。"
    assert told(increases, text, "深市公司股东增持扩容") == []


@pytest.mark.parametrize(
    "text",
    [
        "海山证券因股票质押违约被动处置林某某持有的公司股份1,500,000股，占公司总股本的0.5%。",
        "股东林某某持有的公司股份1,500,000股于2024年5月6日被司法强制执行，占公司总股本的0.5%。",
        "海山证券对质押的股份进行违约处置，导致林某某被动减持公司股份1,500,000股，占公司总股本的0.5%。",
    ],
)
def test_shares_that_others_sold(text: str) -> None:
    (sold,) = told(reductions, text)
    assert (sold["holder"], sold["shares"], sold["ratio"], sold["stage"]) == (
        "林某某",
        "1,500,000股",
        "0.5%",
        "passive",
    )


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        (
            "信息披露义务人海州青禾企业管理中心（有限合伙）于2024年5月6日减持公司股份500股。",
            "海州青禾企业管理中心(有限合伙)",
        ),
        ("信息披露义务人林远山于2024年5月6日减持公司股份500股。", "林远山"),
        ("截至本公告日,高山有限公司累计减持公司股份500股。", "高山有限公司"),
        ("股东丰山君和于2024年5月6日减持公司股份500股。", "丰山君和"),
        ("股东丰山君和拟减持公司股份500股。", "丰山君和"),
        ("股东丰山君和、林远山合计减持公司股份500股。", "丰山君和 / 林远山"),
        ("股东林远山和曾近水计划减持公司股份不超过500股。", "林远山 / 曾近水"),
    ],
)
def test_where_a_name_begins_and_ends(text: str, holder: str) -> None:
    (sold,) = told(reductions, text, published=date(2024, 6, 8))
    assert sold["holder"] == holder
