"""What is announced and what is evaluated: the tasks of the first part and of the second, the key projects and the project budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.narrative.amounts import amounts, is_change, role, shown
from pipeline.narrative.document import Report, Sentence, Spotted

_ANNOUNCED = re.compile(
    r"(?:重点|主要|年度|总体)?(?:工作)?任务$|重点工作(?:任务)?$|(?:年度|重点)[^，。]{0,10}(?:工作)?任务"
)
_EVALUATED = re.compile(r"任务[^，。]{0,14}(?:完成情况|分析)")
_PROJECTS = re.compile(r"(?:重点|项目)[^，。]{0,12}项目[^，。]{0,10}(?:支出|完成|执行)|重点(?:任务)?项目")
_ITEM = re.compile(
    r"^(?:\d{1,2}[、.．](?!\d)|（\d{1,2}）|[一二三四五六七八九十]是|（[一二三四五六七八九十]）)"
)
_ASPECT = re.compile(r"^(?:[^，。；：]{2,16}方面)[，：]")


def judge(report: Report) -> Iterator[Spotted]:
    yield from _tasks(report)
    yield from _projects(report)


def _section(report: Report, wanted: re.Pattern, unwanted: re.Pattern | None = None) -> list[Sentence]:
    """The sentences under the first heading, of the last level, that speaks of it."""
    for number, path in enumerate(report.titles):
        title = re.sub(r"^[（\d一二三四五六七八九十]+[）、.．]", "", path[-1]) if path else ""
        if wanted.search(title) and not (unwanted and unwanted.search(title)):
            return [one for one in report.sentences if one.section == number]
    return []


def _items(sentences: Sequence[Sentence]) -> list[str]:
    """The numbered items of a section at the begin of paragraphs, each by its title."""
    found, seen = [], set()
    for sentence in sentences:
        head = _ITEM.match(sentence.text)
        if head and sentence.paragraph not in seen and re.match(r"\d|（\d", head[0]):
            found.append(re.split(r"[，。：；]", sentence.text[head.end() :], maxsplit=1)[0])
        seen.add(sentence.paragraph)
    return found


def _aspects(sentences: Sequence[Sentence]) -> list[str]:
    return [found[0].rstrip("，：") for sentence in sentences if (found := _ASPECT.match(sentence.text))]


def _tasks(report: Report) -> Iterator[Spotted]:
    announced_in = _section(report, _ANNOUNCED, re.compile(r"完成情况|分析|评价|绩效"))
    evaluated_in = _section(report, _EVALUATED)
    if not announced_in or not evaluated_in or announced_in[0].section >= evaluated_in[0].section:
        return
    announced = _items(announced_in)
    evaluated = _items(evaluated_in) or _aspects(evaluated_in)
    if len(announced) < 2 or len(evaluated) < 2 or len(announced) == len(evaluated):
        return
    missing = _unmatched(announced, evaluated) if len(announced) > len(evaluated) else []
    facts = {
        "announced": str(len(announced)), "evaluated": str(len(evaluated)), "place": announced_in[0].place,
        "missing": f"，看来没有写到“{'”“'.join(missing)}”" if missing else "", "names": "、".join(evaluated),
    }  # fmt: skip
    first = next((s for s in evaluated_in if _ASPECT.match(s.text) or _ITEM.match(s.text)), evaluated_in[0])
    yield Spotted(
        "NA-027", first.place, facts, str(len(evaluated)), str(len(announced)), (announced_in[0].place,)
    )


def _unmatched(announced: Sequence[str], evaluated: Sequence[str]) -> list[str]:
    """The announced tasks whose titles share least with any that is evaluated, as many as are too many."""
    texts = [_pairs(text) for text in evaluated]
    best = {name: max((len(_pairs(name) & pairs) for pairs in texts), default=0) for name in announced}
    ranked = sorted(announced, key=lambda name: best[name])[: len(announced) - len(evaluated)]
    return [name for name in ranked if best[name] == 0]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _projects(report: Report) -> Iterator[Spotted]:
    """The projects of the section on key projects against the project budget of the whole department."""
    section = _section(report, _PROJECTS)
    listed = [
        (sentence, q) for sentence in section for q in amounts([sentence])
        if role(q) == "budget" and q.is_exact and not is_change(q) and "总" not in q.label
    ]  # fmt: skip
    whole = [
        (sentence, q) for sentence in report.sentences if sentence.section not in {s.section for s in section}
        for q in amounts([sentence]) if q.is_exact and re.search(r"项目(?:支出|经费|资金)?(?:年初|年度|全年)?预算(?:数|安排|资金)?(?:为|是|共)?$", q.label)
    ]  # fmt: skip
    if not listed or len({q.value for _, q in whole}) != 1:
        return
    total = whole[0][1]
    added = sum(q.value for _, q in listed)
    if (
        len({s.text for s, _ in listed}) != len(listed)
        or added == total.value
        or any(q.value == total.value for _, q in listed)
    ):
        return
    facts = {
        "count": str(len(listed)), "sum": shown(added, total), "total": total.text, "place": whole[0][0].place,
        "difference": shown(abs(total.value - added), total),
    }  # fmt: skip
    code = "NA-028" if added < total.value else "NA-029"
    yield Spotted(code, listed[0][0].place, facts, facts["sum"], total.text, (whole[0][0].place,))
