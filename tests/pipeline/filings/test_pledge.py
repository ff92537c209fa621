"""Pledges and releases. All companies, people and figures are made up."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings import facts_of
from pipeline.filings.pledge import facts, releases
from pipeline.filings.record import Filing
from tests.pipeline.filings.told import GARBAGE, checks, told

BOTH = (
    "青禾智能股份有限公司（以下简称“公司”）于2021年5月25日接到控股股东白石投资集团有限公司（以下简称“白石集团”）通知，"
    "白石集团于2021年5月20日将原质押给远山银行股份有限公司海州分行的公司股份12,000,000股解除质押。"
    "2021年5月21日，白石集团将其持有的公司无限售流通股8,000,000股（占公司总股本的4.00%）质押给临江证券股份有限公司，"
    "初始交易日为2021年5月21日，购回交易日为2022年5月20日。"
    "截至本公告日，白石集团持有公司股份40,000,000股，占公司总股本的20.00%；累计质押股份18,000,000股，占其所持公司股份的45.00%。"
)


def test_pledge_and_release_in_one_text() -> None:
    assert told(facts, BOTH) == [
        {
            "holder": "白石投资集团有限公司",
            "shares": "8,000,000股",
            "ratio_of_total": "4.00%",
            "pledgee": "临江证券股份有限公司",
            "from": "2021-05-21",
            "to": "2022-05-20",
            "date": "2021-05-21",
            "holding_shares": "40,000,000股",
            "holding_ratio": "20.00%",
            "cum_shares": "18,000,000股",
            "cum_ratio_of_holding": "45.00%",
        },
        {
            "holder": "白石投资集团有限公司",
            "holding_shares": "40,000,000股",
            "holding_ratio": "20.00%",
            "cum_shares": "18,000,000股",
            "cum_ratio_of_holding": "45.00%",
        },
    ]
    freed, _ = told(releases, BOTH)
    assert (freed["shares"], freed["pledgee"], freed["date"]) == (
        "12,000,000股",
        "远山银行股份有限公司海州分行",
        "2021-05-20",
    )


def test_what_is_pledged_in_all_is_checked() -> None:
    assert checks(facts, BOTH) == {"cum_shares/holding_shares=cum_ratio_of_holding": True}
    assert checks(facts, BOTH.replace("45.00%", "54.00%")) == {
        "cum_shares/holding_shares=cum_ratio_of_holding": False
    }


def test_each_holder_has_a_total_of_its_own() -> None:
    text = (
        "格外财经9月1日丨青禾智能(600999.SH)公布，公司股东白石投资集团有限公司(“白石集团”)将原质押给远山银行股份有限公司的300万股解除质押。\n"
        "截至本公告日，白石集团累计质押股数为700万股，占其所持股份比例为65.48%。公司股东林远山累计质押股数约为158万股，占其所持股份比例为100%。\n"
        "白石集团及其一致行动人累计质押股份858万股，占其所持股份的70.10%。"
    )
    freed, *totals = told(releases, text, published=date(2021, 9, 1))
    assert (freed["holder"], freed["shares"], freed["pledgee"]) == (
        "白石投资集团有限公司",
        "300万股",
        "远山银行股份有限公司",
    )
    assert [(t["holder"], t["cum_shares"], t.get("as_of")) for t in totals] == [
        ("白石投资集团有限公司", "700万股", "2021-09-01"),
        ("林远山", "158万股", "2021-09-01"),
        ("白石投资集团有限公司 / 一致行动人", "858万股", None),
    ]


def test_pledge_and_release_told_in_one_breath() -> None:
    text = (
        "白石投资集团有限公司将其此前质押给远山银行股份有限公司的320万股公司股份解除质押，"
        "并将其持有的670万股公司股份质押给临江证券股份有限公司。"
    )
    assert [(t["shares"], t["pledgee"]) for t in told(releases, text)] == [
        ("320万股", "远山银行股份有限公司")
    ]
    assert [(t["shares"], t["pledgee"]) for t in told(facts, text)] == [("670万股", "临江证券股份有限公司")]


def test_a_term_until_release_is_no_release() -> None:
    text = "林远山先生将其持有的公司股份3,200,000股，质押给远山银行股份有限公司，质押期限自2015年11月17日起至办理解除质押登记手续之日止。"
    assert told(releases, text) == []
    (deal,) = told(facts, text)
    assert (deal["shares"], deal["pledgee"]) == ("3,200,000股", "远山银行股份有限公司")


def test_a_day_that_is_only_lately() -> None:
    (freed,) = told(
        releases, "公司于近日接到股东林远山的通知，其将原质押给远山银行股份有限公司的300万股解除质押。"
    )
    assert freed["when"] == "近日"
    assert "date" not in freed


def test_several_pledgees_and_the_day_of_release() -> None:
    (freed,) = told(
        releases,
        "白石投资集团有限公司将原质押给远山银行股份有限公司海州分行、临江银行股份有限公司和海州证券股份有限公司的股份8,640万股解除质押，质押解除日是2019年9月5日。",
    )
    assert freed["pledgee"] == "远山银行股份有限公司海州分行 / 临江银行股份有限公司 / 海州证券股份有限公司"
    assert freed["date"] == "2019-09-05"


def test_bonus_shares_change_the_count() -> None:
    (freed,) = told(
        releases,
        "公司股东林远山先生于2020年3月2日质押给远山证券股份有限公司的公司股份2,000,000股（实施每10股转增10股后，质押股份数由2,000,000股转增至"
        "4,000,000股），已于2021年3月1日解除质押。",
    )
    assert (freed["holder"], freed["shares"], freed["date"], freed["from"]) == (
        "林远山",
        "4,000,000股",
        "2021-03-01",
        "2020-03-02",
    )


def test_a_pledge_that_is_put_off_is_neither() -> None:
    text = (
        "公司接到股东林远山先生通知，其办理了股份质押延期购回，涉及1,500,000股，延期后到期日为2022年5月19日。"
    )
    for read in (facts, releases):
        (deal,) = read(Filing("", text))
        assert deal.kind == "pledge_extension"
    (shown,) = told(facts, text)
    assert shown == {"holder": "林远山", "shares": "1,500,000股", "to": "2022-05-19"}


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)
    told(releases, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []


def test_a_bank_s_branch_ends_where_the_next_bank_begins() -> None:
    (freed,) = told(
        releases,
        "白石投资集团有限公司将原质押给远山银行股份有限公司海州分行和临江银行股份有限公司白石分行的股份8,640万股解除质押。",
    )
    assert freed["pledgee"] == "远山银行股份有限公司海州分行 / 临江银行股份有限公司白石分行"


def test_neither_the_filer_nor_its_credit_is_the_holder() -> None:
    head = "证券代码：000000 证券简称：远山股份 公告编号：2024-008\n远山智能科技股份有限公司\n"
    (fact,) = told(
        releases,
        f"{head}关于持股5%以上股东部分股份解除质押的公告\n公司近日接到股东通知，其所持公司部分股份已解除质押，数量为7,020,000股，占公司总股本的3.20%。",
    )
    assert "holder" not in fact and fact["shares"] == "7,020,000股"
    assert not told(
        facts,
        f"{head}关于控股股东部分股份质押的公告\n公司接到控股股东通知，获悉其将所持有的部分公司股份办理了质押业务。\n控股股东资信状况良好。",
    )


def test_the_registrar_is_no_holder() -> None:
    (deal,) = told(
        facts,
        "公司股东林远山先生在中国证券登记结算有限责任公司深圳分公司将其持有的公司股份3,200,000股办理了质押。",
    )
    assert (deal["holder"], deal["shares"]) == ("林远山", "3,200,000股")


def test_a_pledgee_may_serve_small_enterprises() -> None:
    (pledged,) = told(
        facts,
        "仁禾科技公告，公司股东林远山向海州中小企业融资担保有限责任公司质押3134.80万股，用于为公司融资提供反担保。",
    )
    assert (pledged["holder"], pledged["pledgee"]) == ("林远山", "海州中小企业融资担保有限责任公司")


def test_what_is_done_at_the_same_time_is_of_the_same_day() -> None:
    (pledged,) = told(
        facts,
        "青禾制药公告，公司控股股东林远山先生于2020年7月7日将1779.65万股解除质押。同时，林远山与远山银行股份有限公司高新支行办理完成了股份质押手续，将其持有的1990万股进行了质押。",
    )
    assert (pledged["shares"], pledged["date"]) == ("1990万股", "2020-07-07")


def test_a_total_is_of_all_it_is_said_of() -> None:
    text = (
        "公司控股股东白石集团有限公司（以下简称“白石集团”）将原质押给远山银行股份有限公司的300万股解除质押。\n"
        "截至本公告日，白石集团及其一致行动人青禾投资有限公司（“青禾投资”）合计持有公司股份1.27亿股，占公司总股本的24.24%；累计质押股份4,560万股，占其持股总数的36.04%。\n"
        "林远山先生作为白石集团的一致行动人持有公司股份4,000万股，累计质押股份3,000万股。"
    )
    _, both, his = told(releases, text, published=date(2021, 9, 1))
    assert (both["holder"], both["cum_shares"]) == ("白石集团有限公司 / 青禾投资有限公司", "4,560万股")
    assert (his["holder"], his["cum_shares"]) == ("林远山", "3,000万股")


def test_what_is_not_pledged_is_no_total() -> None:
    text = "本次解除质押后，白石投资集团有限公司累计质押股份2.88亿股，占其所持股份的74.65%。剩余未质押的股数为9771.70万股，均为无限售流通股。"
    assert [t["cum_shares"] for t in told(releases, text) if "cum_shares" in t] == ["2.88亿股"]


def test_a_release_that_the_next_clause_tells() -> None:
    for words, day in (
        (
            "林远山先生将其质押给远山银行股份有限公司的公司3,930,000股高管锁定股（占公司总股本的1.76%），于2021年10月15日在登记机构办理了解除证券质押登记手续。",
            "2021-10-15",
        ),
        (
            "2021年8月24日，林远山先生将其质押给远山银行股份有限公司的3,930,000股（因公司实施每10股转增15股，质押股份数量由1,572,000股变为3,930,000股）公司股票办理了提前回购，并办理股票解除质押手续。",
            "2021-08-24",
        ),
        (
            "2021年1月27日，公司接到林远山先生通知，林远山先生质押给远山银行股份有限公司的3,930,000股公司股份已解除质押，相关手续已于当日办理完毕。",
            "2021-01-27",
        ),
    ):
        (freed,) = told(releases, words)
        assert (freed["shares"], freed["pledgee"], freed["date"]) == (
            "3,930,000股",
            "远山银行股份有限公司",
            day,
        )


def test_brackets_between_a_count_and_its_act() -> None:
    (deal,) = told(
        facts,
        "林远山先生将所持有的公司股票19,000,000股（占公司总股本450,512,080股的4.22%）质押给远山证券股份有限公司，初始交易日为2021年9月28日，回购交易日为2022年9月28日。",
    )
    assert (deal["shares"], deal["pledgee"], deal["from"], deal["to"]) == (
        "19,000,000股",
        "远山证券股份有限公司",
        "2021-09-28",
        "2022-09-28",
    )


def test_the_house_where_shares_lie_pledged_is_no_holder() -> None:
    (freed,) = told(
        releases,
        "2021年5月28日，林远山先生将上述在远山证券股份有限公司质押的18,000,000股公司股票全部购回并解除质押。",
    )
    assert (freed["holder"], freed["pledgee"]) == ("林远山", "远山证券股份有限公司")


def test_several_counts_freed_and_a_rest() -> None:
    found = told(
        releases,
        "林远山先生于2021年7月8日、2021年12月19日分别将质押的部分股票13,950,000股、17,400,000股提前解除质押。"
        "林远山先生于2022年1月10日将上述质押股份中的剩余股票18,650,000股提前解除质押。",
    )
    assert [(t["shares"], t["date"]) for t in found] == [
        ("13,950,000股", "2021-07-08"),
        ("17,400,000股", "2021-12-19"),
        ("18,650,000股", "2022-01-10"),
    ]


def test_parts_and_sums_are_told_once() -> None:
    found = told(
        facts,
        "2021年4月17日，林远山先生将其持有的公司股份2,680,000股、2,680,000股共计5,360,000股分两笔质押给远山证券股份有限公司。"
        "2021年4月29日，林远山先生将其持有的公司股份2,500,000股质押给临江证券股份有限公司。本次合计质押股份7,860,000股。",
    )
    assert [t["shares"] for t in found] == ["5,360,000股", "2,500,000股"]


def test_the_past_of_a_release_is_no_new_pledge() -> None:
    text = (
        "2021年8月12日，林远山先生将其持有的公司20,000,000股股份质押给远山银行股份有限公司。"
        "2022年10月29日，林远山先生将上述质押给远山银行股份有限公司的20,000,000股股份办理了解除质押手续。"
        "2022年10月29日，林远山先生将其持有的公司10,000,000股股份质押给临江证券股份有限公司。"
    )
    assert [t["shares"] for t in told(facts, text)] == ["10,000,000股"]
    (freed,) = told(releases, text)
    assert (freed["from"], freed["date"]) == ("2021-08-12", "2022-10-29")


def test_a_filing_on_the_one_tells_of_the_other_too() -> None:
    text = "2021年8月21日，白石投资集团有限公司将其质押给远山银行股份有限公司的6,800万股解除质押，并于2021年8月22日将6,800万股再次质押予远山银行股份有限公司。"
    found = facts_of("关于控股股东股份解除质押的公告", text, (), ("pledge_release",), None)
    assert sorted(fact.kind for fact in found) == ["pledge", "pledge_release"]
    old = "2020年8月21日，白石投资集团有限公司将6,800万股质押给远山银行股份有限公司。2021年8月21日，白石投资集团有限公司将上述股份中的3,000万股解除质押。"
    found = facts_of("关于控股股东股份解除质押的公告", old, (), ("pledge_release",), None)
    assert [fact.kind for fact in found] == ["pledge_release"]


def test_lost_tables_leave_who_and_to_whom() -> None:
    text = "公司近日接到控股股东林远山先生的通知，林远山先生将其质押给远山证券股份有限公司的股份办理了质押延期手续，具体情况如下：\n一、基本情况\n■\n截至公告披露日，林远山先生持有公司股份40,000,000股。"
    (put_off,) = facts(Filing("关于控股股东股份质押延期购回的公告", text))
    assert put_off.kind == "pledge_extension"
    (shown,) = told(facts, text, title="关于控股股东股份质押延期购回的公告")
    assert shown == {"holder": "林远山", "pledgee": "远山证券股份有限公司", "when": "近日"}


def test_what_is_soon_to_be_freed_is_neither() -> None:
    text = "其中林远山先生质押给远山证券股份有限公司的23,699,800股股份，预计近期将解除质押。"
    assert not [t for t in told(facts, text) + told(releases, text) if "shares" in t]


def test_holders_and_counts_in_their_order() -> None:
    text = (
        "控股股东林远山及其一致行动人之林近水、王白石分别办理完成解除质押股份91万股、440万股、1,500万股，合计2,031万股；"
        "分别再质押股份91万股、440万股、1,500万股，合计2,031万股。\n"
        "本次业务后，林远山、林近水、王白石累计质押数量分别为11,785万股、4,622万股、1,600万股，分别占其持股总数的97.19%、99.00%、99.98%。"
    )
    shares = [("林远山", "91万股"), ("林近水", "440万股"), ("王白石", "1,500万股")]
    assert [(t["holder"], t["shares"]) for t in told(releases, text) if "shares" in t] == shares
    pledged = told(facts, text)
    assert [(t["holder"], t["shares"]) for t in pledged if "shares" in t] == shares
    assert [(t["holder"], t["cum_shares"]) for t in pledged if "shares" not in t] == [
        ("林远山", "11,785万股"),
        ("林近水", "4,622万股"),
        ("王白石", "1,600万股"),
    ]


def test_pledges_put_off() -> None:
    table = (
        "股东名称 | 是否为控股股东或第一大股东及其一致行动人 | 本次延期质押数量 | 占其所持股份比例 | 占公司总股本比例 | 是否为限售股 | "
        "质押起始日 | 原质押到期日 | 延期购回日期 | 质权人 | 质押用途 |\n"
        "白石聚智投资有限公司 | 否 | 9,331,473股 | 52.87% | 5.30% | 否 | 2019.09.05 | 2020.09.06 | 2021.09.06 | 远山证券股份有限公司 | 质押延期 |\n"
        "注：白石聚智投资有限公司原质押延期股数为8,483,157股。\n"
    )
    (put_off,) = facts(Filing("关于公司股东部分股份质押延期的公告", table))
    assert put_off.kind == "pledge_extension"
    (shown,) = told(facts, table, title="关于公司股东部分股份质押延期的公告")
    assert (shown["shares"], shown["from"], shown["to"], shown["pledgee"]) == (
        "9,331,473股",
        "2019-09-05",
        "2021-09-06",
        "远山证券股份有限公司",
    )
    prose = "实际控制人林远山将其所持有的1825万股公司股份办理了展期业务。原质押到期日2021年9月8日，展期后质押到期日2022年9月8日。"
    (put_off,) = facts(Filing("关于质押展期的公告", prose))
    assert put_off.kind == "pledge_extension"
    assert told(facts, prose, title="关于质押展期的公告")[0]["to"] == "2022-09-08"


def test_each_release_has_the_day_after_its_own_count() -> None:
    found = told(
        releases,
        "控股股东白石控股有限公司原押给远山银行股份有限公司海州分行的4,500万股股票已于2022年3月28日解除质押，"
        "原押给临江银行股份有限公司的1,000万股股票已于2022年3月29日解除质押。",
    )
    assert [(t["shares"], t["pledgee"], t["date"], t.get("from")) for t in found] == [
        ("4,500万股", "远山银行股份有限公司海州分行", "2022-03-28", None),
        ("1,000万股", "临江银行股份有限公司", "2022-03-29", None),
    ]


def test_several_pledges_freed_at_once() -> None:
    (freed,) = told(
        releases,
        "2022年1月25日、2月23日，白石集团有限公司分别将其持有的公司4,484万股、4,686万股质押给远山投资合伙企业（有限合伙）和临江资产管理有限公司。"
        "2022年11月21日，白石集团有限公司已将上述质押股份合计9,170万股解除质押。",
        published=date(2022, 11, 23),
    )
    assert (freed["shares"], freed["date"], freed.get("from"), freed.get("pledgee")) == (
        "9,170万股",
        "2022-11-21",
        None,
        None,
    )


def test_a_release_around_its_count() -> None:
    text = "公司于2020年1月15日接到白石集团有限公司关于解除此笔1,180万股质押的通知，本次解质占其所持股份比例6.66%。"
    (freed,) = told(releases, text)
    assert (freed["shares"], freed["ratio_of_holding"]) == ("1,180万股", "6.66%")


def test_a_list_of_pledges_that_one_release_frees() -> None:
    text = (
        "林远山于2021年3月2日质押给远山证券的3,000,000股股份、于2021年4月2日质押给临江证券的2,000,000股股份，"
        "已于2024年5月30日解除质押。"
    )
    assert told(facts, text) == []
    assert [(t["shares"], t["pledgee"], t["from"], t["date"]) for t in told(releases, text)] == [
        ("3,000,000股", "远山证券", "2021-03-02", "2024-05-30"),
        ("2,000,000股", "临江证券", "2021-04-02", "2024-05-30"),
    ]
    text = (
        "海州投资2013年5月14日质押给远山信托有限公司的本公司95,000,000股股份(占公司总股本的9.34%)、"
        "2014年1月14日质押给远山信托有限公司的本公司7,300,000股股份(占公司总股本的0.72%)近日已办理了解除质押手续。"
    )
    assert told(facts, text) == []
    assert [(t["shares"], t["from"]) for t in told(releases, text)] == [
        ("95,000,000股", "2013-05-14"),
        ("7,300,000股", "2014-01-14"),
    ]


def test_a_holding_between_half_width_commas_is_no_release() -> None:
    text = (
        "控股股东海山控股有限公司（以下简称“海山控股”）于2023年8月15日办理了330万股的股份解除质押手续,截止本公告披露日,"
        "海山控股及其一致行动人近水(海州)实业有限公司持有公司股份193,378,183股,本次解除质押股份占其所持股份的1.71%。"
    )
    (freed,) = told(releases, text, "海山重工：控股股东解除质押330万股")
    assert (freed["shares"], freed["holder"]) == ("330万股", "海山控股有限公司")
    assert told(facts, text) == []


def test_a_release_and_a_pledge_between_half_width_commas() -> None:
    text = "公司于2020年11月30日接到控股股东海山控股有限公司函告,获悉其所持部分股份解除质押及质押,此次解除质押4800万股,质押4900万股。"
    assert [t["shares"] for t in told(releases, text)] == ["4800万股"]
    assert [t["shares"] for t in told(facts, text)] == ["4900万股"]


def test_a_printed_end_of_a_quarter_is_not_the_day_of_the_filing() -> None:
    for words, as_of in (("2021年一季度末", None), ("本公告披露日", "2021-07-08")):
        (total,) = told(
            releases,
            f"截至{words}，林远山先生持有公司股份4,000万股，累计质押股份3,000万股。",
            published=date(2021, 7, 8),
        )
        assert (total["cum_shares"], total.get("as_of")) == ("3,000万股", as_of)
