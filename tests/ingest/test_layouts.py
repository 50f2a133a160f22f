"""Layouts that departments of other places print, drawn small: what each cell comes to mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.document import Document, Fact, Relation
from ingest.facts import clean_name
from ingest.lines import Line
from ingest.pipeline import read_document
from ingest.prose import Paragraph, paragraphs
from ingest.statements import subject_of
from ingest.template import table_kind
from ingest.text import normalise
from tests.ingest.drawn import Sheet, save

Rows = Sequence[Sequence[str]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Document]:
    """Draws tables under their titles, each on a page of its own, and reads them."""

    def one(
        *tables: tuple[str, Rows, Sequence[float]], rules: str = "all", unit: str = "单位：万元"
    ) -> Document:
        sheets = []
        for title, rows, widths in tables:
            sheet = Sheet()
            sheet.centred(60, title)
            sheet.text(60, 90, "编制部门：南山区水务局")
            sheet.text(700, 90, unit)
            sheet.table(60, 104, widths, rows, rules)
            sheets.append(sheet)
        return read_document(save(tmp_path / "南山区水务局2025年部门预算.pdf", sheets))

    return one


def stated(facts: Sequence[Fact], name: str) -> dict[str, tuple[str, str | None]]:
    """What a row states: measure → printed text and unit."""
    return {f.measure: (f.text, f.unit) for f in facts if f.name == name and f.text}


def test_a_list_of_projects_is_no_form(read: Callable[..., Document]) -> None:
    rows = [
        ["单位名称", "项目名称", "项目类别", "合计", "一般公共预算", "政府性基金预算"],
        ["合 计", "<", "<", "1,300.10", "900.10", "400.00"],
        ["·301001 南山区水务局（本级）", "<", "<", "1,200.10", "800.10", "400.00"],
        ["", "·河道保洁", "特定目标类", "800.10", "800.10", ""],
        ["", "·80—89周岁职工慰问", "其他运转类", "400.00", "", "400.00"],
        ["·301002 南山区水文站", "<", "<", "100.00", "100.00", ""],
        ["", "·水文监测", "特定目标类", "100.00", "100.00", ""],
    ]
    document = read(("部门项目支出情况表", rows, [110, 150, 90, 90, 90, 100]))
    (table,) = document.tables
    assert (table.kind, table.header[0][1], table.rows[3][1]) == (
        "项目支出表",
        "项目名称",
        "80—89周岁职工慰问",
    )
    assert stated(document.facts, "河道保洁") == {
        "项目类别": ("特定目标类", None),
        "合计": ("800.10", "万元"),
        "一般公共预算": ("800.10", "万元"),
    }
    assert {f.row_path for f in document.facts if f.name == "水文监测"} == {("南山区水文站", "水文监测")}
    assert {f.row_path for f in document.facts if f.name.startswith("80")} == {
        ("南山区水务局(本级)", "80—89周岁职工慰问")
    }
    assert stated(document.facts, "合计")["一般公共预算"] == ("900.10", "万元")


def test_projects_name_their_rows_where_each_account_has_but_one(read: Callable[..., Document]) -> None:
    rows = [
        ["功能科目编码", "科目名称", "一级项目", "二级项目", "总计"],
        ["合计", "<", "<", "<", "240.00"],
        ["2130302", "一般行政管理事务", "机构运转", "机关综合保障经费", "80.00"],
        ["2130306", "水利工程运行与维护", "水利业务", "泵站运维经费", "160.00"],
    ]
    document = read(("南山区水务局项目支出情况表（表九）", rows, [100, 150, 110, 150, 90]))
    assert {(f.row_path, f.code) for f in document.facts if f.text == "160.00"} == {
        (("水利工程运行与维护", "水利业务", "泵站运维经费"), "2130306")
    }


def test_level_rules_alone_hold_a_table(read: Callable[..., Document]) -> None:
    rows = [
        ["序号", "项目名称", "项目单位", "科目编码", "功能分类科目", "预算金额", "是否政府\n采购"],
        ["1", "·河道保洁", "·局本部", "2130304", "·水利行业业务管理", "820,000.00", "否"],
        ["2", "·水文监测", "·区水文站", "2130311", "·水文测报", "530,000.00", "是"],
        [
            "3",
            "·供水管网漏损治理及老旧\n小区二次供水改造",
            "·局本部",
            "2130305",
            "·水利工程建设",
            "9,000,000.00",
            "是",
        ],
        ["4", "·防汛物资", "·局本部", "2130314", "·防汛", "120,000.00", "否"],
        ["", "合计", "", "", "", "10,470,000.00", ""],
    ]
    document = read(
        ("2025年部门项目支出预算明细表", rows, [40, 140, 90, 80, 140, 100, 80]),
        rules="level",
        unit="单位：元",
    )
    (table,) = document.tables
    assert table.kind == "项目支出表"
    assert table.header == (
        ("序号", "项目名称", "项目单位", "科目编码", "功能分类科目", "预算金额", "是否政府采购"),
    )
    assert table.rows[2][1] == "供水管网漏损治理及老旧小区二次供水改造"
    assert stated(document.facts, "水文监测") == {
        "项目单位": ("区水文站", None),
        "科目编码": ("2130311", None),
        "功能分类科目": ("水文测报", None),
        "金额": ("530,000.00", "元"),
        "是否政府采购": ("是", None),
    }
    assert {f.code for f in document.facts} == {None}  # the code classifies the project, it is not its own
    assert stated(document.facts, "合计") == {"金额": ("10,470,000.00", "元")}


def test_three_lines_hold_a_table(read: Callable[..., Document]) -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["213", "·农林水支出", "1,200.00", "700.00", "500.00"],
        ["21303", "·水利", "1,200.00", "700.00", "500.00"],
        ["2130301", "·行政运行", "700.00", "700.00", ""],
        ["2130304", "·水利行业业务管理", "500.00", "", "500.00"],
        ["", "合计", "1,200.00", "700.00", "500.00"],
    ]
    document = read(("部门支出总体情况表", rows, [80, 180, 110, 110, 110]), rules="three")
    (table,) = document.tables
    assert table.kind == "支出总表"
    assert [r[2] for r in table.rows] == ["1,200.00", "1,200.00", "700.00", "500.00", "1,200.00"]
    (fact,) = [f for f in document.facts if f.code == "2130304" and f.measure == "项目支出" and f.text]
    assert (fact.row_path, str(fact.value)) == (("农林水支出", "水利", "水利行业业务管理"), "500.00")


def test_headings_over_several_columns_without_upright_rules(read: Callable[..., Document]) -> None:
    rows = [
        ["本年收入", "<", "本年支出", "<"],
        ["项目", "预算数", "项目", "预算数"],
        ["·一、财政拨款收入", "900.00", "·一、社会保障和就业支出", "100.00"],
        ["·二、事业收入", "", "·二、农林水支出", "830.00"],
        ["·三、其他收入", "50.00", "·三、住房保障支出", "20.00"],
        ["收入总计", "950.00", "支出总计", "950.00"],
    ]
    # The figures reach close to the names beside them, as they do where columns are narrow.
    document = read(("2025年部门财务收支预算总表", rows, [180, 80, 180, 80]), rules="level")
    (table,) = document.tables
    assert table.kind == "收支总表"
    assert table.header[0] == ("本年收入", "本年收入", "本年支出", "本年支出")
    found = {(f.panel, f.name): f.text for f in document.facts}
    assert (found["收入", "其他收入"], found["收入", "事业收入"]) == ("50.00", "")
    assert (found["支出", "农林水支出"], found["支出", "支出总计"]) == ("830.00", "950.00")


def test_indicators_with_headings_of_another_place(read: Callable[..., Document]) -> None:
    rows = [
        ["项目名称", "·河道保洁", "<", "项目类别", "特定目标类", "<", "<"],
        ["一级指标", "二级指标", "三级指标", "指标性质", "年度指标值", "权重", "得分"],
        ["产出指标", "数量", "·保洁河道", "≥", "60公里", "15", "15"],
        ["^", "质量", "·水质达标率", "≥", "85%", "15", "13.5"],
        ["满意度指标", "服务对象", "·居民满意度", "≥", "90%", "10", "10"],
        ["总分", "<", "<", "<", "<", "40", "38.5"],
    ]
    document = read(("项目支出绩效自评表", rows, [90, 90, 150, 90, 90, 60, 60]))
    assert stated(document.facts, "水质达标率") == {
        "指标性质": ("≥", None),
        "指标值": ("85%", "%"),
        "权重": ("15", None),
        "得分": ("13.5", "分"),
    }
    assert {f.row_path for f in document.facts if f.name == "居民满意度"} == {
        ("河道保洁", "满意度指标", "服务对象", "居民满意度")
    }
    assert not {f.name for f in document.facts} & {"产出指标", "二级指标", "15", "≥"}
    assert stated(document.facts, "总分") == {"权重": ("40", None), "得分": ("38.5", "分")}


def test_a_row_of_column_numbers_with_a_sum_of_columns_is_no_row(read: Callable[..., Document]) -> None:
    rows = [
        ["科目编码", "科目名称", "总计", "上年结转", "财政拨款", "其他收入"],
        ["1", "2", "3=4+…+6", "4", "5", "6"],
        ["", "合计", "905.00", "4.00", "900.00", "1.00"],
        ["213", "农林水支出", "905.00", "4.00", "900.00", "1.00"],
    ]
    document = read(("收入总表", rows, [90, 160, 110, 90, 90, 90]))
    assert {f.column_path for f in document.facts if f.name == "农林水支出"} == {
        ("总计",), ("上年结转",), ("财政拨款",), ("其他收入",),
    }  # fmt: skip
    assert {f.name for f in document.facts} == {"合计", "农林水支出"}


def test_a_running_head_does_not_cut_a_sentence_that_runs_over_the_page(tmp_path: Path) -> None:
    sheets = []
    for number in range(4):
        sheet = Sheet()
        sheet.text(300, 20, f"南山区水务局2025年部门预算公开　第{number + 1}页")
        sheet.text(60, 120, "一、河道养护情况" if number == 1 else "", 12)
        sheets.append(sheet)
    begun = "2025年安排河道养护经费120.00万元，主要用于全区六条河道的日常保洁与水质监测，以及沿河绿化带的"
    sheets[1].text(84, 150, begun, 12)
    sheets[2].text(60, 60, "补植和护栏维修。", 12)
    document = read_document(save(tmp_path / "南山区水务局2025年部门预算.pdf", sheets))
    (told,) = (s for s in document.statements if s.relation == Relation.PURPOSE)
    assert told.content.endswith("沿河绿化带的补植和护栏维修")
    assert [p.page for p in told.places] == [2, 3]
    assert not any("公开" in p.text for p in document.passages)


def _lines(page: Sequence[tuple[str, float, float]]) -> list[Line]:
    """Lines one below the other, each given as its text, left edge and letter size."""
    return [
        Line(text, (x0, 100 + 30 * n, x0 + len(text) * size, 112 + 30 * n), size)
        for n, (text, x0, size) in enumerate(page)
    ]


def test_text_after_a_list_is_not_beneath_its_last_entry() -> None:
    page = [
        ("南山区民政局机构设置", 250, 16.0),
        ("本部门中，行政单位1家，事业单位3家，具体包括：", 94, 12.0),
        ("1.南山区民政局本部", 94, 12.0),
        ("2.南山区婚姻登记中心", 94, 12.0),
        ("3.南山区社会福利院", 94, 12.0),
        ("4.南山区救助管理站", 94, 12.0),
        ("区民政局本部内设办公室、社会组织管理科、社会救助科、养老服务科、财务科5个科室。", 70, 12.0),
    ]
    *listed, told = paragraphs({1: _lines(page)})
    assert not any(p.is_heading for p in listed[1:])
    assert told.headings == ("南山区民政局机构设置",)


def test_a_project_named_in_a_section_of_its_own_heads_the_others() -> None:
    page = [
        ("项目经费情况说明", 200, 16.0),
        ("一、项目名称", 94, 12.0),
        ("河道保洁专项", 94, 11.0),
        ("二、项目概述", 94, 12.0),
        ("2025年保洁六条河道，所需资金由本级财政安排，列入年度预算，由区水务局组织实施。", 94, 11.0),
    ]
    *_, told = paragraphs({1: _lines(page)})
    assert told.headings == ("项目经费情况说明", "河道保洁专项", "二、项目概述")


@pytest.mark.parametrize(
    ("printed", "path"),
    [
        ("1.农林水支出（类）水利（款）防汛（项）9.00万元，主要用于防汛。", ("农林水支出", "水利", "防汛")),
        ("2.社会福利（款）殡葬（项）65.00万元，主要用于减免费用。", ("社会福利", "殡葬")),
        ("3.中医药事务（款）中医（民族医）药专项（项）。", ("中医药事务", "中医(民族医)药专项")),
    ],
)
def test_the_levels_of_classification_that_a_paragraph_prints(printed: str, path: tuple[str, ...]) -> None:
    paragraph = Paragraph(normalise(printed), ("情况说明",), (), None, False)
    assert subject_of(paragraph) == (path[-1], path)


def test_a_groups_own_total_and_the_whole(read: Callable[..., Document]) -> None:
    rows = [
        ["单位名称", "“三公”经费合计", "因公出国（境）费", "公务用车购置及运行费", "<", "<", "公务接待费"],
        ["^", "^", "^", "小计", "公务用车购置费", "公务用车运行费", "^"],
        ["合 计", "11.20", "0.00", "9.60", "0.00", "9.60", "1.60"],
        ["·南山区水务局", "11.20", "0.00", "9.60", "0.00", "9.60", "1.60"],
    ]
    document = read(("一般公共预算“三公”经费支出情况表", rows, [120, 100, 110, 60, 110, 110, 80]))
    assert stated(document.facts, "南山区水务局")["公务用车购置及运行费"] == ("9.60", "万元")


def test_counts_have_units_and_a_sentence_gives_the_title(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(60, 60, "南山区水务局由局本级和一家所属单位组成。人员构成如下：", 11)
    rows = [
        ["单位名称", "单位性质", "编制数", "在职实有人数", "公务用车（辆）"],
        ["·南山区水务局（本级）", "行政单位", "32", "30", "3"],
        ["·南山区水文站", "公益一类", "15", "14", "1"],
    ]
    sheet.table(60, 76, [170, 110, 80, 110, 110], rows, "all")
    document = read_document(save(tmp_path / "南山区水务局2025年部门预算.pdf", [sheet]))
    (table,) = document.tables
    assert table.title == "人员构成"
    assert stated(document.facts, "南山区水文站") == {
        "单位性质": ("公益一类", None),
        "编制数": ("15", "人"),
        "在职实有人数": ("14", "人"),
        "公务用车(辆)": ("1", "辆"),
    }


def test_a_next_page_that_repeats_a_part_of_the_header(tmp_path: Path) -> None:
    head = [
        ["功能分类科目", "<", "支出总计", "资金来源", "<", "<"],
        ["科目编码", "科目名称", "^", "财政拨款", "<", "单位资金"],
        ["^", "^", "^", "小计", "政府性基金", "^"],
    ]
    body = [["213", "·农林水支出", "900.00", "800.00", "100.00", "100.00"]]
    rest = [
        ["科目编码", "科目名称", "支出总计", "小计", "政府性基金", "单位资金"],
        ["21303", "·水利", "900.00", "800.00", "100.00", "100.00"],
        ["", "合 计", "900.00", "800.00", "100.00", "100.00"],
    ]
    widths = [70, 150, 90, 90, 90, 90]
    first = Sheet()
    first.centred(60, "部门支出总体情况表")
    first.text(560, 90, "单位：万元")
    first.table(60, 104, widths, head + body, "all")
    second = Sheet()
    bottom = second.table(60, 60, widths, rest, "all")
    second.text(60, bottom + 6, "注：1.本表不含上年结转。")
    second.text(60, bottom + 20, "2.本表含所属单位。")
    document = read_document(save(tmp_path / "南山区水务局2025年部门预算.pdf", [first, second]))
    (table,) = document.tables
    assert (table.pages, [row[0] for row in table.rows]) == ((1, 2), ["213", "21303", ""])
    assert table.note == "注：1.本表不含上年结转。2.本表含所属单位。"
    (fact,) = [f for f in document.facts if f.name == "水利" and f.column_path[-1] == "小计"]
    assert (fact.column_path, fact.place.page) == (("资金来源", "财政拨款", "小计"), 2)


def test_rows_belong_to_the_numbered_row_above(read: Callable[..., Document]) -> None:
    rows = [
        ["收入", "<", "支出", "<"],
        ["项目", "预算数", "项目", "预算数"],
        ["·一、本年收入", "900.00", "·一、本年支出", "932.50"],
        ["·（一）一般公共预算拨款", "900.00", "·（一）农林水支出", "932.50"],
        ["·二、上年结转", "32.50", "", ""],
        ["·（一）一般公共预算拨款", "32.50", "·二、年终结转结余", ""],
        ["收入总计", "932.50", "支出总计", "932.50"],
    ]
    document = read(("财政拨款收支总体情况表", rows, [180, 80, 180, 80]))
    assert {f.row_path: f.text for f in document.facts if f.name == "一般公共预算拨款"} == {
        ("本年收入", "一般公共预算拨款"): "900.00",
        ("上年结转", "一般公共预算拨款"): "32.50",
    }


def test_headings_that_end_with_their_group_and_terms_kept_apart(read: Callable[..., Document]) -> None:
    rows = [
        ["部门名称", "·南山区水务局", "<", "填报人", "张三"],
        ["部门总体资金情况", "总体资金情况", "当年金额", "占比", "收支规模（2023年）"],
        ["^", "·收入构成:财政拨款", "900.00", "94.7%", "870.00"],
        ["整体绩效总目标", "长期目标（截止2027年）", "<", "年度目标", "<"],
        ["", "·河湖水质稳定达标", "<", "·清淤十公里", "<"],
        ["长期绩效指标", "<", "<", "<", "<"],
        ["一级指标", "二级指标", "三级指标", "指标值", "指标值确定依据"],
        ["产出指标", "质量指标", "·水质达标率", "≥95%", "规划数据"],
        ["年度绩效指标", "<", "<", "<", "<"],
        ["一级指标", "二级指标", "三级指标", "指标值", "指标值确定依据"],
        ["产出指标", "质量指标", "·水质达标率", "≥85%", "计划数据"],
    ]
    document = read(("部门整体支出绩效目标申报表", rows, [110, 130, 150, 110, 120]))
    assert stated(document.facts, "收入构成:财政拨款") == {
        "金额": ("900.00", "万元"),
        "占比": ("94.7%", "%"),
        "收支规模(2023年)": ("870.00", "万元"),
    }
    assert stated(document.facts, "整体绩效总目标")["年度目标"] == ("清淤十公里", None)
    found = {f.row_path[1]: f.text for f in document.facts if f.measure == "指标值"}
    assert found == {"长期绩效指标": "≥95%", "年度绩效指标": "≥85%"}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("部门收支总体情况表", "收支总表"),
        ("部门收入总体情况表", "收入总表"),
        ("部门支出总体情况表", "支出总表"),
        ("财政拨款收支总体情况表", "财政拨款收支总表"),
        ("一般公共预算支出情况表", "一般公共预算支出表"),
        ("一般公共预算基本支出情况表", "基本支出表"),
        ("一般公共预算“三公”经费支出情况表", "三公经费表"),
        ("国有资本经营预算支出情况表", "国有资本经营预算支出表"),
        ("2025年部门财务收支预算总表", "收支总表"),
        ("部门项目支出预算明细表", "项目支出表"),
        ("2024年度单位收入预算明细表", "收入总表"),
        ("政府采购预算明细表", "政府采购表"),
        ("区级单位支出决算情况汇总表", "支出总表"),
        ("名词解释表", "其他"),
    ],
)
def test_kinds_by_the_words_of_a_title(title: str, kind: str) -> None:
    assert table_kind(title) == kind


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("80—89周岁高龄津贴", "80—89周岁高龄津贴"),
        ("15个居民区全覆盖", "15个居民区全覆盖"),
        ("9,531.10", "9,531.10"),
        ("3、科技管理工作经费", "科技管理工作经费"),
        ("1.一般公共预算资金", "一般公共预算资金"),
        ("（2）公务接待费", "公务接待费"),
    ],
)
def test_only_a_separator_makes_a_number_an_enumerator(printed: str, name: str) -> None:
    assert clean_name(printed) == name


def test_a_project_named_under_the_title_heads_what_follows() -> None:
    page = [
        ("项目经费情况说明（三）", 200, 16.0),
        ("——实验室仪器设备更新", 215, 11.0),
        ("一、项目概述", 94, 12.0),
        ("2025年拟更新仪器13台（套），其余分两年更新，所需资金由本级财政安排，列入年度预算。", 70, 11.0),
    ]
    (told,) = (p for p in paragraphs({1: _lines(page)}) if not p.is_heading)
    assert told.headings == ("项目经费情况说明(三)", "实验室仪器设备更新", "一、项目概述")
