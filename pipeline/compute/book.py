"""The book figures are entered in, in the order they are made, and the three ways to make one: amount, rate, text.

Used by every module that computes. A figure that would be blank by its nature (no such expenditure, an optional cell
left empty) has the text ``""``; one that cannot be known has the value None and a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.compute.inputs import Sum, listed
from pipeline.compute.rates import rate
from pipeline.model import Cell, Citation, Figure
from pipeline.money import FEN_PER, round_half_up


@dataclass(slots=True)
class Book:
    """Figures by id. ``rate_digits`` are the rubric's."""

    rate_digits: int = 2
    figures: dict[str, Figure] = field(default_factory=dict)

    def put(self, figure: Figure) -> Figure:
        self.figures[figure.id] = figure
        return figure

    def __getitem__(self, figure_id: str) -> Figure:
        return self.figures[figure_id]

    def amount(self, figure_id: str, label: str, total: Sum, *, none: str = "") -> Figure:
        """A sum of money in 万元, two decimals; ``none``: why there is no row, for a figure blank by its nature."""
        if not total.rows:
            return self.put(
                Figure(
                    figure_id,
                    label,
                    "",
                    "万元",
                    reason=none or None,
                    because=total.because,
                    active=total.active,
                )
            )
        common = {
            "unit": "万元",
            "digits": 2,
            "because": total.because,
            "formula": "合计",
            "active": total.active,
        }
        if total.value is None:
            return self.put(Figure(figure_id, label, None, reason=total.reason, **common))
        exact = Fraction(total.value, FEN_PER["万元"])
        return self.put(Figure(figure_id, label, round_half_up(exact, 2), exact=exact, **common))

    def rate(
        self,
        figure_id: str,
        label: str,
        numerator: str,
        denominator: str,
        *,
        denominator_label: str,
        citation: Citation | None = None,
    ) -> Figure:
        """One figure over another, in percent. The denominator is named; 0 is never divided by.

        Excel: ``=ROUND(numerator/denominator*100,digits)``
        """
        over, under = self.figures[numerator], self.figures[denominator]
        parameters = {"分子": over.label, "分母": denominator_label}
        common = {
            "unit": "%",
            "digits": self.rate_digits,
            "because": (numerator, denominator),
            "formula": "分子 ÷ 分母",
            "parameters": parameters,
            "citation": citation,
        }
        if over.value == "" or under.value == "":
            reason = over.reason or under.reason
            return self.put(Figure(figure_id, label, "", reason=reason, **common))
        if over.value is None or under.value is None:
            reason = listed([one.reason or "" for one in (under, over) if one.value is None])
            return self.put(Figure(figure_id, label, None, reason=reason, **common))
        ratio = rate(over.exact, under.exact)
        if ratio is None:
            return self.put(
                Figure(figure_id, label, None, reason=f"{denominator_label}为 0，不能作分母", **common)
            )
        active = ("分子为 0",) if not ratio else ()
        return self.percent(figure_id, label, ratio, active=active, **common)

    def percent(self, figure_id: str, label: str, ratio: Fraction, **rest: object) -> Figure:
        """A known ratio as a figure in percent; ``exact`` is the ratio itself."""
        rest |= {"unit": "%", "digits": self.rate_digits}
        return self.put(
            Figure(figure_id, label, round_half_up(ratio * 100, self.rate_digits), exact=ratio, **rest)
        )

    def text(
        self, figure_id: str, label: str, text: str, because: tuple[Cell | str, ...] = (), **rest: object
    ) -> Figure:
        return self.put(Figure(figure_id, label, text, because=because, **rest))

    def exact(self, figure_id: str) -> Fraction | None:
        """The exact value behind a figure, None where it is undetermined or blank."""
        return self.figures[figure_id].exact

    def exact_points(self, figure_id: str) -> Fraction:
        """A weight as a Fraction."""
        return Fraction(self.figures[figure_id].value)

    def unknown(self, figure_id: str, label: str, reason: str, **rest: object) -> Figure:
        return self.put(Figure(figure_id, label, None, reason=reason, **rest))


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
}  # fmt: skip


def shown(parameters: Mapping[str, object]) -> dict[str, str]:
    """Parameters of a rule as printed in a figure: their names in words, numbers plain, lists joined.

    >>> shown({"target": Fraction(1), "levels": ("产出指标", "成本指标")})
    {'目标值': '1', '计入的一级指标': '产出指标、成本指标'}
    """
    return {PARAMETER_WORDS.get(name, name): _shown(value) for name, value in parameters.items()}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        text = f"{round_half_up(value, 6):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, tuple):
        return "、".join(
            f"{one.words}→{_shown(one.value)}" if hasattr(one, "words") else str(one) for one in value
        )
    if isinstance(value, Mapping):
        return "，".join(f"{name} {_shown(one)}" for name, one in value.items())
    return "无" if value is None else str(value)
