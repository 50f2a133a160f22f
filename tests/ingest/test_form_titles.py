"""Lists and forms of projects: which a table is, where one ends, and what belongs to the project."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.sheets import read, sheet, stated

PROJECT = ["项目名称", "·河道保洁", "<", "<", "<", "<"]
LEVELS = ["一级指标", "二级指标", "三级指标", "预期值", "实现值", "未完成原因"]
FORM = [90, 90, 150, 90, 90, 160]


def test_a_list_of_projects_under_the_title_of_a_form(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "实施单位", "全年预算数", "全年执行数", "执行率", "自评得分", "自评等级"],
        ["1", "·河道保洁", "局本级", "120.00", "90.00", "75.00%", "82.5", "良"],
        ["2", "·水文监测", "水文站", "60.00", "60.00", "100.00%", "97.0", "优"],
        ["合计", "<", "", "180.00", "150.00", "83.33%", "", ""],
    ]
    table = (rows, [40, 110, 80, 90, 90, 80, 80, 80])
    document = read(tmp_path, sheet("2024年度项目支出绩效自评情况汇总表", "单位：万元", table=table))
    assert document.tables[0].kind == "项目支出表"
    assert stated(document.facts, "河道保洁") == {
        "实施单位": ("局本级", None),
        "预算数": ("120.00", "万元"),
        "执行数": ("90.00", "万元"),
        "执行率": ("75.00%", "%"),
        "自评得分": ("82.5", "分"),
        "自评等级": ("良", None),
    }


def test_indicators_beside_their_projects_over_two_pages(tmp_path: Path) -> None:
    head = [
        "单位名称",
        "项目名称",
        "预算数",
        "年度目标",
        "一级指标",
        "三级指标",
        "指标性质",
        "指标值",
        "度量单位",
        "权重",
    ]
    first = [
        head,
        ["·301001-南山区水务局", "·保洁", "120.00", "·干净", "产出", "·保洁河道", "≥", "60", "公里", "30"],
        ["^", "^", "^", "^", "^", "·完工时间", "定性", "11月底前", "", "10"],
    ]  # fmt: skip
    second = [
        head,
        ["·301002-南山区水文站", "·水文监测", "60.00", "·准确", "产出", "·修复时间", "≤", "24", "小时", "20"],
    ]  # fmt: skip
    widths = [110, 80, 60, 80, 60, 90, 60, 60, 60, 50]
    title = "部门预算项目绩效目标表（2024年度）"
    document = read(
        tmp_path,
        sheet("表6", title, "单位：万元", table=(first, widths)),
        sheet(table=(second, widths)),
    )
    (table,) = document.tables
    assert (table.kind, table.pages) == ("项目支出绩效目标表", (1, 2))
    values = {f.name: (f.row_path, f.text, f.unit) for f in document.facts if f.measure == "指标值"}
    assert values == {
        "保洁河道": (("南山区水务局", "保洁", "产出", "保洁河道"), "≥60公里", "公里"),
        "完工时间": (("南山区水务局", "保洁", "产出", "完工时间"), "11月底前", None),
        "修复时间": (("南山区水文站", "水文监测", "产出", "修复时间"), "≤24小时", "小时"),
    }
    # What stands left of the indicators is the project's own.
    assert stated(document.facts, "水文监测") == {"预算数": ("60.00", "万元"), "年度目标": ("准确", None)}


def test_a_form_for_each_project_under_one_title(tmp_path: Path) -> None:
    first = [PROJECT, LEVELS, ["产出", "数量", "·保洁河道", "≥60公里", "58公里", "·一段断流"]]
    second = [
        ["项目名称", "·水文监测", "<", "<", "<", "<"],
        LEVELS,
        ["产出", "质量", "·水质变化率", "≥0.58", "0.6", "无"],
    ]
    document = read(
        tmp_path,
        sheet("重点项目绩效信息公开表", "（2024年度） 表1", table=(first, FORM)),
        sheet(table=(second, FORM)),
    )
    assert [(t.kind, t.title, t.pages) for t in document.tables] == [
        ("项目支出绩效目标表", "重点项目绩效信息公开表", (1, 1)),
        ("项目支出绩效目标表", "重点项目绩效信息公开表", (2, 2)),
    ]
    assert stated(document.facts, "保洁河道") == {
        "指标值": ("≥60公里", "公里"),
        "实际完成值": ("58公里", "公里"),
        "未完成原因": ("一段断流", None),
    }
    (target,) = [f for f in document.facts if f.name == "水质变化率" and f.measure == "指标值"]
    assert (target.row_path[0], str(target.value), target.unit) == ("水文监测", "0.58", None)


def test_a_table_after_prose_goes_on_no_form(tmp_path: Path) -> None:
    form = [PROJECT, LEVELS, ["产出", "数量", "·保洁河道", "≥60公里", "58公里", "·一段断流"]]
    used = [
        ["序号", "支出事项", "改造河段（座）", "支付金额"],
        ["1", "·东河", "12", "86,520.00"],
        ["2", "·西河", "8", "33,480.00"],
        ["合计", "<", "20", "120,000.00"],
    ]
    prose = ["部门评价报告", "一、项目概况", "项目于2024年5月开工，9月完成验收。", "资金使用明细见下表："]
    document = read(
        tmp_path,
        sheet("项目支出绩效自评表", table=(form, FORM)),
        sheet(*prose, "资金使用明细表 单位：元", table=(used, [60, 200, 120, 160])),
    )
    assert [(t.title, t.pages) for t in document.tables] == [
        ("项目支出绩效自评表", (1, 1)),
        ("资金使用明细表", (2, 2)),
    ]
    assert stated(document.facts, "东河") == {"改造河段(座)": ("12", "座"), "金额": ("86,520.00", "元")}


def test_a_table_with_a_number_of_letters_keeps_its_title(tmp_path: Path) -> None:
    rows = [["项目", "决算数"], ["·教育支出", "21,600.00"], ["合计", "21,600.00"]]
    document = read(tmp_path, sheet("支出决算表", "GK03表", "单位：元", table=(rows, [300, 160])))
    assert [(t.number, t.title, t.kind) for t in document.tables] == [("GK03表", "支出决算表", "支出总表")]
