"""Tables of holders' trades in the layouts that PDFs and pages leave of them. All names and figures are made up."""

from __future__ import annotations

import pytest

from pipeline.filings.shareholders import increases, reductions
from tests.pipeline.filings.told import checks, told

HEAD = ["股东名称", "减持方式", "减持期间", "减持均价（元/股）", "减持股数（股）", "减持比例（%）"]
ROWS = [
    ["远山投资", "集中竞价交易", "2023年4月26日至2023年5月16日", "40.72", "1,128,650", "0.7142"],
    ["", "大宗交易", "2023年4月28日", "40.56", "2,257,564", "1.4286"],
    ["合计", "-", "-", "-", "3,386,214", "2.1428"],
    ["林近水", "集中竞价交易", "2023年4月27日", "38.41", "451,553", "0.2857"],
    ["合计", "-", "-", "-", "451,553", "0.2857"],
]
HELD = [
    ["股东名称", "股份性质", "本次减持前持有股份", "", "本次减持后持有股份", ""],
    ["", "", "股数（股）", "占总股本比例（%）", "股数（股）", "占总股本比例（%）"],
    ["远山投资", "合计持有股份", "10,488,534", "6.64", "7,102,320", "4.4944"],
    ["", "其中：无限售条件股份", "10,488,534", "6.64", "7,102,320", "4.4944"],
]
TOLD = "青禾智能股份有限公司（以下简称“公司”）收到股东海州远山投资有限公司（以下简称“远山投资”）、林近水的告知函，减持计划已实施完毕。"


@pytest.mark.parametrize("cell", ["\t", " | ", "\n|\n"])
def test_rows_of_trades(cell: str) -> None:
    lines = [TOLD, "1、股东减持股份情况", *(cell.join(row) for row in (HEAD, *ROWS))]
    lines += ["2、股东本次减持前后持股情况", *(cell.join(row) for row in HELD)]
    sold = told(reductions, "\n".join(lines), "关于股东减持股份计划实施完成的公告")
    first = {
        "holder": "海州远山投资有限公司",
        "shares": "1,128,650",
        "ratio": "0.7142",
        "price_avg": "40.72",
        "from": "2023-04-26",
        "to": "2023-05-16",
        "holding_after": "7,102,320",
        "stage": "result",
    }
    assert sold[0] == first
    assert [(s["holder"], s["shares"], s["price_avg"], s["from"]) for s in sold[1:]] == [
        ("海州远山投资有限公司", "2,257,564", "40.56", "2023-04-28"),
        ("林近水", "451,553", "38.41", "2023-04-27"),
    ]


def test_a_trade_of_text_and_table_is_one() -> None:
    text = (
        "青禾智能公告，2018年8月30日收到控股股东海州环路建设有限公司（以下简称“环路公司”）告知函，环路公司于2018年6月29日至2018年8月30日"
        "累计增持公司股份4,992,202股，约占公司总股本的1%。\n"
        "增持人\t增持方式\t增持期间\t增持数量（股）\t增持均价（元/股）\t增持金额（万元）\t占公司总股本比例\n"
        "环路公司\t集中竞价\t2018年6月29日至2018年8月30日\t4,992,202\t4.294\t2,143.65\t1%\n"
    )
    (bought,) = told(increases, text, "关于控股股东增持公司股份的进展公告")
    assert bought["holder"] == "海州环路建设有限公司"
    assert (bought["shares"], bought["price_avg"], bought["amount"], bought["ratio"]) == (
        "4,992,202",
        "4.294",
        "2,143.65",
        "1%",
    )
    assert checks(increases, f"关于控股股东增持公司股份的进展公告\n{text}") == {"shares*price=amount": True}


@pytest.mark.parametrize("cell", ["\t", " | "])
def test_plans_in_tables(cell: str) -> None:
    def table(*rows: tuple[str, ...]) -> str:
        return "青禾智能公告。\n" + "\n".join(cell.join(row) for row in rows) + "\n以上减持计划可能不实施。\n"

    found = told(
        reductions,
        table(
            ("股东名称", "拟减持方式", "拟减持股份数量（不超过（含））", "拟减持股份数量占公司总股本的比例"),
            ("白石资管45号", "集中竞价交易及大宗交易", "30,824,839", "3.00%"),
            ("林近水", "集中竞价", "459,609", "0.13%"),
        ),
        "关于股东减持股份的预披露公告",
    )
    assert found == [
        {
            "holder": holder,
            "shares": shares,
            "ratio": ratio,
            "plan_shares": shares,
            "plan_ratio": ratio,
            "stage": "plan",
        }
        for holder, shares, ratio in (
            ("白石资管45号", "30,824,839", "3.00%"),
            ("林近水", "459,609", "0.13%"),
        )
    ]
    (plan,) = told(
        reductions,
        table(
            ("股东名称", "减持原因", "股份来源", "计划减持数量（股）", "计划减持比例", "减持方式", "减持期间", "减持价格区间"),
            ("林近水", "个人资金需求", "首发前股份", "459,609", "0.13%", "集中竞价", "2023年2月20日-2023年8月20日", "按市场价格确定"),
        ),
        "关于股东减持股份的预披露公告",
    )  # fmt: skip
    assert (plan["plan_shares"], plan["from"], plan["to"]) == ("459,609", "2023-02-20", "2023-08-20")


RESULT = [
    ["股东名称", "海州远山投资合伙企业（有限合伙）"],
    ["计划减持数量", "不超过：2,000,000股"],
    ["计划减持比例", "不超过：1%"],
    ["减持计划首次披露日期", "2024年9月12日"],
    ["减持数量", "1,900,000股"],
    ["减持期间", "2024年10月9日～2025年1月8日"],
    ["减持方式及对应减持数量", "集中竞价减持，1,900,000股"],
    ["减持价格区间", "10.00～11.20元/股"],
    ["减持总金额", "20,140,000.00元"],
    ["减持完成情况", "未完成：100,000股"],
    ["减持比例", "0.95%"],
    ["原计划减持比例", "不超过：1%"],
    ["当前持股数量", "10,100,000股"],
    ["当前持股比例", "5.05%"],
]


@pytest.mark.parametrize("cell", [" ", " | ", "\t"])
def test_an_upright_result(cell: str) -> None:
    text = (
        "本次减持计划实施前，海州远山投资合伙企业（有限合伙）（以下简称“远山投资”）持有青禾科技股份有限公司（以下简称“公司”）股份12,000,000股，占公司总股本的6.00%。\n"
        "一、减持主体减持前基本情况\n股东名称{c}海州远山投资合伙企业（有限合伙）\n股东身份{c}控股股东 □是 √否\n持股数量{c}12,000,000股\n持股比例{c}6.00%\n"
        "当前持股股份来源{c}IPO前取得：12,000,000股\n二、减持计划的实施结果\n".replace("{c}", cell)
        + "\n".join(cell.join(row) for row in RESULT)
    )
    assert told(reductions, text, "青禾科技股东减持股份结果公告") == [
        {
            "holder": "海州远山投资合伙企业(有限合伙)",
            "shares": "1,900,000股",
            "ratio": "0.95%",
            "price_low": "10.00",
            "price_high": "11.20元/股",
            "amount": "20,140,000.00元",
            "from": "2024-10-09",
            "to": "2025-01-08",
            "holding_after": "10,100,000股",
            "stage": "result",
        }
    ]


@pytest.mark.parametrize(("cell", "row"), [(" | ", " |\n"), ("\t", "\n"), (" ", "\n"), ("\n", "\n")])
def test_upright_plan(cell: str, row: str) -> None:
    lines = (
        ("股东名称", "白石投资合伙企业（有限合伙）"),
        ("计划减持数量", "不超过：1,200,000股"),
        ("计划减持比例", "不超过：1.00%"),
        ("减持方式及对应减持数量", "集中竞价减持，不超过：1,200,000股"),
        ("减持期间", "2025年1月2日～2025年4月1日"),
        ("拟减持股份来源", "IPO前取得"),
        ("拟减持原因", "自身资金需求"),
    )
    text = (
        "二、减持计划的主要内容\n"
        + row.join(map(cell.join, lines))
        + "\n（一）相关股东是否有其他安排 □是 √否\n"
    )
    (plan,) = told(reductions, text, "青禾股份：股东减持股份计划公告")
    assert plan == {
        "holder": "白石投资合伙企业(有限合伙)",
        "plan_window": "2025年1月2日~2025年4月1日",
        "plan_shares": "1,200,000股",
        "plan_ratio": "1.00%",
        "shares": "1,200,000股",
        "ratio": "1.00%",
        "from": "2025-01-02",
        "to": "2025-04-01",
        "stage": "plan",
    }


@pytest.mark.parametrize(("cell", "row"), [(" | ", " |\n"), ("\t", "\n"), (" ", "\n"), ("\n", "\n")])
def test_upright_result_of_a_buyer(cell: str, row: str) -> None:
    lines = (
        ("增持主体名称", "白石集团有限公司"),
        ("增持计划公告披露日", "2025年1月2日"),
        ("增持计划拟实施期间", "2025年1月2日～2025年7月1日"),
        ("增持计划拟增持金额", "5,000万元～1亿元"),
        ("增持实施期间", "2025年1月3日～2025年6月20日"),
        ("增持股份方式及数量", "集中竞价交易，累计增持 6,000,000 股"),
        ("累计增持股份金额", "60,123,456.00元"),
        ("累计增持股份数量", "6,000,000股"),
        ("累计增持比例（占总股本）", "3.00%"),
        ("增持计划完成后增持主体（及其一致行动人）持股数量", "86,000,000股"),
        ("增持计划完成后增持主体（及其一致行动人）持股比例", "43.00%"),
    )
    text = "（一）增持计划的实施情况\n" + row.join(map(cell.join, lines)) + "\n（二）是否达到下限 √是 □否\n"
    (bought,) = told(increases, text, "青禾股份：关于控股股东增持计划实施完毕暨增持结果的公告")
    assert (bought["holder"], bought["shares"], bought["ratio"], bought["amount"]) == (
        "白石集团有限公司",
        "6,000,000股",
        "3.00%",
        "60,123,456.00元",
    )
    assert (bought["from"], bought["to"]) == ("2025-01-03", "2025-06-20")


def test_a_cell_a_line_leaves_the_holder_whole() -> None:
    text = (
        "持有公司股份14,460,465股的股东海州市创新投资集团有限公司（以下简称“海创投”）减持情况如下：\n"
        "股东名称\n减持方式\n减持时间\n减持均价\n（元/股）\n减持股数\n（股）\n减持比例\n（%）\n"
        "海创投\n集中竞价交易\n2019/3/12\n19.502\n100,000\n0.0368%\n2019/3/13\n19.179\n60,000\n0.0221%\n"
    )
    found = told(reductions, text, "关于大股东减持计划期限届满的公告")
    assert [(t["holder"], t["shares"], t["to"]) for t in found] == [
        ("海州市创新投资集团有限公司", "100,000", "2019-03-12"),
        ("海州市创新投资集团有限公司", "60,000", "2019-03-13"),
    ]
