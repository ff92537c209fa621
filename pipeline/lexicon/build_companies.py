"""Writes the bundled company table from two openly licensed packages.

    python -m pipeline.lexicon.build_companies ADATA.whl CHSTOCKDATA.whl

adata 2.9.5 (Apache-2.0, https://pypi.org/project/adata/): `adata/stock/cache/code.csv`, every
Shanghai, Shenzhen and Beijing code of 2023-10 with its short name and listing date.
chstockdata 0.4.4 (Apache-2.0, https://pypi.org/project/chstockdata/): the exchanges' own lists of
2026-10-22 with short names, and the industry of each code as the China Association for Public
Companies publishes it.

The newer lists are laid over the older one as a refresh lays today's over the table
(`companies_refresh`): marks come off the names, and a name that differs became a former name somewhere
in between; its `until` is the later date, up to which it may still be met. Neither package has full
names: a refresh learns them. `pip download --no-deps adata==2.9.5 chstockdata==0.4.4` fetches both files.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from pipeline.companies_refresh import Reading, new_code, renewed, write_rows
from pipeline.companies_table import Company, Other
from pipeline.model import Issuer
from pipeline.normalise import normal

OLDER, NEWER = date(2023, 10, 18), date(2026, 10, 22)

# Divisions of GB/T 4754-2017, as far as listed companies are found in them.
_DIVISIONS = """01 农业|02 林业|03 畜牧业|04 渔业|05 农林牧渔专业及辅助性活动|06 煤炭开采和洗选业|07 石油和天然气开采业
08 黑色金属矿采选业|09 有色金属矿采选业|10 非金属矿采选业|11 开采专业及辅助性活动|13 农副食品加工业|14 食品制造业
15 酒、饮料和精制茶制造业|16 烟草制品业|17 纺织业|18 纺织服装、服饰业|19 皮革、毛皮、羽毛及其制品和制鞋业
20 木材加工和木、竹、藤、棕、草制品业|21 家具制造业|22 造纸和纸制品业|23 印刷和记录媒介复制业
24 文教、工美、体育和娱乐用品制造业|25 石油、煤炭及其他燃料加工业|26 化学原料和化学制品制造业|27 医药制造业
28 化学纤维制造业|29 橡胶和塑料制品业|30 非金属矿物制品业|31 黑色金属冶炼和压延加工业|32 有色金属冶炼和压延加工业
33 金属制品业|34 通用设备制造业|35 专用设备制造业|36 汽车制造业|37 铁路、船舶、航空航天和其他运输设备制造业
38 电气机械和器材制造业|39 计算机、通信和其他电子设备制造业|40 仪器仪表制造业|41 其他制造业|42 废弃资源综合利用业
43 金属制品、机械和设备修理业|44 电力、热力生产和供应业|45 燃气生产和供应业|46 水的生产和供应业|47 房屋建筑业
48 土木工程建筑业|49 建筑安装业|50 建筑装饰、装修和其他建筑业|51 批发业|52 零售业|53 铁路运输业|54 道路运输业
55 水上运输业|56 航空运输业|58 多式联运和运输代理业|59 装卸搬运和仓储业|60 邮政业|61 住宿业|62 餐饮业
63 电信、广播电视和卫星传输服务|64 互联网和相关服务|65 软件和信息技术服务业|66 货币金融服务|67 资本市场服务
68 保险业|69 其他金融业|70 房地产业|71 租赁业|72 商务服务业|73 研究和试验发展|74 专业技术服务业
75 科技推广和应用服务业|76 水利管理业|77 生态保护和环境治理业|78 公共设施管理业|80 居民服务业|82 教育|83 教育
84 卫生|86 新闻和出版业|87 广播、电视、电影和录音制作业|88 文化艺术业|89 体育|90 娱乐业"""
DIVISIONS = dict(item.split(" ", 1) for line in _DIVISIONS.splitlines() for item in line.split("|"))


BOARDS = ("SSE 主板", "SSE 科创板", "SZSE 主板", "SZSE 创业板")  # of the newer lists


def build(adata: Path, chstockdata: Path) -> tuple[list[Company], list[Other]]:
    older = [
        Issuer(code=row["stock_code"], short=_short(row["short_name"]), listed=_day(row["list_date2"]))
        for row in _csv(adata, "adata/stock/cache/code.csv")
    ]
    newer = [
        Issuer(code=row["code"], short=_short(row["name"]), listed=_day(row["listing_date"]))
        for row in _csv(chstockdata, "chstockdata/data/industry/universe_2026-10-22.csv")
    ]
    companies, others = renewed([], _old_codes(older), [Reading(issuers=_current(older))], OLDER)
    # The older list has delisted shares too, without a date, and none of Shenzhen's B shares has one: what
    # has a date was listed, of the rest it is not known, unless a newer list says so.
    companies = [msgspec.structs.replace(c, gone=False if c.listed else None) for c in companies]
    companies, others = renewed(companies, others, [Reading(issuers=tuple(newer), boards=BOARDS)], NEWER)
    industries = _industries(chstockdata)
    return [msgspec.structs.replace(c, industry=industries.get(c.code)) for c in companies], others


def _old_codes(issuers: Iterable[Issuer]) -> list[Other]:
    return [
        Other(code=code, text=issuer.code, kind="old_code")
        for issuer in issuers
        if (code := new_code(issuer.code)) != issuer.code
    ]


def _current(issuers: Iterable[Issuer]) -> tuple[Issuer, ...]:
    """Under the codes of today: the list is older than the new Beijing codes."""
    return tuple(msgspec.structs.replace(issuer, code=new_code(issuer.code)) for issuer in issuers)


def _industries(chstockdata: Path) -> dict[str, str]:
    found = {}
    for edition in ("2025H2", "2026H1"):
        lines = _read(chstockdata, f"chstockdata/data/industry/classifications_{edition}.jsonl")
        for line in lines.splitlines():
            item = json.loads(line)
            if item["dajia"] in DIVISIONS:
                found[new_code(item["code"])] = DIVISIONS[item["dajia"]]
    return found


def _short(text: str) -> str:
    return "".join(normal(text).split())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name).decode("utf-8-sig")


def _csv(wheel: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_read(wheel, name))))


def main() -> None:
    companies, others = build(Path(sys.argv[1]), Path(sys.argv[2]))
    write_rows(Path(__file__).parent / "companies", companies, others)
    print(f"{len(companies)} companies, {len(others)} other names and codes")


if __name__ == "__main__":
    main()
