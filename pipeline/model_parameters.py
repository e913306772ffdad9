"""The parameters of a rule in the words of a form: their names, numbers plain, lists joined.

Used where a rule is printed: in a figure's derivation, and where rubrics are shown and compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pipeline.money import round_half_up

#: parameters of measures and formulas, in the words of a form
PARAMETER_WORDS = {
    "target": "目标值", "above": "超过目标", "threshold": "阈值", "side": "方向", "unit": "每档", "points": "每档扣分",
    "steps": "不足一档", "floor": "最低得分", "bands": "分档", "points_per_item": "每个检查点分值", "free": "免扣个数",
    "levels": "计入的一级指标", "higher": "正向", "lower": "反向", "equal_above": "等于型超过目标",
    "date_missed": "时限未达到得分比例", "default_direction": "没写方向时", "grades": "定性等级", "scope": "范围",
    "kinds": "类型", "exclude_policy_driven": "剔除政策性调整", "matters": "公开事项", "within_days": "公开期限（日）",
    "start": "起", "end": "止", "limit": "期限", "days": "日历", "lead_days": "提前日数", "exempt_methods": "豁免的采购方式",
    "base": "金额", "goods_services": "货物服务应预留", "works": "工程应预留", "small_micro": "小微应占",
    "table": "表", "numerator": "分子", "denominator": "分母", "label": "名称", "items": "项目", "in_total": "看合计",
    "grade": "等级",
}  # fmt: skip


def shown(parameters: Mapping[str, object]) -> dict[str, str]:
    """Parameters of a rule as printed in a figure: their names in words, numbers plain, lists joined.

    >>> shown({"target": Fraction(1), "levels": ("产出指标", "成本指标")})
    {'目标值': '1', '计入的一级指标': '产出指标、成本指标'}
    """
    return {PARAMETER_WORDS.get(name, name): plain(value) for name, value in parameters.items()}


def plain(value: object) -> str:
    """One value as printed.

    >>> plain(True), plain(Fraction(1, 2)), plain(None), plain({3: Fraction(1, 4)})
    ('是', '0.5', '无', '3 0.25')
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        text = f"{round_half_up(value, 6):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, tuple):
        return "、".join(
            f"{one.words}→{plain(one.value)}" if hasattr(one, "words") else str(one) for one in value
        )
    if isinstance(value, Mapping):
        return "，".join(f"{name} {plain(one)}" for name, one in value.items())
    return "无" if value is None else str(value)
