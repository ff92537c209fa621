"""More ministries of the simulated internet."""

from __future__ import annotations

from dataclasses import dataclass

from tests.crawlers.internet import NOT_FOUND, Answer, Asked, as_json
from tests.crawlers.published import Column, Item
from tests.crawlers.sites import Cac, Pages, Trs


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
        return as_json({"data": {"results": rows, "channelName": "要闻", "total": len(shown)}})


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
            return as_json({"rptCode": 500, "msg": "none", "data": None})
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
        return as_json({"rptCode": 200, "msg": "Success", "data": {"total": len(shown), name: rows, **more}})

    def doc(self, item: Item) -> Answer:
        data = {
            "docId": 1100000 + item.number,
            "docSubtitle": item.title,
            "docTitle": item.title,
            "publishDate": f"{item.shown:%Y-%m-%d %H:%M:%S}",
            "docClob": f"<html><body><p><span>{item.text_at(self.now)}</span></p></body></html>",
            "attachmentInfoVOList": [],
        }
        return as_json({"rptCode": 200, "msg": "Success", "data": data})


class Govcn(Pages):
    """The whole archive in one JSON file, which answers conditional requests."""

    hosts = ("www.gov.cn",)
    etags = True

    def address(self, column: Column, item: Item) -> str:
        return f"/zhengce/content/{item.shown:%Y%m}/content_{6900000 + item.number}.htm"

    def answer(self, asked: Asked) -> Answer:
        column = self.columns[0]
        if asked.path == column.path:
            return as_json(
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
