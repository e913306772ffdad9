"""``templates`` writes what is committed, and never over an office's own form."""

from __future__ import annotations

from pathlib import Path

from pipeline import templates

ROOT = Path(__file__).resolve().parents[1]


def test_templates_writes_what_is_committed(tmp_path: Path):
    written = templates.write_templates(tmp_path)
    assert len(written) >= 10
    for path in written:
        committed = ROOT / "input_templates" / path.relative_to(tmp_path)
        assert path.read_bytes() == committed.read_bytes(), (
            f"{committed.name} 与生成的不同，请运行 make templates"
        )


def test_an_offices_own_form_is_not_replaced(tmp_path: Path):
    folder = tmp_path / "official" / "440100_guangzhou" / "2022"
    folder.mkdir(parents=True)
    (folder / "map.yaml").write_text("form: 本单位.xlsx\ncells: {}\n", "utf-8")
    (folder / "本单位.xlsx").write_bytes(b"ours")
    written = templates.write_templates(tmp_path)
    names = {p.name for p in written if folder in p.parents}
    assert (folder / "本单位.xlsx").read_bytes() == b"ours" and names == {
        "项目支出绩效自评表.xlsx",
        "project.map.yaml",
        "绩效运行监控表.xlsx",
        "monitor.map.yaml",
    }
    assert (folder / "map.yaml").read_text("utf-8").startswith("form: 本单位.xlsx")
    for name in ("project.map.yaml", "monitor.map.yaml"):
        (folder / name).write_text("form: 本单位.xlsx\ncells: {}\n", "utf-8")
    assert not any(folder in p.parents for p in templates.write_templates(tmp_path))
