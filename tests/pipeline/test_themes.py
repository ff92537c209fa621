from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import UserError
from pipeline.themes import CARRIED, load_themes, parse_themes
from pipeline.themes_explain import explain, failed_examples, suggest

THEMES = load_themes()
NAMES = [
    "人工智能", "大模型", "算力", "数据要素", "数据资产入表", "信创", "网络安全", "工业互联网", "工业软件", "云计算", "数据中心",
    "低空经济", "智能网联汽车", "卫星互联网", "量子信息", "人形机器人", "半导体", "数字政府", "数字人民币", "金融科技", "医疗信息化",
    "教育信息化", "电力信息化", "智慧城市", "央企改革", "双碳", "5G通信", "北斗", "区块链", "元宇宙", "设备更新", "平台经济", "算法治理",
]  # fmt: skip


def names(body: str, title: str = "") -> set[str]:
    return {tag.name for tag in THEMES.tag(title, body)}


def test_the_themes_of_a_computer_desk_are_there_with_examples() -> None:
    assert [theme.name for theme in THEMES.themes] == NAMES
    assert all(len(theme.hit) >= 4 and len(theme.miss) >= 4 for theme in THEMES.themes)


def test_the_examples_of_the_bundled_themes_hold() -> None:
    assert list(failed_examples(THEMES)) == []


# ---------------------------------------------------------------- the language of rules

RULES = """
甲:
  rules:
    - {all: [[回购], [股份, 股票]], near: 6}
    - {any: [增持], fields: [title]}
    - {any: [减持], weight: 0.4}
  not: [逆回购]
"""


@pytest.mark.parametrize(
    ("title", "body", "given"),
    [
        ("", "公司回购股份。", True),
        ("", "公司回购了在外流通已久的全部股份。", False),  # not near
        ("", "回购。股份。", False),  # not in one sentence
        ("", "央行逆回购股份。", False),  # inside an exception
        ("增持", "", True),
        ("", "增持。", False),  # title only
        ("", "减持。", False),  # too light alone
    ],
)
def test_and_of_ors_nearness_exceptions_fields_and_weight(title: str, body: str, given: bool) -> None:
    assert bool(parse_themes(RULES, "x").tag(title, body)) is given


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("甲: [词]", "x: 甲 应有 rules 列表"),
        ("甲: {rules: [词], no: [句]}", "有未知的键"),
        ("甲: {rules: [{any: [词], wieght: 1}]}", "未知的键 wieght；可用：any, all, near, fields, weight"),
        ("甲: {rules: [{any: [词], weight: 3}]}", "weight 应在 0 与 1 之间，实为 3"),
        ("甲: {rules: [{any: [词], fields: [head]}]}", "fields 应取自 title, body"),
        ("甲: {rules: [{all: 词}]}", "缺少词"),
        ("甲: {rules: [{any: [1]}]}", "应为文字的列表"),
        ("甲: {rules: [{any: []}]}", "规则缺少词"),
        ("甲: {rules: [{all: [[], [词]]}]}", "规则缺少词"),
        ('甲: {rules: ["\\u200b"]}', "应为文字的列表"),
        ("甲: {rules: [{any: [词], weight: true}]}", "weight 应在 0 与 1 之间，实为 True"),
        ("甲: {rules: [{any: [词], near: true}]}", "near 应为字数，实为 True"),
        ("甲: {rules: [{any: [词], fields: [[title]]}]}", "fields 应取自 title, body，实为 [['title']]"),
        ("yes: {rules: [词]}", "x: 主题名 True 应为文字；数字、yes、no 要加引号"),
        ("2024: {rules: [词]}", "x: 主题名 2024 应为文字"),
        ("甲: " + "[" * 3000, "x：嵌套太深"),
        ("甲: {rules: [", "x 第 1 行：不是合法的 YAML"),
        ("- 甲", "x: 顶层应为"),
        ("", "x: 顶层应为"),
        ("甲: {rules: []}", "x: 甲 应有 rules 列表，至少一条"),
        ("甲: {rules: [词]}\n甲: {rules: [句]}", "x 第 2 行：不是合法的 YAML（甲 写了两次）"),
    ],
)
def test_a_bad_file_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        parse_themes(text, "x")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="无法读取"):
        load_themes(tmp_path / "none.yaml")


# ---------------------------------------------------------------- strength


def test_a_mention_in_passing_in_a_long_text_scores_low() -> None:
    filler = "".join(f"会议还讨论了第{n}项议题并作出安排。" for n in "一二三四五六七八九十")
    (tag,) = THEMES.weigh("关于会议的通报", f"{filler}有人提到算力。{filler}")
    assert tag.name == "算力"
    assert tag.strength < CARRIED
    assert not THEMES.tag("关于会议的通报", f"{filler}有人提到算力。{filler}")


def test_an_entry_of_a_list_counts_half() -> None:
    listed = {
        tag.name: tag.strength for tag in THEMES.weigh("", "重点支持量子信息、人工智能、生物制造等方向。")
    }
    about = {tag.name: tag.strength for tag in THEMES.weigh("", "重点支持人工智能。")}
    assert listed["人工智能"] == about["人工智能"] / 2


def test_two_words_of_one_theme_side_by_side_are_no_list_of_others() -> None:
    assert "元宇宙" in names("展台上以虚拟现实、增强现实最受欢迎。")
    assert "半导体" not in names("标准涉及食品包装、半导体、儿童玩具、儿童座椅等领域。")


ASIDE = (
    "教育部启动专项行动，在两省试点在线教研，打造一款教学用的大模型，加快课堂改革。全国中小学教师都要参加。"
)


def test_one_clause_of_a_text_that_is_about_something_else_is_in_passing() -> None:
    assert "大模型" not in names(ASIDE, title="教育部启动专项行动")
    assert "大模型" in names(ASIDE, title="教育部启动大模型专项行动")
    assert "大模型" in names(ASIDE)  # without a title nothing says what it is about
    assert "大模型" in names(f"{ASIDE}又有四十款大模型备案。", title="教育部启动专项行动")
    # Who said so is no clause of its own.
    told = "记者从网信办获悉，大模型备案又添四十款，同比多一倍，其中行业模型占半数。今年还有三批。"
    assert "大模型" in names(told, title="又一批备案公布")


def test_the_rows_of_a_table_are_one_statement() -> None:
    rows = "\n".join(f"{n}\t数字人驱动算法\t某某科技有限公司" for n in range(40))
    (tag,) = THEMES.weigh("备案信息的公告", rows)
    assert (tag.name, tag.strength < CARRIED) == ("元宇宙", True)


def test_a_comma_parts_the_words_of_a_rule() -> None:
    rules = parse_themes("甲: {rules: [{all: [[教育], [数字化]], near: 12}]}", "x")
    assert rules.tag("", "推进教育的数字化。")
    assert not rules.tag("", "开展继续教育，适应数字化。")


def test_the_title_alone_carries_a_theme() -> None:
    assert "算力" in names("内容从略。" * 30, title="关于算力基础设施的意见")


def test_the_company_called_robot_is_not_the_theme() -> None:
    assert names("机器人（300024）公告，股东减持。") == set()


def test_a_text_without_a_full_stop_takes_no_longer_than_another() -> None:
    """Each of these took the square or the cube of its length: minutes, at this one."""
    rules = "甲: {rules: [{all: [[漏洞], [系统]], near: 25}, 算力], not: [管理漏洞]}"
    themes = parse_themes(rules, "x")
    far = "漏洞" * 20_000 + "的" * 60 + "系统" * 20_000
    assert themes.weigh("", far) == ()
    (tag,) = themes.weigh("", far.replace("的", ""))
    assert [span.text for span in tag.spans] == ["漏洞", "系统"]
    (tag,) = themes.weigh("", "算力" * 40_000)
    assert len(tag.spans) == 40_000
    assert themes.weigh("", "管理漏洞" * 20_000 + "系统") == ()


# ---------------------------------------------------------------- explaining and suggesting


def test_explain_shows_why_and_why_not() -> None:
    told = explain("关于算力的通知", "设备公司与网络公司签约。审计发现漏洞。北斗镇花开。", THEMES)
    assert "算力：强度 0.55，打上" in told
    assert "【算力】" in told
    assert "北斗：不打；“北斗镇”写明不算" in told
    assert "网络安全：不打；有“漏洞、网络”，不在同一句的 25 字之内" in told
    assert "没有出现任何词：人工智能" in told


def test_explain_says_of_a_term_that_is_there_why_it_does_not_count() -> None:
    rules = parse_themes("甲: {rules: [{any: [密码], fields: [title]}]}\n乙: {rules: [美分]}", "x")
    told = explain("", "密码技术。格林美分别公告。", rules)
    assert "甲：不打；“密码”只在标题里算" in told
    assert "乙：不打；“美分”在别的词里" in told


def test_the_first_of_several_lines_of_an_example_is_its_title() -> None:
    rules = "甲: {{rules: [{{any: [密码], fields: [title]}}], hit: ['{}']}}"
    assert len(list(failed_examples(parse_themes(rules.format("密码新规公布"), "x")))) == 1
    assert list(failed_examples(parse_themes(rules.format("密码新规公布\n\n全文从略"), "x"))) == []


def test_suggest_ranks_words_that_keep_the_term_s_company() -> None:
    texts = ["算力网络调度平台上线。天气晴。", "算力调度覆盖八个枢纽。", "今天天气很好。"]
    found = suggest("算力", [*texts, "算力与芯片同场展出。"], THEMES, 10)
    assert found[0].word == "调度"
    assert found[0].documents == 2
    assert "天气" not in {one.word for one in found}
    assert {one.word: one.themes for one in found}["芯片"] == ("半导体",)
    assert "从算力" not in {one.word for one in suggest("算力", ["打造从算力、算法到方案的生态。"], THEMES)}


# ---------------------------------------------------------------- properties

PIECES = st.lists(
    st.sampled_from(
        [
            "人工智能",
            "AI",
            "算 力",
            "５Ｇ",
            "、",
            "。",
            "\n",
            "漏洞",
            "网络",
            "北斗镇",
            "İ",
            "x",
            "数据安全",
            "平台",
            "佣金",
        ]
    ),
    max_size=30,
).map("".join)


@given(st.one_of(PIECES, st.text(max_size=150)), PIECES)
@settings(max_examples=200)
def test_spans_cut_the_very_text_and_any_input_gives_an_answer(body: str, title: str) -> None:
    for tag in THEMES.weigh(title, body):
        assert 0 < tag.strength <= 1
        assert tag.spans
        for span in tag.spans:
            assert (title if span.field == "title" else body)[span.start : span.end] == span.text


@given(PIECES, PIECES)
@settings(max_examples=200)
def test_text_elsewhere_takes_no_evidence_away(body: str, more: str) -> None:
    """A longer text can make a theme one in passing; its words still count, and a title still carries."""
    longer = f"{body}。\n\n。{more}"
    held = {tag.name: {span.text for span in tag.spans} for tag in THEMES.weigh("", longer)}
    for tag in THEMES.weigh("", body):
        assert {span.text for span in tag.spans} <= held[tag.name]
    assert {tag.name for tag in THEMES.tag("算力与5G", body)} >= {"算力", "5G通信"}
