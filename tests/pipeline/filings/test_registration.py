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


def words(fact: Fact) -> dict[str, str]:
    shown = {}
    for name, value in fact.fields.items():
        parts = value if isinstance(value, tuple) else (value,)
        shown[name] = " / ".join(str(part.value) for part in parts)
    return shown


LISTED = {
    "name": "示例文本生成算法",
    "role": "服务提供者",
    "legal_person": "杭州示例科技有限公司",
    "product": "示例助手",
    "number": "网信算备330110507206401230011号",
}


@pytest.mark.parametrize("between", ["；", "\n", "，"])
def test_fields_behind_colons(between: str) -> None:
    labels = ("算法名称", "角色", "主体名称", "应用产品", "备案编号")
    body = between.join(f"{label}：{value}" for label, value in zip(labels, LISTED.values(), strict=True))
    assert [words(fact) for fact in read(body + "\n主要用途：应用于文本生成场景。")] == [LISTED]


def test_fields_told_in_a_sentence() -> None:
    (fact,) = read(
        "公司控股子公司杭州示例科技有限公司的“示例”大模型已通过北京市网信办备案，角色为服务技术支持者，应用产品为示例助手（APP），备案号：Beijing-ShiLi-20240510S0012。"
    )
    assert words(fact) == {
        "name": "示例大模型",
        "role": "服务技术支持者",
        "legal_person": "杭州示例科技有限公司",
        "product": "示例助手(APP)",
        "number": "Beijing-ShiLi-20240510S0012",
        "authority": "北京市网信办",
        "category": "大模型",
        "regime": "备案",
    }


def test_several_numbers_are_a_list() -> None:
    numbers = [f"网信算备33011050720640123{i}号" for i in ("0011", "0029")]
    (fact,) = read(f"“甲算法”“乙算法”通过国家网信办备案，备案编号分别为{numbers[0]}、{numbers[1]}。")
    assert words(fact)["number"] == " / ".join(numbers)
    apart = f"“甲算法”通过备案，编号为{numbers[0]}。“乙算法”通过备案，编号为{numbers[1]}。"
    (fact,) = read(apart)
    assert (words(fact)["name"], words(fact)["number"]) == ("甲算法 / 乙算法", " / ".join(numbers))


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("序号\t属地\t大模型名称\t备案单位\t备案编号\t备案时间", "Beijing-360ShiLi-202405100012"),
        ("序号\t属地\t模型名称\t备案单位\t备案号\t备案时间", "Beijing-ShiLi-20230821"),
        ("序号\t属地\t应用名称\t登记单位\t上线编号\t登记时间", "Beijing-ShiLi-20240510S0012"),
        ("序号\t属地\t应用（功能）名称\t登记主体\t登记编号\t登记时间", "Beijing-ShiLi-20240510S0012"),
    ],
)
def test_every_row_of_a_register_of_generative_services(head: str, number: str) -> None:
    body = f"{head}\n1\t北京市\t示例助手\t北京示例科技有限公司\t{number}\t2024/5/20"
    (fact,) = read(body, (Table(start=0, end=len(body)),))
    assert words(fact) == {
        "name": "示例助手",
        "legal_person": "北京示例科技有限公司",
        "number": number,
    }


@pytest.mark.parametrize("body", ["公司正在研发大模型。", "完成《公司章程》修订。", ""])
def test_nothing_registered(body: str) -> None:
    assert read(body) == []
