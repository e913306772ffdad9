"""Small Word documents as the report is written: text, and figures in content controls bound to their ids.

``paragraph("全年支出 ", F("annual.executed", "2,219.83"), " 万元。")``; tables, text boxes and tracked changes as raw XML.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


@dataclass(frozen=True)
class F:
    """A figure in a content control. ``tag`` is its id, or id and form; ``runs`` how many runs hold its text."""

    tag: str
    text: str
    runs: int = 1
    placeholder: bool = False


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def piece(part: str | F) -> str:
    if isinstance(part, str):
        return part if part.startswith("<w:") else run(part)
    cut = max(1, len(part.text) // part.runs)
    texts = [part.text[at : at + cut] for at in range(0, len(part.text), cut)] or [""]
    if len(texts) > part.runs:
        texts = [*texts[: part.runs - 1], "".join(texts[part.runs - 1 :])]
    hint = "<w:showingPlcHdr/>" if part.placeholder else ""
    inner = "".join(run(text) for text in texts) if part.text else ""
    return f'<w:sdt><w:sdtPr><w:tag w:val="{escape(part.tag)}"/>{hint}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'


def paragraph(*parts: str | F, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(piece(part) for part in parts)}</w:p>"


def table(*rows: tuple) -> str:
    cells = lambda row: "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row)  # noqa: E731
    return "<w:tbl>" + "".join(f"<w:tr>{cells(row)}</w:tr>" for row in rows) + "</w:tbl>"


def document(*paragraphs: str | tuple | F) -> bytes:
    """A .docx of paragraphs: plain texts, tuples of pieces, or ready XML."""
    body = "".join(
        each
        if isinstance(each, str) and each.startswith("<w:")
        else paragraph(*(each if isinstance(each, tuple) else (each,)))
        for each in paragraphs
    )
    return package(f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document>')


def package(body: str | bytes, more: dict[str, bytes] | None = None) -> bytes:
    """A .docx around a main part as given."""
    out = io.BytesIO()
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", _TYPES)
        made.writestr("_rels/.rels", _RELS)
        made.writestr("word/document.xml", body if isinstance(body, bytes) else head + body.encode("utf-8"))
        for name, content in (more or {}).items():
            made.writestr(name, content)
    return out.getvalue()
