"""Stage report: what a run leaves behind beside the workbooks: evidence, trace, explanations, comparisons, the summary."""
