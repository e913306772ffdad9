"""Two drawings as inline SVG: how the score came down point by point, and spending month by month.

Happens while reporting. Widths are percentages and heights pixels, so that the letters keep their size from a
telephone to paper. Geometry is exact (Fraction) and printed with two decimals: the same input, the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from markupsafe import Markup

from pipeline.report.page_score import Scored

ROW = 46
#: lines of the waterfall; what is left over is one line more
STEPS = 14


def share(value: Fraction) -> str:
    """A share of the width as SVG takes it.

    >>> share(Fraction(1, 3)), share(Fraction(1))
    ('33.33%', '100.00%')
    """
    return f"{Decimal(value.numerator * 100) / Decimal(value.denominator):.2f}%"


def waterfall(
    full: Decimal, total: tuple[Decimal, Decimal], shown: str, lost: Sequence[Scored], still: Sequence[Scored]
) -> Markup:
    """From ``full`` points down to the total: a bar a loss, a dashed bar an open range.

    ``total``: worst and best; ``shown``: the total as printed. The axis starts below the worst, and says where.
    """
    floor = _floor(full, total[0])
    scale = _Scale(Fraction(floor), Fraction(full))
    rows: list[Markup] = [_row(0, "满分", f"{full:f}", scale, floor, full, "full")]
    level = full
    for name, drop, kind in _steps(lost, still):
        # an open range is drawn below what is surely lost
        low = max(Decimal(floor), level - drop)
        sign = f"−{drop:f}" if kind == "lost" else f"待定 {drop:f}"
        rows.append(_row(len(rows), name, sign, scale, low, level, kind))
        level = low
    worst, best = total
    rows.append(_row(len(rows), "得分", shown, scale, floor, worst, "total"))
    if best > worst:
        rows.append(_bar(len(rows) - 1, scale, worst, best, "open"))
    height = ROW * (len([row for row in rows if "<text" in row])) + 26
    title = f"从满分 {full:f} 到得分 {shown} 的逐项扣分图；横轴从 {floor} 分起"
    axis = Markup(
        '<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>'
        '<text class="tick" x="0" y="{1}">{2} 分</text><text class="tick end" x="100%" y="{1}">{3} 分</text>'
    ).format(height - 20, height - 5, floor, f"{full:f}")
    return _svg("waterfall", height, title, Markup("").join(rows) + axis)


def _steps(lost: Sequence[Scored], still: Sequence[Scored]) -> list[tuple[str, Decimal, str]]:
    steps = [(each.label, each.lost, "lost") for each in lost] + [
        (each.label, each.open, "open") for each in still
    ]
    if len(steps) <= STEPS:
        return steps
    rest = steps[STEPS - 2 :]
    steps = steps[: STEPS - 2]
    for kind, name in (("lost", "其余扣分"), ("open", "其余待定")):
        left = [drop for _, drop, each in rest if each == kind]
        if left:
            steps.append((f"{name} {len(left)} 项", sum(left, Decimal(0)), kind))
    return steps


def _floor(full: Decimal, worst: Decimal) -> int:
    """The axis starts at a round number so that what is lost takes about half the width."""
    span = full - worst
    for step in (5, 10, 20, 50):
        if span * 2 <= step:
            return max(0, int(full) - step)
    return 0


class _Scale:
    def __init__(self, low: Fraction, high: Fraction):
        self._low, self._width = low, (high - low) or Fraction(1)

    def __call__(self, value: Decimal) -> Fraction:
        return min(Fraction(1), max(Fraction(0), (Fraction(value) - self._low) / self._width))


def _row(
    index: int, name: str, value: str, scale: _Scale, low: Decimal | int, high: Decimal, kind: str
) -> Markup:
    y = ROW * index
    return Markup(
        '<text class="name" x="0" y="{}">{}</text><text class="value end" x="100%" y="{}">{}</text>'
    ).format(y + 16, name, y + 16, value) + _bar(index, scale, Decimal(low), high, kind)


def _bar(index: int, scale: _Scale, low: Decimal, high: Decimal, kind: str) -> Markup:
    left, right = scale(low), scale(high)
    width = max(right - left, Fraction(1, 250))
    return Markup('<rect class="bar {}" x="{}" width="{}" y="{}" height="15"/>').format(
        kind, share(min(left, 1 - width)), share(width), ROW * index + 23
    )


def months_curve(rates: Sequence[Decimal | None], schedule: Sequence[Decimal | None]) -> Markup:
    """Cumulative rate against 序时进度, both in percent, by month; a missing month leaves a gap."""
    known = [value for value in (*rates, *schedule) if value is not None]
    # beyond twice the budget a curve says nothing more; the table beside it has the number
    top = min(200, max([100, *(-int(-value // 20) * 20 for value in known)]))
    curve = _Curve(len(rates), top)
    lines = [curve.grid(), curve.line(schedule, "schedule"), curve.line(rates, "rate")]
    said = "；".join(f"{month}月 {value:f}%" for month, value in enumerate(rates, 1) if value is not None)
    return _svg(
        "curve",
        264,
        f"各月累计执行率与序时进度。累计执行率：{said or '没有可画的月份'}",
        Markup("").join(lines),
    )


class _Curve:
    """Where a month and a percentage stand in the drawing."""

    _TOP, _BOTTOM = 12, 236

    def __init__(self, months: int, top: int):
        self._months, self._top = max(2, months), top

    def x(self, month: int) -> str:
        return share(Fraction(10, 100) + Fraction(month - 1, self._months - 1) * Fraction(87, 100))

    def y(self, percent: Decimal | int) -> str:
        height = Fraction(min(self._top, max(0, percent))) / self._top * (self._BOTTOM - self._TOP)
        down = self._BOTTOM - height
        return f"{Decimal(down.numerator) / Decimal(down.denominator):.2f}"

    def grid(self) -> Markup:
        parts = []
        for percent in range(0, self._top + 1, 20):
            y = self.y(percent)
            parts.append(
                Markup('<line class="grid" x1="9%" x2="98%" y1="{}" y2="{}"/>').format(y, y)
                + Markup('<text class="tick end" x="8%" y="{}" dy="4">{}%</text>').format(y, percent)
            )
        parts += [
            Markup('<text class="tick middle" x="{}" y="256">{}</text>').format(self.x(month), month)
            for month in range(1, self._months + 1)
        ]
        return Markup("").join(parts)

    def line(self, values: Sequence[Decimal | None], kind: str) -> Markup:
        parts = []
        points = [(month, value) for month, value in enumerate(values, 1)]
        for (month, value), (following, after) in pairwise(points):
            if value is not None and after is not None:
                parts.append(
                    Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
                        kind, self.x(month), self.y(value), self.x(following), self.y(after)
                    )
                )
        if kind == "rate":
            parts += [
                Markup('<circle class="rate" cx="{}" cy="{}" r="3.5"/>').format(self.x(month), self.y(value))
                for month, value in points
                if value is not None
            ]
        return Markup("").join(parts)


def _svg(name: str, height: int, title: str, content: Markup) -> Markup:
    return Markup(
        '<svg class="{}" role="img" width="100%" height="{}" aria-labelledby="{}-title" focusable="false">'
        '<title id="{}-title">{}</title>{}</svg>'
    ).format(name, height, name, name, title, content)
