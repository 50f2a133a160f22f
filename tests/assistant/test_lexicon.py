"""The alias file is well formed, and a citizen's words lead to the names that documents print."""

from pathlib import Path

import pytest

from assistant.lexicon import Expansion, LexiconError, expand, load_aliases, spellings
from ingest.classification import all_names
from ingest.text import normalise


def _first_names(question: str) -> list[str]:
    return [found.names[0] for found in expand(question)]


def _only(question: str) -> Expansion:
    (found,) = expand(question)
    return found


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("一年的招待费有多少", "公务接待费"),
        ("印东西花的钱", "印刷费"),
        ("去年出差的钱", "差旅费"),
        ("物业费要交多少", "物业管理费"),
        ("车补发了多少", "其他交通费用"),
        ("给职工缴的公积金", "住房公积金"),
        ("年金缴费", "职业年金缴费"),
        ("科技支出占多少", "科学技术支出"),
        ("买服务的钱", "政府采购服务预算"),
        ("总共花了多少钱", "支出总计"),
        ("钱从哪里来", "收入构成"),
        ("完成率呢", "执行率"),
        ("还剩多少钱", "年末结转和结余"),
        ("日常开支", "公用经费"),
        ("打电话的钱", "邮电费"),
        ("花在人身上的钱", "人员经费"),
        ("现在上班的有多少人", "在职人数"),
        ("请客吃饭花了多少", "公务接待费"),
        ("发给个人和家庭的补助", "对个人和家庭的补助"),
        ("给工会拨了多少", "工会经费"),
        ("过节给职工发的福利", "福利费"),
        ("租的办公用房要花多少", "租赁费"),
        ("车子加油保养", "公务用车运行费"),
        ("新买公家车花了多少", "公务用车购置费"),
        ("扫马路的钱", "城乡社区环境卫生"),
        ("退休老干部的费用", "行政单位离退休"),
        ("交的公积金有多少", "住房公积金"),
        ("办会议花了多少", "会议费"),
        ("组织干部去学习", "培训费"),
        ("印宣传册的费用", "印刷费"),
        ("买办公桌椅和打印机", "办公设备购置"),
        ("翻修办公楼", "大型修缮"),
        ("电脑系统维护", "信息化建设"),
        ("请会计师事务所", "中介服务费"),
        ("征兵花了多少", "兵役征集"),
        ("党建活动", "其他共产党事务支出"),
        ("土地出让金", "国有土地使用权出让收入安排的支出"),
        ("上年没用完转过来的", "年初结转和结余"),
        ("还没建完的工程", "在建工程"),
        ("办公用房多大", "房屋面积"),
        ("年初批的", "年初预算数"),
        ("真正用掉多少", "决算数"),
    ],
)
def test_everyday_words_lead_to_the_official_name(question: str, name: str) -> None:
    assert _only(question).names[0] == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("修改完善方案", "维修（护）费"),
        ("社区修订制度", "维修（护）费"),
        ("新修一条路", "维修（护）费"),
        ("开展社会实践", "会议费"),
        ("开社区协会的账户", "会议费"),
        ("印发文件多少份", "印刷费"),
        ("租户有多少家", "租赁费"),
        ("租房子的补贴", "租赁费"),
        ("给职工买房子的补贴", "房屋建筑物购建"),
        ("工会主席是谁", "工会经费"),
        ("发绩效工资", "工资福利支出"),
        ("给退休人员发多少工资", "工资福利支出"),
        ("买了几辆公车", "公务用车购置费"),
        ("电梯有几台", "车辆"),
        ("提高中小企业的产值", "高中教育"),
        ("大学生实习基地", "高等教育"),
        ("培养人才", "人员经费"),
        ("寄宿学生", "邮电费"),
        ("垃圾分类奖励", "城乡社区环境卫生"),
    ],
)
def test_words_of_another_matter_lead_nowhere(question: str, name: str) -> None:
    assert name not in [each for found in expand(question) for each in found.names]


def test_a_pattern_keeps_off_words_that_say_more() -> None:
    assert [found.alias for found in expand("缴多少职业年金")] == ["职业年金"]
    assert _first_names("编外人员的工资") == ["其他工资福利支出"]
    assert _only("给工会的钱").loose is False and _only("拨给区总工会").loose is True


def test_variants_of_one_item_come_together() -> None:
    names = _only("公车运行费是多少").names
    assert {"公务用车运行费", "公务用车运行维护费"} <= set(names)
    assert "公务用车购置费" not in names
    assert "公务用车购置及运行费" in spellings("公务用车购置及运行维护费")
    assert "因公出国(境)费用" in _only("出国花了多少").names


def test_an_ambiguous_word_lists_its_targets_in_order() -> None:
    names = _only("医保要交多少").names
    order = [names.index(name) for name in ("职工基本医疗保险缴费", "行政单位医疗", "事业单位医疗")]
    assert order == sorted(order)
    assert "行政单位医疗" not in _only("职工医保要交多少").names


def test_words_for_a_sum_say_so() -> None:
    found = _only("水电费要多少")
    assert found.together and [part[0] for part in found.parts] == ["水费", "电费"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("邮电费和电费", ["邮电费", "电费"]),  # 电费 is not found inside 邮电费
        ("机关事业单位基本养老保险缴费支出", ["机关事业单位基本养老保险缴费支出"]),
        ("其他城乡社区公共设施支出", []),  # an official name that no entry is about keeps aliases out
        ("市场监管局的三公经费", ["“三公”经费"]),  # a body's name is no item
        ("扶贫支出专项经费", []),  # a project's name is no item
        ("基本工资、绩效工资", ["基本工资", "绩效工资"]),
    ],
)
def test_the_longest_name_wins(question: str, names: list[str]) -> None:
    assert _first_names(question) == names


def test_positions_look_through_quotes_and_width() -> None:
    question = "２０２４年“三公”经费里，接待费多少"
    found = expand(question)
    text = normalise(question)
    assert [text[one.start : one.end] for one in found] == ["三公”经费", "接待费"]
    assert found[0].names[:2] == ("“三公”经费", "三公经费")


def test_aliases_do_not_take_the_name_of_another_official_item() -> None:
    official = {normalise(name) for name in all_names()}
    for entry in load_aliases():
        for alias in set(entry.aliases) & official:
            assert alias in entry.targets or f"{alias}支出" == entry.name, (entry.name, alias)


def test_entries_cover_the_field() -> None:
    entries = load_aliases()
    assert len(entries) >= 150
    assert {"item", "total", "measure", "topic"} == {entry.role for entry in entries}
    assert all(entry.aliases for entry in entries), [one.name for one in entries if not one.aliases]


def test_a_clerk_adds_a_file(tmp_path: Path) -> None:
    (tmp_path / "本单位.yaml").write_text(
        "- name: 老字号扶持资金\n  aliases: [老字号的钱, 招待]\n", encoding="utf-8"
    )
    (found,) = expand("老字号的钱有多少", tmp_path)
    assert found.names == ("老字号扶持资金",)
    assert expand("招待", tmp_path)[0].names == ("老字号扶持资金",)
    assert expand("招待")[0].names[0] == "公务接待费"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- aliases: [招待费用]\n", "第 1 条（未命名）的 name 有误：缺少这一项"),
        ("- name: 公务接待费\n  alias: [吃饭]\n", "第 1 条（公务接待费）的 alias 有误"),
        ("- name: 公务接待费\n  aliases: 吃饭\n", "aliases 有误：应为列表"),
        ("- name: 印刷费\n  aliases: [印]\n", "aliases.0 有误：别名至少要有两个字"),
        ("- name: 印刷费\n  aliases: [水费]\n", "“水费”已用于“水费”"),
        ("- name: 印刷费\n  aliases: [印书]\n- name: 邮电费\n  aliases: [印书]\n", "“印书”已用于“印刷费”"),
        ("- name: ' 印刷　费'\n", "name 有误"),
        ("- name: 印刷费\n  patterns: ['印(材料']\n", "patterns.0 有误：不是有效的正则表达式"),
        ("- name: 印刷费\n  patterns: ['(材料)?']\n", "patterns.0 有误：不应与空文字相符"),
        ("name: 印刷费\n", "应是一个列表"),
        ("- name: [\n", "第 2 行附近无法读取"),
    ],
)
def test_a_mistake_is_named_by_file_entry_and_field(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "本单位.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError) as error:
        load_aliases(tmp_path)
    assert "本单位.yaml" in str(error.value) and says in str(error.value)


def test_a_missing_directory_is_said(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="不存在"):
        load_aliases(tmp_path / "没有")


def test_variants_are_one_item_only() -> None:
    owner: dict[str, str] = {}
    for entry in load_aliases():
        for spelling in (entry.name, *entry.variants):
            assert owner.setdefault(spelling, entry.name) == entry.name, spelling
    for entry in load_aliases():
        assert not {entry.name, *entry.variants} & set(entry.targets), entry.name
