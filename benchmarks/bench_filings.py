"""python -m benchmarks.bench_filings: filings a second for title and facts, on texts written here.

Prints filings/s of about 870 characters, and the ratio of reading a text of one kind under all kinds' titles
to reading its title alone under one rule: flat in the number of kinds.
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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=400)
    args = parser.parse_args(arguments)
    load_titles()
    cases = texts(args.filings)
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
    print(
        f"filings: {len(cases) / spent:,.0f}/s of {size:.0f} characters, {facts} facts; titles take {titles / spent:.0%} of it"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
