"""The blank Word templates of the report, its letter and its list of evidence, built from outline.yaml and style.yaml.

Called by ``templates``. What an office changed in Word is its own and is never built over: a template carries the digest of
its text, and one whose text has another digest was edited. Source: docs/architecture.md, 'Where to change what'.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from pipeline.write import word_style
from pipeline.write.word_style import STYLES, twips
from pipeline.write.zipped import pack

REPORT = "部门整体支出绩效自评报告.docx"
LETTER = "报送函.docx"
CATALOGUE = "佐证材料目录.docx"
_MARK = "jixiao:"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
#: the parts whose text says whether a person edited the template
_TEXT = ("word/document.xml", "word/styles.xml", "word/numbering.xml")


def build(style: Mapping, outline: Mapping) -> dict[str, bytes]:
    """File name -> template. The same data give the same bytes."""
    bodies = {
        REPORT: [*_report(outline)],
        LETTER: [*_letter(outline["letter"])],
        CATALOGUE: [*_catalogue(outline["catalogue"])],
    }
    return {name: _package(name, style, outline["tables"], body) for name, body in bodies.items()}


def is_edited(content: bytes) -> bool:
    """Whether a template is no longer as it was built: another text, no digest, or no package at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            core = package.read("docProps/core.xml").decode("utf-8")
            digest = _digest(package.read(name) for name in _TEXT)
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return True
    return f"{_MARK}{digest}" not in core


def _digest(parts: Iterator[bytes]) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


# paragraphs: a style's name and a text, a table's id, or the text of the chart


def _report(outline: Mapping) -> Iterator[tuple[str, str]]:
    yield from (("title", text) for text in outline["titles"])
    yield from _lines(outline["opening"])
    for one in outline["sections"]:
        yield "heading_1", one["title"]
        yield from _lines(one.get("body", ()))
        for below in one.get("sections", ()):
            yield "heading_2", below["title"]
            yield from _lines(below["body"])
    yield "body", ""
    yield from _lines(outline["closing"])
    for one in outline["annexes"]:
        yield "annex", one["title"]
        yield from _lines(one["body"])


def _letter(letter: Mapping) -> Iterator[tuple[str, str]]:
    yield from (("title", text) for text in letter["titles"])
    yield "body", ""
    yield "addressee", letter["addressee"]
    yield from _lines(letter["body"])
    yield "body", ""
    yield "sign", '{{ f("basics.department_name") }}'
    yield "sign", '{{ f("basics.report_date") }}'


def _catalogue(catalogue: Mapping) -> Iterator[tuple[str, str]]:
    yield from (("title", text) for text in catalogue["titles"])
    yield from _lines(catalogue["opening"])
    yield from _lines(catalogue["body"])


def _lines(body: Sequence[str | Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for one in body:
        yield from (("body", one),) if isinstance(one, str) else one.items()


def _paragraph(kind: str, text: str) -> str:
    """One paragraph. The addressee of a letter is body text that starts at the margin."""
    own = '<w:ind w:firstLineChars="0" w:firstLine="0"/>' if kind == "addressee" else ""
    style_id = STYLES["body" if kind == "addressee" else kind][0]
    run = f'<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/>{own}</w:pPr>{run}</w:p>'


def _table(table: Mapping) -> str:
    """A table: a header that repeats, a row for every row, none of which splits over pages."""
    columns = table["columns"]
    widths = [twips(column["width"]) for column in columns]
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{word_style.CELL_MARGINS}</w:tblPr>'
    )
    head = [(column["title"], width, "cell_head", "") for column, width in zip(columns, widths, strict=True)]
    row = [
        (column["cell"], width, "cell", column.get("align", ""))
        for column, width in zip(columns, widths, strict=True)
    ]
    begin, end = _control(f"for row in {table['rows']}", widths), _control("endfor", widths)
    return (
        f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{_row(head, is_head=True)}{begin}{_row(row)}{end}</w:tbl>"
    )


def _row(cells: Sequence[tuple[str, int, str, str]], is_head: bool = False) -> str:
    made = "".join(_cell(*cell) for cell in cells)
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if is_head else ''}</w:trPr>{made}</w:tr>"


def _cell(text: str, width: int, kind: str, align: str, span: int = 1) -> str:
    spread = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    own = f'<w:jc w:val="{align}"/>' if align else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spread}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{STYLES[kind][0]}"/>{own}</w:pPr>'
        f"<w:r>{lines}</w:r></w:p></w:tc>"
    )


def _control(statement: str, widths: Sequence[int]) -> str:
    """The row of a loop's beginning or end, which is not printed."""
    return f"<w:tr>{_cell('{%tr ' + statement + ' %}', sum(widths), 'cell', '', len(widths))}</w:tr>"


def _package(name: str, style: Mapping, tables: Mapping, body: Sequence[tuple[str, str]]) -> bytes:
    inner = "".join(
        _table(tables[text]) if kind == "table" else _paragraph(kind, text) for kind, text in body
    )
    if body[-1][0] == "table":
        inner += _paragraph("cell", "")  # Word wants a paragraph after a table
    document = word_style.document("document", f"<w:body>{inner}{word_style.section(style)}</w:body>")
    text = {
        "word/document.xml": document,
        "word/styles.xml": word_style.styles(style),
        "word/numbering.xml": word_style.numbering(style),
    }
    digest = _digest(text[part].encode("utf-8") for part in _TEXT)
    footers = {f"word/{part}": content for part, content in word_style.footers(style)}
    parts = {
        "[Content_Types].xml": _content_types(footers),
        "_rels/.rels": _relationships(
            {"rId1": (f"{_OFFICE}/officeDocument", "word/document.xml"),
             "rId2": ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml")}
        ),
        **text,
        "word/_rels/document.xml.rels": _relationships(
            {"rId1": (f"{_OFFICE}/footer", "footer1.xml"), "rId2": (f"{_OFFICE}/footer", "footer2.xml"),
             "rId3": (f"{_OFFICE}/styles", "styles.xml"), "rId4": (f"{_OFFICE}/numbering", "numbering.xml"),
             "rId5": (f"{_OFFICE}/settings", "settings.xml"), "rId6": (f"{_OFFICE}/fontTable", "fontTable.xml")}
        ),
        **footers,
        "word/settings.xml": word_style.settings(),
        "word/fontTable.xml": word_style.font_table(style),
        "docProps/core.xml": _core(name.removesuffix(".docx"), digest),
    }  # fmt: skip
    return pack((part, content.encode("utf-8")) for part, content in parts.items())


def _content_types(footers: Mapping[str, str]) -> str:
    kinds = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/word/styles.xml": f"{_WORD}.styles+xml",
        "/word/numbering.xml": f"{_WORD}.numbering+xml",
        "/word/settings.xml": f"{_WORD}.settings+xml",
        "/word/fontTable.xml": f"{_WORD}.fontTable+xml",
        **{f"/{part}": f"{_WORD}.footer+xml" for part in footers},
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    named = "".join(
        f'<Override PartName="{part}" ContentType="{escape(kind)}"/>' for part, kind in kinds.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELS}">{made}</Relationships>'


def _core(title: str, digest: str) -> str:
    moment = '<dcterms:{0} xsi:type="dcterms:W3CDTF">2022-01-01T00:00:00Z</dcterms:{0}>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:identifier>{_MARK}{digest}</dc:identifier>"
        f"{moment.format('created')}{moment.format('modified')}</cp:coreProperties>"
    )
