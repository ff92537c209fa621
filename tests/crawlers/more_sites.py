"""More publishing systems of the simulated internet: the other ministries, and the exchanges' own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from tests.crawlers.internet import NOT_FOUND, Answer, Asked, Site
from tests.crawlers.sites import Cac, Cninfo, Column, Item, Pages, Trs, pdf

JSON = "application/json;charset=UTF-8"


def _json(value: object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), type=JSON)


def _jsonp(name: str, value: object) -> Answer:
    return Answer(f"{name}({json.dumps(value, ensure_ascii=False)})", type="application/javascript")


@dataclass
class Ndrc(Trs):
    hosts: tuple[str, ...] = ("www.ndrc.gov.cn",)
    cookie: str | None = None
    size: int = 25

    def list(self, column: Column, number: int) -> Answer:
        shown = column.visible(self.now)[number * self.size : (number + 1) * self.size]
        rows = "".join(
            f'<li><a href=".{self.address(column, i).removeprefix(column.path.rstrip("/"))}" title="{i.title}">'
            f"{i.title}</a><span>{i.shown:%Y/%m/%d}</span></li><li class='empty'></li>"
            for i in shown
        )
        script = f'createPageHTML({self.pages(column)},{number},"index","html")'
        return Answer(f"<html><body><ul class='u-list'>{rows}</ul><script>{script}</script></body></html>")

    def detail(self, item: Item) -> Answer:
        return Answer(
            f'<html><head><meta name="PubDate" content="{item.shown:%Y-%m-%d %H:%M:%S}"><meta name="ContentSource"'
            f'content="产业司"></head><body><h2 class="article_title">{item.title}</h2><div class="article_con">'
            f"<div class=TRS_Editor><p>{item.text_at(self.now)}</p></div></div></body></html>"
        )


@dataclass
class Most(Ndrc):
    hosts: tuple[str, ...] = ("www.most.gov.cn",)

    def list(self, column: Column, number: int) -> Answer:
        shown = column.visible(self.now)[number * self.size : (number + 1) * self.size]
        rows = "".join(
            f'<li><a href="{self.address(column, i)}" title="{i.title}">{i.title}</a>'
            f'<span class="mhide">{i.shown:%Y-%m-%d}</span></li>'
            for i in shown
        )
        script = f'createPageHTML({self.pages(column)},{number},"index","html")'
        return Answer(f"<html><body><ul class='a_list'>{rows}</ul><script>{script}</script></body></html>")

    def detail(self, item: Item) -> Answer:
        return Answer(
            f'<html><head><meta name="PubDate" content="{item.shown:%Y-%m-%d} 03:11"></head><body>'
            f'<div class="xxgk_title">{item.title}</div><div id="Zoom"><p>{item.text_at(self.now)}</p></div>'
            f"</body></html>"
        )


class Nda(Cac):
    hosts = ("www.nda.gov.cn",)

    def address(self, column: Column, item: Item) -> str:
        folder = column.path.removesuffix("list/index_pc_1.html")
        return f"{folder}{item.shown:%m%d}/{item.shown:%Y%m%d}{100000000000 + item.number}_pc.html"

    def list(self, column: Column, number: int) -> Answer:
        rows = column.visible(self.now)[(number - 1) * self.size : number * self.size]
        lines = "".join(
            f'<li><a href="{self.address(column, i)}">{i.title}</a><span>{i.shown:%Y.%m.%d}</span></li>'
            for i in rows
        )
        return Answer(f"<html><body><ul class='u-list'>{lines}</ul></body></html>") if rows else NOT_FOUND

    def answer(self, asked: Asked) -> Answer:
        for column in self.columns:
            stem = column.path.removesuffix("1.html")
            number = asked.path.removeprefix(stem).removesuffix(".html")
            if asked.path.startswith(stem) and number.isdigit():
                return self.list(column, int(number))
        found = self.find(asked)
        if not found:
            return NOT_FOUND
        item = found[1]
        return Answer(
            f'<html><head><meta name="ArticleTitle" content="{item.title}"><meta name="PubDate" '
            f'content="{item.shown:%Y-%m-%d %H:%M}"></head><body><div id="content"><p>{item.text_at(self.now)}</p>'
            f"</div></body></html>"
        )


class Csrc(Pages):
    """Shells with a channel id, a JSON list for each; the regulations are a table on the page itself."""

    hosts = ("www.csrc.gov.cn",)
    size = 18

    def address(self, column: Column, item: Item) -> str:
        return f"{column.path.rpartition('/')[0]}/c{7000000 + item.number}/content.shtml"

    def answer(self, asked: Asked) -> Answer:
        for number, column in enumerate(self.columns):
            if asked.path == column.path and column.path.endswith("fg.shtml"):
                rows = "".join(
                    f"<tr><td><a class='list' href='{self.address(column, i)}'><div class='til'>{i.title}</div>"
                    f"<div class='sub-title'>（{i.shown:%Y年%-m月%-d日}公布）</div></a></td></tr>"
                    for i in column.visible(self.now)
                )
                return Answer(
                    f"<html><body><table><tbody id='zc-list-content'>{rows}</tbody></table></body></html>"
                )
            if asked.path == column.path:
                return Answer(
                    f"<html><head><meta name='channelid' content='chan{number}'></head><body><p>证监会要闻栏目</p></body></html>"
                )
            if asked.path == f"/searchList/chan{number}":
                return self.search(column, int(asked.query["page"]))
        found = self.find(asked)
        if not found:
            return NOT_FOUND
        return Answer(
            f"<html><head><meta name='PubDate' content='2026-01-01 01:01:01'></head><body><div class='content'>"
            f"<h2>{found[1].title}</h2><div class='detail-news'><p>{found[1].text_at(self.now)}</p></div></div></body></html>"
        )

    def search(self, column: Column, number: int) -> Answer:
        shown = column.visible(self.now)
        rows = [
            {
                "title": i.title,
                "url": f"http://www.csrc.gov.cn{self.address(column, i)}\n",
                "publishedTime": int(i.shown.timestamp() * 1000),
            }
            for i in shown[(number - 1) * self.size : number * self.size]
        ]
        return _json({"data": {"results": rows, "channelName": "要闻", "total": len(shown)}})


class Nfra(Pages):
    hosts = ("www.nfra.gov.cn",)

    def address(self, column: Column, item: Item) -> str:
        return f"/cbircweb/DocInfo/SelectByDocId/{1100000 + item.number}"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/cbircweb/DocInfo/SelectByDocId":
            for column in self.columns:
                for item in column.visible(self.now):
                    if asked.query["docId"] == str(1100000 + item.number):
                        return self.doc(item)
            return _json({"rptCode": 500, "msg": "none", "data": None})
        if asked.path == "/cbircweb/solr/openGovSerch":
            number, size = int(asked.query["pageNo"]), int(asked.query["pageSize"])
            return self.rows(self.columns[0], number, size, "lists", {"rulesPageNo": number})
        column = self.columns[1]
        stem = column.path.partition("pageIndex=")[0]
        if asked.path.startswith(stem):
            number = int(asked.path.removeprefix(f"{stem}pageIndex=").partition(",")[0])
            return self.rows(column, number, 18, "rows", {})
        return NOT_FOUND

    def rows(self, column: Column, number: int, size: int, name: str, more: dict[str, int]) -> Answer:
        shown = column.visible(self.now)
        rows = [
            {
                "docId": 1100000 + i.number,
                "docSubtitle": i.title,
                "publishDate": f"{i.shown:%Y-%m-%d %H:%M:%S}",
            }
            for i in shown[(number - 1) * size : number * size]
        ]
        return _json({"rptCode": 200, "msg": "Success", "data": {"total": len(shown), name: rows, **more}})

    def doc(self, item: Item) -> Answer:
        data = {
            "docId": 1100000 + item.number,
            "docSubtitle": item.title,
            "docTitle": item.title,
            "publishDate": f"{item.shown:%Y-%m-%d %H:%M:%S}",
            "docClob": f"<html><body><p><span>{item.text_at(self.now)}</span></p></body></html>",
            "attachmentInfoVOList": [],
        }
        return _json({"rptCode": 200, "msg": "Success", "data": data})


class Govcn(Pages):
    """The whole archive in one JSON file, which answers conditional requests."""

    hosts = ("www.gov.cn",)
    etags = True

    def address(self, column: Column, item: Item) -> str:
        return f"/zhengce/content/{item.shown:%Y%m}/content_{6900000 + item.number}.htm"

    def answer(self, asked: Asked) -> Answer:
        column = self.columns[0]
        if asked.path == column.path:
            return _json(
                [
                    {
                        "TITLE": i.title,
                        "SUB_TITLE": "",
                        "URL": f"https://www.gov.cn{self.address(column, i)}",
                        "DOCRELPUBTIME": f"{i.shown:%Y-%m-%d}",
                    }
                    for i in column.visible(self.now)
                ]
            )
        found = self.find(asked)
        if not found:
            return NOT_FOUND
        item = found[1]
        return Answer(
            f"<html><head><meta name='firstpublishedtime' content='{item.shown:%Y-%m-%d-%H:%M:%S}'></head><body>"
            f"<div class='article'><h1>{item.title}</h1></div><div id='UCAP-CONTENT'><p>{item.text_at(self.now)}</p></div>"
            f"</body></html>"
        )


# ---------------------------------------------------------------- exchanges


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

    def path(self, item: Item) -> str:
        raise NotImplementedError


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
        return _jsonp(query["jsonCallBack"], {"pageHelp": helped, "result": data})


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
        return _json({"announceCount": len(rows), "data": data})


@dataclass
class Bse(Exchange):
    """JSONP to a form, pages from 0, nothing without the cookie of the page before."""

    hosts: tuple[str, ...] = ("www.bse.cn",)
    size: int = 20

    def path(self, item: Item) -> str:
        return f"/disclosure/{item.shown:%Y}/{item.shown:%Y-%m-%d}/{1700000000 + item.number}_{100000 + item.number}.pdf"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/disclosure/announcement.html":
            return Answer("<html><body>公告</body></html>", headers=(("Set-Cookie", "C3VK=1; path=/"),))
        if asked.method == "GET":
            return self.file(asked)
        if "C3VK=1" not in asked.cookies:
            return Answer("", 403)
        form = asked.form
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
        return _jsonp("cb", [{"status": 0, "listInfo": info}])


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
            return _json({"success": 1, "data": data})
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
        return _json({"success": 1, "data": data})


__all__ = [
    "Bse", "Cninfo", "Csrc", "Eastmoney", "Exchange", "Govcn", "Most", "Nda", "Ndrc", "Nfra", "Sse", "Szse",
]  # fmt: skip
