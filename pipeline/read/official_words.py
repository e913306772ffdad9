"""The words by which the parts of a national-layout form are known, wherever they stand; data, and how it is matched.

Used by ``official_labels``. Keys are :func:`official_cells.bare_key`: no blanks, no width, nothing in brackets behind.
Source: docs/domain.md §4 (the national table) and §6; the variants are those of published tables.
"""

from __future__ import annotations

import re

#: columns of the table of money
FUND_COLUMNS = {
    "initial": re.compile(
        r"(全年|年度)?年初(预算)?(安排)?(数|金额)?|年初预算安排数?|预算数?\(?年初\)?|年初安排预算数?"
    ),
    "budget": re.compile(
        r"(全年|年度|当年|本年)?(\(?调整后?\)?)?(的)?预算(安排)?(数|金额)?|调整(后)?预算数?|全年\(调整后\)预算数|预算总额|资金总额|到位数|(年末|最终)预算数"
    ),
    "executed": re.compile(
        r"(全年|年度|全年预算|年末|实际|预算)?(实际)?(执行|支出|完成)(数|金额)|实际(支出|执行)|支出数|决算数|全年支出数"
    ),
    "weight": re.compile(r"(执行率)?(分值|权重)|标准分|满分"),
    "rate": re.compile(r"(预算|全年|资金)?(执行|完成|支出)率(%|\(%\))?"),
    "score": re.compile(r"(自评|执行率)?得分|自评分"),
    "reason": re.compile(
        r"(未达到?(预算|100%)的?|未完成|执行率偏低|偏差|扣分)?原因(分析)?(及改进措施|及措施)?|备注|未执行完毕原因.*"
    ),
}
#: columns of the table of indicators; of two that fit, the earlier words win
INDICATOR_COLUMNS = {
    "level_1": (re.compile(r"一级指标(名称)?"),),
    "level_2": (re.compile(r"二级指标(名称)?"),),
    "level_3": (
        re.compile(r"三级指标(名称)?"),
        re.compile(r"四级指标(名称)?|指标名称"),
        re.compile(r"绩效指标|指标内容"),
    ),
    "nature": (re.compile(r"(指标)?(性质|符号)|指标方向|运算符号"),),
    "target": (
        re.compile(
            r"(年度|全年|预期|年初|计划|年度绩效)?(绩效)?(指标|目标)值|(绩效)?指标(目标|计划|预期)值|年初设定目标值?|(计划|预期)值"
        ),
        re.compile(r"值|年度目标|预期(指标|目标)|目标"),
    ),
    "unit": (re.compile(r"(度量|计量)?单位|(度量|计量)单位"),),
    "actual": (
        re.compile(
            r"(全年|年度|单项指标|指标)?(实际)?(完成|实现|达到)(的)?(指标|目标)?(值|情况|数|结果)?|全年实际(完成)?值|(指标)?实际值|完成情况"
        ),
    ),
    "weight": (
        re.compile(r"分值|(指标)?(标准|参考|基准|设定)?分值|标准分"),
        re.compile(r"(指标)?分值权重|(指标)?权重(占比)?(%|\(%\))?|满分"),
    ),
    "score": (
        re.compile(r"(自评)?得分|(指标)?自评(得)?分|评分"),
        re.compile(r"单项指标折算得分|折算得分"),
        re.compile(r"(单项)?指标得分"),
    ),
    "reason": (
        re.compile(
            r"(未完成|未达到?(目标|指标值)?|偏差|扣分|存在偏差|未实现)(的)?原因(分析)?(及|和|与)?(拟采取的?)?(改进|整改)?(的)?(措施|情况)?(说明)?|"
            r"(偏差|未完成)(度)?(情况)?(分析|说明)(及改进措施)?|偏差(较大)?原因.*|未完成原因.*"
        ),
        re.compile(r"备注|说明|原因(分析)?"),
    ),
}
TOTAL_ROW = re.compile(
    r"(年度)?(财政)?(项目)?(资金|预算)?(总额|合计|总计|总金额)|年度(财政)?资金总额|年度总金额|合计|全年|资金总额"
)
#: what a source of money is called by
FUND_LABEL = re.compile("总额|总计|合计|其中|资金|拨款|结转|财政|预算|专户|收入|支出")
SUM_ROW = re.compile(r"(自评|评价|指标)?(总分|总得分|得分合计)|合计|总计|总分合计|合计得分|自评总分|总评分")
SUBTOTAL_ROW = re.compile(r"小计|.*(指标)?(分值|得分)?小计")
GRADE_LABEL = re.compile(r"(自评|评价|绩效|自评结果)?(结论)?等级|评价结论|自评等次|等次|评定等级|自评结论")
#: the total printed among the facts of the project
HEAD_SCORE = re.compile(r"(项目)?自评(总)?(得分|分数?|总分)")
GRADE = re.compile("(优秀?|良好?|中等?|差)(等|级)?")
GOAL_LABEL = re.compile(
    r"(年度|年初|全年|项目年度)?(\(?调整后?\)?)?(绩效)?(总体)?(预期)?目标|预期目标|年初设定目标|年度总体目标|(全年|年度|目标)?实际完成(情况)?|目标实际完成情况|年度总体目标完成情况"
)
NOTE_START = re.compile(r"(填报?说明|填表说明|备注|说明|注\d?[:.、:]|注$|评分说明|备注[::])")
SIGN_LABEL = re.compile(
    r"(填表|填报|经办|联系|审核|复核|制表)(人|单位).*|联系电话|填报日期|单位负责人.*|财务负责人.*|说明|其他(需要)?说明(的)?(事项|问题|情况)?"
)
NAMED = {
    "name": re.compile(r"(项目|专项|项目支出)名称"),
    "department": re.compile(r"(主管|预算)(部门|单位)(及代码|名称)?|部门名称|部门\(单位\)名称|预算部门"),
    "unit": re.compile(r"(实施|项目|使用|预算|项目实施)单位(名称)?"),
}
#: titles of a self-evaluation form; what says that it is of a whole department
TITLE = re.compile(
    r"自评(价)?(得分)?(评分)?表|绩效(目标)?(完成情况)?(自评|评价)|目标自评|绩效目标完成情况表|支出绩效"
)
DEPARTMENT_TITLE = re.compile(r"部门整体|整体支出|单位整体|部门\(单位\)整体")
UNIT = re.compile(r"(?:单位[::]?|[(])(?:人民币)?(亿元|万元|千元|元)[)]?")
SECTION_WEIGHT = re.compile(r"\(?([\d.]+)分\)?$")
EMPTY_NAME = re.compile(r"(指标|目标)?\d{1,2}[::、.]?|[.…·]{2,}|指标\d*[::]?(\.{2,}|…+)?|…+")


def column_of(key: str, columns: dict) -> tuple[str, int] | None:
    """Which column a header names, and how well (0 is best); None for another word.

    >>> column_of("全年预算数", FUND_COLUMNS), column_of("自评得分", INDICATOR_COLUMNS)
    (('budget', 0), ('score', 0))
    """
    best = None
    for name, patterns in columns.items():
        for rank, pattern in enumerate(patterns if isinstance(patterns, tuple) else (patterns,)):
            if pattern.fullmatch(key) and (best is None or rank < best[1]):
                best = (name, rank)
    return best
