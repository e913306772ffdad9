"""What is judged of a Word template, and how its fields become runs of their own.

Refused with a sentence: what is no .docx, an old or encrypted one, one that is protected or has tracked changes, a field that
does not exist, a loop that does not close. Happens before a submission is known. Source: docs/使用手册.md, 报告.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import jinja2
from jinja2 import meta, nodes

_OLE = b"\xd0\xcf\x11\xe0"
_LARGEST_BYTES = 50 * 1024 * 1024
_UNITS = "万元|元|分|个|项|条|人|名|家|次"
_RUN = re.compile(r"<w:r(?: [^>]*)?>((?:(?!<w:r[ >]).)*?)</w:r>", re.S)
_LOOK = re.compile(r"^<w:rPr>.*?</w:rPr>|^<w:rPr/>", re.S)
_FIELD = re.compile(r"\{\{(.*?)\}\}(" + _UNITS + ")?", re.S)
#: a field whose unit begins the next run: Word parts runs where the script changes
_NEXT_RUN = re.compile(r'(\|run\(\d+, )""(\) \}\})((?:<(?!/w:p>|w:p[ >])[^>]*>)+)(' + _UNITS + ")")
_EMPTY = re.compile(
    r"<w:r(?: [^>]*)?>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?: [^>]*)?></w:t></w:r>", re.S
)
_PROTECTED = re.compile(r"<w:documentProtection\b[^>]*w:enforcement=\"(?:1|true|on)\"")
_TRACKED = re.compile(r"<w:(?:ins|del|moveFrom|moveTo)[ >]")


class Rejected(Exception):
    """A template that cannot be used; ``words``: what is wrong and what to do, without the file."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words

    @classmethod
    def syntax(cls, problem: jinja2.TemplateSyntaxError, near: str) -> Rejected:
        """A loop or a field that is not written as it must be."""
        said = (problem.message or "").lower()
        if "unexpected end of template" in said or "unknown tag" in said:
            what = "{%p for … %}、{%p if … %} 没有与 {%p endfor %}、{%p endif %} 配成对，或写错了名称"
        else:
            what = "{{ }} 或 {% %} 里的写法不对"
        where = f"“{near}”附近，" if near else ""
        return cls(f"{where}{what}。请对照 docs/使用手册.md 改正，或恢复原来的模板。")

    @classmethod
    def half(cls, near: str, mark: str) -> Rejected:
        """A field or a statement that is opened and not closed."""
        close = "}}" if mark == "{{" else "%}"
        return cls(f"“{mark} {near}”附近，{mark} 没有配上 {close}，写法不对。请改正，或恢复原来的模板。")

    @classmethod
    def loop(cls) -> Rejected:
        return cls(
            "{%p for … %} 和 {%p endfor %}（表格里是 {%tr … %}）要各占一段（一行），开头和结尾在同一层。请改正，或恢复原来的模板。"
        )


def check_package(content: bytes) -> None:
    """Whether the file is a .docx that may serve as a template. Raises Rejected."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Rejected("加了打开密码。请在 Word 中去掉密码后保存。")
        raise Rejected("是旧的 .doc 格式。请在 Word 中另存为 .docx。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(info.file_size for info in package.infolist()) > _LARGEST_BYTES:
                raise Rejected("解开后超过 50 MB，不予打开。请去掉模板里的大图片。")
            names = set(package.namelist())
            types = package.read("[Content_Types].xml").decode("utf-8", "replace")
            if "word/document.xml" not in names or "wordprocessingml.document.main" not in types:
                kind = "带宏的 Word 文件" if "macroEnabled" in types else "别的文件"
                raise Rejected(f"不是 .docx 文件（是{kind}）。请在 Word 中另存为 .docx。")
            settings = (
                package.read("word/settings.xml").decode("utf-8", "replace")
                if "word/settings.xml" in names
                else ""
            )
            document = package.read("word/document.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError):
        raise Rejected(
            "不是 .docx 文件，或文件已损坏。请在 Word 中另存为 .docx，或恢复原来的模板。"
        ) from None
    if _PROTECTED.search(settings):
        raise Rejected(
            "设了编辑限制（保护文档），印出的报告也不能修改。请在 Word 的“审阅—限制编辑”中停止保护。"
        )
    if _TRACKED.search(document):
        raise Rejected("里有没有接受的修订。请在 Word 的“审阅”中接受或拒绝全部修订后保存。")


def check_pairs(xml: str) -> None:
    """Whether every ``{{`` and ``{%`` is closed before the next one opens, across Word's runs. Raises Rejected."""
    text = unescape(re.sub(r"<[^>]+>", "", xml))
    opened: re.Match | None = None
    for mark in re.finditer(r"\{\{|\}\}|\{%|%\}", text):
        is_closing = mark[0] in ("}}", "%}")
        if opened and (not is_closing or mark[0][0] != {"{{": "}", "{%": "%"}[opened[0]]):
            raise Rejected.half(text[opened.end() : opened.end() + 20].strip(), opened[0])
        opened = None if is_closing else mark
    if opened:
        raise Rejected.half(text[opened.end() : opened.end() + 20].strip(), opened[0])


def check_fields(tree: nodes.Template, known: frozenset[str]) -> tuple[set[str], set[str]]:
    """The names and the figure ids a part uses. Raises Rejected for a name that no report has."""
    fields = meta.find_undeclared_variables(tree)
    if unknown := sorted(fields - known):
        raise Rejected(
            f'没有“{unknown[0]}”这个字段。数字请写 {{{{ f("数字编号") }}}}；可用的名称见 docs/使用手册.md。'
        )
    figures = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "f":
            first = call.args[0] if len(call.args) == 1 else None
            if not isinstance(first, nodes.Const) or not isinstance(first.value, str):
                raise Rejected('f( ) 里要写一个带引号的数字编号，如 f("annual.execution_rate")。')
            figures.add(first.value)
    return fields, figures


def near_line(source: str, line: int) -> str:
    """The words around a line of a part, for a person to find it."""
    lines = source.split("\n")
    text = " ".join(re.sub(r"<[^>]+>", "", each) for each in lines[max(0, line - 2) : line])
    text = re.sub(r"\{\{ \((.*?)\)\|run\([^)]*\) \}\}", r"{{\1}}", text)
    return unescape(" ".join(text.split()))[:40]


def split_runs(xml: str, looks: list[str]) -> str:
    """Every ``{{ … }}`` outside its run, so that what it prints may be several runs with controls around figures.

    ``looks`` collects the run properties of the places; a unit right after a field goes with it, so that no line ends
    between. Raises Rejected for a field that stands in no run (``{{p … }}`` and the like are not needed here).

    >>> split_runs('<w:r><w:t>共{{ x }}万元。</w:t></w:r>', [])
    '<w:r><w:t>共</w:t></w:r>{{ ( x )|run(0, "万元") }}<w:r><w:t xml:space="preserve">。</w:t></w:r>'
    >>> split_runs('<w:r><w:t>{{ x }}</w:t></w:r><w:r><w:t>万元。</w:t></w:r>', [])
    '{{ ( x )|run(0, "万元") }}<w:r><w:t>。</w:t></w:r>'
    """

    def of_run(found: re.Match) -> str:
        if "{{" not in found[1]:
            return found[0]
        look = _LOOK.match(found[1])
        properties = look[0] if look else ""
        if properties not in looks:
            looks.append(properties)
        at = looks.index(properties)

        def of_field(field: re.Match) -> str:
            inner = f'{{{{ ({field[1]})|run({at}, "{field[2] or ""}") }}}}'
            return f'</w:t></w:r>{inner}<w:r>{properties}<w:t xml:space="preserve">'

        return _FIELD.sub(of_field, found[0])

    split = _NEXT_RUN.sub(r'\1"\4"\2\3', _RUN.sub(of_run, xml))
    split = _EMPTY.sub("", split)
    if any("|run(" not in field[1] for field in _FIELD.finditer(split)):
        raise Rejected("字段请直接写成 {{ 名称 }}，不要写 {{p … }}、{{r … }}，也不要写在域或图形的文字以外。")
    return split
