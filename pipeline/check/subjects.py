"""Names of 科目 as statements print them: without numbering, 其中, brackets and blanks; and the code a name begins with."""

from __future__ import annotations

import re
import unicodedata

_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]+\)、?|\d{1,2}[、.])")
_PART = re.compile(r"^(?:其中|加|减)[:,]?")
#: 类 (3 digits), 款 (5) or 项 (7) of the functional classification
_CODE = re.compile(r"^(\d{7}|\d{5}|\d{3})(?!\d)")


def plain(name: object) -> str:
    """A 科目 as it is compared; blank for anything that is no text.

    >>> plain("一、基本支出"), plain("  其中：人员经费"), plain("（二）项目支出（合计）"), plain(None)
    ('基本支出', '人员经费', '项目支出(合计)', '')
    """
    if not isinstance(name, str):
        return ""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    for _ in range(2):
        text = _PART.sub("", _NUMBERING.sub("", text))
    return text.strip(":")


def code_of(name: object) -> str:
    """The functional code at the head of a 科目; blank where there is none.

    >>> code_of("2010301 行政运行"), code_of("201一般公共服务支出"), code_of("20103"), code_of("项目支出"), code_of("2021年")
    ('2010301', '201', '20103', '', '')
    """
    match = _CODE.match("".join(unicodedata.normalize("NFKC", str(name or "")).split()))
    return match[1] if match else ""
