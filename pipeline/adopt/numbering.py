"""Levels told by numbering alone (一、 （一） 1. （1）), where a form has one column for all names."""

from __future__ import annotations

import re

from pipeline.adopt.nouns import Branch

#: how official documents number their levels, from the top down
_STYLES = (
    r"[一二三四五六七八九十]{1,3}[、.．]",
    r"[(（][一二三四五六七八九十]{1,3}[)）]",
    r"\d{1,2}[、.．]",
    r"[(（]\d{1,2}[)）]",
)


def style_of(label: str) -> int | None:
    """
    >>> style_of("一、履职效能"), style_of("（二）预算"), style_of("3．产出"), style_of("（1）数量"), style_of("产出")
    (0, 1, 2, 3, None)
    """
    return next((rank for rank, style in enumerate(_STYLES) if re.match(rf"\s*{style}", label)), None)


def nested(roots: list[Branch]) -> list[Branch]:
    """The names below the names they belong to; as they were where some have no number or all the same kind of it."""
    styles = [style_of(root.label) for root in roots]
    if (
        None in styles
        or len(set(styles)) < 2
        or styles[0] != min(styles)
        or any(root.children for root in roots)
    ):
        return roots
    tops: list[Branch] = []
    path: list[tuple[int, Branch]] = []
    for style, branch in zip(styles, roots, strict=True):
        path = [(rank, above) for rank, above in path if rank < style]
        (path[-1][1].children if path else tops).append(branch)
        path.append((style, branch))
    return tops
