"""A Word template and what it may print -> the document's parts, by docxtpl, with everything escaped.

A template belongs to the office: it is judged before anything is written (:mod:`pipeline.report.word_template`), and what is
wrong in it is a sentence with its file. Text from a workbook is never a template. Source: docs/使用手册.md, 报告.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import jinja2
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from pipeline.errors import CannotRun
from pipeline.maps_figures import is_possible
from pipeline.model import Figure
from pipeline.report import word_chart, word_data
from pipeline.report.sentences import Sentence, Shown, shown
from pipeline.report.word_context import FIELDS
from pipeline.report.word_run import runs
from pipeline.report.word_template import (
    Rejected,
    check_fields,
    check_package,
    check_pairs,
    near_line,
    split_runs,
)

REPORT = "部门整体支出绩效自评报告.docx"
#: where a person finds the templates
FOLDER = "input_templates/word"
_CHART, _BOOK = "/word/charts/chart1.xml", "/word/embeddings/Microsoft_Excel_Sheet1.xlsx"
_CHART_NAME = "月度执行率与序时进度"


class Drawing:
    """The chart, as a template prints it: one run."""

    def __init__(self, xml: str):
        self.xml = xml


class _Document(DocxTemplate):
    """docxtpl, with every ``{{ … }}`` as runs of its own, its parts compiled once, and no silent repairs."""

    def __init__(self, content: bytes, known: frozenset[str]):
        super().__init__(io.BytesIO(content))
        self._known = known
        self._looks: list[str] = []
        self._compiled: dict[str, jinja2.Template] = {}
        self._body = ""
        #: whether the document has to say what is still assumed
        self.says_trial = False
        self.fields: set[str] = set()
        self.figures: set[str] = set()
        self.environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
        self.environment.filters["run"] = self._run

    def _run(self, value: object, look: int, unit: str = "") -> str:
        if isinstance(value, jinja2.Undefined):
            str(value)  # says what is missing
        if isinstance(value, Drawing):
            return Markup(value.xml)
        if isinstance(value, int | Decimal):
            value = str(value)
        if value is not None and not isinstance(value, str | Shown | Sentence | tuple):
            raise jinja2.UndefinedError("一组段落或一张表要逐段、逐行印，请用 {%p for … %} 或 {%tr for … %}")
        return Markup(runs(value, self._looks[look], unit))

    def patch_xml(self, src_xml: str) -> str:
        check_pairs(src_xml)
        return split_runs(super().patch_xml(src_xml), self._looks)

    def build_xml(self, context: Mapping, jinja_env: jinja2.Environment | None = None) -> str:
        """The body, patched once for all renderings of the template."""
        self._body = self._body or self.patch_xml(self.get_xml())
        body = self.render_xml_part(self._body, self.docx._part, context)
        if context["trial"] and self.says_trial and "trial" not in self.fields:
            # a trial is called a trial, whatever the office made of its template
            first = f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{runs(context["trial"])}</w:p>'
            body = re.sub(r"(<w:body\b[^>]*>)", lambda found: found[1] + first, body, count=1)
        return body

    def render_xml_part(
        self, src_xml: str, part: object, context: Mapping, jinja_env: jinja2.Environment | None = None
    ) -> str:
        return self._compile(src_xml).render(context)

    def _compile(self, source: str) -> jinja2.Template:
        """The compiled part; what it names is known afterwards. Raises Rejected for a field we do not have."""
        if source not in self._compiled:
            lines = source.replace("<w:p ", "\n<w:p ").replace("<w:p>", "\n<w:p>")
            try:
                tree = self.environment.parse(lines)
                fields, figures = check_fields(tree, self._known)
                self._compiled[source] = self.environment.from_string(tree)
            except jinja2.TemplateSyntaxError as problem:
                raise Rejected.syntax(problem, near_line(lines, problem.lineno)) from None
            self.fields |= fields
            self.figures |= figures
        return self._compiled[source]

    def fix_tables(self, xml: str) -> etree._Element:
        """The body as a tree; docxtpl would repair it, and lose what stands in the wrong place."""
        try:
            return etree.fromstring(xml)
        except etree.XMLSyntaxError:
            raise Rejected.loop() from None

    def render_properties(self, context: Mapping, jinja_env: jinja2.Environment | None = None) -> None:
        """Title and author are the office's; they hold no fields."""

    def compile_all(self) -> None:
        """Everything that can be wrong before a submission is known."""
        self.render_init()
        self._body = self._body or self.patch_xml(self.get_xml())
        self._compile(self._body)
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            for _, part in self.get_headers_footers(uri):
                self._compile(self.patch_xml(self.get_part_xml(part)))


@lru_cache(maxsize=8)
def _loaded(name: str, content: bytes, known: frozenset[str]) -> _Document:
    try:
        check_package(content)
        document = _Document(content, known)
        document.compile_all()
    except Rejected as why:
        raise CannotRun(why.words, file=f"{FOLDER}/{name}") from None
    except (KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError, jinja2.TemplateError):
        raise CannotRun(
            "打不开，文件可能已损坏。请在 Word 中打开另存，或恢复原来的模板。", file=f"{FOLDER}/{name}"
        ) from None
    return document


def load(name: str, folder: Path | None = None, known: frozenset[str] = FIELDS) -> _Document:
    """A template of the folder, judged and compiled. Raises CannotRun (file, and what is wrong)."""
    try:
        content = ((folder or word_data.FOLDER) / name).read_bytes()
    except OSError as problem:
        raise CannotRun(
            f"读不出来（{type(problem).__name__}）。请恢复这份模板；可以运行 python -m pipeline templates 重新生成。",
            file=f"{FOLDER}/{name}",
        ) from None
    return _loaded(name, content, known)


def refuse_unknown_figures(document: _Document, name: str, figures: Collection[str]) -> None:
    """Raises CannotRun for a figure id that no submission could have."""
    unknown = sorted(one for one in document.figures if one not in figures and not is_possible(one))
    if unknown:
        raise CannotRun(
            f'没有“{unknown[0]}”这个数字编号，请改正 f("…") 里的编号（编号见 docs/architecture.md）。',
            file=f"{FOLDER}/{name}",
        )


def render(
    name: str,
    figures: Mapping[str, Figure],
    context: Mapping[str, object],
    months: Sequence[tuple[str, float | None, float | None]] = (),
    folder: Path | None = None,
) -> list[tuple[str, bytes]]:
    """The parts of the document, to be packed. Raises CannotRun where the template asks for what there is not."""
    document = load(name, folder)
    refuse_unknown_figures(document, name, figures)
    try:
        document.init_docx()
        document.says_trial = name == REPORT
        chart = _attach_chart(document, months) if "chart" in document.fields else ""
        document.render({**context, "f": _finder(figures), "chart": chart}, document.environment)
    except Rejected as why:
        raise CannotRun(why.words, file=f"{FOLDER}/{name}") from None
    except etree.XMLSyntaxError:
        raise CannotRun(Rejected.loop().words, file=f"{FOLDER}/{name}") from None
    except (jinja2.TemplateError, TypeError, OverflowError) as problem:
        raise CannotRun(
            f"里有一处不能印出来（{problem}）。请对照 docs/使用手册.md 检查 {{{{ }}}} 和 {{% %}} 里的写法。",
            file=f"{FOLDER}/{name}",
        ) from None
    return _parts(document)


def _finder(figures: Mapping[str, Figure]) -> Callable[[str], Shown]:
    def f(figure_id: str) -> Shown:
        """A figure by its id; one that this submission does not have prints nothing."""
        figure = figures.get(figure_id)
        if figure is None and not is_possible(figure_id):
            raise jinja2.UndefinedError(f"没有“{figure_id}”这个数字编号")
        return Shown(figure_id, "", "") if figure is None else shown(figure)

    return f


def _attach_chart(
    document: _Document, months: Sequence[tuple[str, float | None, float | None]]
) -> Drawing | str:
    """The chart's part with its workbook, related to the document; a line where no month has a rate."""
    if not months:
        return "没有月度数据，不作图。"
    style = word_data.load(word_data.STYLE)
    xml, book = word_chart.chart_parts(months, style["chart"]["colours"], style["fonts"]["song"][0])
    package = document.docx.part.package
    chart = Part(PackURI(_CHART), CONTENT_TYPE.DML_CHART, xml, package)
    chart.relate_to(Part(PackURI(_BOOK), CONTENT_TYPE.SML_SHEET, book, package), RELATIONSHIP_TYPE.PACKAGE)
    relation = document.docx.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    return Drawing(word_chart.drawing(relation, style["chart"], _CHART_NAME))


def _parts(document: _Document) -> list[tuple[str, bytes]]:
    properties = document.docx.core_properties
    if properties.created is None or "docProps/core.xml" not in _names(document):
        # python-docx would put the clock's time there
        properties.created = properties.modified = datetime.datetime(2022, 1, 1)
    target = io.BytesIO()
    document.docx.save(target)
    with zipfile.ZipFile(target) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def _names(document: _Document) -> list[str]:
    document.template_file.seek(0)
    with zipfile.ZipFile(document.template_file) as package:
        return package.namelist()
