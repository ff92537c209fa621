"""The exchanges' and CNINFO's lists of companies on the simulated internet.

CNINFO's answer has the shape of one that was seen; the exchanges' have the shape that many programs
which read them tell of. All companies are invented.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook

from tests.crawlers.internet import NOT_FOUND, Answer, Asked, Site, as_json


@dataclass
class Share:
    """A company's share as the lists print it; `printed` is the exchange's short name, marks and all."""

    code: str
    name: str
    printed: str = ""
    full: str = ""
    listed: date = date(2010, 5, 6)
    board: str = "主板"
    only_cninfo: bool = False  # delisted: CNINFO still names it

    def __post_init__(self) -> None:
        self.printed = self.printed or self.name
        self.full = self.full or f"{self.name}股份有限公司"


@dataclass
class Market(Site):
    """All companies; every list shows those of its own."""

    shares: list[Share] = field(default_factory=list)
    # day, code, short name of today, old, new; of a code that is in no list any more
    renamed: list[tuple[str, str, str, str, str]] = field(
        default_factory=lambda: [("1999-03-04", "000998", "某某", "某某实业", "某某")]
    )
    renamed_full: list[tuple[str, str, str, str, str]] = field(
        default_factory=lambda: [("1999-03-04", "000998", "某某", "某某实业股份有限公司", "某某股份有限公司")]
    )

    hosts = ("www.cninfo.com.cn", "query.sse.com.cn", "www.szse.cn", "www.bse.cn")

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/new/data/szse_stock.json":
            return self.cninfo()
        if asked.path == "/sseQuery/commonQuery.do":
            return self.sse(asked)
        if asked.path == "/api/report/ShowReport":
            return self.szse(asked)
        if asked.path == "/nq/listedcompany.html":
            headers = (("Set-Cookie", "C3VK=1f2e3d; Path=/"),)
            return Answer(
                "<html><head><title>上市公司</title></head><body>上市公司列表</body></html>", headers=headers
            )
        if asked.path == "/nqxxController/nqxxCnzq.do" and asked.method == "POST":
            return self.bse(asked)
        return NOT_FOUND

    def of(self, *beginnings: str) -> list[Share]:
        return [s for s in self.shares if s.code.startswith(beginnings) and not s.only_cninfo]

    def cninfo(self) -> Answer:
        rows = [
            {
                "orgId": f"99000{n:05d}",
                "category": "B股" if share.code[:2] in ("20", "90") else "A股",
                "code": share.code,
                "pinyin": "abcd",
                # Marks of risk are printed here too, those of the day never.
                "zwjc": share.name if re.match("XD|XR|DR|N|C", share.printed) else share.printed,
            }
            for n, share in enumerate(self.shares)
            if share.code[0] in "02369" and not share.code.startswith("92")
        ]
        return as_json({"stockList": rows})

    def sse(self, asked: Asked) -> Answer:
        if not asked.headers.get("referer", "").startswith("https://www.sse.com.cn/"):
            return Answer("<html><body>Access denied</body></html>", 403)
        query = asked.query
        kind = query["STOCK_TYPE"]
        shares = {"1": self.of("60"), "8": self.of("68"), "2": self.of("900")}[kind]
        other = {share.name[:2]: share.code for share in self.of("60" if kind == "2" else "900")}
        size, number = int(query["pageHelp.pageSize"]), int(query["pageHelp.pageNo"])
        rows = [
            {
                # A company with both shares stands in both lists with both codes.
                "A_STOCK_CODE": other.get(share.name[:2], "-") if kind == "2" else share.code,
                "B_STOCK_CODE": share.code if kind == "2" else other.get(share.name[:2], "-"),
                "COMPANY_CODE": share.code,
                "SEC_NAME_CN": share.printed,
                "COMPANY_ABBR": share.printed,
                "FULL_NAME": share.full,
                "CSRC_CODE_DESC": "制造业",
                "LIST_DATE": f"{share.listed:%Y%m%d}",
                "DELIST_DATE": "-",
                "STOCK_TYPE": kind,
            }
            for share in shares[(number - 1) * size : number * size]
        ]
        paging = {
            "pageNo": number,
            "pageSize": size,
            "pageCount": max(1, -(-len(shares) // size)),
            "total": len(shares),
            "data": rows,
        }
        return as_json({"result": rows, "pageHelp": paging})

    def szse(self, asked: Asked) -> Answer:
        query = asked.query
        report, tab = query["CATALOGID"], query["TABKEY"]
        if report == "SSGSGMXX":
            word = "全称" if tab == "tab1" else "简称"
            head = ["变更日期", "证券代码", "证券简称", f"变更前{word}", f"变更后{word}"]
            rows = self.renamed_full if tab == "tab1" else self.renamed
            return workbook(f"{word}变更", [head, *rows])
        letter = "B" if tab == "tab2" else "A"
        head = [
            "板块", "公司全称", "英文名称", "注册地址", f"{letter}股代码", f"{letter}股简称", f"{letter}股上市日期",
            f"{letter}股总股本", "所属行业",
        ]  # fmt: skip
        shares = self.of("20") if letter == "B" else self.of("00", "30")
        return workbook(
            f"{letter}股列表",
            [
                head,
                *(
                    [
                        s.board,
                        s.full,
                        "Example Co., Ltd.",
                        "深圳",
                        s.code,
                        s.printed,
                        str(s.listed),
                        "1,000",
                        "C 制造业",
                    ]
                    for s in shares
                ),
            ],
        )

    def bse(self, asked: Asked) -> Answer:
        if "C3VK=" not in asked.cookies:
            return Answer("<html><body>403 Forbidden</body></html>", 403)
        shares, number, size = self.of("920"), int(asked.form["page"]), 20
        pages = max(1, -(-len(shares) // size))
        rows = [
            {
                "xxzqdm": share.code,
                "xxzqjc": share.printed,
                "xxzqjb": "T",
                "xxfcbj": "2",
                "fxssrq": f"{share.listed:%Y%m%d}",
                "xxhyzl": "软件和信息技术服务业",
                "xxzgb": 1000,
            }
            for share in shares[number * size : (number + 1) * size]
        ]
        page = {
            "content": rows,
            "number": number,
            "numberOfElements": len(rows),
            "size": size,
            "totalElements": len(shares),
            "totalPages": pages,
            "firstPage": number == 0,
            "lastPage": number == pages - 1,
        }
        return Answer(f"null({json.dumps([page], ensure_ascii=False)})", type="text/plain;charset=UTF-8")


def workbook(name: str, rows: Sequence[Sequence[str]]) -> Answer:
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return Answer(out.getvalue(), type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
