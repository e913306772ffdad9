"""XML as bytes: finding elements and attributes in text already known to be well-formed, and splicing new ones in.

Used by the patcher, so that what is not changed stays byte for byte as Excel, WPS or LibreOffice wrote it. Parsing
proper, with its checks, is ``package.parsed`` and ``scan``; what is here must be given UTF-8 that passed one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)([^\s/>!?]+)((?:"[^"]*"|'[^']*'|[^>"'])*)>""",
    re.DOTALL,
)
_TAG = re.compile(rb"""<([^\s/>]+)((?:"[^"]*"|'[^']*'|[^>"'])*)>""")
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


class Element(NamedTuple):
    """Where an element stands: ``data[start:end]`` is the whole of it, ``name`` is without prefix."""

    name: str
    start: int
    end: int


class Tag(NamedTuple):
    """An opening tag: its name as written (with prefix), attributes as written (values with their quotes)."""

    name: bytes
    attributes: list[tuple[bytes, bytes]]
    end: int
    closed: bool

    @property
    def prefix(self) -> bytes:
        """``b"x:"`` or ``b""``."""
        head, colon, _ = self.name.rpartition(b":")
        return head + colon

    def with_attributes(self, *dropped: bytes, **new: str) -> bytes:
        """The opening tag (not closed) again, without ``dropped``, with ``new`` set in place or at the end."""
        left = {
            name.encode(): b'"' + escaped(value).replace(b'"', b"&quot;") + b'"'
            for name, value in new.items()
        }
        out = [b"<" + self.name]
        for name, value in self.attributes:
            if name not in dropped:
                out.append(name + b"=" + left.pop(name, value))
        out += (name + b"=" + value for name, value in left.items())
        return b" ".join(out) + b">"


def tag_at(data: bytes, start: int) -> Tag:
    """The opening tag that starts at ``start``."""
    match = _TAG.match(data, start)
    body = match[2]
    return Tag(match[1], _ATTRIBUTE.findall(body), match.end(), body.endswith(b"/"))


def element_end(data: bytes, tag: Tag, close: int) -> int:
    """Where an element ends, given its opening tag and the place expat reports for its end.

    Expat reports the start of ``</name>``, or, for ``<name/>``, the place just behind it.
    """
    return close if tag.closed else data.index(b">", close) + 1


def children(data: bytes, start: int, end: int) -> list[Element]:
    """The elements directly inside the element ``data[start:end]``."""
    found = []
    depth = 0
    begun = name = None
    for match in _TOKEN.finditer(data, start, end):
        if match[2] is None:
            continue
        if match[1]:
            depth -= 1
            if depth == 1:
                found.append(Element(name, begun, match.end()))
            continue
        depth += 1
        if depth == 2:
            begun, name = match.start(), match[2].rpartition(b":")[2].decode()
        if match[3].endswith(b"/"):
            depth -= 1
            if depth == 1:
                found.append(Element(name, begun, match.end()))
    return found


def root_start(data: bytes) -> int:
    """Where the root element begins: behind the byte order mark, the declaration, comments and blanks."""
    return next(match.start() for match in _TOKEN.finditer(data) if match[2] is not None)


def escaped(text: str) -> bytes:
    """Text as XML content; a carriage return becomes a character reference, or a reader would make it a newline."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text.encode("utf-8")


def spliced(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``data`` with each ``(start, end, new)`` in place of ``data[start:end]``; the edits must not overlap.

    >>> spliced(b"abcdef", [(4, 5, b"E"), (1, 1, b"+"), (1, 3, b"BC")])
    b'a+BCdEf'
    """
    out = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        if start < done:
            raise AssertionError("two changes at one place")
        out += (data[done:start], new)
        done = end
    out.append(data[done:])
    return b"".join(out)
