"""``templates``: everything blank that people fill, built anew from specs and rubrics.

The fill-in workbooks from ``input_templates/fill_in/*.yaml`` and, for every department rubric, our 示范表式 with its
map. Run it after changing a spec, or a rubric's weights or words; tests hold the committed files to their sources.
"""

from __future__ import annotations

from pathlib import Path

from pipeline import forms, messages, rules
from pipeline.errors import CannotRun
from pipeline.report import folder, manual, rule_book, word_data
from pipeline.write import blanks, own_form, own_monitor_form, own_project_form, word_blank

INPUT_TEMPLATES = forms.FILL_IN.parent
MAP = "map.yaml"
#: kind of rubric -> how its form is built, and what form and map of a variant are called ("": the one in force)
_FORMS = {
    "department": (own_form.build, lambda variant: own_form.FORM_NAME, lambda variant: MAP),
    "project": (own_project_form.build, own_project_form.form_name, own_project_form.map_name),
    "monitor": (
        own_monitor_form.build,
        lambda variant: own_monitor_form.FORM_NAME,
        lambda variant: own_monitor_form.MAP_NAME,
    ),
}


def write_templates(out: Path | None) -> list[Path]:
    """Writes them into ``out`` (by default in place); gives the paths. An office's own form and map stay as they are.

    Raises CannotRun for a broken spec or rubric.
    """
    base = out or INPUT_TEMPLATES
    written = [
        _put(base / "fill_in" / blanks.file_name(spec), blanks.write_blank(spec))
        for spec in forms.load_specs().values()
    ]
    for one in rules.available():
        if one.kind not in _FORMS:
            continue
        build, *names = _FORMS[one.kind]
        form_name, map_name = (name(one.variant) for name in names)
        for year in one.years:
            rubric = rules.load(one.region_code, year, one.kind, variant=one.variant)
            target = base / rules.official_folder(rubric).relative_to(INPUT_TEMPLATES)
            if _is_an_offices_own(target / map_name):
                continue
            form, map_text = build(rubric)
            written += [_put(target / form_name, form), _put(target / map_name, map_text.encode("utf-8"))]
    written += _word_templates(base / "word")
    if out is None:
        written += [
            _put(INPUT_TEMPLATES.parent / name, text.encode("utf-8")) for name, text in documents().items()
        ]
    return written


def _word_templates(folder: Path) -> list[Path]:
    """The report's templates; one that an office edited in Word stays as it is."""
    try:
        made = word_blank.build(word_data.load(word_data.STYLE), word_data.load(word_data.OUTLINE))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise CannotRun(
            f"style.yaml 或 outline.yaml 里缺少内容，或写法不对（{problem}）。请对照原来的文件改正。",
            file="input_templates/word",
        ) from None
    places = {folder / name: content for name, content in made.items()}
    return [
        _put(path, content)
        for path, content in places.items()
        if not path.exists() or not word_blank.is_edited(path.read_bytes())
    ]


def documents() -> dict[str, str]:
    """The parts of the manual that are made: place in the repository -> text."""
    specs = forms.load_specs()
    return {
        manual.NAME: manual.field_tables(specs),
        rule_book.NAME: rule_book.rule_tables(messages.load_catalogue(), specs),
    }


def _is_an_offices_own(form_map: Path) -> bool:
    return form_map.exists() and not form_map.read_text("utf-8").startswith(own_form.MARK)


def _put(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise CannotRun(
            f"不能写“{path}”（{folder.why(error)}）。打开着的工作簿请先关闭；没有权限的，请用 --out 换一个文件夹。",
            english=f"{path} cannot be written ({error.strerror}). Close it if it is open, or choose another --out.",
        ) from None
    return path
