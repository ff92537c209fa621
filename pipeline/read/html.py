"""HTML as these sites write it: bytes to text, selectors and links. Parsed once, by lxml."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import parse_qs, unquote, urljoin, urlsplit, urlunsplit

from cssselect import HTMLTranslator
from lxml import etree
from w3lib.url import safe_url_string

from pipeline.model import Link, Page
from pipeline.read.layout import Layout, ReadError

Element: TypeAlias = etree._Element

FILES = re.compile(r"\.(pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z)$", re.I)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]+)", re.I)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.I)
_REPLACED = "\ufffd"
_BROKEN = "锟斤拷"  # what is left of text that was decoded wrongly and saved
_MANY = 20  # damaged characters; single ones occur on honest pages


# ---------------------------------------------------------------- bytes to text


def decode(page: Page) -> str:
    """The page's text: as declared (header, then meta), but never against the bytes' evidence.

    Old pages say gb2312 and mean gb18030; some say utf-8 and are GBK. Raises ReadError
    (wrong_charset) when nothing gives clean text.
    """
    body = page.body
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return _clean(body.decode(name, "replace").lstrip("\ufeff"))
    header = _HEADER_CHARSET.search(page.headers.get("content-type", ""))
    meta = _META_CHARSET.search(body[:4096])
    declared = [header[1]] if header else []
    declared += [meta[1].decode("ascii", "replace")] if meta else []
    # UTF-8 is tried first whatever is declared: longer GBK text is never valid UTF-8 by chance.
    tried = ["utf-8", *(_codec(name) for name in declared), "gb18030"]
    for name in tried:
        try:
            return _clean(body.decode(name))
        except UnicodeDecodeError:
            continue
    readings = [body.decode(name, "replace") for name in dict.fromkeys(tried)]
    return _clean(min(readings, key=lambda text: text.count(_REPLACED)))


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    # gb18030 contains both of its forerunners; latin-1 would accept any bytes at all.
    return "gb18030" if found in {"gb2312", "gbk"} else "utf-8" if found.startswith("iso8859") else found


def _clean(text: str) -> str:
    if text.count(_REPLACED) > _MANY or text.count(_BROKEN) > 2:
        raise ReadError("wrong_charset", f"{text.count(_REPLACED)} characters could not be decoded")
    return text


# ---------------------------------------------------------------- tree and selectors


def parse(text: str) -> Element:
    """Raises ReadError (not_html) when there is no element at all."""
    # Bytes, so that a charset or an XML declaration inside cannot contradict what was decoded.
    # Plain elements: lxml.html's make a call to Python for each one.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("not_html", str(error)) from None
    if tree is None:
        raise ReadError("not_html", "Document is empty")
    return tree


def parse_html(page: Page) -> Element:
    text = decode(page)
    start = text.lstrip()[:1]
    if start and start != "<":
        raise ReadError("not_html", f"the answer starts with {text.lstrip()[:40]!r}")
    return parse(text)


_TEST = re.compile(r"(descendant(?:-or-self)?::\*)\[([^\[\]]+)\]")
_ATTRIBUTE = re.compile(r"@[\w-]+")


@lru_cache(maxsize=512)
def _xpath(css: str) -> etree.XPath:
    # A leading `>` means a child of the node that is searched, as in a browser's :scope.
    if css.startswith(">"):
        return etree.XPath(HTMLTranslator().css_to_xpath(css[1:].strip(), prefix="child::"))
    return etree.XPath(_TEST.sub(_by_attribute, HTMLTranslator().css_to_xpath(css)))


def _by_attribute(found: re.Match[str]) -> str:
    """`*[… @class …]` as `*/@class[… . …]/..`, the same elements: libxml2 walks the attributes of a
    page several times faster than it tries a condition on each of its elements."""
    step, test = found.groups()
    names = {*_ATTRIBUTE.findall(test)}
    if len(names) != 1 or "not(" in test:
        return found[0]
    (name,) = names
    return f"{step}/{name}[{test.replace(name, '.')}]/.."


def select(node: Element, css: str) -> list[Element]:
    """Elements below `node`, in document order; one inside another match is not counted again."""
    found = _xpath(css)(node)
    if len(found) < 2:
        return found
    chosen: list[Element] = []
    known: set[Element] = set()
    for element in found:
        if not any(above in known for above in element.iterancestors()):
            chosen.append(element)
            known.add(element)
    return chosen


def values(node: Element, selector: str) -> list[str]:
    """What a selector gives, without the empty ones: `css` the whole text of each element,
    `css::text` only the text that is its own, `css@name` an attribute."""
    css, _, attribute = selector.partition("@")
    own = css.endswith("::text")
    found = select(node, css.removesuffix("::text"))
    if attribute:
        texts = [e.get(attribute) or "" for e in found]
    elif own:
        texts = ["".join([e.text or "", *(child.tail or "" for child in e)]) for e in found]
    else:
        texts = [whole_text(e) for e in found]
    return [text for raw in texts if (text := tidy(raw))]


# ---------------------------------------------------------------- text


def whole_text(node: Element) -> str:
    return "".join(node.itertext())


_WRAP = re.compile(
    r"(?<=[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*"
    r"(?=[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef])"
)
_NOTHING = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f]")


def tidy(text: str) -> str:
    """One line: runs of any space become one blank, and a line wrapped between two Chinese
    characters is joined again (the wrap is the editor's, not the author's)."""
    if "\n" in text or "\r" in text:
        text = _WRAP.sub("", text)
    line = " ".join(text.split())
    # Nearly all lines are printable now; the regular expression costs more than all the rest.
    return line if line.isprintable() else " ".join(_NOTHING.sub("", line).split())


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ---------------------------------------------------------------- links


def canonical(url: str, base: str, layout: Layout) -> str:
    """Absolute, without fragment, on the source's main host and scheme; "" for what is no page."""
    href = re.sub(r"[\r\n\t]+", "", url).strip()
    if not href or href.startswith("#") or re.match(r"(?i)(javascript|mailto|tel|data|file|about):", href):
        return ""
    try:
        parts = urlsplit(urljoin(base, href))
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    home = urlsplit(layout.base)
    scheme = parts.scheme
    if host in layout.hosts:
        if host == f"wap.{home.hostname.removeprefix('www.')}" if home.hostname else False:
            host = home.hostname or host
        if port is None and home.port is None:
            scheme = home.scheme
    netloc = host if port is None else f"{host}:{port}"
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    joined = urlunsplit((scheme, netloc, path, parts.query, ""))
    return joined if joined.isascii() and " " not in joined else safe_url_string(joined)


def file_links(places: Iterable[Element], page_url: str, layout: Layout) -> tuple[Link, ...]:
    """Files that are linked: by extension, by the source's own pattern, or shown in a frame."""
    pattern = re.compile(layout.fields.file_url) if layout.fields.file_url else None
    found: dict[str, Link] = {}
    for place in places:
        for element in place.iter("a", "iframe", "embed", "object"):
            raw = element.get("href") or element.get("src") or element.get("data") or ""
            url = canonical(raw, page_url, layout)
            if not url:
                continue
            by_name = FILES.search(urlsplit(url).path) or FILES.search(element.get("oldsrc") or "")
            if (by_name or (pattern and pattern.search(url))) and url not in found:
                name = tidy(whole_text(element)) or element.get("title") or _name_in(url)
                found[url] = Link(url=url, name=name)
    return tuple(found.values())


def _name_in(url: str) -> str:
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("fText")
    return named[0] if named else unquote(parts.path.rpartition("/")[2])
