"""The plain way of doing one department, for comparison: pandas.read_excel, a GX checkpoint a form, openpyxl.

It reads the same workbooks, checks each with a handful of expectations through a checkpoint, computes the same rates
and fills the same official form by loading and saving it. It knows no cells, no sources and no derivations.
"""

from __future__ import annotations

import sys
from pathlib import Path

import great_expectations as gx
import openpyxl
import pandas as pd

HEADER_WORDS = {
    "支出类型",
    "月份",
    "指标编号",
    "事项编号",
    "采购项目名称",
    "佐证编号",
    "指标编号或三级指标",
    "任务编号",
    "名称",
}


def frames_of(path: Path) -> dict[str, pd.DataFrame]:
    frames = {}
    for sheet in pd.ExcelFile(path).sheet_names:
        raw = pd.read_excel(path, sheet_name=sheet, header=None)
        for at in range(min(12, len(raw))):
            if HEADER_WORDS & set(raw.iloc[at].astype(str)):
                frame = raw.iloc[at + 1 :].copy()
                frame.columns = raw.iloc[at].astype(str)
                frames[sheet] = (
                    frame.loc[:, ~frame.columns.duplicated()].dropna(how="all").reset_index(drop=True)
                )
                break
    return frames


def check(context, name: str, frame: pd.DataFrame) -> bool:
    frame = frame.astype(object).where(frame.notna(), None)
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name=name))
    for column in list(frame.columns)[:4]:
        suite.add_expectation(gx.expectations.ExpectColumnToExist(column=column))
        suite.add_expectation(gx.expectations.ExpectColumnValuesToNotBeNull(column=column, mostly=0.1))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=suite)
    )
    checkpoint = context.checkpoints.add(gx.Checkpoint(name=name, validation_definitions=[definition]))
    return checkpoint.run(batch_parameters={"dataframe": frame}).success


def main(folder: Path, form: Path, out: Path) -> None:
    context = gx.get_context(mode="ephemeral")
    tables = {}
    for path in sorted(folder.glob("*.xlsx")):
        for sheet, frame in frames_of(path).items():
            tables[sheet] = frame
            check(context, f"{path.stem}_{sheet}", frame)
    spending = tables["支出"]
    executed = pd.to_numeric(spending["全年执行数"]).sum()
    budget = pd.to_numeric(spending["全年预算数"]).sum()
    book = openpyxl.load_workbook(form)
    book.active["A1"] = f"{executed / budget:.2%}"
    book.save(out / "plain.xlsx")
    report = openpyxl.Workbook()
    for name, frame in tables.items():
        sheet = report.create_sheet(name)
        sheet.append([str(c) for c in frame.columns])
        for row in frame.itertuples(index=False):
            sheet.append([None if pd.isna(v) else v for v in row])
    report.save(out / "plain_workings.xlsx")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
