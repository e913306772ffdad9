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
from pipeline.read.raw import is_odd, visible

_WORKBOOKS = (
    ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".et", ".ett",
)  # fmt: skip
#: files that travel with a submission and are none of its forms
_OTHER_PAPERS = (
    ".pdf", ".ofd", ".doc", ".docx", ".ppt", ".pptx", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif",
    ".tiff", ".md", ".lnk", ".url", ".bak", ".tmp",
)  # fmt: skip
#: the folder of a submission whose files prove what the forms say
EVIDENCE_FOLDER = "佐证材料"
#: beyond so many files a folder is not listed further
_MOST_EVIDENCE = 100_000


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
    if _is_left_by_programs(name):
        return False
    ending = os.path.splitext(name)[1].casefold()
    return ending in _WORKBOOKS or (
        name.startswith(titles) and ending not in _OTHER_PAPERS and not path.is_dir()
    )


def _is_left_by_programs(name: str) -> bool:
    return name.startswith((".", "~")) or name.casefold() in ("thumbs.db", "desktop.ini")


def printed_name(path: Path, folder: Path) -> str:
    """The name of a file within its folder. One with signs no name is made of is printed without them."""
    return visible(path.relative_to(folder).as_posix(), 500)


def content_of(path: Path) -> bytes:
    """The bytes of a plain file.

    Raises Refused: TP-017 for anything else, TP-035 where it may not be read, TP-025 for one too large to be a
    form, TP-037 for a name that cannot be printed.
    """
    if any(map(is_odd, path.name)):
        raise Refused("TP-037")
    try:
        _refuse_other_kinds(path.lstat().st_mode)
        # without waiting and without following, should it have been changed for a pipe or a link since
        flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"))
        with open(os.open(path, flags), "rb") as file:
            state = os.fstat(file.fileno())
            _refuse_other_kinds(state.st_mode)
            if state.st_size > MOST_BYTES:
                raise Refused("TP-025", f"文件有 {state.st_size // 1_000_000} MB")
            return file.read(MOST_BYTES + 1)
    except OSError:
        raise Refused("TP-035") from None


def _refuse_other_kinds(mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kinds = {stat.S_ISDIR: "是文件夹", stat.S_ISLNK: "是链接", stat.S_ISFIFO: "是管道"}
    raise Refused("TP-017", next((why for is_it, why in kinds.items() if is_it(mode)), "是设备或通道"))


def evidence_files(folder: Path) -> frozenset[str] | None:
    """The names of the files in the folder of evidence, those in its folders with ``/``; None without that folder.

    Nothing in it is opened and no link is followed.
    """
    try:
        names = [name for name in os.listdir(folder) if plain_name(name) == EVIDENCE_FOLDER]
    except OSError:
        return None
    roots = [folder / name for name in names if not (folder / name).is_symlink() and (folder / name).is_dir()]
    if not roots:
        return None
    found: set[str] = set()
    for root in roots:
        for at, _, files in os.walk(root):
            inside = Path(at).relative_to(root)
            found.update(
                (inside / name).as_posix() for name in files if not _is_left_by_programs(plain_name(name))
            )
            if len(found) > _MOST_EVIDENCE:
                break
    return frozenset(visible(plain_name(name), 500) for name in found)
