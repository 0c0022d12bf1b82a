"""Say once that a notebook lies where it cannot find the course's tables, before it is run in vain."""

from __future__ import annotations

import re

from alliance.checking.submission import Submission
from alliance.data.package import DATA, DESCRIPTOR, RootNotFound, find_root

READS = re.compile(r"""["'](\.\./data/[^"'\n]+)["']""")
"""How the course's exercises name a table: from their own folder."""


def tables_missing(submission: Submission) -> str:
    """Return a sentence on where to put a notebook whose tables are not where it reads them; empty where they are.

    A learner who has written other paths is believed to know them.
    """
    named = {table for section in submission.sections for cell in section.cells for table in READS.findall(cell)}
    folder = submission.path.resolve().parent
    data = folder.parent / DATA
    if not named or (data / DESCRIPTOR).is_file() or any((folder / table).exists() for table in named):
        return ""
    try:
        where = str(find_root() / "exercises")
    except RootNotFound:
        where = "the course's folder exercises"
    return (
        f"{submission.path}: the data were not found, because this notebook reads its tables from {data}, where there "
        f"are none. Put the file into {where} (under another name where its own is taken), and check it there."
    )
