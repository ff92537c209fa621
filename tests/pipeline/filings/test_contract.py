"""Awards and contracts. All companies and figures are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.contract import facts
from pipeline.filings.record import Filing
from tests.pipeline.filings.told import GARBAGE, told


def test_award_by_labelled_lines() -> None:
    (award,) = told(
        facts,
        "青禾建设股份有限公司（以下简称“公司”）收到《中标通知书》。\n1、项目名称：海州市云港大道改造工程二标段\n2、招标人：海州市城市建设局\n"
        "3、中标价：人民币120,783,443元\n4、工期：24个月\n中标金额占公司2020年度经审计营业收入20.00亿元的6.04%。",
    )
    assert award["project"] == "海州市云港大道改造工程二标段"
    assert award["awarder"] == "海州市城市建设局"
    assert (award["amount"], award["share_of_revenue"], award["period"]) == (
        "120,783,443元",
        "6.04%",
        "24个月",
    )
    assert "stage" not in award


def test_total_rather_than_a_years_fee() -> None:
    (award,) = told(
        facts,
        "远山环境公告，公司近日预中标海州市环卫市场化服务项目，中标金额约4717.64万元/年，中标总金额约4.89亿元。",
    )
    assert (award["amount"], award["stage"]) == ("4.89亿元", "candidate")


def test_earlier_awards_and_thresholds_are_not_this_one() -> None:
    (award,) = told(
        facts,
        "青禾自动化公告，子公司收到主要客户临江电池有限公司发送的中标通知，合计中标设备约2.51亿元，超过公司2020年度营业收入的20%。自2020年12月至今，累计收到其他中标通知书金额15.28亿元。",
    )
    assert award["amount"] == "2.51亿元"
    assert "share_of_revenue" not in award


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []


def test_the_members_of_a_consortium_win_together() -> None:
    (award,) = told(
        facts,
        "青禾智能公告，近日，公司下属青禾港航局集团和远山第一勘察设计院集团组成的联合体，中标临江嘉年城项目一级开发工程，中标金额49.67亿元。",
    )
    assert award["winner"] == "青禾港航局集团 / 远山第一勘察设计院集团"
    assert award["amount"] == "49.67亿元"


def test_who_wins_by_the_head_of_a_headline() -> None:
    (award,) = told(
        facts,
        "近日，白石城的一个大型高速公路项目公布了结果。白石九钢在众多竞争对手中成为唯一供应商。",
        title="白石九钢成功中标白石高速公路项目钢材供应权",
    )
    assert award["winner"] == "白石九钢"


def test_a_price_beside_a_code_is_no_sum() -> None:
    (award,) = told(
        facts,
        "格外快讯，青禾智能（SH 600999，收盘价：11.75元）9月14日晚间发布公告称，公司收到白石县公用事业服务中心发出的中标候选人公示。"
        "公司成为白石县污水处理改扩建工程项目第一中标候选人。本项目总投资金额约5092.60万元。",
    )
    assert (award["winner"], award["amount"]) == ("青禾智能", "5092.60万元")


def test_a_project_that_begins_with_its_client() -> None:
    (award,) = told(facts, "近日，青禾智能中标远山证券计算资源升级改造项目，为公司打开新的应用市场。")
    assert (award["awarder"], award["project"]) == ("远山证券", "计算资源升级改造项目")


def test_the_closing_formula_is_nobody() -> None:
    (fact,) = told(
        facts,
        "关于签订重大合同的公告\n公司近日与客户签订信息系统建设合同，合同金额为人民币91,000,000元。\n特此公告。\n远山智能科技股份有限公司董事会",
    )
    assert "winner" not in fact


def test_a_labelled_name_ends_at_the_next_label_alone() -> None:
    (award,) = told(
        facts,
        "青禾电气公告，公司收到《中标通知书》。项目名称：海州800MW(H6、H10)海上风电项目招标采购直流电缆包2、包14中标单位：青禾电气股份有限公司。",
    )
    assert award["project"] == "海州800MW(H6、H10)海上风电项目招标采购直流电缆包2、包14"


def test_a_note_behind_a_project_is_no_part_of_it() -> None:
    (award,) = told(
        facts, "青禾股份公告，公司中标。\n1、项目名称：海州会展中心屋面工程（具体承包范围以施工合同为准）\n"
    )
    assert award["project"] == "海州会展中心屋面工程"


def test_those_who_win_together() -> None:
    (award,) = told(
        facts,
        "青禾科技(600999)5月18日公告称，公司与海州地铁、远山电气化局近日联合中标海州轨道交通6号线项目，中标金额10.16亿元。",
    )
    assert award["winner"] == "青禾科技 / 海州地铁 / 远山电气化局"
    (award,) = told(
        facts,
        "挖新网10月17日，青禾科技（证券代码：600999）及控股子公司海州远特电气股份有限公司于近期中标智能水表项目，合计中标金额2,785万元。",
    )
    assert award["winner"] == "青禾科技 / 海州远特电气股份有限公司"


def test_the_subsidiary_that_is_confirmed_wins() -> None:
    (award,) = told(
        facts,
        "青禾建工（600999）公告，全资子公司——海州交通建设（集团）有限责任公司于12日收到招标人海州市高速公路筹建处发来的《中标通知书》，确定该公司为海州北至云港高速公路施工SG2标段的中标人，中标金额约22.53亿元。",
    )
    assert (award["winner"], award["awarder"]) == (
        "海州交通建设(集团)有限责任公司",
        "海州市高速公路筹建处",
    )
    (award,) = told(
        facts,
        "*ST青禾(600999.SH)公布，近日，招标代理单位远山项目投资顾问有限公司已向海州国际工程集团有限公司发出《中标通知书》，"
        "海州国际工程集团有限公司被正式确定为云港电池生产线EPC项目中标单位，中标价91159.78万元。",
    )
    assert award["winner"] == "海州国际工程集团有限公司"


def test_an_agency_awards_nothing() -> None:
    (award,) = told(
        facts,
        "青禾科技收到临江国际招标有限责任公司发来的《中标通知书》，确认公司为海州风电项目中标人。",
    )
    assert "awarder" not in award


def test_a_client_named_in_short_before_its_project() -> None:
    (award,) = told(
        facts,
        "青禾科技公告，公司收到远山银行股份有限公司发来的《中标通知书》，确认公司为远山银行研发效能平台建设项目的中标人，中标金额500万元。",
    )
    assert (award["awarder"], award["project"]) == ("远山银行股份有限公司", "研发效能平台建设项目")


def test_client_and_project_of_a_result_that_is_published() -> None:
    (award,) = told(
        facts,
        "8月22日，海州市公共资源交易平台发布临江电力有限公司2024年第二次电能表采购中标候选人公示，青禾仪表、远山电子、云港股份等12家企业分别中标，投标总价约1.2亿元。",
    )
    assert (award["awarder"], award["project"]) == ("临江电力有限公司", "2024年第二次电能表采购")
    assert award["winner"] == "青禾仪表 / 远山电子 / 云港股份"


def test_an_awarder_in_full_where_the_text_prints_it() -> None:
    (award,) = told(
        facts,
        "青禾电气公告，公司近日中标临江电网2024年变压器采购项目，中标金额2.1亿元。招标人情况：临江电网有限公司成立于2002年。",
    )
    assert award["awarder"] == "临江电网有限公司"


def test_the_sender_of_a_letter_that_has_won_itself_awards_nothing() -> None:
    (award,) = told(
        facts,
        "青禾交科(002999)公告，公司下属公司青禾交工集团股份有限公司(以下简称“青禾交工”)与海州交通投资集团有限公司等单位组成联合体参加海州至临江高速公路工程PPP项目选择社会资本方招标，联合体为项目第一中标候选人，本次中标价为人民币29.98亿元；近日，公司收到青禾交工发来的工程项目中标通知书。",
    )
    assert "awarder" not in award
    assert award["project"] == "海州至临江高速公路工程PPP项目"
    assert award["winner"] == "青禾交工集团股份有限公司 / 海州交通投资集团有限公司"


def test_several_projects_in_a_row() -> None:
    (award,) = told(
        facts, "青禾科技公告，公司于近期中标智能水表、电力仿真系统等项目，合计中标金额约2,785.43万元。"
    )
    assert award["project"] == "智能水表 / 电力仿真系统"
    (award,) = told(
        facts,
        "青禾股份公告，子公司分别中标“税务凭证印制服务项目(第1包)”和“税务凭证印制服务项目(第2包)”，服务期限2年。",
    )
    assert award["project"] == "税务凭证印制服务项目(第1包) / 税务凭证印制服务项目(第2包)"


def test_one_project_whose_name_holds_a_conjunction() -> None:
    (award,) = told(
        facts, "青禾智能公告，公司中标科学装置预研中心项目设备采购及系统集成实施项目，金额3,000万元。"
    )
    assert award["project"] == "科学装置预研中心项目设备采购及系统集成实施项目"


def test_a_second_award_with_a_sum_of_its_own() -> None:
    first, second = told(
        facts,
        "青禾环境公告，公司近期中标石河市垃圾分类采购项目等10个环卫项目，合同金额共计1.87亿元。此外，公司预中标龙山街道清扫运营服务项目和云港街道转运站管理采购项目，金额共计约1.66亿元。",
    )
    assert (first["amount"], second["amount"]) == ("1.87亿元", "1.66亿元")
    assert second["project"] == "龙山街道清扫运营服务项目 / 云港街道转运站管理采购项目"
    assert "stage" not in first
    assert second["stage"] == "candidate"


def test_only_the_item_of_a_digest_that_tells_the_award() -> None:
    (award,) = told(
        facts,
        "【远山材料(600999)控股股东减持公司股份达到1%】 远山材料6月18日午间公告，控股股东减持312万股，合计金额8,000万元。"
        "【青禾国际中标自动化仓库项目】 青禾国际6月18日午间公告披露，公司近日收到临江石化国际事业有限公司发来的《中标通知书》，确认公司为临江炼化基地一期项目中标单位，中标金额为8556万元。"
        "【云港股份回购进展】 云港股份公告，支付总金额1.2亿元。",
    )
    assert (award["winner"], award["amount"]) == ("青禾国际", "8556万元")
    assert award["awarder"] == "临江石化国际事业有限公司"


def test_a_subsidiary_by_its_short_name_wins() -> None:
    (award,) = told(
        facts,
        "青禾电气(300999)7月28日晚间公告，子公司云港能源近日中标光伏储能总承包项目，金额合计6526.06万元。",
    )
    assert award["winner"] == "云港能源"
    (award,) = told(
        facts,
        "青禾股份(300999)5月19日晚间公告，公司控股子公司云港建设于近日收到了项目中标通知书，确认云港建设为华都项目C地块建筑施工总承包工程(二标段)项目的中标单位，中标金额约7.16亿元。",
    )
    assert award["winner"] == "云港建设"


def test_the_consortium_of_the_winner_wherever_it_is_named() -> None:
    (award,) = told(
        facts,
        "9月21日，青禾路桥股份有限公司(股票简称：青禾股份 股票代码：600999)发布了《关于中标桃山湖治理PPP项目》的公告。"
        "通知书显示，青禾股份与海州建设集团有限公司、云港设计股份有限公司组成的联合体被确定为桃山湖治理PPP项目中标人，项目总投资10.95亿元。",
    )
    assert award["winner"] == "青禾路桥股份有限公司 / 海州建设集团有限公司 / 云港设计股份有限公司"


def test_products_are_what_is_awarded_in_a_procurement_of_drugs() -> None:
    (award,) = told(
        facts,
        "青禾药业公告，该集团新产品海地尼胶囊及云卡必利片于2024年8月20日的药品集中采购招标中均以第一顺位中标。",
    )
    assert award["project"] == "海地尼胶囊及云卡必利片"


def test_software_by_the_name_of_award_is_no_award() -> None:
    assert told(facts, "中标麒麟桌面操作系统是由中标软件打造的自主创新的图形化桌面操作系统项目。") == []


def test_a_subsidiary_of_the_client_keeps_its_client() -> None:
    (award,) = told(
        facts, "青禾维(688999)公告，中标海阳光电力集团股份有限公司子公司划焊一体机项目，中标金额约8600万元。"
    )
    assert award["awarder"] == "海阳光电力集团股份有限公司"
    assert award["project"] == "海阳光电力集团股份有限公司子公司划焊一体机项目"


@pytest.mark.parametrize(
    "title",
    [
        "关于项目中标的公告",
        "关于重大项目中标的公告",
        "关于工程中标的公告",
        "关于项目预中标的提示性公告",
        "重大合同公告",
    ],
)
def test_a_word_of_the_title_wins_nothing(title: str) -> None:
    (award,) = told(facts, "公司收到中标通知书，中标金额1亿元。", title=title)
    assert award["amount"] == "1亿元"
    assert "winner" not in award


@pytest.mark.parametrize(
    "text",
    [
        "招标人：海州市水务局\n招标人向公司发出中标通知书，中标金额3亿元",
        "合同期限：中标之日起3年\n合同期限中标后生效，中标金额3亿元",
        "合同类型及金额：工程合同\n合同类型及金额中标后确定，中标金额3亿元",
    ],
)
def test_the_label_of_a_row_wins_nothing(text: str) -> None:
    (award,) = told(facts, text, title="关于中标的公告")
    assert "winner" not in award


def test_the_company_that_buys_awards() -> None:
    text = "作为买方与云港设备有限公司签订设备采购合同，合同总金额为人民币8.88亿元。"
    (bought,) = told(facts, f"青禾智能股份有限公司（以下简称“公司”）\n公司{text}")
    assert (bought["awarder"], bought["winner"]) == ("青禾智能股份有限公司", "云港设备有限公司")
    (bought,) = told(facts, f"公司{text}", title="关于签订重大合同的公告")
    assert "awarder" not in bought
    assert (bought["winner"], bought["amount"]) == ("云港设备有限公司", "8.88亿元")
    (bought,) = told(
        facts,
        "买方：青禾股份有限公司\n卖方：云港设备有限公司\n青禾股份有限公司与云港设备有限公司签订采购合同，合同金额2亿元。",
        title="青禾股份：关于签订采购合同的公告",
    )
    assert (bought["awarder"], bought["winner"]) == ("青禾股份有限公司", "云港设备有限公司")


def test_a_sum_in_the_code_of_its_currency() -> None:
    (award,) = told(facts, "公司签订合同，合同总金额为USD 1.25亿（约合人民币8.88亿元）。")
    assert award["amount"] == "USD 1.25亿"


@pytest.mark.parametrize(
    "text",
    [
        "公司本月新签合同123.45亿元；1-6月累计678.90亿元。",
        "公司6月新签合同金额123.45亿元，1-6月累计新签合同金额678.90亿元。",
    ],
)
def test_the_month_rather_than_the_year_so_far(text: str) -> None:
    (award,) = told(facts, text)
    assert (award["amount"], award["amount_so_far"]) == ("123.45亿元", "678.90亿元")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("工期2024年5月至2025年12月", "2024年5月至2025年12月"),
        ("服务期限：自2024年5月1日起至2027年4月30日止。", "自2024年5月1日起至2027年4月30日止"),
        ("合同期限：2024年-2026年", "2024年-2026年"),
        ("工期：2024年5月1日开工", None),
    ],
)
def test_a_period_is_the_whole_stretch(text: str, period: str | None) -> None:
    (award,) = told(facts, f"公司中标，中标金额1亿元。{text}")
    assert award.get("period") == period


@pytest.mark.parametrize(
    ("text", "awarder"),
    [
        ("公司中标，金额1亿元。\n招标人：某某市大数据局", "某某市大数据局"),
        ("公司签订合同，合同金额2亿元。对方当事人：海州市交通运输委员会", "海州市交通运输委员会"),
        ("公司收到海州市水务局发来的中标通知书，中标金额1亿元。", "海州市水务局"),
        ("公司收到海州市公路管理处发来的中标通知书，中标金额1亿元。", "海州市公路管理处"),
    ],
)
def test_bodies_that_award(text: str, awarder: str) -> None:
    (award,) = told(facts, text)
    assert award["awarder"] == awarder


def test_a_project_ends_before_the_next_numbered_item() -> None:
    (award,) = told(
        facts, "公司中标。\n1、招标人：海州大学 2、项目名称：海州云平台一期标段 3、中标内容：平台建设"
    )
    assert award["project"] == "海州云平台一期标段"


def test_a_threshold_is_no_sum() -> None:
    (award,) = told(
        facts, "2023年1-7月新签合同额人民币80.7亿元。7月份新签单笔合同额在人民币10亿元以上的合同如下："
    )
    assert "amount" not in award
    assert award["amount_so_far"] == "80.7亿元"


def test_a_sum_of_one_years_tender_is_the_awards() -> None:
    (award,) = told(facts, "青禾电气公告，公司在临江电网2024年采购项目合计中标约2.1亿元。")
    assert award["amount"] == "2.1亿元"
    assert "amount_so_far" not in award


def test_the_subsidiary_that_buys_awards_not_its_parent() -> None:
    (bought,) = told(
        facts,
        "青禾智能股份有限公司（以下简称“公司”）全资子公司云港光伏有限公司作为发包人与海州建工集团有限公司签订施工总承包合同，合同金额2亿元。",
    )
    assert (bought["awarder"], bought["winner"]) == ("云港光伏有限公司", "海州建工集团有限公司")
