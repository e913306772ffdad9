"""Which figure ids a map may name: those of the outcome, and those that another submission could have.

Asked when a form is filled: a misspelt id stops the run, while a project or a section that this submission does not
have only leaves its cells blank.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.forms import load_specs
from pipeline.maps import FormMap
from pipeline.model_rubric import Rubric

#: figure ids whose middle part a submission gives (codes, months)
_OPEN_FAMILIES = {
    "project": "name initial_budget annual_budget executed execution_rate task reason score grade",
    "task": "name lead_division completion annual_budget executed execution_rate",
    "indicator": "level_1 level_2 level_3 target actual unit division department_points points score completion_rate"
    " deviation_reason",
    "unit": "name included initial_budget net_adjustment annual_budget executed execution_rate reason",
    "month": "budget spent cumulative rate schedule progress project_budget project_spent project_cumulative"
    " project_rate",
    "cost": "budget executed executed_last_year execution_rate",
    "monitor.project": "name initial_budget annual_budget executed execution_rate progress light expected expected_rate"
    " reason goal_light goal_progress",
    "monitor.indicator": "project level_1 level_2 level_3 target unit division actual progress light expected"
    " deviation_kind deviation_reason likelihood note cause_funding cause_rules cause_staffing cause_equipment cause_other",
}
_AMOUNTS = ("initial_budget", "annual_budget", "executed", "execution_rate", "reason")
_FIXED_FAMILIES = {
    "kind": ("personnel", "public_running", "project", "basic"),
    "fund": ("general_public_budget", "government_fund", "state_capital", "fiscal_account", "unit_funds"),
    "source": ("current_fiscal", "carried_over", "other"),
}
#: families of which a submission need not have any given member: the sections of its narrative, a leaf's measure
_FREE_FAMILIES = ("narrative", "measure")
_MORE = {
    "annual": ("reason",),
    "elimination": ("initial_budget", "net_adjustment", "annual_budget", "executed"),
    "problems": ("text", "causes", "measures", "last_year", "rectification"),
    "staff": ("divisions", "units"),
    "monitor": tuple(
        f"{kind}{part}" for kind in ("", "project_") for part in ("budget", "executed", "execution_rate")
    ),
}


#: what every project has of its own, beside its sums by source and the nodes of its rubric
_PROJECT = (
    *_OPEN_FAMILIES["project"].split(), "unit", "goal", "achievement", "weight", "lost",
)  # fmt: skip


def projects_of(figures: Iterable[str]) -> list[str]:
    """The keys of the projects that are scored, among figure ids, in their order.

    >>> projects_of(["project.P01.grade", "project.P01.executed", "kind.project.executed", "project.P02.grade"])
    ['P01', 'P02']
    """
    grades = (one for one in figures if one.startswith("project.") and one.endswith(".grade"))
    return [one.split(".")[1] for one in grades if one.count(".") == 2]


def project_figures(rubric: Rubric, key: str) -> list[str]:
    """The figure ids a project has under a project rubric, but for those of its indicators."""
    own = [*_PROJECT, *(f"{source}.{part}" for source in _FIXED_FAMILIES["source"] for part in _AMOUNTS)]
    own += [f"{node.id}.{part}" for node in rubric.walk() for part in ("weight", "score", "lost")]
    own += ["uncapped_score"] if rubric.caps else []
    return [f"project.{key}.{part}" for part in own]


def unknown_figures(form_map: FormMap, figures: Iterable[str]) -> list[str]:
    """Figure ids of the map that no submission could have under the rubric that made ``figures``.

    >>> form = FormMap("x.xlsx", {"project.P9.executed": (), "total.scores": (), "total.score": ()})
    >>> unknown_figures(form, ["total.score"])
    ['total.scores']
    """
    known = set(figures)
    unknown = [
        figure_id for figure_id in form_map.cells if figure_id not in known and not is_possible(figure_id)
    ]
    for each in form_map.lists:
        if each.is_text:
            unknown += [each.id] if each.id not in known and not is_possible(each.id) else []
            continue
        parts = {column.part for column in each.columns if column.part != "#"} | set(each.where)
        names = {each.id, each.also, each.id.rsplit(".", 1)[-1]} - {""}
        family = " ".join(_OPEN_FAMILIES.get(name, "") for name in names)
        seen = {
            f.rsplit(".", 1)[-1] for f in known if f.startswith((f"{each.id}.", f"{each.also or each.id}."))
        }
        unknown += [f"{each.id}.*.{part}" for part in sorted(parts - seen - set((family or "").split()))]
    return unknown


def is_possible(figure_id: str) -> bool:
    """Whether some submission could have this figure, though it depends on what is handed in (a project, a month, a section)."""
    first, *rest = figure_id.split(".")
    if first in _OPEN_FAMILIES:
        if first == "month" and not (rest and rest[0].isdigit() and 1 <= int(rest[0]) <= 12):
            return False
        return len(rest) == 2 and rest[1] in _OPEN_FAMILIES[first].split()
    if first in _FIXED_FAMILIES:
        return len(rest) == 2 and rest[0] in _FIXED_FAMILIES[first] and rest[1] in _AMOUNTS
    if first in ("basics", "staff") and len(rest) == 1:
        table = load_specs()["basics"].table("department" if first == "basics" else "staff")
        return rest[0] in {field.id for field in table.fields} | set(_MORE.get(first, ()))
    return len(rest) == 1 and (first in _FREE_FAMILIES or rest[0] in _MORE.get(first, ()))
