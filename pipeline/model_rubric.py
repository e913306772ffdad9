"""The nouns of a rubric (评分标准), all frozen: what ``rules`` loads and ``check``, ``compute`` and ``write`` read.

A rubric is a tree of nodes; a leaf has a rule that names a measure (what is taken from the submission) and a formula
(how it becomes points), with their parameters. Every weight, rule and setting carries its Citation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pipeline.model import Citation


@dataclass(frozen=True, slots=True)
class Band:
    """One interval (档次): ``low`` or ``high`` None is unbounded; ``value``: points or a grade."""

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool
    value: Fraction | str
    words: str

    def __contains__(self, number: Fraction) -> bool:
        if self.low is not None and (number < self.low or (number == self.low and not self.low_closed)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.high_closed)


@dataclass(frozen=True, slots=True)
class Step:
    """A measure and a formula with their parameters: one way to points."""

    measure: str
    measure_parameters: Mapping[str, object]
    formula: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Overshoot:
    """What happens far above the target: ``ignore``, ``explain`` (a reason is asked) or ``reduce`` (points are taken).

    ``above``: the rate from which it counts. ``points``: taken once; None = the share by which ``above`` is exceeded.
    """

    policy: str
    above: Fraction | None = None
    points: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How a leaf is scored. ``steps`` has one entry, or several of which ``either_or`` takes the better.

    ``not_applicable``: full (满分) | redistribute (按同级得分率计) | drop (分值不计). ``evidence``: what proves it.
    """

    steps: tuple[Step, ...]
    not_applicable: str
    overshoot: Overshoot
    evidence: tuple[str, ...]
    is_core: bool
    citation: Citation

    @property
    def measure(self) -> str:
        return self.steps[0].measure

    @property
    def formula(self) -> str:
        return "either_or" if len(self.steps) > 1 else self.steps[0].formula

    @property
    def parameters(self) -> Mapping[str, object]:
        return self.steps[0].parameters


@dataclass(frozen=True, slots=True)
class Node:
    """An indicator of the tree. ``weight`` in points; ``citation`` is the weight's. A leaf's ``rule`` may be None
    (``rule: absent``): the rubric loads, scoring with it is refused. ``meaning`` is 指标说明, ``words`` 评分标准."""

    id: str
    label: str
    weight: Decimal
    citation: Citation
    rule: Rule | None = None
    children: tuple[Node, ...] = ()
    meaning: str = ""
    words: str = ""
    aliases: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and everything under it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Setting:
    """A value the program needs that is no rule of one leaf: a month, a threshold, a way to round."""

    id: str
    value: object
    citation: Citation
    words: str = ""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What of a rubric is assumed (暂定): ids of nodes by weight and by rule, ids of settings."""

    weights: tuple[str, ...]
    rules: tuple[str, ...]
    settings: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.weights or self.rules or self.settings)

    def __len__(self) -> int:
        return len(self.weights) + len(self.rules) + len(self.settings)


@dataclass(frozen=True, slots=True)
class Rubric:
    """One region's rubric of one year, complete in itself. ``file`` is relative to the repository, with ``/``.

    ``variant``: "" for the one in force, else the name of a further one of the same region, year and kind."""

    region_code: str
    region_name: str
    year: int
    years: tuple[int, ...]
    kind: str
    title: str
    total: Decimal
    grades: tuple[Band, ...]
    score_digits: int
    rate_digits: int
    settings: Mapping[str, Setting]
    nodes: tuple[Node, ...]
    file: str = ""
    note: str = ""
    variant: str = ""
    #: the most a total may be, by execution rate; empty where nothing caps it
    caps: tuple[Band, ...] = ()
    #: levels' names from the top: 一级指标, 二级指标, 三级指标
    levels: tuple[str, ...] = field(default=("一级指标", "二级指标", "三级指标"))

    @property
    def rounding(self) -> Mapping[str, int]:
        return {"score_digits": self.score_digits, "rate_digits": self.rate_digits}

    @property
    def name(self) -> str:
        """How a person names it to the program: ``440100/2022/project``, with a variant as the fourth part."""
        parts = (self.region_code, str(self.year), self.kind, self.variant)
        return "/".join(part for part in parts if part)

    def walk(self) -> Iterator[Node]:
        for node in self.nodes:
            yield from node.walk()

    def leaves(self) -> tuple[Node, ...]:
        """The scored indicators in the order of the form."""
        return tuple(node for node in self.walk() if not node.children)

    def node(self, node_id: str) -> Node:
        """The node of that id. Raises KeyError."""
        for node in self.walk():
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def setting(self, setting_id: str) -> object:
        """The value of a setting or threshold. Raises KeyError."""
        return self.settings[setting_id].value

    def assumed(self) -> Assumed:
        """Everything marked assumed: while there is any, every output is a trial (试算稿)."""
        return Assumed(
            weights=tuple(node.id for node in self.walk() if node.citation.mark == "assumed"),
            rules=tuple(
                leaf.id for leaf in self.leaves() if leaf.rule and leaf.rule.citation.mark == "assumed"
            ),
            settings=tuple(s.id for s in self.settings.values() if s.citation.mark == "assumed"),
        )
