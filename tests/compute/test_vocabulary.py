"""The words a rubric may use and the functions behind them are the same set, with the same parameters."""

from __future__ import annotations

import inspect

import pytest

from pipeline.compute.formulas import FORMULAS
from pipeline.compute.measures import MEASURES
from pipeline.rules.vocabulary import vocabulary


def keyword_only(function: object) -> set[str]:
    return {p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}


def test_every_formula_of_the_domain_can_be_named():
    assert set(vocabulary()["formulas"]) == set(FORMULAS) == {
        "ratio_capped", "reverse_linear", "reverse_inverse", "equal", "deduct_per_point", "bands", "checklist",
        "count_deduct", "graded", "period_progress", "either_or", "manual",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_formula_parameters_are_those_of_the_function(name):
    assert set(vocabulary()["formulas"][name]["parameters"]) == keyword_only(FORMULAS[name])


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_measure_parameters_are_those_of_the_function(name):
    declared = set(vocabulary()["measures"][name]["parameters"])
    if name == "indicator_points":  # the scheme's other parameters are read when the indicators are scored
        assert keyword_only(MEASURES[name]) == {"levels"} < declared
    else:
        assert declared == keyword_only(MEASURES[name])


def test_measures_and_vocabulary_are_the_same_set():
    assert set(vocabulary()["measures"]) == set(MEASURES)


def test_every_formula_and_measure_says_its_excel_equivalent_or_definition():
    for function in FORMULAS.values():
        assert "Excel" in function.__doc__ and (">>>" in function.__doc__), function.__name__
