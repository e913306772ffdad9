"""What a file is that is no workbook: told by its first bytes, so that the sentence can name it.

Used by ``preflight`` for everything that is neither a package nor an OLE file.
"""

from __future__ import annotations


def looks_like(content: bytes) -> tuple[str, str]:
    """The code and the reason, as a Chinese clause, for content that is neither a package nor an OLE file."""
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<table" in head:
        return "TP-001", "内容是网页（有些系统导出的“Excel”就是这样）"
    if head.startswith(b"<?xml"):
        return "TP-001", "内容是 XML 文本"
    if head.startswith(b"%pdf"):
        return "TP-001", "内容是 PDF"
    if head.startswith((b"\x89png", b"\xff\xd8\xff")):
        return "TP-001", "内容是图片"
    if head.startswith((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"pk\x05\x06")):
        return "TP-036", "内容是压缩包"
    return "TP-001", "内容是纯文本" if _is_text(content[:2048]) else "内容不是表格"


def _is_text(head: bytes) -> bool:
    """Words, or a CSV that was only renamed: no control signs, and readable in one of the ways Chinese is written."""
    if any(sign < 9 or 13 < sign < 27 for sign in head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: len(head) - 4 if len(head) == 2048 else None].decode(encoding)
        except UnicodeDecodeError as cut:
            if cut.start < len(head) - 8:
                continue
        return bool(head)
    return False
