"""The parts of a blank Word template that carry its look: styles, numbering, fonts, footers, settings.

Made from ``input_templates/word/style.yaml`` (lengths in mm, sizes and pitches in points). Nothing is embedded: a font is
a name with the names to use instead of it. Source: docs/domain.md §6 (GB/T 9704).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

#: the YAML's names of styles -> the id in the file, the name a person sees in Word, and its level in the outline
STYLES: Mapping[str, tuple[str, str, int | None]] = {
    "title": ("Title", "Title", None),
    "body": ("BodyText", "Body Text", None),
    "heading_1": ("Heading1", "heading 1", 0),
    "heading_2": ("Heading2", "heading 2", 1),
    "item": ("Item", "编号段落", None),
    "lead": ("Lead", "编号小标题", None),
    "note": ("Note", "说明", None),
    "sign": ("Sign", "落款", None),
    "annex": ("Annex", "附表标题", 0),
    "cell": ("TableCell", "表格正文", None),
    "cell_head": ("TableHead", "表格表头", None),
    "chart": ("Chart", "图", None),
}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CELL_MARGINS = (
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="57" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
)
#: what no line may begin and end with: Word's own lists for Chinese, and 元, so that 万元 stays whole
_NOT_FIRST = (
    "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠元"
)
_NOT_LAST = "$([{£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: the levels of the one list that numbers headings and items
_LEVELS = ("heading_1", "heading_2", "item")
_LIST, _ANNEX_LIST = 1, 2
_ALIGN = {"both": "both", "center": "center", "left": "left", "right": "right"}


def twips(millimetres: float) -> int:
    """Millimetres as twentieths of a point.

    >>> twips(25.4)
    1440
    """
    return round(millimetres * 1440 / 25.4)


def document(kind: str, inner: str) -> str:
    """A part of WordprocessingML with its root element."""
    return f'{_HEAD}<w:{kind} xmlns:w="{W}" xmlns:r="{R}">{inner}</w:{kind}>'


def styles(style: Mapping) -> str:
    """styles.xml: the defaults, every style of the YAML, the footer, and the grid of tables."""
    latin = style["latin"][0]
    body = style["styles"]["body"]
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(style, body['font'])}"
        f'{_size(body["size"])}<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{CELL_MARGINS}</w:tblPr></w:style>'
    )
    number = style["page_number"]
    footer = (
        '<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/><w:rPr>'
        f'<w:rFonts w:ascii="{escape(latin)}" w:hAnsi="{escape(latin)}" w:eastAsia="{escape(style["fonts"][number["font"]][0])}"/>'
        f"{_size(number['size'])}</w:rPr></w:style>"
    )
    made = "".join(_style(name, style) for name in STYLES)
    return document("styles", defaults + normal + table + footer + made)


def _style(name: str, style: Mapping) -> str:
    style_id, shown, level = STYLES[name]
    given = style["styles"][name]
    based = STYLES["item"][0] if name == "lead" else "Normal"  # a heading among the items takes their numbers
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{shown}"/><w:basedOn w:val="{based}"/>'
        f"{_next(name)}<w:qFormat/><w:pPr>{_paragraph(name, given, level)}</w:pPr>"
        f"<w:rPr>{_fonts(style, given['font'])}{_size(given['size'])}</w:rPr></w:style>"
    )


def _next(name: str) -> str:
    return '<w:next w:val="BodyText"/>' if name.startswith("heading") or name in ("annex", "lead") else ""


def _paragraph(name: str, given: Mapping, level: int | None) -> str:
    """The paragraph's settings in the order the schema wants them."""
    parts = []
    if given.get("keep"):
        parts.append("<w:keepNext/><w:keepLines/>")
    if name == "annex":
        parts.append("<w:pageBreakBefore/>")
    parts.append("<w:widowControl/>")
    if name in _LEVELS:
        parts.append(f'<w:numPr><w:ilvl w:val="{_LEVELS.index(name)}"/><w:numId w:val="{_LIST}"/></w:numPr>')
    if name == "annex":
        parts.append(f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{_ANNEX_LIST}"/></w:numPr>')
    line = given.get("line", 0)
    pitch = f'w:line="{round(line * 20)}" w:lineRule="exact"' if line else 'w:line="240" w:lineRule="auto"'
    before, after = (round(given.get(side, 0) * 20) for side in ("before", "after"))
    parts.append(f'<w:spacing w:before="{before}" w:after="{after}" {pitch}/>')
    if indent := given.get("indent", 0):
        parts.append(
            f'<w:ind w:firstLineChars="{indent * 100}" w:firstLine="{round(indent * given["size"] * 20)}"/>'
        )
    parts.append(f'<w:jc w:val="{_ALIGN[given["align"]]}"/>')
    if level is not None:
        parts.append(f'<w:outlineLvl w:val="{level}"/>')
    return "".join(parts)


def _fonts(style: Mapping, font: str) -> str:
    latin, asian = escape(style["latin"][0]), escape(style["fonts"][font][0])
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{asian}" w:cs="{latin}"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def numbering(style: Mapping) -> str:
    """numbering.xml: one list of three levels for headings and items, one for the annexes."""
    given, looks = style["numbering"], style["styles"]
    main = "".join(_level(at, name, given[name], looks[name]) for at, name in enumerate(_LEVELS))
    annex = _level(0, "annex", given["annex"], looks["annex"])
    lists = "".join(
        f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for at, levels in ((_LIST, main), (_ANNEX_LIST, annex))
    )
    used = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in (_LIST, _ANNEX_LIST)
    )
    return document("numbering", lists + used)


def _level(at: int, name: str, given: Mapping, look: Mapping) -> str:
    indent = look.get("indent", 0)
    first = f'<w:ind w:left="0" w:firstLineChars="{indent * 100}" w:firstLine="{round(indent * look["size"] * 20)}"/>'
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{given["format"]}"/>'
        f'<w:pStyle w:val="{STYLES[name][0]}"/><w:suff w:val="nothing"/><w:lvlText w:val="{escape(given["text"])}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr>{first}</w:pPr></w:lvl>'
    )


def font_table(style: Mapping) -> str:
    """fontTable.xml: every font with the names to take where it is absent."""
    fonts = [(names, "86", "auto", "fixed") for names in style["fonts"].values()]
    fonts.append((style["latin"], "00", "roman", "variable"))
    return document("fonts", "".join(_font(*each) for each in fonts))


def _font(names: Sequence[str], charset: str, family: str, pitch: str) -> str:
    others = f'<w:altName w:val="{escape(",".join(names[1:]))}"/>' if names[1:] else ""
    return (
        f'<w:font w:name="{escape(names[0])}">{others}<w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
    )


def footers(style: Mapping) -> Iterator[tuple[str, str]]:
    """The page number of odd pages (right, one character in) and of even ones (left)."""
    given = style["page_number"]
    before, after = (escape(part) for part in given["text"].split("{}"))
    one = round(given["size"] * 20)
    for name, side, indent in (
        ("footer1.xml", "right", f'<w:ind w:rightChars="100" w:right="{one}"/>'),
        ("footer2.xml", "left", f'<w:ind w:leftChars="100" w:left="{one}"/>'),
    ):
        field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        yield (
            name,
            document(
                "ftr",
                f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{indent}<w:jc w:val="{side}"/></w:pPr>'
                f'<w:r><w:t xml:space="preserve">{before}</w:t></w:r>{field}<w:r><w:t xml:space="preserve">{after}</w:t></w:r></w:p>',
            ),
        )


def settings() -> str:
    """settings.xml: page numbers differ on odd and even pages; the layout is that of Word 2013 and later."""
    return document(
        "settings",
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f'<w:noLineBreaksAfter w:lang="zh-CN" w:val="{escape(_NOT_LAST)}"/><w:noLineBreaksBefore w:lang="zh-CN" w:val="{escape(_NOT_FIRST)}"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>',
    )


def section(style: Mapping) -> str:
    """The page: paper, margins from the type area, footers and the place of the page number."""
    page = style["page"]
    right = page["width"] - page["left"] - page["text_width"]
    bottom = page["height"] - page["top"] - page["text_height"]
    number = twips(style["page_number"]["from_edge"])
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/><w:footerReference w:type="even" r:id="rId2"/>'
        f'<w:pgSz w:w="{twips(page["width"])}" w:h="{twips(page["height"])}"/>'
        f'<w:pgMar w:top="{twips(page["top"])}" w:right="{twips(right)}" w:bottom="{twips(bottom)}" w:left="{twips(page["left"])}"'
        f' w:header="851" w:footer="{number}" w:gutter="0"/></w:sectPr>'
    )
