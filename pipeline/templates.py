"""``templates``: everything blank that people fill, built anew from specs and rubrics.

The fill-in workbooks from ``input_templates/fill_in/*.yaml`` and, for every department rubric, our 示范表式 with its
map. Run it after changing a spec, or a rubric's weights or words; tests hold the committed files to their sources.
"""

from __future__ import annotations

from pathlib import Path

from pipeline import forms, messages, rules
from pipeline.report import manual, rule_book
from pipeline.write import blanks, own_form

INPUT_TEMPLATES = forms.FILL_IN.parent
MAP = "map.yaml"


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
        if one.kind != "department":
            continue
        for year in one.years:
            rubric = rules.load(one.region_code, year, one.kind)
            target = base / rules.official_folder(rubric).relative_to(INPUT_TEMPLATES)
            if _is_an_offices_own(target / MAP):
                continue
            form, map_text = own_form.build(rubric)
            written += [_put(target / own_form.FORM_NAME, form), _put(target / MAP, map_text.encode("utf-8"))]
    if out is None:
        written += [
            _put(INPUT_TEMPLATES.parent / name, text.encode("utf-8")) for name, text in documents().items()
        ]
    return written


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
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
