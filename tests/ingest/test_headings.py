"""What heads a table: headings that no list of words knows, units of several sorts, numbers of tables."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.sheets import read, sheet, stated


def test_words_over_rows_cut_alike_head_a_table_inside_a_form(tmp_path: Path) -> None:
    # The cut of Chongqing's 项目绩效目标自评表: no levels, the bound and the unit in columns of their own.
    rows = [
        ["项目名称", "·河道保洁", "<", "<", "<", "<", "<"],
        ["指标名称", "计量单位", "指标性质", "年度指标值", "全年完成值", "核查得分", "补充情况"],
        ["·保洁河道", "公里", "≥", "60", "58", "9.5", "·一段断流"],
        ["·垃圾清运率", "%", "=", "100", "100", "10", ""],
    ]
    document = read(tmp_path, sheet("项目绩效目标自评表", table=(rows, [120, 80, 80, 90, 90, 80, 120])))
    assert stated(document.facts, "保洁河道") == {
        "计量单位": ("公里", None),
        "指标性质": ("≥", None),
        "指标值": ("≥60公里", "公里"),
        "实际完成值": ("58公里", "公里"),
        "核查得分": ("9.5", None),
        "补充情况": ("一段断流", None),
    }
    assert stated(document.facts, "垃圾清运率")["指标值"] == ("100%", "%")


def test_names_over_several_columns_head_the_groups_of_a_form(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "·河道保洁", "<", "<", "<"],
        ["明细事项", "<", "金额", "计算过程", "<"],
        ["·人工", "<", "120,000", "·10人×12000元", "<"],
        ["·船只", "<", "60,000", "·2艘×30000元", "<"],
        ["分解目标", "目标类别", "指标内容", "上年完成值", "本年目标值"],
        ["产出目标", "数量", "·保洁河道", "56公里", "60公里"],
        ["^", "^", "·清运垃圾", "300吨", "≥320吨"],
        ["效果目标", "满意度", "·居民满意度", "91%", "≥93%"],
    ]
    form = sheet("财政项目支出绩效目标申报表", "单位：元", table=(rows, [100, 80, 160, 120, 120]))
    facts = read(tmp_path, form).facts
    assert stated(facts, "船只") == {"金额": ("60,000", "元"), "计算过程": ("2艘×30000元", None)}
    assert stated(facts, "清运垃圾") == {"指标值·上年": ("300吨", "吨"), "指标值": ("≥320吨", "吨")}
    (path,) = {f.row_path for f in facts if f.name == "居民满意度"}
    assert path == ("河道保洁", "效果目标", "满意度", "居民满意度")


def test_each_column_takes_its_own_of_several_units(tmp_path: Path) -> None:
    rows = [
        ["序号", "小区名称", "户数", "楼栋数", "建筑面积", "合同金额", "2024年已支付"],
        ["1", "·东园", "412", "12", "33,860", "905.40", "842.10"],
        ["2", "·西园", "318", "9", "26,400", "798.60", "571.20"],
        ["合计", "<", "730", "21", "60,260", "1,704.00", "1,413.30"],
    ]
    widths = [40, 110, 60, 60, 90, 90, 110]
    table = (rows, widths)
    title = "表1 2024年度小区改造实施情况表"
    document = read(tmp_path, sheet(title, "单位：户、栋、平方米、万元", table=table))
    assert (document.tables[0].number, document.tables[0].unit) == ("表1", "万元")
    assert stated(document.facts, "西园") == {
        "户数": ("318", "户"),
        "楼栋数": ("9", "栋"),
        "建筑面积": ("26,400", "平方米"),
        "金额": ("798.60", "万元"),
        "2024年已支付": ("571.20", "万元"),
    }


def test_codes_of_accounts_are_no_amounts_and_labels_tell_years(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "支出功能科目", "财政拨款"],
        ["1", "·河道保洁", "2130306", "120.00"],
        ["2", "·水文监测", "2130306、2130311", "60.00"],
        ["合计", "<", "", "180.00"],
    ]
    form = [
        ["项目名称", "·河道保洁", "项目类型", "·经常性项目"],
        ["当年预算数（元）", "1,200,000", "上年预算数（元）", "1,150,000"],
    ]
    document = read(
        tmp_path,
        sheet("2024年度二级项目明细表", "单位：万元", table=(rows, [60, 200, 160, 120])),
        sheet("项目绩效目标表（2024年度）", table=(form, [140, 160, 140, 160])),
    )
    (code,) = [f for f in document.facts if f.name == "河道保洁" and f.measure == "支出功能科目"]
    assert (code.text, code.value, code.unit) == ("2130306", None, None)
    years = {f.name: (f.text, f.year) for f in document.facts if f.name.endswith("预算数(元)")}
    assert years == {"当年预算数(元)": ("1,200,000", 2024), "上年预算数(元)": ("1,150,000", 2023)}


def test_a_column_of_counting_units_names_no_rows(tmp_path: Path) -> None:
    rows = [
        ["序号", "采购单位", "采购品目名称", "数量", "单位", "单价（元）", "采购预算（元）"],
        ["1", "局本级", "·台式计算机", "12", "台", "4,800.00", "57,600.00"],
        ["2", "局本级", "·保安服务", "1", "项", "145,000.00", "145,000.00"],
        ["合计", "<", "<", "", "", "", "202,600.00"],
    ]
    table = (rows, [40, 90, 130, 60, 50, 90, 110])
    document = read(tmp_path, sheet("政府采购预算表", "单位：元", table=table))
    assert stated(document.facts, "台式计算机") == {
        "数量": ("12", None),
        "单位": ("台", None),
        "单价": ("4,800.00", "元"),
        "预算数": ("57,600.00", "元"),
    }


def test_a_name_that_begins_with_a_number_of_its_own_keeps_it(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "合计", "一般公共预算"],
        ["·331国道改建工程", "3,260.00", "3,260.00"],
        ["·20805行政事业单位养老支出", "84.00", "84.00"],
    ]
    document = read(tmp_path, sheet("项目支出预算表", "单位：万元", table=(rows, [260, 120, 120])))
    assert stated(document.facts, "331国道改建工程")["合计"] == ("3,260.00", "万元")
    assert stated(document.facts, "行政事业单位养老支出")["合计"] == ("84.00", "万元")


def test_the_parts_of_an_item_said_in_its_heading_take_its_name(tmp_path: Path) -> None:
    rows = [
        ["单位", "合计", "公务接待费", "公务用车购置和运行维护费", "<"],
        ["^", "^", "^", "购置费", "运行维护费"],
        ["·局本级", "16.40", "1.20", "0.00", "15.20"],
        ["·排水中心", "49.20", "0.80", "18.00", "30.40"],
    ]
    table = (rows, [200, 90, 100, 110, 110])
    document = read(tmp_path, sheet("财政拨款“三公”经费支出表", "单位：万元", table=table))
    own = {f.column_path[-1]: f.text for f in document.facts if f.name == "局本级"}
    assert (own["公务用车购置费"], own["公务用车运行维护费"]) == ("0.00", "15.20")
