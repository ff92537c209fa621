"""python -m benchmarks.bench_filings: filings a second for title and facts, on texts written here.

Prints, for each of several kinds, filings/s of about 870 characters, how long one takes against a buyback, and the
share of it that the titles take: flat in the number of kinds.
"""

from __future__ import annotations

import argparse
import sys
import time

from pipeline.filings import facts_of, kinds_of
from pipeline.filings.titles import load_titles

_PARAGRAPH = (
    "截至2024年2月{day}日，公司通过上海证券交易所交易系统以集中竞价交易方式累计回购股份{shares}股，占公司总股本的比例为"
    "0.{day:02d}%，回购成交的最高价为{high}元/股，最低价为{low}元/股，支付的资金总额为人民币{paid}元（不含印花税、交易佣金等交易费用）。"
)
_FILL = "公司将严格按照有关规定，根据市场情况择机实施本次计划，并及时履行信息披露义务，敬请广大投资者注意投资风险。"


_FLASH = (
    "单位：万元\n项目\t本报告期\t上年同期\t增减变动幅度（%）\n营业总收入\t{a:,}.50\t80,000.00\t25.00\n"
    "营业利润\t9,{b:03d}.10\t8,000.00\t12.50\n利润总额\t9,{b:03d}.30\t8,100.00\t12.35\n"
    "归属于上市公司股东的净利润\t7,{b:03d}.33\t6,000.00\t16.67\n基本每股收益（元）\t0.70\t0.60\t16.67\n"
    "加权平均净资产收益率\t10.00%\t9.00%\t增加1.00个百分点\n项目\t本报告期末\t本报告期初\t增减变动幅度（%）\n"
    "总资产\t300,{b:03d}.00\t280,000.00\t7.14\n归属于上市公司股东的所有者权益\t90,{b:03d}.00\t80,000.00\t12.50\n"
    "报告期内，公司实现营业总收入{a:,}.50万元，同比增长25.00%，主要系订单增长所致。"
)
_TRADE = (
    "公司股东林远山先生计划自公告之日起十五个交易日后的六个月内通过集中竞价方式减持不超过{a:,}股，即不超过公司总股本的0.17%。\n"
    "林远山先生于2023年7月24日至2023年9月15日通过集中竞价方式累计减持公司股份5{b:05d}股，占公司总股本的0.09%，"
    "减持价格区间为20.10元/股-21.50元/股。\n本次减持后，林远山先生持有公司股份3,832,593股，占公司总股本的0.64%。"
)
_PLEDGE = (
    "示例股份有限公司（以下简称“公司”）于2021年5月25日接到控股股东白石投资集团有限公司（以下简称“白石集团”）通知，"
    "白石集团于2021年5月20日将原质押给远山银行股份有限公司海州分行的公司股份{a:,}股解除质押。2021年5月21日，白石集团将其持有的"
    "公司无限售流通股8,{b:03d},000股（占公司总股本的4.00%）质押给临江证券股份有限公司，初始交易日为2021年5月21日，购回交易日为2022年5月20日。"
    "截至本公告日，白石集团持有公司股份40,000,000股，占公司总股本的20.00%；累计质押股份18,{b:03d},000股，占其所持公司股份的45.00%。"
)
_KINDS = {
    "earnings_flash": ("2023年度业绩快报公告", _FLASH),
    "shareholder_reduction": ("关于股东减持股份计划实施进展的公告", _TRADE),
    "pledge": ("关于控股股东部分股份解除质押及再质押的公告", _PLEDGE),
}


def others(kind: str, count: int) -> list[tuple[str, str]]:
    """Texts of another kind, of the same length, no two alike."""
    title, form = _KINDS[kind]
    found = []
    for i in range(count):
        body = form.format(a=1_000_000 + i * 137, b=i % 1000)
        while len(body) < 850:
            body += "\n" + _FILL
        found.append((f"示例{i}股份有限公司{title}", body))
    return found


def texts(count: int) -> list[tuple[str, str]]:
    """Titles and bodies of about 870 characters, no two alike."""
    found = []
    for i in range(count):
        body = (
            "本公司董事会及全体董事保证本公告内容不存在任何虚假记载、误导性陈述或者重大遗漏。\n"
            + _PARAGRAPH.format(
                day=i % 28 + 1,
                shares=f"{1_000_000 + i * 137:,}",
                high=f"{30 + i % 9}.{i % 90 + 10}",
                low=f"{20 + i % 7}.05",
                paid=f"{30_000_000 + i * 911:,}.50",
            )
        )
        body += "\n本次回购股份方案：资金总额不低于人民币5,000万元（含），不超过人民币10,000万元（含），回购价格不超过人民币45.00元/股。"
        while len(body) < 850:
            body += "\n" + _FILL
        found.append((f"示例{i}股份有限公司关于以集中竞价交易方式回购公司股份的进展公告", body))
    return found


def measure(kind: str, cases: list[tuple[str, str]], beside: float | None = None) -> float:
    """Seconds a filing; printed beside those of another kind."""
    size = sum(len(body) for _, body in cases) / len(cases)
    for title, body in cases[:50]:
        facts_of(title, body, (), kinds_of(title, body), None)
    start = time.process_time()
    facts = sum(len(facts_of(title, body, (), kinds_of(title, body), None)) for title, body in cases)
    spent = time.process_time() - start
    start = time.process_time()
    for title, body in cases:
        kinds_of(title, body)
    titles = time.process_time() - start
    one = spent / len(cases)
    ratio = f", {one / beside:.2f} of a buyback's time" if beside else ""
    print(
        f"filings: {kind}: {1 / one:,.0f}/s of {size:.0f} characters{ratio}, {facts} facts; "
        f"titles take {titles / spent:.0%} of it"
    )
    return one


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=400)
    args = parser.parse_args(arguments)
    load_titles()
    first = measure("buyback", texts(args.filings))
    for kind in _KINDS:
        measure(kind, others(kind, args.filings), first)
    return 0


if __name__ == "__main__":
    sys.exit(main())
