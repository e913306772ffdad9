"""The run folder: built beside its place, renamed into it whole; an earlier run that was edited is kept.

Nothing of the user's is ever lost and nothing half-written is ever seen (docs/architecture.md, law 9). Works where a
rename over an existing folder is not possible (Windows) and where a file in the way is open in another program.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import CannotRun

#: what a file system refuses, and what ends a line in a list of files
_ILLEGAL = {ord(sign): "_" for sign in '<>:"/\\|?*'} | dict.fromkeys(
    (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029), "_"
)
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{n}{i}" for n in ("COM", "LPT") for i in range(1, 10))}

_WHY = {
    errno.EACCES: "没有写入权限，或文件正在其他程序中打开",
    errno.EPERM: "没有写入权限",
    errno.EBUSY: "正被其他程序占用",
    errno.EINVAL: "路径里有不允许的字符",
    errno.EROFS: "只读文件系统",
    errno.ENOSPC: "磁盘已满",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "同名的文件已存在",
    errno.ENAMETOOLONG: "路径太长",
}


def file_name(text: str) -> str:
    """A text as a file or folder name that Windows, macOS and Linux all take.

    >>> file_name('驻京办/接待处: "二期"'), file_name("con"), file_name(" . ")
    ('驻京办_接待处_ _二期_', 'con_', '_')
    """
    name = text.translate(_ILLEGAL).strip(" .")[:80] or "_"
    return f"{name}_" if name.split(".")[0].upper() in _RESERVED else name


def run_name(year: int, region_code: str, department: str, trial: bool) -> str:
    """``<year>_<region code>_<department>[_试算稿]``."""
    return file_name(f"{year}_{region_code}_{department}") + ("_试算稿" if trial else "")


@contextmanager
def staging(out: Path, name: str) -> Iterator[Path]:
    """A fresh folder beside the place of the run; gone again, whatever happens, unless it was published.

    Raises CannotRun when the output folder cannot be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = out / f".{name[:40]}.{os.getpid()}.tmp"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    except OSError as error:
        raise CannotRun(
            f"输出文件夹“{out}”不能写入（{why(error)}）。请换一个文件夹，或检查权限后重试。",
            english=f"The output folder {out} cannot be written ({error.strerror}). Choose another, or check permissions.",
        ) from None
    try:
        yield folder
    except OSError as error:
        if error.errno not in _WHY:
            raise
        raise CannotRun(
            f"写入“{out}”时出错（{why(error)}）。请检查磁盘空间和权限后重试；原有结果没有改动。",
            english=f"Writing into {out} failed ({error.strerror}). The earlier run is as it was.",
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(staged: Path, place: Path) -> Path | None:
    """Rename the staged run into its place. Returns where an edited earlier run was kept, or None.

    Raises CannotRun, with the earlier run untouched, when a file of it is open in another program.
    """
    if not place.exists():
        _rename(staged, place)
        return None
    opened = _open_elsewhere(place)
    if opened:
        name = opened.name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
        raise CannotRun(
            f"“{place.name}”里的 {name} 正在其他程序中打开。请先关闭它，再运行一次；原有结果没有改动。"
            f"如果确已关闭，请删除留下的“{opened}”后重试。",
            english=f"{name} in {place.name} is open in another program. Close it and run again; the earlier run is "
            f"as it was. If it is closed, delete the lock file {opened}.",
        )
    edited = not untouched(place)
    aside = _kept_name(place) if edited else place.with_name(f".{place.name}.旧")
    if not edited:
        shutil.rmtree(aside, ignore_errors=True)
    _rename(place, aside)
    try:
        _rename(staged, place)
    except CannotRun:
        os.rename(aside, place)
        raise
    if edited:
        return aside
    shutil.rmtree(aside, ignore_errors=True)
    return None


def untouched(run: Path) -> bool:
    """Whether every file of an earlier run is still as it was written, with none added and none gone."""
    try:
        lines = (run / "evidence" / "SHA256SUMS").read_text("utf-8").splitlines()
        written = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        present = {p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file()}
        present.pop("evidence/SHA256SUMS")
        return written.keys() == present.keys() and all(
            hashlib.sha256(present[name].read_bytes()).hexdigest() == digest
            for name, digest in written.items()
        )
    except (OSError, KeyError, UnicodeDecodeError):
        return False


def _kept_name(place: Path) -> Path:
    number = 1
    while (kept := place.with_name(f"{place.name}_已修改{number}")).exists():
        number += 1
    return kept


def _open_elsewhere(run: Path) -> Path | None:
    """The lock file that Excel, WPS or LibreOffice keeps in the run while a workbook of it is open."""
    for path in sorted(run.rglob("*")):
        if path.name.startswith("~$") or (path.name.startswith(".~lock.") and path.name.endswith("#")):
            return path
    return None


def _rename(source: Path, target: Path) -> None:
    try:
        os.rename(source, target)
    except OSError as error:
        raise CannotRun(
            f"不能把结果放到“{target}”（{why(error)}）。可能有文件正在其他程序中打开，或在资源管理器里选中了这个文件夹，"
            "请关闭后再运行一次；原有结果没有改动。",
            english=f"The run cannot be put at {target} ({error.strerror}). Close what is open in it and run again.",
        ) from None


def why(error: OSError) -> str:
    """What went wrong with a file, in Chinese; what the system says where we have no words for it."""
    if error.errno == errno.ENOENT:  # a bug while a run is written, so not among the above
        return "路径不存在，也不能新建"
    return _WHY.get(error.errno or 0, f"系统提示：{error.strerror or type(error).__name__}")
