"""One cell as typed -> the value its field declares, with what had to be normalised on the way.

The spec's type decides, never the look of the cell. What does not parse is ``INVALID`` with the reason;
blank, 0 and 不适用 stay three things. Called once a cell while a sheet is read. Sources: docs/domain.md §2
and §5.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.forms import FieldSpec
from pipeline.model import INVALID, NOT_APPLICABLE
from pipeline.money import NotANumber, exact, fen, in_unit, parse_number
from pipeline.read import dates
from pipeline.read.raw import Raw, Wrong, plain, shown

_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF, 0x00AD))
_DASHES = {"-", "--", "---", "—", "——", "–", "−", "－", "/", "／", "//", "\\", "、", "一一"}
_NONE = _DASHES | {"无", "不适用", "不涉及", "n/a", "na", "不填"}
_YES = {"是", "√", "✓", "✔", "☑", "y", "yes", "有", "1", "true", "对", "v"}
_NO = {"否", "×", "✗", "✘", "✕", "╳", "x", "n", "no", "无", "0", "false", "错", "没有"}
_SCIENTIFIC = re.compile(r"[-+]?\d(\.\d+)?e\+\d+", re.IGNORECASE)
#: a spreadsheet keeps so many digits of a number; a code of as many may have lost some
LONGEST_NUMBER = 15
_SUFFIXES = re.compile("(指标|支出|经费|企业|类|性指标)$")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed value. ``kinds``: what was normalised. ``problem``: why it is INVALID, in Chinese.

    ``is_choice``: the problem is a word that is not among the choices. ``is_cut_code``: it is a code that a
    spreadsheet took for a number and cut. ``is_bare_one``: a ratio typed as 1.
    """

    value: object
    kinds: tuple[str, ...] = ()
    problem: str = ""
    is_choice: bool = False
    is_bare_one: bool = False
    is_cut_code: bool = False


class CutCode(Wrong):
    """A code that was stored as a number and has lost digits."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a cell's value depends on besides the cell: the declared unit and the number format.

    ``number_format`` is asked only when it matters; it gives None where the file kind does not tell.
    """

    unit: str = "万元"
    number_format: Callable[[], str | None] = lambda: None
    is_1904: bool = False


BLANK = Typed(None)


def typed(field: FieldSpec, raw: Raw, around: Surroundings = Surroundings()) -> Typed:
    """The value of a cell by the type of its field; never raises for anything typed into a cell.

    ``raw`` is as the reading library gives it (text, float, bool, date, time, duration; "" or None for
    blank).
    """
    notes: list[str] = []
    if isinstance(raw, str):
        text = raw.translate(_INVISIBLE).strip()
        if text != raw:
            notes.append("blanks")
        if not text:
            return Typed(None, tuple(notes)) if notes else BLANK
        if field.type not in ("text", "measure", "yes_no") and text.casefold() in _NONE:
            return Typed(NOT_APPLICABLE, (*notes, "not_applicable"))
        if field.type == "yes_no" and text.casefold() in _NONE - {"无"} - _NO:
            return Typed(NOT_APPLICABLE, (*notes, "not_applicable"))
        raw = text
    elif raw is None:
        return BLANK
    try:
        value, kinds = _READERS[field.type](field, raw, around)
    except (Wrong, NotANumber) as wrong:
        is_choice = field.type == "choice" and isinstance(raw, str)
        return Typed(INVALID, tuple(notes), str(wrong), is_choice, is_cut_code=isinstance(wrong, CutCode))
    kinds = (*notes, *(kind for kind in kinds if kind not in notes))
    return Typed(value, kinds, is_bare_one="bare_one" in kinds)


def _number(raw: Raw) -> tuple[Fraction, tuple[str, ...]]:
    """Any numeric cell as an exact Fraction; a date, a time or a yes/no in it is no number."""
    if isinstance(raw, bool):
        raise Wrong("是/否不是数字")
    if isinstance(raw, (int, float)):
        return exact(raw), ()
    if isinstance(raw, str):
        return parse_number(raw)
    raise Wrong("单元格的格式是日期或时间，不是数字")


def _decimal(value: Fraction) -> Decimal:
    """An exact decimal fraction as a Decimal (all that can be typed has a finite expansion)."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return Decimal((value * 10**digits).numerator).scaleb(-digits)


def _logged(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """A number typed as text is one thing to the log: ``number_as_text``."""
    return tuple("number_as_text" if kind == "text" else kind for kind in kinds)


def _money(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[int, tuple[str, ...]]:
    extra: tuple[str, ...] = ()
    if isinstance(raw, str):
        text = plain(raw)
        bare = text.removeprefix("¥").removesuffix(around.unit)
        if bare != text and not bare.endswith(("万", "千", "亿")):
            raw, extra = bare, ("unit",)
    value, kinds = _number(raw)
    if "percent" in kinds:
        raise Wrong("百分比不是金额")
    return fen(value, around.unit), (*extra, *_logged(kinds))


def _decimal_number(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[Decimal, tuple[str, ...]]:
    value, kinds = _number(raw)
    if "percent" in kinds:
        raise Wrong("要填数字，不填百分比")
    return _decimal(value), _logged(kinds)


def _ratio(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[Fraction, tuple[str, ...]]:
    """A percent sign or format decides; without one up to 1 is a ratio and up to 100 a percentage."""
    value, kinds = _number(raw)
    kinds = _logged(kinds)
    if "percent" in kinds:
        return value, kinds
    if not isinstance(raw, str):
        code = around.number_format() or ""
        if "%" in _QUOTED.sub("", code):
            return value, kinds
        if "%" in code:  # 62.11 shown as 62.11"%"
            return value / 100, (*kinds, "percent")
    if abs(value) == 1:
        return value, (*kinds, "ratio", "bare_one")
    if abs(value) < 1:
        return value, (*kinds, "ratio") if value else kinds
    if abs(value) <= 100:
        return value / 100, (*kinds, "percent")
    raise Wrong("大于 100 而没有百分号")


def _count(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[int, tuple[str, ...]]:
    value, kinds = _number(raw)
    if "percent" in kinds or value.denominator != 1:
        raise Wrong("不是整数")
    return value.numerator, _logged(kinds)


def _text(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[str, tuple[str, ...]]:
    if isinstance(raw, str):
        return raw, ()
    if isinstance(raw, (dt.date, dt.datetime)):
        return shown(raw), ("date_text",)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return f"{_decimal(exact(raw)):f}", ("number_as_text",)
    return shown(raw), ("number_as_text",)


def _code(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[str, tuple[str, ...]]:
    """A code is text; one typed as a number has lost its leading zeros, and a long one its last digits.

    A number shown with leading zeros by its format (``000``) is the code that is seen.
    """
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)):
        raise Wrong("编码变成了日期或时间")
    if isinstance(raw, (int, float)):
        if abs(raw) >= 10 ** (LONGEST_NUMBER - 1):
            raise CutCode("编码有 15 位或更多，作为数字存放")
        digits = f"{_decimal(exact(raw)):f}"
        code = around.number_format() or ""
        return digits.zfill(len(code)) if re.fullmatch("0+", code) else digits, ("code_number",)
    text = plain(raw)
    if _SCIENTIFIC.fullmatch(text):
        raise CutCode("编码变成了科学计数法")
    return text, ("full_width",) if text != raw else ()


def _choice(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[str, tuple[str, ...]]:
    if not isinstance(raw, str):
        raise Wrong("不是可选的内容")
    if raw in field.choices:
        return raw, ()
    typed_word = "".join(plain(raw).split())
    for same in (lambda word: word, lambda word: _SUFFIXES.sub("", word)):
        fitting = [choice for choice in field.choices if same(plain(choice)) == same(typed_word)]
        if len(fitting) == 1:
            return fitting[0], ("choice",)
    raise Wrong("不在可选范围内")


def _yes_no(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[bool, tuple[str, ...]]:
    if isinstance(raw, bool):
        return raw, ("yes_no",)
    word = plain(shown(raw)).casefold()
    if word in _YES:
        return True, ("yes_no",) if raw != "是" else ()
    if word in _NO:
        return False, ("yes_no",) if raw != "否" else ()
    raise Wrong("不是“是”或“否”")


def _count_or_yes_no(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[int | bool, tuple[str, ...]]:
    if isinstance(raw, bool):
        return raw, ("yes_no",)
    if isinstance(raw, str) and plain(raw).casefold() in (_YES | _NO) - {"0", "1"}:
        return _yes_no(field, raw, around)
    return _count(field, raw, around)


def _measure(field: FieldSpec, raw: Raw, around: Surroundings) -> tuple[str, tuple[str, ...]]:
    """As typed; a number as it is shown: 0.95 in a percent format is ``95%``, 91 in ``0"篇"`` is ``91篇``."""
    if isinstance(raw, str):
        return raw, ()
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return _text(field, raw, around)
    value = exact(raw)
    code = (around.number_format() or "").split(";")[0]
    if "%" in _QUOTED.sub("", code):
        return f"{_decimal(value * 100):f}%", ("percent",)
    words = "".join(quoted or escaped for quoted, escaped in _QUOTED.findall(code)).strip()
    return f"{_decimal(value):f}{words}", ("unit",) if words else ()


_READERS: dict[str, Callable] = {
    "text": _text, "code": _code, "choice": _choice, "money": _money, "number": _decimal_number,
    "ratio": _ratio, "count": _count, "count_or_yes_no": _count_or_yes_no, "yes_no": _yes_no, "measure": _measure,
    "date": lambda field, raw, around: dates.date(raw, around.is_1904),
    "month": lambda field, raw, around: dates.month(raw),
    "year": lambda field, raw, around: dates.year(raw),
    "month_range": lambda field, raw, around: dates.month_range(raw),
}  # fmt: skip


def printed(value: object, unit: str = "万元", kind: str = "") -> str:
    """A typed value as the log of normalisations prints it: money in the declared unit, a ratio as percent."""
    if value is None:
        return ""
    if kind == "money" and isinstance(value, int):
        return f"{in_unit(value, unit):f} {unit}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return f"{_decimal(value * 100):f}%"
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return value.value if value in (NOT_APPLICABLE, INVALID) else str(value)
