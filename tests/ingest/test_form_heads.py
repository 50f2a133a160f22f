"""Forms whose headings divide further down, and forms that print two tables of indicators side by side."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.sheets import read, sheet

_YEARS = (
    "项目名称|户厕管护|<|<|<|<",
    "绩效目标与指标|指标类型|指标名称|长期目标（2023—2027年）|年度目标|<",
    "^|^|^|^|2024年完成|2025年目标",
    "^|产出指标|清掏户次|46,000户次|8,850户次|9,200户次",
    "^|^|维修响应时限|≤48小时|≤72小时|≤48小时",
)
_SIDES = (
    "项目名称|网格管理|<|<|<|<|<|<",
    "绩效指标|二级指标|三级指标|中期指标值|一级指标|二级指标|三级指标|年度指标值",
    "^|数量指标|运行网格数量|90个|产出指标|数量指标|运行网格数量|86个",
    "^|^|新配巡查终端|90台|^|^|新配巡查终端|30台",
)


def test_what_was_done_last_year_is_no_target(tmp_path: Path) -> None:
    rows = [row.split("|") for row in _YEARS]
    document = read(tmp_path, sheet("项目支出绩效目标表", table=(rows, [80, 80, 120, 120, 90, 90])))
    told = {(f.measure, f.year): f.text for f in document.facts if f.name == "维修响应时限"}
    assert told[("实际完成值", 2024)] == "≤72小时"
    assert told[("指标值", 2025)] == "≤48小时"
    assert told[("指标值·中长期", 2024)] == "≤48小时"  # 2023—2027 is no year of its own


def test_each_side_of_a_form_names_its_own_rows(tmp_path: Path) -> None:
    rows = [row.split("|") for row in _SIDES]
    document = read(tmp_path, sheet("项目支出绩效目标表", table=(rows, [60, 70, 110, 80, 70, 70, 110, 80])))
    told = {(f.name, f.measure): f.text for f in document.facts}
    assert told[("新配巡查终端", "指标值·中长期")] == "90台"
    assert told[("新配巡查终端", "指标值")] == "30台"
    assert not any(name == "产出指标" for name, _ in told)
