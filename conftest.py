"""Tests that need LibreOffice or Chromium are deselected, with a printed count, where it is absent; tests never see a network."""

from __future__ import annotations

import os
import shutil

import pytest

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

#: mark -> the programs it needs
NEEDS = {"office": ("soffice",), "browser": ("chromium", "pdftotext")}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for mark, programs in NEEDS.items():
        absent = [program for program in programs if not shutil.which(program)]
        if not absent:
            continue
        needing = [item for item in items if item.get_closest_marker(mark)]
        if needing:
            items[:] = [item for item in items if item not in needing]
            config.hook.pytest_deselected(items=needing)
            print(f"\n{len(needing)} tests marked {mark} deselected: {absent[0]} is not installed")
