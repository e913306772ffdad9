"""What the judges of monitoring look at besides the submission: the figures of the month, and the rubric of the lights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model import Figure
from pipeline.model_rubric import Rubric

TO_THE_MONTH = "actual_to_month"
SHEET, PROJECT_SHEET = "indicator_results.monitoring", "indicator_results.project_monitoring"


@dataclass(frozen=True, slots=True)
class Monitored:
    """Figures by id, the rubric of kind ``monitor``, and the month asked for."""

    figures: Mapping[str, Figure]
    rubric: Rubric
    month: int

    def asks_reason(self, figure_id: str) -> bool:
        """Whether the light of a figure is one that has to be explained."""
        figure = self.figures.get(figure_id)
        return figure is not None and figure.value in self.rubric.setting("lights_with_reason")

    def printed(self, figure_id: str) -> str:
        figure = self.figures.get(figure_id)
        return figure.printed if figure is not None else ""
