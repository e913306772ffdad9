"""The measures a rubric may name: what is taken from the submission for a leaf, each a function of the leaf.

``pipeline/rules/vocabulary.yaml`` gives their parameters (the keyword-only arguments here) and what kind of value
they give; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.compute import measures_disclosure, measures_items, measures_ledger, measures_money
from pipeline.compute.indicator_sums import indicator_points
from pipeline.compute.measured import Measured

MEASURES: Mapping[str, Callable[..., Measured]] = {
    "indicator_points": indicator_points,
    "average_execution_rate": measures_money.average_execution_rate,
    "execution_rate": measures_money.execution_rate,
    "done_over_required": measures_items.done_over_required,
    "items_done": measures_items.items_done,
    "problem_count": measures_items.problem_count,
    "typed_score": measures_items.typed_score,
    "adjustment_rate": measures_money.adjustment_rate,
    "disclosure": measures_disclosure.disclosure,
    "on_time": measures_ledger.on_time,
    "intention_on_time": measures_ledger.intention_on_time,
    "reserved_for_sme": measures_ledger.reserved_for_sme,
    "income_paid": measures_items.income_paid,
    "stocktaking": measures_items.stocktaking,
    "card_ratio": measures_money.card_ratio,
    "within_budget": measures_money.within_budget,
    "cost_against_last_year": measures_money.cost_against_last_year,
    "cost_against_budget": measures_money.cost_against_budget,
}
