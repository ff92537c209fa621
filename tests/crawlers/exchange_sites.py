"""The sites of filings on the simulated internet: CNINFO, the exchanges' own, Eastmoney."""

from __future__ import annotations

import json
from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.model import SHANGHAI
from tests.crawlers.internet import NOT_FOUND, Answer, Asked, Site, as_json, as_jsonp
from tests.crawlers.published import Column, Item, pdf


@dataclass
class Cninfo(Site):
    """The form API: days by `seDate`, 30 rows a page, `announcements: null` on an empty day."""

    items: list[Item] = field(default_factory=list)
    hosts: tuple[str, ...] = ("www.cninfo.com.cn", "static.cninfo.com.cn")
    size: int = 30
    most: int = 100  # pages that it gives of one list
    promised: int | None = None  # what it says instead of the number of its rows

    def path(self, item: Item) -> str:
        return f"finalpage/{item.shown:%Y-%m-%d}/{1219000000 + item.number}.PDF"

    def visible(self) -> list[Item]:
        return Column("", self.items).visible(self.now)

    def answer(self, asked: Asked) -> Answer:
        if asked.host.startswith("static."):
            for item in self.visible():
                if asked.path == "/" + self.path(item):
                    return Answer(pdf(f"{item.title}\n{item.text_at(self.now)}"), type="application/pdf")
            return NOT_FOUND
        if asked.method != "POST" or asked.path != "/new/hisAnnouncement/query" or not asked.form:
            return NOT_FOUND
        first, last = (datetime.fromisoformat(day).date() for day in asked.form["seDate"].split("~"))
        rows = [i for i in self.visible() if first <= i.shown.date() <= last]
        rows = [i for i in rows if asked.form["searchkey"] in i.title]
        plate = {"": "", "sz": "0123", "sh": "6"}[asked.form["plate"]]
        rows = [i for i in rows if not plate or i.code[0] in plate]
        number = int(asked.form["pageNum"])
        page = rows[(number - 1) * self.size : number * self.size] if number <= self.most else []
        total = len(rows) if plate or self.promised is None else self.promised
        answer = {
            "classifiedAnnouncements": None,
            "totalSecurities": 0,
            "totalAnnouncement": total,
            "totalRecordNum": total,
            "announcements": [self.row(item) for item in page] or None,
            "categoryList": None,
            "hasMore": number * self.size < len(rows) and number < self.most,
            "totalpages": len(rows) // self.size,
        }
        return Answer(json.dumps(answer, ensure_ascii=False), type="application/json;charset=UTF-8")

    def row(self, item: Item) -> dict[str, object]:
        return {
            "secCode": item.code,
            "secName": item.company,
            "orgId": "9900008270",
            "announcementId": str(1219000000 + item.number),
            "announcementTitle": item.title,
            "announcementTime": int(item.shown.timestamp() * 1000),
            "adjunctUrl": self.path(item),
            "adjunctSize": 120,
            "adjunctType": "PDF",
            "storageTime": None,
            "columnId": "250401||251302",
            "pageColumn": "SZCY",
            "announcementType": "01010503||010112",
            "associateAnnouncement": None,
            "important": None,
            "batchNum": None,
            "announcementContent": None,
            "orgName": None,
            "announcementTypeName": None,
        }


@dataclass
class Exchange(Site):
    items: list[Item] = field(default_factory=list)
    hosts: tuple[str, ...] = ()
    size: int = 25

    def on(self, first: str, last: str) -> list[Item]:
        shown = Column("", self.items).visible(self.now)
        days = [datetime.fromisoformat(day).date() for day in (first, last)]
        return [i for i in shown if days[0] <= i.shown.date() <= days[1]]

    def part(self, rows: list[Item], number: int) -> list[Item]:
        return rows[(number - 1) * self.size : number * self.size]

    def file(self, asked: Asked) -> Answer:
        for item in Column("", self.items).visible(self.now):
            if asked.path.endswith(self.path(item)):
                return Answer(pdf(f"{item.title}\n{item.text_at(self.now)}"), type="application/pdf")
        return NOT_FOUND

    @abstractmethod
    def path(self, item: Item) -> str: ...


@dataclass
class Sse(Exchange):
    """JSONP, groups of a filing and its enclosures, and a Referer that is a must."""

    hosts: tuple[str, ...] = ("query.sse.com.cn", "static.sse.com.cn")

    def path(self, item: Item) -> str:
        day = f"{item.shown:%Y-%m-%d}"
        return f"/disclosure/listedinfo/announcement/c/new/{day}/{item.code}_{day.replace('-', '')}_{item.number:04d}.pdf"

    def answer(self, asked: Asked) -> Answer:
        if asked.host == "static.sse.com.cn":
            return self.file(asked)
        if asked.headers.get("referer") != "https://www.sse.com.cn/":
            return Answer("<html><body>403</body></html>", 403)
        query = asked.query
        board = "688" if query["stockType"] == "8" else "60"
        rows = [i for i in self.on(query["START_DATE"], query["END_DATE"]) if i.code.startswith(board)]
        number = int(query["pageHelp.pageNo"])
        data = [
            [
                {
                    "SECURITY_CODE": i.code,
                    "SECURITY_NAME": i.company,
                    "TITLE": i.title,
                    "SSEDATE": f"{i.shown:%Y-%m-%d}",
                    "BULLETIN_TYPE_DESC": "其他",
                    "ORG_BULLETIN_ID": str(i.number),
                    "URL": self.path(i),
                }
            ]
            for i in self.part(rows, number)
        ]
        pages = -(-len(rows) // self.size)
        helped = {"data": data, "pageCount": pages, "pageNo": number, "total": len(rows)}
        return as_jsonp(query["jsonCallBack"], {"pageHelp": helped, "result": data})


@dataclass
class Szse(Exchange):
    hosts: tuple[str, ...] = ("www.szse.cn", "disc.static.szse.cn")
    size: int = 50

    def path(self, item: Item) -> str:
        return f"/disc/disk03/finalpage/{item.shown:%Y-%m-%d}/uuid-{item.number}.PDF"

    def answer(self, asked: Asked) -> Answer:
        if asked.host == "disc.static.szse.cn":
            return self.file(asked)
        if asked.headers.get("content-type") != "application/json":
            return Answer("", 400)
        body = json.loads(asked.body)
        rows = self.on(*body["seDate"])
        data = [
            {
                "id": f"uuid-{i.number}",
                "annId": 1219000000 + i.number,
                "title": f"{i.company}：{i.title}",
                "publishTime": f"{i.shown:%Y-%m-%d %H:%M:%S}",
                "attachPath": self.path(i),
                "attachFormat": "PDF",
                "attachSize": 120,
                "secCode": [i.code],
                "secName": [i.company],
            }
            for i in self.part(rows, body["pageNum"])
        ]
        return as_json({"announceCount": len(rows), "data": data})


def _old_news() -> dict[str, list[Item]]:
    """One old item in each column, by the number that the lists are asked for."""
    at = datetime(2024, 2, 18, 9, 0, tzinfo=SHANGHAI)
    return {
        node: [Item(900_000 + n, f"关于第{n}项旧事项的通知", at)] for n, node in enumerate(("1289", "2676"))
    }


@dataclass
class Bse(Exchange):
    """JSONP to a form, pages from 0, nothing without the cookie of the page before.

    Its own news are lists of the same manner, the first row of which may be an old one that is pinned.
    """

    hosts: tuple[str, ...] = ("www.bse.cn",)
    size: int = 20
    news: dict[str, list[Item]] = field(default_factory=_old_news)
    pinned: Item | None = None

    def path(self, item: Item) -> str:
        return f"/disclosure/{item.shown:%Y}/{item.shown:%Y-%m-%d}/{1700000000 + item.number}_{100000 + item.number}.pdf"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/disclosure/announcement.html":
            return Answer("<html><body>公告</body></html>", headers=(("Set-Cookie", "C3VK=1; path=/"),))
        if asked.method == "GET":
            return self.article(asked) or self.file(asked)
        if "C3VK=1" not in asked.cookies:
            return Answer("", 403)
        form = asked.form
        if asked.path == "/info/listse.do":
            return self.listed(asked)
        rows = self.on(form["startTime"], form["endTime"])
        number = int(form["page"])
        content = [
            {
                "companyCd": i.code,
                "companyName": i.company,
                "disclosureTitle": f"[临时公告]{i.company}:{i.title}",
                "disclosurePostTitle": "",
                "destFilePath": self.path(i),
                "publishDate": f"{i.shown:%Y-%m-%d}",
                "fileExt": "pdf",
                "xxfcbj": "2",
                "xxzrlx": "1",
            }
            for i in self.part(rows, number + 1)
        ]
        info = {
            "content": content,
            "number": number,
            "size": self.size,
            "totalElements": len(rows),
            "totalPages": -(-len(rows) // self.size),
        }
        return as_jsonp("cb", [{"status": 0, "listInfo": info}])

    def of(self, node: str) -> list[Item]:
        shown = Column("", self.news[node]).visible(self.now)
        return [self.pinned, *shown] if self.pinned and node == "1289" else shown

    def address(self, node: str, item: Item) -> str:
        folder = "important_news" if node == "1289" else "news_list"
        return f"/{folder}/{200000000 + item.number}.html"

    def listed(self, asked: Asked) -> Answer:
        if (
            asked.headers.get("x-requested-with") != "XMLHttpRequest"
            or "/news/" not in asked.headers["referer"]
        ):
            return Answer("", 403)
        node, number, size = (asked.form[name] for name in ("nodeIds[]", "page", "pageSize"))
        rows = self.of(node)
        content = [
            {
                "infoId": 200000000 + i.number,
                "title": i.title + "\\n",
                "linkUrl": "",
                "htmlUrl": self.address(node, i),
                "publishDate": f"{i.shown:%Y-%m-%d %H:%M:%S}",
                "fileUrl": "",
            }
            for i in rows[int(number) * int(size) : (int(number) + 1) * int(size)]
        ]
        return as_jsonp("null", [{"result": True, "data": {"content": content, "totalElements": len(rows)}}])

    def article(self, asked: Asked) -> Answer | None:
        for node in self.news:
            for item in self.of(node):
                if asked.path == self.address(node, item):
                    return Answer(
                        f"<html><head><title>{item.title} </title></head><body><div class='nav'>首页 信息披露</div>"
                        f"<span class='date_span'>{item.shown:%Y-%m-%d}</span>"
                        f"<div class='in_main clearfix'><p>{item.text_at(self.now)}</p></div></body></html>"
                    )
        return None


@dataclass
class Eastmoney(Exchange):
    hosts: tuple[str, ...] = (
        "np-anotice-stock.eastmoney.com",
        "np-cnotice-stock.eastmoney.com",
        "pdf.dfcfw.com",
    )
    size: int = 100

    def code(self, item: Item) -> str:
        return f"AN{item.shown:%Y%m%d}{1600000000 + item.number}"

    def path(self, item: Item) -> str:
        return f"/pdf/H2_{self.code(item)}_1.pdf"

    def answer(self, asked: Asked) -> Answer:
        if asked.host == "pdf.dfcfw.com":
            return self.file(asked)
        if asked.host.startswith("np-cnotice"):
            item = next(i for i in self.items if self.code(i) == asked.query["art_code"])
            data = {
                "art_code": self.code(item),
                "notice_title": item.title,
                "notice_content": item.text_at(self.now),
                "notice_date": f"{item.shown:%Y-%m-%d %H:%M:%S}",
                "page_size": 1,
                "security": [{"stock": item.code, "short_name": item.company}],
                "attach_url": f"https://pdf.dfcfw.com{self.path(item)}",
            }
            return as_json({"success": 1, "data": data})
        query = asked.query
        rows = self.on(query["begin_time"], query["end_time"])
        rows = [i for i in rows if query.get("stock_list", i.code) == i.code]
        number = int(query["page_index"])
        found = [
            {
                "art_code": self.code(i),
                "title": f"{i.company}:{i.title}",
                "notice_date": f"{i.shown:%Y-%m-%d %H:%M:%S}",
                "eiTime": f"{i.at:%Y-%m-%d %H:%M:%S}:000",
                "codes": [{"stock_code": i.code, "short_name": i.company}],
                "columns": [],
            }
            for i in self.part(rows, number)
        ]
        data = {"page_index": number, "page_size": self.size, "total_hits": len(rows), "list": found}
        return as_json({"success": 1, "data": data})
