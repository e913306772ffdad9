"""The findings on the page: what is written out, what is embedded for the script, and which form they belong to.

Happens while reporting. The first findings in reading order stand in the HTML, so that they can be read without a
script; the others stand in a table of shared texts, from which the script writes them. Each stands in the page once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline import forms
from pipeline.model import Submission
from pipeline.report.page_text import clean, name_box, place, where

SEVERITIES = {"critical": "必须改", "warning": "请核实", "info": "提示"}
#: findings written into the HTML; cells listed with one finding; bytes of embedded findings
WRITTEN = 100
CELLS = 40
EMBEDDED_BYTES = 1_400_000
_DIVISION_FIELDS = (
    "division_name",
    "lead_division",
    "responsible_division",
    "author_division",
    "provided_by",
)
_LIST_MARKS = re.compile(r"[、，,;；/\s]+")
_PLACES = re.compile(r"(?: 等 \d+ 处| and others, \d+ places)?(?:：|: )")
_NO_FILE = "整份填报"
_REFUSED = "未能读取的文件"


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of a finding: as printed, as copied, and what was found there."""

    stands: str
    copy: str
    address: str
    found: str

    @property
    def printed(self) -> str:
        return f"{self.stands}!{self.address}" if self.address else self.stands

    @property
    def copied(self) -> str:
        return f"{self.copy}!{self.address}" if self.address and self.copy else ""


@dataclass(frozen=True, slots=True)
class View:
    """One finding as the page shows it. ``more``: cells not listed; ``points``: what is at stake, printed."""

    number: int
    code: str
    severity: str
    group: str
    divisions: tuple[str, ...]
    body: str
    cells: tuple[Place, ...]
    more: int
    found: str
    expected: str
    basis: str
    waived: str
    points: str

    @property
    def alone(self) -> str:
        """What was found, where it does not already stand beside one of several cells."""
        beside = len(self.cells) > 1 and any(place.found == self.found for place in self.cells)
        return "" if beside else self.found

    @property
    def label(self) -> str:
        return SEVERITIES[self.severity]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one form: ``total`` of them by severity, ``views`` those written into the HTML."""

    index: int
    title: str
    counts: Mapping[str, int]
    views: tuple[View, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def views(
    records: Sequence[Mapping],
    points: Sequence[object],
    submission: Submission,
    project_points: Sequence[object] = (),
) -> list[View]:
    """Every finding, in the order given (reading order). ``points``, ``project_points`` by position; may be shorter."""
    titles, divisions = _form_titles(submission), _Divisions(submission)
    return [
        _view(
            number, record, stake_words(_at(points, number), _at(project_points, number)), titles, divisions
        )
        for number, record in enumerate(records)
    ]


def _at(points: Sequence[object], number: int) -> object:
    return points[number] if number < len(points) else None


def stake_words(points: object, project_points: object) -> str:
    """What is at stake, printed.

    >>> stake_words("4.00", None), stake_words(None, "10.00"), stake_words("2.00", "10.00")
    ('4.00 分', '项目自评 10.00 分', '2.00 分，项目自评 10.00 分')
    """
    own = f"{points} 分" if points else ""
    return "，".join(filter(None, (own, f"项目自评 {project_points} 分" if project_points else "")))


def _view(
    number: int, record: Mapping, points: str, titles: Mapping[str, str], divisions: _Divisions
) -> View:
    body, basis = _parts(record)
    cells = tuple(
        Place(
            place(each["file"], each["sheet"]),
            name_box(each["sheet"]),
            clean(each["cell"]) if each["sheet"] else "",
            clean(each["found"], 200),
        )
        for each in record["cells"][:CELLS]
    )
    return View(
        number=number,
        code=record["code"],
        severity=record["severity"],
        group=_group(record["file"], titles),
        divisions=divisions.of(record["cells"]),
        body=clean(body, 1200),
        cells=cells,
        more=max(0, len(record["cells"]) - CELLS),
        found=clean(record["found"]),
        expected=clean(record["expected"]),
        basis=clean(basis),
        waived=_waived(record["waived"]),
        points=points,
    )


def _parts(record: Mapping) -> tuple[str, str]:
    """A sentence without its code and place, which stand beside it; and its basis."""
    message = record["message"]
    stands = where(record["file"], record["sheet"], record["cell"])
    body = message
    for head in (f"{record['code']} {stands}", record["code"]):
        said = _PLACES.match(message, len(head)) if message.startswith(head) else None
        if said:
            body = message[said.end() :]
            break
    for word in ("依据：", "Basis: "):
        before, found, after = body.rpartition(word + record["basis"])
        if found:
            return before.rstrip(), (record["basis"] + after).rstrip("。. ")
    return body, record["basis"]


def _waived(waived: Mapping | None) -> str:
    if not waived:
        return ""
    who = (("提出人", "by"), ("批准人", "approved_by"), ("日期", "date"))
    named = "，".join(f"{label} {waived[key]}" for label, key in who if waived.get(key))
    return clean(waived.get("reason"), 1200) + (f"（{clean(named)}）" if named else "")


def _form_titles(submission: Submission) -> Mapping[str, str]:
    """File -> the form it belongs to, as people call it."""
    specs = forms.load_specs()
    return {
        file.path: specs[file.form].title if file.form in specs else _REFUSED if file.refused else ""
        for file in submission.files
    }


def _group(file: str, titles: Mapping[str, str]) -> str:
    return (titles.get(file) or place(file, "")) if file else _NO_FILE


class _Divisions:
    """Which division (处室) a cell belongs to: those its row names and 1_基本情况 knows, else its file's."""

    def __init__(self, submission: Submission):
        self._files = {file.path: file.division for file in submission.files if file.division}
        known = {str(row["division_name"]) for row in submission.table("basics.divisions")}
        self._rows: dict[tuple[str, str, str], tuple[str, ...]] = {}
        for table in submission.tables.values():
            for row in table.rows:
                named = next((row.usable(each) for each in _DIVISION_FIELDS if row.usable(each)), None)
                names = tuple(name for name in _LIST_MARKS.split(str(named or "")) if name in known)
                if names and row.number:
                    self._rows[row.file, row.sheet, str(row.number)] = names

    def of(self, cells: Sequence[Mapping]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for each in cells:
            row = each["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            filled_by = (self._files[each["file"]],) if each["file"] in self._files else ()
            for name in self._rows.get((each["file"], each["sheet"], row), filled_by):
                found[clean(name, 60)] = None
        return tuple(found)


def groups(found: Sequence[View]) -> list[Group]:
    """By form: the forms in their order, then other files by name, what belongs to no file last."""
    order = {spec.title: number for number, spec in enumerate(forms.load_specs().values())}
    names = sorted(
        {view.group for view in found}, key=lambda name: (order.get(name, len(order)), name == _NO_FILE, name)
    )
    result = []
    for index, name in enumerate(names):
        members = [view for view in found if view.group == name]
        counts = {severity: sum(view.severity == severity for view in members) for severity in SEVERITIES}
        result.append(Group(index, name, counts, tuple(v for v in members if v.number < WRITTEN)))
    return result


def embed(found: Sequence[View], grouped: Sequence[Group]) -> dict:
    """What the script reads: ``s`` the texts, ``f`` the findings that are not in the HTML, as positions in it.

    As many findings as :data:`EMBEDDED_BYTES` hold, in reading order; the page says so when some are left out.
    """
    texts = _Texts()
    index = {group.title: group.index for group in grouped}
    severities = list(SEVERITIES)
    kept = []
    for view in found[WRITTEN:]:
        entry = [
            texts(view.code), severities.index(view.severity), index[view.group],
            [texts(each) for each in view.divisions],
            [texts(part) for part in _sentences(view.body)],
            [[texts(each.stands), texts(each.copy), texts(each.address), texts(each.found)] for each in view.cells],
            view.more, texts(view.alone), texts(view.expected), texts(view.basis), texts(view.waived),
            texts(view.points),
        ]  # fmt: skip
        texts.size += 6 * (16 + 4 * len(view.cells))
        if texts.size > EMBEDDED_BYTES:
            break
        kept.append(entry)
    return {"s": texts.all, "f": kept}


def _sentences(body: str) -> Iterator[str]:
    """A body in sentences: the advice of a code is the same for all its findings and is embedded once."""
    yield from re.findall(r"[^。]*。|[^。]+$", body)


class _Texts:
    """Each text once, and its position; ``size`` is a bound of the bytes so far."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.size = 0
        self._positions: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        if text not in self._positions:
            self._positions[text] = len(self.all)
            self.all.append(text)
            self.size += (
                len(text.encode("utf-8", "replace")) + 3 + 5 * sum(text.count(each) for each in '<>&"\\\n')
            )
        return self._positions[text]
