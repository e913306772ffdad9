"""Which paragraph styles of a document are headings, and of which level: by their names and outline levels in styles.xml."""

from __future__ import annotations

import re

_STYLE = re.compile(r"<(?:\w+:)?style\b(?P<head>[^>]*)>(?P<body>.*?)</(?:\w+:)?style>", re.DOTALL)
_ID = re.compile(r'styleId="([^"]*)"')
_NAME = re.compile(r'<(?:\w+:)?name\b[^>]*val="(?:heading|标题)\s*(\d)"', re.IGNORECASE)
_LEVEL = re.compile(r'<(?:\w+:)?outlineLvl\b[^>]*val="(\d)"')


def outlines_of(styles: bytes) -> dict[str, int]:
    """Style id → level, 1 for the highest. What is no heading is left out.

    >>> outlines_of(b'<w:style w:styleId="H"><w:name w:val="heading 2"/></w:style><w:style w:styleId="B"><w:name w:val="Body"/></w:style>')
    {'H': 2}
    """
    found: dict[str, int] = {}
    for style in _STYLE.finditer(styles.decode("utf-8", "replace")):
        name, level = _NAME.search(style["body"]), _LEVEL.search(style["body"])
        style_id = _ID.search(style["head"])
        if style_id and name:
            found[style_id[1]] = int(name[1])
        elif style_id and level and int(level[1]) < 9:
            found[style_id[1]] = int(level[1]) + 1
    return found
