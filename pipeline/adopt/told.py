"""What ``rules adopt`` prints: what was placed, what was not, what does not add up, and what to do next, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.adopt.nouns import Placed, Proposal
from pipeline.maps_sheet import address

#: the order of work after adopt: what docs/add-a-year.md says under the same numbers, then what is particular here
STEPS = (
    "对着空白表逐行核对对照表",
    "处理没有放进来的格子",
    "核对分值能否加总",
    "登记出处",
    "补写计分规则",
    "核对等级、取舍、口径和阈值",
    "草稿改名，放进规则文件夹",
    "检查并打印规则，两人核对",
    "用填好的模板试运行",
)


@dataclass(frozen=True, slots=True)
class Particular:
    """What the steps need to name: files, numbers, and the commands of this region and year."""

    map_name: str
    draft_name: str
    rubric_place: str
    code: str
    year: int
    kind: str
    source: str
    absent: int
    offered: int
    mistakes: int
    #: whether a rubric stands already where the draft is to go
    is_taken: bool


def placed_lines(proposal: Proposal) -> list[str]:
    """A line for each label of the form that got cells, sheet by sheet."""
    grouped: dict[str, dict[tuple[str, int], list[Placed]]] = {}
    for one in proposal.cells:
        grouped.setdefault(one.sheet, {}).setdefault((one.label, one.place[0]), []).append(one)
    sheets = [
        one for one in proposal.sheets if one in grouped or any(each.sheet == one for each in proposal.lists)
    ]
    lines = []
    for sheet in sheets:
        lists = [one for one in proposal.lists if one.sheet == sheet]
        cells = grouped.get(sheet, {})
        count = sum(map(len, cells.values()))
        lines.append(f"  {sheet}：{count} 格" + (f"，{len(lists)} 个列表" if lists else ""))
        for (label, _), places in sorted(cells.items(), key=lambda each: each[0][1]):
            told = "，".join(f"{_part(one)} {address(one.place)}".strip() for one in places)
            remarks = "；".join(dict.fromkeys(one.remark for one in places if one.remark))
            lines.append(f"    {label.rstrip('：:')}：{told}" + (f"（{remarks}）" if remarks else ""))
        for one in lists:
            columns = "、".join(
                f"{_WORDS.get(column.part, column.part)} {column.letter}" for column in one.columns
            )
            lines.append(f"    {one.label}：第 {one.first_row}–{one.last_row} 行，一行一条：{columns}")
    return lines


#: parts of figures as a form calls them
_WORDS = {
    "initial_budget": "年初预算", "annual_budget": "全年预算", "executed": "执行", "execution_rate": "执行率", "reason": "原因",
    "score": "得分", "deduction_reason": "扣分原因", "evidence": "佐证", "weight": "分值", "#": "序号", "level_1": "一级指标",
    "level_2": "二级指标", "level_3": "三级指标", "target": "指标值", "unit": "计量单位", "actual": "完成值", "points": "分值",
    "department_points": "分值", "deviation_reason": "偏差原因", "division": "责任处室", "name": "名称", "completion": "完成情况",
    "lead_division": "牵头处室", "text": "文字",
}  # fmt: skip


def _part(one: Placed) -> str:
    """What of its line a cell shows; nothing where the label says it all."""
    parts = one.figure.split(".")
    if one.figure.startswith("project.") and parts[-1] in ("unit", "name"):
        return ""
    says_all = parts[0] in ("basics", "staff", "annual", "total") and parts[-1] not in ("reason",)
    is_line = len(parts) > 1 and parts[-1] in _WORDS
    return _WORDS[parts[-1]] if is_line and not (says_all and _WORDS[parts[-1]] in one.label) else ""


def step_lines(particular: Particular, proposal: Proposal) -> list[str]:
    """The next steps, numbered, each with what it means here."""
    p = particular
    has_draft = bool(p.draft_name)
    rules_left = f"{p.absent} 个指标还是 absent" + (f"，其中 {p.offered} 个附有建议" if p.offered else "")
    project = " project" if p.kind == "project" else ""
    details = (
        f"{p.map_name}，每行末尾是表上的原话",
        f"{len(proposal.unplaced)} 处，见上；能填的写进 {p.map_name}，写法见 docs/add-a-year.md"
        if proposal.unplaced
        else "没有",
        f"{p.mistakes} 处不符，见上；以印发的表为准，印错的向财政部门核实" if p.mistakes else "能加总",
        f"把 {p.draft_name} 开头的 {p.source} 一条抄进 docs/sources.yaml" if has_draft else "没有草稿，略",
        f"{p.draft_name}：{rules_left}" if has_draft else "没有草稿，略",
        f"{p.draft_name} 的 rounding、grades、settings 都标着 assumed" if has_draft else "没有草稿，略",
        f"放到 {p.rubric_place}{'；那里已有一套，先比较再替换' if p.is_taken else ''}"
        if has_draft
        else "没有草稿，略",
        f"python -m pipeline rules check；python -m pipeline rules show {p.code} {p.year}{project}",
        f"python -m pipeline report 文件夹 --region {p.code} --year {p.year}；分值、规则、口径没有一处 assumed 时，结果不再叫试算稿",
    )
    pairs = zip(STEPS, details, strict=True)
    return [f"  {number}. {head}：{detail}。" for number, (head, detail) in enumerate(pairs, 1)]


def listed(head: str, lines: Sequence[object]) -> list[str]:
    return [head, *(f"  {one}" for one in lines)] if lines else []
