"""The publishing systems of ministries on the simulated internet: structure and paging of the real ones."""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

from crawlers.sources import load_sources
from pipeline.model import SHANGHAI
from tests.crawlers.internet import NOT_FOUND, Answer, Asked, Site
from tests.crawlers.published import Column, Item, items


@dataclass
class Pages(Site):
    """Sites of pages: columns by path, items by their own address."""

    columns: list[Column] = field(default_factory=list)
    size: int = 30

    def column(self, path: str) -> Column | None:
        return next((c for c in self.columns if c.path == path), None)

    def find(self, asked: Asked) -> tuple[Column, Item] | None:
        for column in self.columns:
            for item in column.visible(self.now):
                if self.address(column, item) == asked.path:
                    return column, item
        return None

    @abstractmethod
    def address(self, column: Column, item: Item) -> str: ...

    def file(self, asked: Asked) -> Answer | None:
        for column in self.columns:
            for item in column.visible(self.now):
                for name, data in item.files:
                    if asked.path == f"/files/{quote(name)}":
                        return Answer(data, type="application/octet-stream")
        return None

    def links(self, item: Item) -> str:
        return "".join(f'<p>附件：<a href="/files/{quote(n)}">{n}</a></p>' for n, _ in item.files)


def whole(source: str, site: type[Pages], **columns: list[Item]) -> Pages:
    """A site with every column of a source; those not given hold one old item each."""
    old = datetime(2024, 2, 18, 9, 0, tzinfo=SHANGHAI)
    made = []
    for n, column in enumerate(load_sources()[source].columns):
        name = column.id.partition(".")[2]
        made.append(
            Column(
                urlsplit(column.url).path, columns.pop(name, None) or items(1, last=old, start=900_000 + n)
            )
        )
    assert not columns, f"{source} has no column {', '.join(columns)}"
    return site(columns=made)


class Sasac(Pages):
    """Older pages are fragments numbered from the oldest end; a full fragment never changes."""

    hosts = ("www.sasac.gov.cn",)
    component = "2603340"

    def address(self, column: Column, item: Item) -> str:
        return f"{column.path.rpartition('/')[0]}/c{30000000 + item.number}/content.html"

    def answer(self, asked: Asked) -> Answer:
        column = self.column(asked.path)
        if column is not None:
            return self.front(column)
        for column in self.columns:
            stem = f"{column.path.removesuffix('.html')}_{self.component}_"
            number = asked.path.removeprefix(stem).removesuffix(".html")
            if asked.path.startswith(stem) and number.isdigit():
                return self.fragment(column, int(number))
        found = self.find(asked)
        return self.detail(found[1]) if found else self.file(asked) or NOT_FOUND

    def pages(self, column: Column) -> int:
        return max(1, -(-len(column.visible(self.now)) // self.size))

    def front(self, column: Column) -> Answer:
        rows = self.rows(column, column.visible(self.now)[: self.size])
        pages, folder = self.pages(column), column.path.rpartition("/")[0].lstrip("/")
        return Answer(
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>列表</title></head><body>'
            f'<div class="zsy_conlist"><ul><span id="comp_{self.component}">{rows}</span></ul></div>'
            f'<table><tr><td id="pag_{self.component}" class="pages"><script>'
            f'var maxPageNum = {pages}; var purl="../../../{folder}/index_{self.component}"'
            f"</script></td></tr></table></body></html>",
            type="text/html",
        )

    def fragment(self, column: Column, number: int) -> Answer:
        oldest_first = column.visible(self.now)[::-1]
        rows = oldest_first[(number - 1) * self.size : number * self.size]
        return Answer(self.rows(column, rows[::-1]), type="text/html") if rows else NOT_FOUND

    def rows(self, column: Column, rows: list[Item]) -> str:
        lines = []
        for n, item in enumerate(rows):
            href = "../../.." + self.address(column, item)
            lines.append(
                f'<li><a href="{href}" title="{item.title}" target="_blank">{item.title[:12]}…</a>'
                f"<span>[{item.shown:%Y-%m-%d}]</span></li>"
            )
            if n % 6 == 5:
                lines.append('<li style="border-bottom: dashed 1px #ccc"></li>')
        return "\n".join(lines)

    def detail(self, item: Item) -> Answer:
        paragraphs = "".join(f"<p>{p}</p>" for p in item.text_at(self.now).split("\n"))
        return Answer(
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{item.title}－国务院国有资产监督管理委员会'
            f'</title><meta name="publishdate" content="{item.shown:%Y-%m-%d}"></head><body>'
            f'<div class="zsy_cotitle">{item.title}<p>文章来源：综合局　　发布时间：{item.shown:%Y-%m-%d}</p></div>'
            f'<div class="zsy_comain">{paragraphs}{self.links(item)}<p>【责任编辑：张三】</p></div></body></html>',
            type="text/html",
        )


@dataclass
class Trs(Pages):
    """TRS WCM as NBS runs it: page k is `index_{k-1}.html`, each link stands twice, a cookie is wanted."""

    hosts: tuple[str, ...] = ("www.stats.gov.cn",)
    cookie: str | None = "wzws_sessionid=abc"
    size: int = 20

    def address(self, column: Column, item: Item) -> str:
        return f"{column.path}{item.shown:%Y%m}/t{item.shown:%Y%m%d}_{1900000 + item.number}.html"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/" and self.cookie:
            headers = (("Set-Cookie", f"{self.cookie}; path=/"),)
            return Answer("<html><body><h1>国家统计局</h1>首页内容首页内容</body></html>", headers=headers)
        if self.cookie and self.cookie not in asked.cookies:
            return Answer(
                "<html><head><script>Please enable JavaScript and refresh the page</script></head></html>"
            )
        for column in self.columns:
            for number in range(self.pages(column)):
                name = "index.html" if number == 0 else f"index_{number}.html"
                if asked.path == column.path + name or (number == 0 and asked.path == column.path):
                    return self.list(column, number)
        found = self.find(asked)
        return self.detail(found[1]) if found else self.file(asked) or NOT_FOUND

    def pages(self, column: Column) -> int:
        return max(1, -(-len(column.visible(self.now)) // self.size))

    def list(self, column: Column, number: int) -> Answer:
        rows = ""
        for item in column.visible(self.now)[number * self.size : (number + 1) * self.size]:
            href = "." + self.address(column, item).removeprefix(column.path.rstrip("/"))
            rows += (
                f'<li><a class="pc_1600" href="{href}" title="{item.title}">{item.title}</a>'
                f'<a class="pchide" href="{href}" title="{item.title}">{item.title[:10]}…</a>'
                f"<span>{item.shown:%Y-%m-%d}</span></li>"
            )
        return Answer(
            f'<html><head><meta charset="UTF-8"></head><body><div class="list-content"><ul>{rows}</ul></div>'
            f'<script>createPageHTML({self.pages(column)}, {number}, "index", "html");</script></body></html>'
        )

    def detail(self, item: Item) -> Answer:
        paragraphs = "".join(f"<p><span>{p}</span></p>" for p in item.text_at(self.now).split("\n"))
        return Answer(
            f'<html><head><meta charset="UTF-8"><meta name="ArticleTitle" content="{item.title}">'
            f'<meta name="PubDate" content="{item.shown:%Y/%m/%d %H:%M}"></head><body>'
            f'<div class="detail-title"><h1>{item.title}</h1><div class="detail-title-des">'
            f"<h2><p>{item.shown:%Y/%m/%d %H:%M}</p></h2></div></div>"
            f'<div class="detail-text-content"><div class="TRS_UEDITOR">{paragraphs}{self.links(item)}</div></div>'
            f"</body></html>"
        )


class Jpaas(Pages):
    """MIIT: the column is a shell, the unit API gives the rows; a request without Referer is refused."""

    hosts = ("www.miit.gov.cn",)
    size = 24
    api = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def address(self, column: Column, item: Item) -> str:
        name = hashlib.md5(str(item.number).encode()).hexdigest()
        return f"{column.path.rpartition('/')[0]}/art/{item.shown:%Y}/art_{name}.html"

    def page_id(self, column: Column) -> str:
        return hashlib.md5(column.path.encode()).hexdigest()

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/":
            return Answer(
                "<html><body>工业和信息化部首页，欢迎访问。</body></html>",
                headers=(("Set-Cookie", "jpaas=1"),),
            )
        if "Mozilla" not in asked.headers.get("user-agent", "") or not asked.headers.get("referer"):
            return Answer("<html><body>403 Forbidden</body></html>", 403)
        if asked.path == "/search-front-server/api/search/info":
            return self.search(asked)
        column = self.column(asked.path)
        if column is not None:
            return Answer(
                '<html><head></head><body><div class="clist_con"><script url="'
                + self.api
                + "\" queryData=\"{'parseType':'buildstatic','webId':'8d82','tplSetId':'2097','pageType':'column',"
                f"'tagId':'右侧内容','editType':'null','pageId':'{self.page_id(column)}'}}\"></script></div></body></html>"
            )
        if asked.path == self.api:
            return self.unit(asked)
        found = self.find(asked)
        return self.detail(found[1]) if found else self.file(asked) or NOT_FOUND

    def search(self, asked: Asked) -> Answer:
        column, number, size = self.columns[-1], int(asked.query["p"]), int(asked.query["pg"])
        shown = column.visible(self.now)
        rows = [
            {
                "url": self.address(column, i),
                "title": i.title,
                "deploytime": str(int(i.shown.timestamp() * 1000)),
            }
            for i in shown[(number - 1) * size : number * size]
        ]
        found = {"total": len(shown), "dataResults": [{"groupData": [{"data": row}]} for row in rows]}
        return Answer(json.dumps({"success": True, "data": {"searchResult": found}}), type="application/json")

    def unit(self, asked: Asked) -> Answer:
        column = next((c for c in self.columns if self.page_id(c) == asked.query.get("pageId")), None)
        if column is None or asked.query.get("tagId") != "右侧内容":
            return Answer('{"success":false,"data":{}}', type="application/json")
        number = int(json.loads(asked.query.get("paramJson", '{"pageNo":1}'))["pageNo"])
        shown = column.visible(self.now)
        rows = "".join(
            f'<li class="cf"><a class="fl" href="{self.address(column, i)}" title="{i.title}"><i></i>{i.title[:8]}</a>'
            f'<span class="fr">{i.shown:%Y-%m-%d}</span></li>'
            for i in shown[(number - 1) * self.size : number * self.size]
        )
        html = (
            f'<div id="右侧内容"><div class="page-content"><ul>{rows}</ul>'
            f'<div class="pagination" rows="{self.size}" count="{len(shown)}" pageNo="{number}"></div></div></div>'
        )
        return Answer(
            json.dumps({"code": "200", "success": True, "data": {"html": html}}, ensure_ascii=False),
            type="application/json",
        )

    def detail(self, item: Item) -> Answer:
        paragraphs = "".join(f"<p>{p}</p>" for p in item.text_at(self.now).split("\n"))
        return Answer(
            f'<html><head><meta name="ArticleTitle" content="{item.title}"></head><body>'
            f'<h1 id="con_title">{item.title}</h1><div class="cinfo"><span id="con_time">'
            f"发布时间：{item.shown:%Y-%m-%d %H:%M}</span> 来源：办公厅</div>"
            f'<div id="con_con" class="ccontent">{paragraphs}{self.links(item)}</div></body></html>'
        )


class Cac(Pages):
    """Lists end with 404; without Referer everything is an empty body; files through a script."""

    hosts = ("www.cac.gov.cn", "beian.cac.gov.cn")
    size = 20

    def address(self, column: Column, item: Item) -> str:
        return f"/{item.shown:%Y-%m/%d}/c_{1700000000000000 + item.number}.htm"

    def answer(self, asked: Asked) -> Answer:
        if not asked.headers.get("referer"):
            return Answer(b"")
        if asked.path == "/cms/pub/interact/downloadfile.jsp":
            return self.download(asked)
        if asked.host == "beian.cac.gov.cn":
            return self.notices(asked)
        for column in self.columns:
            stem = column.path.removesuffix("1.htm")
            number = asked.path.removeprefix(stem).removesuffix(".htm")
            if asked.path.startswith(stem) and number.isdigit():
                return self.list(column, int(number))
        found = self.find(asked)
        return self.detail(found[1]) if found else NOT_FOUND

    def notices(self, asked: Asked) -> Answer:
        column = self.column("/api/notice/list")
        if asked.headers["referer"] != "https://beian.cac.gov.cn/" or asked.path != column.path:
            return NOT_FOUND
        rows = [
            {
                "noticeId": str(item.number),
                "type": 3,
                "title": item.title,
                "content": f"https://www.cac.gov.cn{self.address(column, item)}",
                "createTime": f"{item.shown:%Y-%m-%d %H:%M:%S}",
            }
            for item in column.visible(self.now)
        ]
        return Answer(json.dumps({"errno": 0, "datas": rows}), type="application/json")

    def download(self, asked: Asked) -> Answer:
        if "/c_" not in asked.headers.get("referer", ""):
            return Answer("<html><body></body></html>")
        for column in self.columns:
            for item in column.visible(self.now):
                for name, data in item.files:
                    if asked.query.get("filepath") == f"{item.number}-{name}":
                        return Answer(data, type="application/octet-stream")
        return NOT_FOUND

    def list(self, column: Column, number: int) -> Answer:
        rows = column.visible(self.now)[(number - 1) * self.size : number * self.size]
        if not rows:
            return NOT_FOUND
        lines = "".join(
            f'<li><h5><a href="//www.cac.gov.cn{self.address(column, i)}" title="{i.title}">{i.title}</a></h5>'
            f'<div class="times">{i.shown:%Y-%m-%d}</div></li>'
            for i in rows
        )
        return Answer(f'<html><body><div><div id="loadingInfoPage">{lines}</div></div></body></html>')

    def detail(self, item: Item) -> Answer:
        paragraphs = "".join(f"<p>　　{p}</p>" for p in item.text_at(self.now).split("\n"))
        files = "".join(
            f'<p>附件：<a href="/cms/pub/interact/downloadfile.jsp?filepath={quote(f"{item.number}-{n}")}'
            f'&amp;fText={quote(n)}">{n}</a></p>'
            for n, _ in item.files
        )
        return Answer(
            f'<html><body><div class="main-title"><h1 class="title">{item.title}</h1><div class="info">'
            f'<span id="pubtime">{item.shown:%Y年%m月%d日 %H:%M}</span><span>来源： 中国网信网</span></div></div>'
            f'<div class="main-content"><div id="BodyLabel">{paragraphs}{files}'
            f"<script>document.write('pagestat');</script></div></div></body></html>"
        )
