"""Test a learner's copy of the course: its tables are whole and as they are described, its exercises can be checked."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from alliance.checking.keys import Kind, key_path, load_key, stems
from alliance.data import list_tables, load_descriptor, read_table
from alliance.data.validation import check_cells, check_descriptor, check_file, check_folder

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = load_descriptor(ROOT)
TABLES = [table["name"] for table in DESCRIPTION["resources"]]


def test_the_tables_are_described_and_there_is_no_other() -> None:
    """The description names every table and says what it holds."""
    problems = [*check_descriptor(DESCRIPTION), *check_folder(ROOT, DESCRIPTION)]
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_it_was_handed_out(name: str) -> None:
    """Its file is the one described, its cells hold known units and keys, and pandas reads all of its columns."""
    table = next(one for one in DESCRIPTION["resources"] if one["name"] == name)
    problems = [*check_file(ROOT, table), *check_cells(ROOT, DESCRIPTION, table, DESCRIPTION["resources"])]
    assert not problems, "\n".join(map(str, problems))
    read = read_table(ROOT, name)
    rows = next(summary.rows for summary in list_tables(ROOT) if summary.name == name)
    assert len(read) == rows > 0
    assert list(read.columns) == [field["name"] for field in table["schema"]["fields"]]


@pytest.mark.parametrize(("kind", "stem"), [(kind, stem) for kind in get_args(Kind) for stem in stems(kind)])
def test_a_notebook_can_be_checked_and_begun_again(kind: Kind, stem: str) -> None:
    """The key of an exercise or of a lesson can be read, an exercise's has tasks, and a fresh copy lies beside it."""
    assert load_key(stem, kind).tasks or kind == "lessons"
    assert key_path(ROOT / "src" / "alliance" / "keys", stem, kind, ".ipynb").is_file()
