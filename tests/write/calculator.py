"""LibreOffice as an independent calculator: a workbook whose cached values are stripped is calculated anew.

By default LibreOffice trusts cached values, so a wrong one would survive; without them it has to calculate.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_CACHED = re.compile(
    rb"(<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))<(?:\w+:)?v(?:/>|>[^<]*</(?:\w+:)?v>)"
)


def stripped(workbook: bytes) -> bytes:
    """The workbook without the cached values of its formulas."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = _CACHED.sub(rb"\1", data)
            target.writestr(name, data)
    return out.getvalue()


def recalculated(workbook: bytes, folder: Path) -> dict[tuple[str, str], object]:
    """(sheet, address) -> value of every formula cell, as LibreOffice calculates it."""
    source, target = folder / "in" / "book.xlsx", folder / "out"
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(stripped(workbook))
    profile = (folder / "profile").as_uri()
    command = [
        SOFFICE,
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(target),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    fresh = values((target / "book.xlsx").read_bytes())
    return {place: fresh.get(place) for place in formula_cells(workbook)}


def cached(workbook: bytes) -> dict[tuple[str, str], object]:
    """(sheet, address) -> the value our program stored beside each formula."""
    stored = values(workbook)
    return {place: stored.get(place) for place in formula_cells(workbook)}


def disagreements(workbook: bytes, folder: Path) -> list[str]:
    """Every formula cell of which the stored value is not what LibreOffice calculates; numbers within 1e-9."""
    ours, theirs = cached(workbook), recalculated(workbook, folder)
    return [
        f"{place}: {ours[place]!r} != {theirs[place]!r}"
        for place in ours
        if not _same(ours[place], theirs[place])
    ]


def values(workbook: bytes) -> Mapping[tuple[str, str], object]:
    return _cells(workbook, data_only=True)


def formula_cells(workbook: bytes) -> list[tuple[str, str]]:
    """The cells that hold a formula (a text may begin with = as well)."""
    book = openpyxl.load_workbook(BytesIO(workbook))
    return [
        (page.title, cell.coordinate)
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def _cells(workbook: bytes, data_only: bool) -> dict[tuple[str, str], object]:
    book = openpyxl.load_workbook(BytesIO(workbook), data_only=data_only)
    return {
        (page.title, cell.coordinate): cell.value
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float) and not isinstance(ours, bool):
        return abs(ours - theirs) <= 1e-9 * max(1.0, abs(ours))
    return (ours or "") == (theirs or "") if not isinstance(ours, int | float) else False
