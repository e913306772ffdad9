"""The paragraphs of a .docx as they are printed: body, table cells, text boxes, footnotes; tracked changes taken as made.

Read in one pass that knows the byte at which each text stands, so that :mod:`pipeline.narrative.refresh` can change the number
of a content control and not one byte else. Format: ECMA-376 part 1, §17.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

from pipeline.narrative.document import Control, Paragraph
from pipeline.narrative.package import Package, refuse
from pipeline.narrative.plain import normalised

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MATH = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
#: text in these is not printed: removed or moved away, the second copy of a drawing, field codes, notes on pronunciation
_LEFT_OUT = frozenset(
    {"w:del", "w:moveFrom", "mc:Fallback", "w:rt", "w:instrText", "w:delText", "w:delInstrText"}
)
_SIGNS = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:ptab": "\t"}


@dataclass(slots=True)
class Run:
    """One ``w:t``: its text, and where its bytes stand in the part."""

    text: str
    start: int
    end: int
    first: int = 0


@dataclass(slots=True)
class OpenControl:
    """A content control while it is read, and after: its tag, its texts, the paragraph it stands in."""

    tag: str = ""
    runs: list[Run] = field(default_factory=list)
    start: int = -1
    end: int = -1
    place: str = ""
    is_locked: bool = False
    inner: int = 0
    placeholder: bool = False
    other: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class _Open:
    """A paragraph while it is read."""

    kind: str
    place: str
    texts: list[str] = field(default_factory=list)
    length: int = 0
    controls: list[tuple[int, int, str]] = field(default_factory=list)
    automatic: bool = False
    runs_on: bool = False
    found: list[OpenControl] = field(default_factory=list)


class DocumentReader:
    """Reads one part. ``paragraphs`` and ``controls`` stand in reading order; ``tracked`` and ``boxes`` count what was met."""

    def __init__(self, content: bytes, file: str, kind: str = "body"):
        self.paragraphs: list[Paragraph] = []
        self.controls: list[OpenControl] = []
        self.tracked = self.boxes = 0
        self._kind, self._file = kind, file
        self._path: list[str] = []
        self._out = 0
        self._open: list[_Open] = []
        self._sdt: list[OpenControl] = []
        self._tables: list[list[int]] = []
        self._table_count = self._body_count = 0
        self._in_boxes = 0
        self._hidden: list[bool] = []
        self._text: list[str] | None = None
        self._text_start = 0
        self._carried: tuple[list[str], list[tuple[int, int, str]], int] | None = None
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            raise refuse(
                file, "的正文已损坏，无法读取。请用 Word 打开后另存为 .docx。", "has a damaged body."
            ) from None

    def _doctype(self, *_: object) -> None:
        raise refuse(self._file, "的正文里有不该有的声明（DOCTYPE），没有打开。", "declares a document type.")

    def _name(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        if space in _WORD:
            return f"w:{local}"
        if space == _COMPATIBILITY:
            return f"mc:{local}"
        return f"m:{local}" if space in _MATH else f"?:{local}"

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = self._name(qualified)
        self._path.append(name)
        if name in _LEFT_OUT:
            self._out += 1
        if name in ("w:ins", "w:del", "w:moveFrom", "w:moveTo"):
            self.tracked += 1
            if (
                name == "w:del"
                and len(self._path) > 2
                and self._path[-3:-1] == ["w:pPr", "w:rPr"]
                and self._open
            ):
                self._open[-1].runs_on = True
        if self._out:
            return
        if name == "w:p":
            self._open_paragraph()
        elif name in ("w:t", "m:t"):
            self._text = []
            self._text_start = -1
        elif name == "w:tbl":
            self._tables.append([self._next_table(), 0, 0])
        elif name == "w:tr" and self._tables:
            self._tables[-1][1] += 1
            self._tables[-1][2] = 0
        elif name == "w:tc" and self._tables:
            self._tables[-1][2] += 1
        elif name == "w:txbxContent":
            self.boxes += 1
            self._in_boxes += 1
        elif name == "w:sdt":
            if self._sdt:
                self._sdt[-1].inner += 1
            self._sdt.append(OpenControl())
        elif name == "w:r":
            self._hidden.append(False)
        elif name in _SIGNS and self._path[-2:-1] == ["w:r"]:
            self._add(_SIGNS[name])
            if self._sdt:
                self._sdt[-1].other = True
        else:
            self._property(name, attributes)

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        value = next((text for key, text in attributes.items() if key.rpartition(" ")[2] == "val"), "")
        if name == "w:tag" and self._sdt and self._path[-2] == "w:sdtPr":
            self._sdt[-1].tag = value
        elif name == "w:showingPlcHdr" and self._sdt and self._path[-2] == "w:sdtPr":
            self._sdt[-1].placeholder = value not in ("0", "false", "off")
        elif name == "w:numId" and self._open and self._path[-2] == "w:numPr":
            self._open[-1].automatic = value != "0"
        elif name == "w:vanish" and self._hidden and self._path[-3:-1] == ["w:r", "w:rPr"]:
            self._hidden[-1] = value not in ("0", "false", "off")

    def _characters(self, text: str) -> None:
        if self._text is not None:
            if self._text_start < 0:
                self._text_start = self._parser.CurrentByteIndex
            self._text.append(text)

    def _end(self, qualified: str) -> None:
        name = self._path.pop()
        if name in _LEFT_OUT:
            self._out -= 1
            return
        if self._out:
            return
        if name in ("w:t", "m:t"):
            self._close_text(name)
        elif name == "w:p" and self._open:
            self._close_paragraph()
        elif name == "w:r" and self._hidden:
            self._hidden.pop()
        elif name == "w:tbl" and self._tables:
            self._tables.pop()
        elif name == "w:txbxContent":
            self._in_boxes -= 1
        elif name == "w:sdt" and self._sdt:
            self._close_control()

    def _next_table(self) -> int:
        if not self._tables:
            self._table_count += 1
        return self._table_count

    def _open_paragraph(self) -> None:
        if self._in_boxes:
            kind, place = "box", "文本框"
        elif self._tables:
            table, row, column = self._tables[-1]
            kind, place = "cell", f"表{table}第{row}行第{column}格"
        else:
            kind, place = self._kind, ""
        self._open.append(_Open(kind, place))
        if self._carried and kind == self._kind:
            texts, controls, length = self._carried
            self._open[-1].texts, self._open[-1].controls, self._open[-1].length = texts, controls, length
            self._carried = None

    def _add(self, text: str) -> None:
        if self._open and not (self._hidden and self._hidden[-1]):
            self._open[-1].texts.append(text)
            self._open[-1].length += len(text)

    def _close_text(self, name: str) -> None:
        text = "".join(self._text or ())
        self._text = None
        if not self._open or (self._hidden and self._hidden[-1]):
            return
        at = self._open[-1].length
        end = self._parser.CurrentByteIndex
        self._add(text)
        for control in self._sdt:
            if control.start < 0:
                control.start = at
            control.end = at + len(text)
            control.runs.append(Run(text, self._text_start if self._text_start >= 0 else end, end, at))

    def _close_control(self) -> None:
        control = self._sdt.pop()
        if not control.tag:
            return
        self.controls.append(control)
        if self._open:
            if control.start < 0:  # emptied
                control.start = control.end = self._open[-1].length
            self._open[-1].controls.append((control.start, control.end, control.tag))
            self._open[-1].found.append(control)

    def _close_paragraph(self) -> None:
        done = self._open.pop()
        if done.runs_on and done.kind == self._kind:
            self._carried = (done.texts, done.controls, done.length)
            return
        text, places = normalised("".join(done.texts))
        if not text:
            for control in done.found:
                control.place = done.place or f"第{self._body_count}段之后"
            return
        place = done.place
        if done.kind == self._kind:
            self._body_count += 1
            place = f"第{self._body_count}段" if self._kind == "body" else f"脚注{self._body_count}"
        for control in done.found:
            control.place = place
        controls = tuple(
            Control(bisect_left(places, start), bisect_left(places, end), tag)
            for start, end, tag in done.controls
        )
        self.paragraphs.append(Paragraph(place, text, done.kind, controls, done.automatic))


def read_docx(content: bytes, file: str) -> tuple[list[Paragraph], list[str]]:
    """All printed paragraphs, footnotes last, and what reading noticed. Raises CannotRun."""
    package = Package(content, file)
    main = package.main_part()
    body = DocumentReader(package.part(main), file)
    paragraphs = body.paragraphs
    notes = PurePosixPath(main).parent / "footnotes.xml"
    if notes.as_posix() in package.names:
        paragraphs = paragraphs + DocumentReader(package.part(notes.as_posix()), file, "note").paragraphs
    remarks = []
    if body.tracked:
        remarks.append(f"报告里有 {body.tracked} 处修订还没有接受或拒绝：按全部接受之后的文字核查。")
    if body.boxes:
        remarks.append("报告里有文本框，其中的文字也核查了。")
    return paragraphs, remarks
