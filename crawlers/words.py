"""What an outcome means to the desk, and what to do: the words of the health and of a run's reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

WORDS: dict[str, str] = {
    "challenge": "网站返回防火墙验证页（不予破解），请过几小时再看，或与网站联系放行",
    "backed_off": "连续遇到验证页，本次不再访问该网站",
    "host_busy": "同一网站正由另一次抓取访问，等过仍未轮到，本次没有读；下次运行会再读",
    "empty_shell": "返回空壳页面，没有内容；栏目地址或接口可能已更改，请在浏览器中打开核对",
    "no_rows": "页面正常但读不出任何条目；版面可能已改，请核对来源文件中的选择器",
    "empty_list": "接口正常但没有条目；请在浏览器中打开栏目核对",
    "short_list": "名单比已知的公司少得多，或没有读完；公司表里这一部分没有改动，下次运行会再读",
    "repeated_list": "翻页无效，各页条目相同；翻页方式可能已改",
    "endless_list": "列表翻了很多页仍没有尽头，已停下；翻页方式可能已改，或回补的天数太多，请分段回补",
    "not_json": "应为 JSON 却收到别的内容，多半被网站拦截",
    "not_html": "应为网页却收到别的内容",
    "api_error": "接口报告出错，参数或接口地址可能已更改",
    "bad_shape": "答复的结构已变，读取程序需要更新",
    "wrong_charset": "文字编码无法识别",
    "no_title": "读不出标题；版面可能已改，请核对来源文件中的选择器",
    "no_date": "读不出日期；版面可能已改，请核对来源文件中的选择器",
    "no_body": "读不出正文；版面可能已改，请核对来源文件中的选择器",
    "http_error": "网站返回错误状态",
    "timeout": "网站在时限内没有答复完",
    "no_host": "域名无法解析；请检查本机网络或域名是否已更改",
    "no_answer": "连接不上或连接中断；请检查本机网络",
    "cut": "答复不完整，中途断开",
    "too_big": "内容超过大小上限（crawl.max_bytes）",
    "off_site": "被转到来源以外的网站，未予跟随；网站可能已搬家，请核对来源文件中的 hosts",
    "private_address": "域名指向内网地址，未予访问；请检查本机的域名解析",
    "redirect_loop": "转向没有尽头",
    "robots": "robots.txt 不允许抓取这一地址",
    "not_pdf": "PDF 的位置返回了网页，多半被拦截；下次运行会再取",
    "truncated": "文件不完整；下次运行会再取",
    "unreadable": "文件损坏，无法读取",
    "timeout_parse": "文件解析超时，已放弃这一份",
    "killed": "文件解析占用内存过多或崩溃，已放弃这一份",
    "internal_error": "程序出错，请把存档交给维护者",
    "lost": "网页没有得到任何结局，请把存档交给维护者",
    "not_archived": "回放文件中没有这一请求",
}

# How a run ended.
STATES: dict[str, str] = {
    "ok": "正常",
    "trouble": "有缺漏",
    "failed": "失败",
    "killed": "被终止",
    "busy": "正由别的进程抓取",
}


def counted(outcomes: Mapping[str, int], names: Iterable[str]) -> str:
    """How many pages ended so, each with the first words of what it means."""
    return "；".join(f"{name} {outcomes[name]} 页（{brief(name)}）" for name in names)


def brief(name: str) -> str:
    """The first words of what an outcome means."""
    return re.split("[；，（]", WORDS[name])[0] if name in WORDS else "意外的结局"
