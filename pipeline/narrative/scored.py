"""Which numbers are scores that were reached: of the whole or of a part, and which are weights, rules or another's scores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.narrative.document import Quantity, Report, Sentence

SCORED = re.compile(
    r"(?:得|评)分(?:结果|情况)?(?:合计|共计|总计)?(?:为|是|：|达到?)?$|^得$|[^扣失丢应]得(?:了)?$|(?:总分|综合评分|评分|得分值|总得分)(?:为|是|达到?)?$"
)
WEIGHT = re.compile(r"(?:满分|分值|权重|标准分|应得|总分值)(?:为|是|共)?$")
OFF = re.compile(r"(?:扣|扣减|扣除|扣分|失|丢|减)(?:了|去|掉)?$")
_TOTAL = re.compile(
    r"^(?:部门整体支出|部门整体|整体支出|项目|绩效|本部门|我\w{1,3}|本单位|最终|综合|总体|本次|年度|20\d\d年度?|自我|评价|自评|评估)*(?:自评|评价|综合|总)?(?:得分|总分|评分|总得分|自评分|综合得分)(?:合计|结果)?(?:为|是|达到?)?$"
)
_OTHER = re.compile(
    r"监控|上年|去年|复核|复评|再评|抽查|考核|测评|平均|第三方|满意度|每|如|若|的得|未|不得|部门名|名次|排名"
)
_RULE = re.compile(
    r"每|如果|若|否则|的得|不得分|得满分|扣完为止|以此类推|最高|按比例|及以上得|的，得|的扣|不扣"
)


@dataclass(frozen=True, slots=True)
class Score:
    """A score of the report: the whole one (``name`` blank), or one part's by its name."""

    name: str
    score: Quantity
    sentence: Sentence
    index: int


def is_score_label(label: str) -> bool:
    """Whether the words in front of a number make it a score that was reached."""
    return bool(SCORED.search(label)) and not _OTHER.search(label)


def is_total_label(label: str) -> bool:
    """Whether they make it the score of the whole and of no part."""
    return bool(_TOTAL.match(label))


def is_rule(sentence: Sentence) -> bool:
    return bool(_RULE.search(sentence.text))


def scores_of(report: Report) -> Iterator[Score]:
    for index, sentence in enumerate(report.sentences):
        if is_rule(sentence):
            continue
        for q in sentence.quantities:
            if q.kind == "score" and q.is_exact and SCORED.search(q.label) and not _OTHER.search(q.label):
                name = re.sub(
                    r"(?:方面)?(?:的)?(?:自评|评价|指标)?(?:得分|评分|总分|得)(?:为|是|达到?)?$", "", q.label
                )
                yield Score("" if _TOTAL.match(q.label) else name, q, sentence, index)
