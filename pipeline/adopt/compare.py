"""Last year's form against this year's, cell by cell: labels, 分值, moved rows and columns, in sentences.

Rows are matched by their words (numbers put aside), columns by their headers, so that a row put in between does not make
every row below it a difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from pipeline.adopt.headers import find_bands
from pipeline.maps_labels import label_key, one_line, points_of, split_weight
from pipeline.maps_sheet import FormSheet, Place, address, letters


def differences(before: Sequence[FormSheet], after: Sequence[FormSheet]) -> list[str]:
    """A line for each difference; empty for two forms that say the same in the same cells."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    renamed = _renamed(
        [one for one in before if one.name not in new], [one for one in after if one.name not in old]
    )
    told = [f"工作表“{name}”改名为“{other}”" for name, other in renamed.items()]
    told += [f"工作表“{name}”没有了" for name in old if name not in new and name not in renamed]
    told += [f"新增工作表“{name}”" for name in new if name not in old and name not in renamed.values()]
    for name, sheet in old.items():
        if name in new or name in renamed:
            told += _sheet(sheet, new[renamed.get(name, name)])
    return told


def _renamed(gone: Sequence[FormSheet], come: Sequence[FormSheet]) -> dict[str, str]:
    """Sheets that kept most of their words under another name."""
    found: dict[str, str] = {}
    for sheet in gone:
        words = {label_key(text) for text in sheet.texts.values()}
        for other in come:
            theirs = {label_key(text) for text in other.texts.values()}
            if other.name not in found.values() and len(words & theirs) * 2 > len(words | theirs):
                found[sheet.name] = other.name
                break
    return found


def _sheet(before: FormSheet, after: FormSheet) -> list[str]:
    columns = _columns(before, after)
    rows = _rows(before, after)
    told = [*_moved_columns(before, after, columns), *_moved_rows(before, after, rows)]
    seen: set[Place] = set()
    top = _top_of_table(before)
    for at in sorted({*before.texts, *before.formulas}):
        # columns move with their header; what stands above it keeps its place
        row, column = rows.get(at[0]), columns.get(at[1]) if at[0] >= top else at[1]
        if row is None or column is None:
            continue
        here = (row, column)
        seen.add(here)
        told += _changed(before, at, after, here)
    matched_rows, matched_columns = set(rows.values()), set(columns.values())
    for at in sorted(after.texts):
        known = at[0] in matched_rows and (at[1] in matched_columns or at[0] < _top_of_table(after))
        if at not in seen and at not in after.formulas and known:
            told.append(f"{after.name}!{address(at)}：新增“{_short(after.text(*at))}”")
    for row in sorted({row for row, _ in before.texts} - set(rows)):
        told.append(
            f"{before.name}：上年第 {row} 行“{_row_words(before, row)}”没有了{_weight_of(before, row)}"
        )
    for row in sorted({row for row, _ in after.texts} - matched_rows):
        told.append(f"{after.name}：新增第 {row} 行“{_row_words(after, row)}”{_weight_of(after, row)}")
    return told


def _changed(before: FormSheet, at: Place, after: FormSheet, here: Place) -> list[str]:
    old, new = before.text(*at), after.texts.get(here, "").strip()
    if at in before.formulas or here in after.formulas:
        return _formula(at in before.formulas, here in after.formulas, f"{after.name}!{address(here)}")
    if one_line(old) == one_line(new):
        return []
    where = f"{after.name}!{address(here)}" + (f"（上年 {address(at)}）" if here != at else "")
    if not new:
        return [f"{where}：上年的“{_short(old)}”没有了"]
    numbers = points_of(old), points_of(new)
    if None not in numbers:
        if numbers[0] == numbers[1]:
            return []
        return [f"{where}：{_name_of(after, here)}由 {old} 改为 {new}"]
    (old_label, old_weight), (new_label, new_weight) = split_weight(old), split_weight(new)
    if old_weight != new_weight and label_key(old_label) == label_key(new_label):
        return [f"{where}：“{new_label}”的分值由 {old_weight} 改为 {new_weight}"]
    return [f"{where}：“{_short(old)}”改为“{_short(new)}”"]


def _formula(was: bool, is_now: bool, where: str) -> list[str]:
    """Formulas are not compared by their text, which moves with rows; only whether there is one."""
    return [] if was == is_now else [f"{where}：{'上年是公式，现在不是' if was else '上年不是公式，现在是'}"]


def _top_of_table(sheet: FormSheet) -> int:
    """The first row of the header whose columns are matched; 1 where there is none."""
    bands = find_bands(sheet)
    return max(bands, key=lambda band: len(_band(sheet, band)))[0] if bands else 1


def _name_of(sheet: FormSheet, at: Place) -> str:
    """Whose number it is: the words nearest to the left of a cell."""
    for column in range(at[1] - 1, 0, -1):
        text = sheet.text(at[0], column)
        if text and points_of(text) is None:
            return f"“{_short(text)}”"
    return ""


def _rows(before: FormSheet, after: FormSheet) -> dict[int, int]:
    """Rows of last year -> rows of this year: equal words first, then what was put in the same gap, by likeness."""
    old = {row: _row_key(before, row) for row in sorted({row for row, _ in before.texts})}
    new = {row: _row_key(after, row) for row in sorted({row for row, _ in after.texts})}
    old_rows, new_rows = list(old), list(new)
    matcher = SequenceMatcher(None, list(old.values()), list(new.values()), autojunk=False)
    found: dict[int, int] = {}
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found |= dict(zip(old_rows[i:j], new_rows[k:m], strict=True))
    for row, words in old.items():  # moved past others: the same words, once here and once there
        same = [other for other, theirs in new.items() if theirs == words and other not in found.values()]
        if row not in found and len(same) == 1:
            found[row] = same[0]
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "replace":
            _pair_alike(
                [r for r in old_rows[i:j] if r not in found], [r for r in new_rows[k:m] if r not in found.values()],
                old, new, found,
            )  # fmt: skip
    return found


def _pair_alike(
    olds: list[int], news: list[int], old: Mapping[int, str], new: Mapping[int, str], found: dict[int, int]
) -> None:
    for row in olds:
        scored = [(SequenceMatcher(None, old[row], new[other]).ratio(), other) for other in news]
        best = max(scored, default=(0, 0))
        if best[0] >= 0.5:
            found[row] = best[1]
            news.remove(best[1])


def _row_key(sheet: FormSheet, row: int) -> str:
    """The words of a row without its numbers, in order."""
    texts = [text for at, text in sorted(sheet.texts.items()) if at[0] == row and at not in sheet.formulas]
    return "|".join(label_key(split_weight(text)[0]) for text in texts if points_of(text) is None)


def _row_words(sheet: FormSheet, row: int) -> str:
    texts = [text for at, text in sorted(sheet.texts.items()) if at[0] == row and points_of(text) is None]
    return _short(" · ".join(one_line(text) for text in texts[:3]))


def _weight_of(sheet: FormSheet, row: int) -> str:
    numbers = [
        text for at, text in sorted(sheet.texts.items()) if at[0] == row and points_of(text) is not None
    ]
    return f"，数字 {numbers[0]}" if numbers else ""


def _moved_rows(before: FormSheet, after: FormSheet, rows: Mapping[int, int]) -> list[str]:
    """Runs of rows that stand elsewhere, one line a run."""
    told: list[str] = []
    run: list[tuple[int, int]] = []
    for old, new in sorted(rows.items()):
        if run and new - old == run[-1][1] - run[-1][0]:
            run.append((old, new))
            continue
        told += _told_run(after, run)
        run = [(old, new)]
    return told + _told_run(after, run)


def _told_run(after: FormSheet, run: list[tuple[int, int]]) -> list[str]:
    if not run or run[0][0] == run[0][1]:
        return []
    first, last = run[0], run[-1]
    if first == last:
        return [f"{after.name}：上年第 {first[0]} 行“{_row_words(after, first[1])}”移到第 {first[1]} 行"]
    return [f"{after.name}：上年第 {first[0]}–{last[0]} 行移到第 {first[1]}–{last[1]} 行"]


def _columns(before: FormSheet, after: FormSheet) -> dict[int, int]:
    """Columns of last year -> columns of this year, by their headers; the same place where there is no header."""
    old, new = _headers(before), _headers(after)
    found = {
        column: next(other for other, theirs in new.items() if theirs == words)
        for column, words in old.items()
        if words in new.values()
    }
    for column in range(1, before.last_column + 1):
        is_new_there = new.get(column, "") not in old.values()
        if column not in found and column not in found.values() and is_new_there:
            found[column] = column
    return found


def _headers(sheet: FormSheet) -> dict[int, str]:
    """Column -> the words over it in the header with the most columns."""
    best: dict[int, str] = {}
    for band in find_bands(sheet):
        words = _band(sheet, band)
        best = words if len(words) > len(best) else best
    return best


def _band(sheet: FormSheet, band: tuple[int, int]) -> dict[int, str]:
    words: dict[int, str] = {}
    for column in range(1, sheet.last_column + 1):
        parts = dict.fromkeys(label_key(sheet.text(row, column)) for row in range(band[0], band[1] + 1))
        if key := "/".join(part for part in parts if part):
            words[column] = f"{key}#{sum(1 for other in words.values() if other.split('#')[0] == key)}"
    return words


def _moved_columns(before: FormSheet, after: FormSheet, columns: Mapping[int, int]) -> list[str]:
    old, new = _headers(before), _headers(after)
    told = [
        f"{after.name}：“{words.split('#')[0]}”栏由 {letters(column)} 列移到 {letters(columns[column])} 列"
        for column, words in old.items()
        if columns.get(column, column) != column
    ]
    told += [
        f"{before.name}：上年 {letters(column)} 列“{words.split('#')[0]}”栏没有了"
        for column, words in old.items()
        if column not in columns
    ]
    told += [
        f"{after.name}：新增 {letters(column)} 列“{words.split('#')[0]}”栏"
        for column, words in new.items()
        if column not in columns.values()
    ]
    return told


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 40 else line[:39] + "…"
