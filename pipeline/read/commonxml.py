"""The styles and the shared strings of an .xlsx: what stands once for all its sheets.

Looked into by the preflight, before the reading library gets them. Source: ECMA-376 part 1, 18.4 and 18.8.
"""

from __future__ import annotations

from xml.parsers import expat

from pipeline.read.sheetxml import TooMany

#: number formats that have a number and no text of their own in the file; the others are dates or plain
BUILT_IN = {9: "0%", 10: "0.00%"}
#: what Excel can hold
MOST_STYLES = 65_490


def number_formats(styles_xml: bytes) -> tuple[str, ...]:
    """The number format of each cell style, by its number (``General`` where it has none of its own)."""
    custom: dict[str, str] = {}
    formats: list[str] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = tag[tag.find(":") + 1 :]
        if name in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside = name
        elif name == "numFmt" and inside == "numFmts":
            custom[attributes["numFmtId"]] = attributes["formatCode"]
        elif name == "xf" and inside == "cellXfs":
            if len(formats) >= MOST_STYLES:
                raise TooMany(f"单元格样式超过 {MOST_STYLES} 种")
            identity = attributes.get("numFmtId", "0")
            formats.append(custom.get(identity) or BUILT_IN.get(int(identity), "General"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(styles_xml, True)
    return tuple(formats)


def string_lengths(shared_xml: bytes) -> list[int]:
    """How long each shared string is, at most: all text inside its element counts."""
    lengths: list[int] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag[tag.find(":") + 1 :] == "si":
            lengths.append(0)

    def text(characters: str) -> None:
        if lengths:
            lengths[-1] += len(characters)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.Parse(shared_xml, True)
    return lengths


class _Root(Exception):
    """The first element was reached."""


def without_count(shared_xml: bytes) -> bytes:
    """The shared strings without the number of strings they state: a reader would make room for as many.

    Raises ValueError when they are no shared strings at all.
    """
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        raise _Root(tag[tag.find(":") + 1 :], parser.CurrentByteIndex)

    parser.StartElementHandler = start
    try:
        parser.Parse(shared_xml, True)
    except _Root as root:
        name, at = root.args
    if name != "sst":
        raise ValueError(name)
    after = shared_xml.find(b"<", at + 1)
    after = len(shared_xml) if after < 0 else after
    return shared_xml[:at] + shared_xml[at:after].replace(b"uniqueCount", b"stated") + shared_xml[after:]
