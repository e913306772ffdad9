"""A .docx as a zip: opened only as far as needed, bounded, and refused in words.

What is read are a few parts, each with the size it states and never more; what makes a file another kind of file is told by name.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from pathlib import Path

from pipeline.errors import CannotRun

#: a report of 500 pages with pictures is far below these
MOST_BYTES = 100_000_000
MOST_XML = 60_000_000
MOST_PARTS = 5_000
MOST_RATIO = 300
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refuse(file: str, chinese: str, english: str) -> CannotRun:
    return CannotRun(f"《{file}》{chinese}", english=f"{file} {english}")


def content_of(path: Path) -> bytes:
    """The bytes of a plain file. Raises CannotRun for a folder, a pipe, an empty or too large file, one that is not there."""
    name = path.name
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise refuse(
                name,
                "是文件夹，请写报告文件的路径（.docx 或 .txt）。",
                "is a folder; name the report itself.",
            )
        if not stat.S_ISREG(mode):
            raise refuse(name, "不是普通文件，无法读取。", "is no plain file.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise refuse(
                name, f"有 {size // 1_000_000} MB，超出可以核查的大小。请压缩图片后另存。", "is too large."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise CannotRun(
            f"没有找到“{path}”，请检查路径。路径中有空格的，请用引号括起来。",
            english=f"{path} was not found.",
        ) from None
    except (OSError, ValueError):
        raise refuse(
            os.path.basename(name), "打不开，请检查权限，或关闭正在使用它的程序。", "cannot be opened."
        ) from None
    if not content.strip(b"\x00 \t\r\n"):
        raise refuse(name, "是空文件。", "is empty.")
    return content


def looks_like_package(content: bytes) -> bool:
    return content[:2] == b"PK"


def refuse_other_kinds(content: bytes, file: str) -> None:
    """Raises CannotRun for what is known to be no report this program reads: .doc, encrypted, PDF, RTF, a web page."""
    if content[:8] == _OLE:
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d" in content:
            raise refuse(file, "加了打开密码，无法读取。请取消密码后另存为 .docx。", "is encrypted.")
        raise refuse(
            file, "是旧格式（.doc）。请用 Word 或 WPS 打开，另存为 .docx 后再核查。", "is an old .doc."
        )
    if content[:5] == b"%PDF-":
        raise refuse(file, "是 PDF。请核查它的 Word 原件，或把文字另存为 .txt。", "is a PDF.")
    if content[:5] == b"{\\rtf":
        raise refuse(file, "是 RTF 格式。请用 Word 或 WPS 打开，另存为 .docx。", "is an RTF.")


class Package:
    """The parts of a .docx. ``names`` in the order of the directory."""

    def __init__(self, content: bytes, file: str):
        self.file = file
        try:
            if content.count(b"PK\x01\x02") > MOST_PARTS:
                raise refuse(file, "压缩包内的部件太多，不是 Word 所写的。", "has too many parts.")
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self.entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise self._broken() from None
        self.names = [entry.filename for entry in self.entries]
        total = sum(entry.file_size for entry in self.entries)
        if total > 20_000_000 and total > MOST_RATIO * len(content):
            raise refuse(
                file,
                "压缩比不正常，没有打开。请用 Word 打开原件另存一份。",
                "unpacks to far more than it should.",
            )
        if any(entry.flag_bits & 1 for entry in self.entries):
            raise refuse(file, "加了密码，无法读取。请取消密码后另存为 .docx。", "is encrypted.")

    def _broken(self) -> CannotRun:
        return refuse(
            self.file, "已损坏，无法读取。请从原处重新拷贝，或用 Word 打开后另存为 .docx。", "is damaged."
        )

    def part(self, name: str) -> bytes:
        """One part, at most :data:`MOST_XML`. Raises CannotRun for one that is broken or larger than it states."""
        try:
            entry = self._zip.getinfo(name)
            if entry.file_size > MOST_XML:
                raise refuse(self.file, "正文太大，没有打开。", "has too large a body.")
            with self._zip.open(entry) as stream:
                content = stream.read(MOST_XML + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            KeyError,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ):
            raise self._broken() from None
        if len(content) > MOST_XML:
            raise refuse(self.file, "正文太大，没有打开。", "has too large a body.")
        return content

    def main_part(self) -> str:
        """The name of the document's main part, as the package's relations say. Raises CannotRun where there is none."""
        import re

        if "_rels/.rels" in self.names:
            rels = self.part("_rels/.rels").decode("utf-8", "replace")
            for relation in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", rels):
                if re.search(r'Type\s*=\s*["\'][^"\']*/officeDocument["\']', relation):
                    target = re.search(r'Target\s*=\s*["\']([^"\']*)["\']', relation)
                    name = target[1].lstrip("/") if target else ""
                    if name.endswith("workbook.xml") or "/slides" in name or name.startswith(("xl/", "ppt/")):
                        raise refuse(
                            self.file, "不是 Word 文档（是表格或演示文稿）。", "is no Word document."
                        )
                    if name in self.names:
                        return name
        if "word/document.xml" in self.names:
            return "word/document.xml"
        raise refuse(
            self.file, "不是 Word 文档（.docx）。请用 Word 或 WPS 另存为 .docx。", "is no Word document."
        )
