"""A small course of one lesson and one exercise, built afresh for the tests of building and checking."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tests" / "course"


def lay_out(folder: Path) -> Path:
    """Copy the small course's sources and the data into `folder`; return it."""
    shutil.copytree(SOURCES, folder)
    shutil.copytree(ROOT / "data", folder / "data")
    for name in ("lessons", "exercises", "solutions"):
        (folder / name).mkdir()
    return folder


@pytest.fixture(scope="session")
def built_workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, built once a session."""
    from alliance.building.build import build, find_jobs, read_course

    root = lay_out(tmp_path_factory.mktemp("workshop") / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLIANCE_KEYS", str(root / "src" / "alliance" / "keys"))
        errors = build(root, find_jobs(root), read_course(root), lambda _: None)
    assert not errors
    return root


@pytest.fixture
def workshop(built_workshop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The small course, with its keys in force for the test and for every process it starts."""
    monkeypatch.setenv("ALLIANCE_KEYS", str(built_workshop / "src" / "alliance" / "keys"))
    yield built_workshop
