"""Registered algorithms: told in sentences, in rows, and what only looks like one."""

import pytest

from pipeline.filings import facts_of
from pipeline.model import Fact, Table, Term

KIND = "algorithm_registration"


def read(body: str, tables: tuple[Table, ...] = ()) -> list[Fact]:
    return list(facts_of("关于算法备案的公告", body, tables, (KIND,), None))


def names(fact: Fact) -> list[str]:
    value = fact.fields.get("name", ())
    return [v.value for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, Term)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("公司“示例文本生成算法”已通过国家互联网信息办公室深度合成服务算法备案。", ["示例文本生成算法"]),
        (
            "自研“甲图文生成算法”与“乙文本生成算法”成功通过国家网信办算法备案。",
            ["甲图文生成算法", "乙文本生成算法"],
        ),
        ("公司完成示例大模型在网信办的备案。", ["示例大模型"]),
        ("公司自主训练的AI生成大模型DemoGPT于2024年2月完成备案。", ["DemoGPT"]),
        ("公司是行业内率先完成人工智能大模型备案的公司。", []),
    ],
)
def test_names(body: str, expected: list[str]) -> None:
    (fact,) = read(body)
    assert names(fact) == expected


def test_every_row_of_a_table() -> None:
    rows = ["序号\t算法名称\t角色\t主体名称\t应用产品\t备案编号"]
    rows += [
        f"{i}\t示例算法{i}\t服务提供者\t示例{i}有限公司\t--\t网信算备{110108000000000000000 + i}号"
        for i in range(1, 41)
    ]
    body = "\n".join(rows)
    facts = read(body, (Table(start=0, end=len(body)),))
    assert [names(f) for f in facts] == [[f"示例算法{i}"] for i in range(1, 41)]
    assert all("product" not in f.fields for f in facts)
    last = facts[-1].fields["number"]
    assert isinstance(last, Term)
    assert body[last.start : last.end] == last.text == "网信算备110108000000000000040号"


@pytest.mark.parametrize("body", ["公司正在研发大模型。", "完成《公司章程》修订。", ""])
def test_nothing_registered(body: str) -> None:
    assert read(body) == []
