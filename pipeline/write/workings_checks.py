"""Sheet 检查点 of the workings: every checkpoint, contract and item a management measure counted, one row each.

A measure's formula on 取数 adds these rows up. Which records count is the program's decision (they are the ones its
figure names); how much each counts is a formula on the copies of the inputs.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.model import Figure, Row
from pipeline.write.cells import representable
from pipeline.write.workings_book import NUMBER, Live, Paper, WorkingsBook, literal, plus
from pipeline.write.workings_calendar import CALENDAR, days_after
from pipeline.write.workings_inputs import Copies

NAME = "检查点"
ITEMS, DISCLOSURE, COSTS = "management.items", "management.disclosure", "management.three_public"
ASSETS, CONTRACTS = "management.assets", "procurement.contracts"
WORKS = "工程"
#: the row a line is written to, in its formulas: not known before it is written
_THIS_ROW = "{row}"
SMALL, SMALL_OR_MEDIUM = ("小型", "微型"), ("中型", "小型", "微型")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: words, up to two references to what is compared, and the share or amount it counts with."""

    words: str
    refs: tuple[str | None, ...]
    live: Live
    more: tuple[Live, ...] = ()
    kind: str = ""


class Checks:
    """The sheet, filled from the top as measures ask for it."""

    def __init__(self, book: WorkingsBook, copies: Copies, year: int):
        self.copies = copies
        self.year = year
        self.paper: Paper = book.papers[NAME]
        self.paper.title(
            NAME,
            "一行一个检查点、采购项目或公开事项；“达标”为公式：1 达标，0 未达标，其间按比例。",
            (30, 44, 16, 16, 12, 12, 12),
        )
        self.paper.head(("三级指标", "检查内容", "数一", "数二", "达标/金额", "其中预留", "其中小微"))

    def put(self, leaf: str, lines: Sequence[Line], look: str = NUMBER) -> list[str]:
        """Writes the lines of a leaf; gives the references of their main column."""
        refs = []
        for line in lines:
            self.paper.text(0, leaf)
            self.paper.text(1, line.words)
            for column, ref in enumerate((*line.refs, None, None)[:2], 2):
                if ref:
                    self.paper.sheet.write_formula(self.paper.row - 1, column, f"={ref}", *self._shown(ref))
                else:
                    self.paper.text(column, "")
            for column, live in enumerate((line.live, *line.more), 4):
                formula = live.formula.replace(_THIS_ROW, str(self.paper.row))
                self.paper.formula(column, Live(formula, live.value), look)
            for column in range(5 + len(line.more), 7):
                self.paper.text(column, "")
            refs.append(self.paper.ref(4))
            self.paper.row += 1
        return refs

    def _shown(self, ref: str) -> tuple[object, object]:
        value = self.copies.value(ref)
        if isinstance(value, datetime.date):
            serial = (value - datetime.date(1899, 12, 30)).days
            return self.paper.book.live("yyyy-mm-dd"), serial
        if isinstance(value, bool):
            return self.paper.book.live(NUMBER), "是" if value else "否"
        if isinstance(value, str):
            return self.paper.book.live(NUMBER), representable(value)
        return self.paper.book.live("#,##0.00####" if isinstance(value, Fraction) else NUMBER), float(value)

    # -- 事项 -------------------------------------------------------------------------------------------------
    def items(self, figure: Figure) -> list[Line]:
        """The checkpoints of 事项 a measure counted: 是/否, 已做 ÷ 应做, or no problem."""
        lines = []
        for row in self.copies.rows(figure, ITEMS, "done_count"):
            done, required = row.usable("done_count"), row.usable("required_count")
            at = self.copies.at
            words = str(row.usable("checkpoint") or row.usable("item_id") or "")
            if isinstance(done, bool):
                live = Live(f'IF({at(row, "done_count")}="是",1,0)', Fraction(done))
                lines.append(Line(words, (None, at(row, "done_count")), live))
            elif done is not None and required:
                live = Live(
                    f"MIN(1,{at(row, 'done_count')}/{at(row, 'required_count')})",
                    min(Fraction(1), Fraction(done, required)),
                )
                lines.append(Line(words, (at(row, "required_count"), at(row, "done_count")), live))
            elif done is None and row.usable("problem_count") is not None:
                live = Live(f"IF({at(row, 'problem_count')}=0,1,0)", Fraction(row["problem_count"] == 0))
                lines.append(Line(words, (None, at(row, "problem_count")), live))
        return lines

    def stocktaking(self, figure: Figure) -> list[Line]:
        """盘点日期 lies in the year; then the leaf's checkpoints."""
        lines = self.items(figure)
        for row in self.copies.rows(figure, ASSETS, "stocktaking_on"):
            ref, day = self.copies.at(row, "stocktaking_on"), row["stocktaking_on"]
            lines.append(
                Line(
                    f"盘点日期在 {self.year} 年内",
                    (ref,),
                    Live(f"IF(YEAR({ref})={self.year},1,0)", Fraction(day.year == self.year)),
                )
            )
        return lines

    def disclosure(self, figure: Figure, within_days: int | None) -> list[Line]:
        """Every matter: published, in time, 内容, 格式."""
        lines = self.items(figure)
        for row in self.copies.rows(figure, DISCLOSURE, "published_on"):
            if row.usable("published_on") is None:
                continue
            name, at = str(row["matter"]), self.copies.at
            published, address = at(row, "published_on"), at(row, "address")
            lines.append(
                Line(
                    f"{name}：已公开",
                    (published, address),
                    Live(f'IF(OR({published}="",{address}=""),0,1)', Fraction(1)),
                )
            )
            if within_days is not None:
                approved = at(row, "approved_on")
                days = (row["published_on"] - row["approved_on"]).days
                live = Live(f"IF({published}-{approved}<={within_days},1,0)", Fraction(days <= within_days))
                lines.append(Line(f"{name}：批复后 {within_days} 日内公开", (approved, published), live))
            for field_id, words in (("content_complete", "内容完整"), ("format_compliant", "格式合规")):
                if isinstance(row[field_id], bool):
                    ref = at(row, field_id)
                    lines.append(
                        Line(f"{name}：{words}", (ref,), Live(f'IF({ref}="是",1,0)', Fraction(row[field_id])))
                    )
        return lines

    def within_budget(self, figure: Figure, in_total: bool) -> list[Line]:
        """三公: executed within its budget, item by item and in total."""
        rows = [
            row
            for row in self.copies.rows(figure, COSTS, "executed_fen")
            if row.usable("budget_fen") is not None
        ]
        lines, at = [], self.copies.at
        for row in rows:
            budget, spent = at(row, "budget_fen"), at(row, "executed_fen")
            live = Live(f"IF({spent}<={budget},1,0)", Fraction(row["executed_fen"] <= row["budget_fen"]))
            lines.append(Line(f"{row['item']}：不超预算", (budget, spent), live))
        if in_total and rows:
            budgets, spents = (
                ",".join(at(row, name) for row in rows) for name in ("budget_fen", "executed_fen")
            )
            holds = sum(row["executed_fen"] for row in rows) <= sum(row["budget_fen"] for row in rows)
            lines.append(
                Line(
                    "合计：不超预算",
                    (),
                    Live(f"IF(ROUND(SUM({spents})-SUM({budgets}),6)<=0,1,0)", Fraction(holds)),
                )
            )
        return lines

    # -- 采购台账 -----------------------------------------------------------------------------------------------
    def on_time(self, figure: Figure, start: str, end: str, limit: int, days: str) -> list[Line]:
        """Contracts: ``end`` no more than ``limit`` days after ``start``."""
        lines = []
        for row in self.copies.rows(figure, CONTRACTS, end):
            if row.usable(start) is None or row.usable(end) is None:
                continue
            first, last = self.copies.at(row, start), self.copies.at(row, end)
            if days == "calendar":
                formula, count = f"{last}-{first}", (row[end] - row[start]).days
            else:
                formula, count = days_after(first, last), CALENDAR.working_days(row[start], row[end])
            good = (row[end] - row[start]).days <= limit or (count is not None and count <= limit)
            live = Live(f"IF(OR({last}-{first}<={limit},{formula}<={limit}),1,0)", Fraction(good))
            lines.append(Line(str(row["procurement_name"] or ""), (first, last), live))
        return lines

    def intention(self, figure: Figure, lead_days: int) -> list[Line]:
        """Contracts that are not exempt: the intention published long enough before the announcement."""
        lines = []
        for row in self.copies.rows(figure, CONTRACTS, "intention_published_on"):
            if row.usable("announced_on") is None or row.usable("intention_published_on") is None:
                continue
            first, last = self.copies.at(row, "intention_published_on"), self.copies.at(row, "announced_on")
            good = (row["announced_on"] - row["intention_published_on"]).days >= lead_days
            lines.append(
                Line(
                    str(row["procurement_name"] or ""),
                    (first, last),
                    Live(f"IF({last}-{first}>={lead_days},1,0)", Fraction(good)),
                )
            )
        return lines

    def reserved(self, figure: Figure, base: str) -> list[Line]:
        """Contracts with their money, how much is reserved for 中小企业, and how much of that for 小微."""
        return [
            self._reserved(row, base)
            for row in self.copies.rows(figure, CONTRACTS, base)
            if row.usable(base) is not None
        ]

    def _reserved(self, row: Row, base: str) -> Line:
        at = self.copies.at
        amount, size = at(row, base), row.usable("enterprise_size")
        whole = Fraction(row[base], 1_000_000)
        flag, typed, typed_small = (
            row.usable(name)
            for name in ("is_reserved_for_sme", "reserved_for_sme_fen", "reserved_for_small_micro_fen")
        )
        if typed is not None:
            reserved = Live(at(row, "reserved_for_sme_fen"), Fraction(typed, 1_000_000))
        elif flag is not None:
            reserved = Live(
                f'IF({at(row, "is_reserved_for_sme")}="是",{amount},0)', whole if flag else Fraction(0)
            )
        else:
            reserved = Live(
                _if_one_of(at(row, "enterprise_size"), SMALL_OR_MEDIUM, amount),
                whole if size in SMALL_OR_MEDIUM else Fraction(0),
            )
        if typed_small is not None:
            small = Live(at(row, "reserved_for_small_micro_fen"), Fraction(typed_small, 1_000_000))
        else:
            small = Live(
                _if_one_of(at(row, "enterprise_size"), SMALL, f"F{_THIS_ROW}"),
                reserved.value if size in SMALL else Fraction(0),
            )
        kind = WORKS if row.usable("procurement_kind") == WORKS else "货物服务"
        words = f"{kind}：{row['procurement_name'] or ''}"
        return Line(words, (), Live(amount, whole), (reserved, small), kind)


def _if_one_of(ref: str, names: Sequence[str], then: str) -> str:
    return f"IF(OR({','.join(f'{ref}={chr(34)}{name}{chr(34)}' for name in names)}),{then},0)"


def share_of(refs: Sequence[str], lines: Sequence[Line]) -> Live | None:
    """The mean of the lines: what is done of all that was to be done."""
    if not lines:
        return None
    mean = sum((line.live.value for line in lines), Fraction(0)) / len(lines)
    return Live(f"AVERAGE({refs[0]}:{refs[-1].rpartition('!')[2]})", mean)


def reserved_share(
    refs: Sequence[str], lines: Sequence[Line], parameters: Mapping[str, object]
) -> Live | None:
    """The weakest of goods and services, works, and 小微, each against its required share; at most 1."""
    columns: dict[str, list[tuple[str, Line]]] = {"货物服务": [], WORKS: []}
    for ref, line in zip(refs, lines, strict=True):
        columns[line.kind].append((ref, line))
    parts: list[tuple[str, Fraction]] = []
    for kind, required in (("货物服务", parameters["goods_services"]), (WORKS, parameters["works"])):
        money = sum((line.live.value for _, line in columns[kind]), Fraction(0))
        if money and required:
            reserved = sum((line.more[0].value for _, line in columns[kind]), Fraction(0))
            over, under = ("+".join(_beside(ref, letter) for ref, _ in columns[kind]) for letter in "FE")
            parts.append((f"({over})/({under})/{literal(required)}", reserved / money / required))
    reserved = sum((line.more[0].value for line in lines), Fraction(0))
    least = parameters["small_micro"]
    if reserved and least:
        small = sum((line.more[1].value for line in lines), Fraction(0))
        over, under = (plus([_beside(ref, letter) for ref in refs]) for letter in "GF")
        parts.append((f"{over}/{under}/{literal(least)}", small / reserved / least))
    if not parts:
        return None
    return Live(
        f"MIN(1,{','.join(formula for formula, _ in parts)})",
        min(Fraction(1), *(value for _, value in parts)),
    )


def _beside(ref: str, letter: str) -> str:
    """The cell of another column in the row of a reference."""
    sheet, _, address = ref.rpartition("!")
    return f"{sheet}!{letter}{address.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
