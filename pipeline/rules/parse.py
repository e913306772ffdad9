"""A rubric file -> a Rubric, or one clear sentence with the line that is wrong.

Happens before anything of a submission is read. Everything is required and nothing is inherited: a rubric is complete
in itself. Keys that are not known are refused, so that a slip of the pen cannot pass for a default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from pipeline.model_rubric import Band, Rubric, Setting
from pipeline.money import round_half_up
from pipeline.rules.lines import Map
from pipeline.rules.reading import CITED, Reading, decimal_of, number_or_fail
from pipeline.rules.tree import read_nodes
from pipeline.rules.vocabulary import vocabulary

HEADER = ("region", "years", "kind", "title", "levels", "total", "rounding", "grades", "settings", "nodes")
_HEADER_OPTIONAL = ("based_on", "note", "caps", "variant")
#: kinds that score nothing have settings alone
HEADER_OF = {"monitor": ("region", "years", "kind", "title", "rounding", "settings")}
_CITED = ("source", "mark")


def parse(root: Map, file: str, sources: frozenset[str], year: int | None) -> Rubric:
    """The rubric. ``year``: the year it is loaded for, one of its ``years`` (None: the first). Raises CannotRun."""
    reading = Reading(file, sources)
    header = HEADER_OF.get(str(root.get("kind")) if isinstance(root, Map) else "", HEADER)
    reading.keys(root, "规则文件", 1, header, _HEADER_OPTIONAL)
    is_scored = header is HEADER
    region = reading.keys(root["region"], "region ", root.lines["region"], ("code", "name"), ())
    if not isinstance(region["code"], str) or not region["code"].isdigit() or len(region["code"]) != 6:
        reading.fail("region 的 code 应是加引号的六位行政区划代码。", region.lines["code"])
    years = _years(reading, root)
    kind, variant = _kind(reading, root)
    total = _points(reading, root, "total", "规则文件") if is_scored else Decimal(0)
    rounding = _rounding(reading, root)
    grades = _grades(reading, root, total) if is_scored else ()
    _read_settings(reading, root)
    if not is_scored:
        _check_lights(reading, root)
    caps = _caps(reading, root)
    nodes = read_nodes(reading, root, total) if is_scored else ()
    return Rubric(
        region_code=region["code"],
        region_name=str(region["name"]),
        year=years[0] if year is None else year,
        years=years,
        kind=kind,
        variant=variant,
        title=str(root["title"]),
        total=total,
        grades=grades,
        score_digits=rounding["score_digits"],
        rate_digits=rounding["rate_digits"],
        settings=dict(reading.settings),
        nodes=nodes,
        caps=caps,
        file=file,
        note=str(root.get("note") or ""),
        levels=tuple(str(level) for level in root.get("levels") or ()),
    )


def _kind(reading: Reading, root: Map) -> tuple[str, str]:
    """kind, and the variant that tells rubrics of one region, year and kind apart ("": the one in force)."""
    kind, kinds = str(root["kind"]), vocabulary()["kinds"]
    if kind not in kinds:
        reading.fail(f"kind“{kind}”没有这种规则，应是 {'、'.join(kinds)} 之一。", root.lines["kind"])
    variant = str(root["variant"]) if "variant" in root else ""
    if "variant" in root and not re.fullmatch(r"[a-z][a-z0-9_]*", variant):
        reading.fail("variant 应由小写英文字母、数字和下划线组成。", root.lines["variant"])
    return kind, variant


def _years(reading: Reading, root: Map) -> tuple[int, ...]:
    years = root["years"]
    if (
        not isinstance(years, list)
        or not years
        or not all(isinstance(y, int) and 2000 <= y <= 2100 for y in years)
    ):
        reading.fail("years 应是一列年份，如 [2022]。", root.lines["years"])
    return tuple(years)


def _points(reading: Reading, entry: Map, key: str, where: str) -> Decimal:
    points = reading.typed("positive", entry, key, where)
    return decimal_of(points, reading, entry.lines[key])


def _rounding(reading: Reading, root: Map) -> Mapping[str, int]:
    line = root.lines["rounding"]
    entry = reading.keys(
        root["rounding"],
        "rounding ",
        line,
        ("score_digits", "rate_digits", *_CITED),
        (*CITED, "words"),
    )
    digits = {}
    for key in ("score_digits", "rate_digits"):
        digits[key] = reading.typed("count", entry, key, "rounding")
        if digits[key] > 4:
            reading.fail("rounding 的位数最多 4 位。", entry.lines[key])
    cited = reading.citation(entry, "rounding ")
    reading.settings["rounding"] = Setting("rounding", digits, cited, str(entry.get("words") or ""))
    return digits


def _grades(reading: Reading, root: Map, total: Decimal) -> tuple[Band, ...]:
    line = root.lines["grades"]
    entry = reading.keys(root["grades"], "grades ", line, ("on", "bands", *_CITED), (*CITED, "words"))
    if entry["on"] != "printed_total":
        reading.fail("grades 的 on 应是 printed_total（按印出的总分定等级）。", entry.lines["on"])
    listed = entry["bands"]
    if not isinstance(listed, list) or not listed:
        reading.fail("grades 的 bands 应是一列等级。", entry.lines["bands"])
    bands, above = [], None
    for one, at in zip(listed, listed.lines, strict=True):
        reading.keys(one, "等级", at, ("grade", "at_least"), ())
        low = number_or_fail(reading, one, "at_least", "等级")
        if above is not None and low >= above:
            reading.fail(f"等级“{one['grade']}”的下限应比上一档低：等级从高到低排列。", at)
        words = (
            f"{_plain(low)}（含）–{_plain(above)}"
            if above is not None
            else f"{_plain(low)}（含）–{total}（含）"
        )
        bands.append(Band(low, True, above, False, str(one["grade"]), words))
        above = low
    if above != 0:
        reading.fail("最后一档等级的 at_least 应是 0，否则有的总分没有等级。", listed.lines[-1])
    if bands[0].low > total:
        reading.fail("最高一档等级的 at_least 大于总分。", listed.lines[0])
    cited = reading.citation(entry, "grades ")
    reading.settings["grades"] = Setting("grades", tuple(bands), cited, str(entry.get("words") or ""))
    return tuple(bands)


def _caps(reading: Reading, root: Map) -> tuple[Band, ...]:
    """总分封顶: the most a total may be, by execution rate."""
    if "caps" not in root:
        return ()
    line = root.lines["caps"]
    entry = reading.keys(root["caps"], "caps ", line, ("on", "bands", *_CITED), (*CITED, "words"))
    if entry["on"] != "execution_rate":
        reading.fail("caps 的 on 应是 execution_rate（按执行率封顶）。", entry.lines["on"])
    bands = reading.typed("bands", entry, "bands", "caps ")
    cited = reading.citation(entry, "caps ")
    reading.settings["caps"] = Setting("caps", bands, cited, str(entry.get("words") or ""))
    return bands


def _check_lights(reading: Reading, root: Map) -> None:
    """Every light a setting names is one of the bands of indicator_lights."""
    lights = {band.value for band in reading.settings["indicator_lights"].value}
    for name in ("light_when_met", "light_when_missed", "lights_with_reason"):
        value = reading.settings[name].value
        for light in value if isinstance(value, tuple) else (value,):
            if light not in lights:
                line = root["settings"].lines[name]
                reading.fail(f"设置 {name} 的“{light}”不在 indicator_lights 的各档里。", line)


def _plain(value: Fraction) -> str:
    return f"{round_half_up(value, 4).normalize():f}"


def _read_settings(reading: Reading, root: Map) -> None:
    required = vocabulary()["settings"]
    known = {
        **required,
        **vocabulary()["switches"],
        **vocabulary()["settings_only_of"].get(str(root["kind"]), {}),
    }
    groups = {name.split(".")[0] for name in known if "." in name}
    entries: dict[str, tuple[object, int]] = {}
    line = root.lines["settings"]
    if not isinstance(root["settings"], Map):
        reading.fail("settings 应写成“名称: 内容”。", line)
    for name, entry in root["settings"].items():
        at = root["settings"].lines[name]
        if name in groups and isinstance(entry, Map):
            entries |= {f"{name}.{inner}": (one, entry.lines[inner]) for inner, one in entry.items()}
        else:
            entries[name] = (entry, at)
    for name, (entry, at) in entries.items():
        if name not in known:
            reading.fail(f"settings 里有不认识的“{name}”。", at)
        where = f"设置 {name} "
        reading.keys(entry, where, at, ("value", "source", "mark"), (*CITED, "words"))
        value = reading.typed(known[name], entry, "value", where)
        cited = reading.citation(entry, where)
        reading.settings[name] = Setting(name, value, cited, str(entry.get("words") or ""))
    needed = vocabulary()["settings_of"].get(str(root["kind"]), required)
    if missing := [name for name in needed if name not in entries]:
        reading.fail(f"settings 缺少 {'、'.join(missing)}：规则要写全，没有缺省值。", line)
