"""Forms that list the indicators of several projects under a header of two rows (Hunan's 绩效目标表)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.document import Document
from tests.ingest.sheets import read, sheet, stated

_ROWS = (
    "单位代码|单位（专项）名称|资金总额|实施期绩效目标|绩效指标|<|<|指标值|指标值内容|度量单位",
    "^|^|^|^|一级指标|二级指标|三级指标|^|^|^",
    "308|南山区水务局|2120.00|||||||",
    "308001|·河道日常养护|1260.00|·保障堤防安全|成本指标|经济成本指标|·堤防养护成本|≤2.2|·每公里费用|万元/公里",
    "^|^|^|^|产出指标|数量指标|·养护堤防长度|286|·养护里程|公里",
    "^|^|^|^|^|质量指标|·设备完好率|≥96|·完好台数/总台数|%",
    "308002|·防汛物资储备|860.00|·物资调得出|产出指标|时效指标|·应急调运时间|≤1.5|·接令至装车出库|小时",
    "^|^|^|^|满意度指标|服务对象满意度|·调用单位满意度|≥95|·回访满意比例|%",
)
LIST = [row.split("|") for row in _ROWS]
WIDTHS = [42, 80, 50, 80, 60, 70, 90, 50, 90, 60]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return read(tmp_path_factory.mktemp("list"), sheet("项目支出绩效目标表", table=(LIST, WIDTHS)))


def test_each_indicator_has_its_value_with_the_unit_of_its_row(document: Document) -> None:
    assert stated(document.facts, "堤防养护成本")["指标值"] == ("≤2.2万元/公里", "万元/公里")
    assert stated(document.facts, "养护堤防长度")["指标值"] == ("286公里", "公里")
    assert stated(document.facts, "应急调运时间")["指标值"] == ("≤1.5小时", "小时")
    assert stated(document.facts, "应急调运时间")["指标值内容"] == ("接令至装车出库", None)


def test_an_indicator_stands_under_its_own_project(document: Document) -> None:
    paths = {f.name: f.row_path for f in document.facts}
    assert paths["设备完好率"][0] == "河道日常养护"
    assert paths["调用单位满意度"][0] == "防汛物资储备"


def test_the_money_of_a_project_is_told_of_the_project(document: Document) -> None:
    money = {f.name: (f.value, f.column_path) for f in document.facts if f.column_path == ("资金总额",)}
    assert money["河道日常养护"][0] == Decimal("1260.00")
    assert money["防汛物资储备"][0] == Decimal("860.00")
    assert money["南山区水务局"][0] == Decimal("2120.00")
