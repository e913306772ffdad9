"""Which files of a folder may be forms, and their bytes: each is opened once, and only if it is a plain file.

The first thing a run does. A pipe, a link or a folder that bears a workbook's name is refused before it is
opened.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import CannotRun
from pipeline.forms import FormSpec
from pipeline.read.preflight import MOST_BYTES, Refused

_WORKBOOKS = (
    ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".et", ".ett",
)  # fmt: skip
#: files that travel with a submission and are none of its forms
_OTHER_PAPERS = (
    ".pdf", ".ofd", ".doc", ".docx", ".ppt", ".pptx", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif",
    ".tiff", ".md", ".lnk", ".url", ".bak", ".tmp",
)  # fmt: skip


def plain_name(name: str) -> str:
    """A file name as it is compared; macOS hands out its Chinese names decomposed."""
    return unicodedata.normalize("NFC", name)


def listing(path: Path, specs: Mapping[str, FormSpec]) -> tuple[Path, list[Path]]:
    """The folder and its candidate files in the order of their names."""
    if not path.exists():
        raise CannotRun(
            f"没有找到“{path}”，请检查路径。路径中有空格的，请用引号括起来。",
            english=f"{path} was not found. Check the path; put it in quotes if it holds blanks.",
        )
    if not path.is_dir():
        return path.parent, [path]
    try:
        names = sorted(os.listdir(path), key=plain_name)
    except OSError:
        raise CannotRun(
            f"文件夹“{path}”打不开，请检查权限。",
            english=f"The folder {path} cannot be opened; check permissions.",
        ) from None
    titles = tuple(spec.title for spec in specs.values())
    return path, [path / name for name in names if _is_candidate(path / name, titles)]


def _is_candidate(path: Path, titles: tuple[str, ...]) -> bool:
    """A workbook by its ending, or a file named like a form that is no other paper; not what programs leave."""
    name = plain_name(path.name)
    if name.startswith((".", "~$", "~")) or name.casefold() in ("thumbs.db", "desktop.ini"):
        return False
    ending = os.path.splitext(name)[1].casefold()
    return ending in _WORKBOOKS or (
        name.startswith(titles) and ending not in _OTHER_PAPERS and not path.is_dir()
    )


def content_of(path: Path) -> bytes:
    """The bytes of a plain file. Raises Refused: TP-017 for anything else, TP-016 for one too large to be a form."""
    try:
        state = path.lstat()
        if not stat.S_ISREG(state.st_mode):
            kinds = {stat.S_ISDIR: "是文件夹", stat.S_ISLNK: "是链接", stat.S_ISFIFO: "是管道"}
            why = next((why for is_it, why in kinds.items() if is_it(state.st_mode)), "不是文件")
            raise Refused("TP-017", why)
        if state.st_size > MOST_BYTES:
            raise Refused("TP-016", f"文件有 {state.st_size // 1_000_000} MB，远大于一份填报表")
        return path.read_bytes()
    except OSError:
        raise Refused("TP-017", "没有读取权限，或正被其他程序独占") from None
