"""A zip with some of its parts replaced, every other entry as it was; and a new file beside the report.

Writing is whole or not at all, and never over a file that is there.
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from pipeline.errors import CannotRun
from pipeline.narrative.package import refuse

ENDING = "_已更新"


def repacked(content: bytes, parts: dict[str, bytes], file: str) -> bytes:
    """The zip with some parts replaced; every other entry with its bytes, order, date and compression as they were."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as new:
                new.comment = old.comment
                for entry in old.infolist():
                    body = parts[entry.filename] if entry.filename in parts else old.read(entry)
                    copy = zipfile.ZipInfo(entry.filename, entry.date_time)
                    copy.compress_type, copy.external_attr, copy.create_system = (
                        entry.compress_type,
                        entry.external_attr,
                        entry.create_system,
                    )
                    copy.internal_attr, copy.comment = entry.internal_attr, entry.comment
                    new.writestr(copy, body)
            return out.getvalue()
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError):
        raise refuse(file, "已损坏，无法更新。", "is damaged.") from None


def write_beside(path: Path, content: bytes) -> Path:
    """Writes the new package beside the report, under a name that is free; whole or not at all. Raises CannotRun."""
    stem = path.stem
    number = 1
    while True:
        target = path.with_name(f"{stem}{ENDING}{'' if number == 1 else number}.docx")
        if not target.exists():
            break
        number += 1
    scratch = target.with_name(f".{target.name}.tmp")
    try:
        scratch.write_bytes(content)
        os.replace(scratch, target)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise CannotRun(
            f"“{target}”写不进去，请检查文件夹的权限和磁盘空间。", english=f"{target} cannot be written."
        ) from None
    return target
