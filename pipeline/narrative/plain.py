"""Text as it is compared, and plain text files: decoded, and lines that were wrapped joined again.

Copied out of a PDF a report is broken anywhere, inside a number or a phrase; what a sentence says does not depend on it.
"""

from __future__ import annotations

import re

from pipeline.errors import CannotRun

#: one sign for one sign, so that places stay where they were
_SAME = {0xFF10 + digit: str(digit) for digit in range(10)}
_SAME |= {0xFF21 + letter: chr(65 + letter) for letter in range(26)}
_SAME |= {0xFF41 + letter: chr(97 + letter) for letter in range(26)}
_SAME |= {
    ord(one): other
    for one, other in zip(
        "．％﹪＋＝／（）:;!?萬億餘兩個項與於　\u00a0", ".%%+=/()：；！？万亿余两个项与于  ", strict=True
    )
}
_SAME |= {ord("("): "（", ord(")"): "）", 0xFF08: "（", 0xFF09: "）"}
_UNSEEN = r"\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff"
_BLANKS = re.compile(rf"[\s{_UNSEEN}]+")
_LOOSE_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_WIDE_THOUSANDS = re.compile(r"(?<=\d)，(?=\d{3}(?:[,，]\d{3})*\.\d)")
_ASCII = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.%")
_ALPHANUMERIC = _ASCII - {".", "%"}


def normalised(raw: str) -> tuple[str, list[int]]:
    """Text with plain digits and signs and without blanks that mean nothing; and where each of its signs stood.

    >>> normalised("截至 2022 年，完成９９.65 ％")[0], normalised("1,203.50 万元,2 3")[0]
    ('截至2022年，完成99.65%', '1,203.50万元，2 3')
    """
    same = _LOOSE_COMMA.sub("，", raw.translate(_SAME))
    same = _WIDE_THOUSANDS.sub(",", same)
    signs: list[str] = []
    places: list[int] = []
    at = 0
    for blank in _BLANKS.finditer(same):
        signs.append(same[at : blank.start()])
        places.extend(range(at, blank.start()))
        at = blank.end()
        is_between = blank.start() and at < len(same) and any(sign.isspace() for sign in blank[0])
        if is_between and same[blank.start() - 1] in _ASCII and same[at] in _ALPHANUMERIC:
            signs.append(" ")
            places.append(blank.start())
    signs.append(same[at:])
    places.extend(range(at, len(same)))
    return "".join(signs), places


#: how a paragraph that starts a section or an item begins
HEAD = re.compile(
    r"^(?:第[一二三四五六七八九十]+(?:部分|章|节)|[一二三四五六七八九十]{1,3}[、.．](?!\d)|（[一二三四五六七八九十]{1,3}）|\d{1,2}[、.．](?!\d)"
    r"|（\d{1,2}）|\d{1,2}）|[①-⑳]|附件\d*[：:]?|附表\d*|目录$)"
)
_CLOSED = tuple("。！？；：…”』）")
_PAGE_NUMBER = re.compile(r"^[-—–\s]*\d{1,3}[-—–\s]*$|^第\d+页(?:共\d+页)?$")


def decoded(content: bytes, file: str) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030. Raises CannotRun for bytes that are no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(ord(sign) < 32 and sign not in "\t\n\r\f\v" for sign in text[:4000]) <= 4:
            return text
    raise CannotRun(
        f"《{file}》不是文字：既不是 .docx，也不是 UTF-8 或 GB18030 的文本。请另存为 .docx 或 .txt 后再核查。",
        english=f"{file} is neither a .docx nor a text in UTF-8 or GB18030.",
    )


def _width(text: str) -> int:
    return sum(1 if ord(sign) < 0x2E80 else 2 for sign in text)


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text file, lines that were wrapped joined.

    A line goes on where it is full, or ends as no sentence ends, and what follows begins nothing new.

    >>> paragraphs_of("一、基本情况\\n\\n全年支出 12\\n\\n34.5 万元，完成预算的 9\\n9.65%。\\n二、结论\\n")
    ['一、基本情况', '全年支出 1234.5 万元，完成预算的 99.65%。', '二、结论']
    """
    lines = [
        line
        for raw in re.split(r"[\n\r\f\v\x85\u2028\u2029]+", text)
        if (line := raw.strip(" \t\u3000\u00a0"))
    ]
    lines = [line for line in lines if not _PAGE_NUMBER.match(line)] if len(lines) > 30 else lines
    full = _full_width(lines)
    joined: list[str] = []
    goes_on = False
    for index, line in enumerate(lines):
        if goes_on and not _begins(line, joined[-1]):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
        goes_on = _goes_on(line, joined[-1], full, lines[index + 1] if index + 1 < len(lines) else "")
    return joined


def _full_width(lines: list[str]) -> int:
    """The width lines were wrapped at, or a number no line reaches where they were not wrapped."""
    widths = sorted(_width(line) for line in lines)
    if len(widths) < 3:
        return 10**9
    widest = widths[int(len(widths) * 0.95)]
    near = sum(widest * 0.85 <= width <= widest * 1.1 for width in widths)
    open_ended = sum(not line.endswith(_CLOSED) for line in lines)
    wrapped = near >= 0.4 * len(widths) and open_ended >= 0.4 * len(widths) and widest <= 160
    return widest if wrapped else 10**9


def _begins(line: str, before: str) -> bool:
    """Whether a line begins something of its own although the line before is open."""
    head = HEAD.match(normalised(line)[0])
    if not head:
        return False
    if before.endswith(_CLOSED):
        return True
    # 5 / . and 1 / 、: a list within the sentence that was wrapped in front of its number goes on
    return not re.search(r"[，、,（(“《]$", before) and not re.match(r"\d", head[0])


def _goes_on(line: str, whole: str, full: int, following: str) -> bool:
    if "|" in (line[-1:], following[:1]) or line.count("|") > 1 or following.count("|") > 1:
        return False  # rows of a table
    is_full = _width(line) >= full * 0.86
    plain = normalised(whole)[0]
    if line.endswith(("。", "！", "？")):
        return is_full and _width(line) >= full * 0.93 and not HEAD.match(normalised(following)[0])
    if re.search(r"[一-鿿].{3,}[\d.,]$", plain) and re.match(
        r"[\d.%‰万亿元个人分家户项年月日]", normalised(following)[0]
    ):
        return True  # a number that was cut in two, or from its unit
    head = HEAD.match(plain)
    if head and not re.search(r"[，。；：]", plain) and len(plain) <= 30:
        return is_full and len(plain) > 24
    if is_full or re.search(r"[、，（“《]$", line):
        return True
    is_title = plain.endswith(("报告", "总结", "说明", "通知", "情况", "方案", "意见", "）", "表"))
    is_long = len(plain) >= 18 and len(following) >= 8 and not is_title
    is_prose = bool(re.search(r"[，。；：]", plain)) or len(plain) > 24 or is_long
    return is_prose and not line.endswith(("：", ":"))


def _join(left: str, right: str) -> str:
    between = " " if re.search(r"[A-Za-z]$", left) and re.match(r"[A-Za-z]", right) else ""
    return left + between + right
