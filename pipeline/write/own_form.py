"""Our own official form (示范表式): the blank 部门整体支出绩效自评表 of a rubric, and its map.

``templates`` writes both beside each other; a run fills the committed blank through ``official``. Everything a region
decides (indicators, 分值, 评分标准, grades) comes from the rubric; nothing of it stands in this code.
Parts and their order: docs/domain.md §6.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping

import xlsxwriter
import yaml

from pipeline.model_rubric import Rubric
from pipeline.write import own_form_goals, own_form_money, own_form_scores
from pipeline.write.form_page import FormBook
from pipeline.write.zipped import Archive

FORM_NAME = "部门整体支出绩效自评表.xlsx"
#: first line of a map that was made here: a folder whose map lacks it holds an office's own form, never to be replaced
MARK = "# 本表和空白表由 make templates 按评分规则生成；换成本单位的表式时，请删去这一行，程序就不再覆盖。\n"


def build(rubric: Rubric) -> tuple[bytes, str]:
    """The blank form of a rubric and the text of its map.yaml. The same rubric gives the same bytes."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    created = datetime.datetime(rubric.year, 1, 1)
    workbook.set_properties({"title": f"{rubric.year}年度部门整体支出绩效自评表", "created": created})
    book = FormBook(workbook)
    score_cells = own_form_scores.places(rubric)
    own_form_money.cover(book, rubric, score_cells)
    own_form_money.execution(book)
    own_form_goals.goals(book)
    own_form_goals.tasks(book)
    own_form_goals.indicators(book)
    own_form_scores.scores(book, rubric)
    own_form_scores.conclusion(book, score_cells)
    own_form_scores.signatures(book)
    workbook.close()
    return Archive(target.getvalue()).repacked({}), _map_text(_map(book))


def _map_text(form_map: Mapping) -> str:
    head = MARK + (
        "# 官方表式的单元格对照表：数字编号 -> 工作表!单元格。换成本单位的表式时，改这里即可，程序不用改。\n"
        "# scale：写入的数 = 数字 × scale；pattern：把数字填进文字里的 {}；lists：一行一条，行数不够时自动插入行。\n"
        "# none：没有该项资金或支出时印什么；fits：单元格能印下的字数，列表中放不下的文字转到下一行。\n"
        "# leaves：表上印的指标名称和分值，与评分规则核对；note：程序的说明写在哪里（limit 为字数上限）。\n"
    )
    return head + yaml.safe_dump(
        dict(form_map), allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None
    )


def _map(book: FormBook) -> dict:
    return {
        "form": FORM_NAME,
        "note": book.note,
        "none": "—",
        "cells": {key: places[0] if len(places) == 1 else places for key, places in book.cells.items()},
        "lists": book.lists,
        "leaves": book.leaves,
    }
