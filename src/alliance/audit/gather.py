"""Gather what an audit is of: the two articles of the course, or a learner's own claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from alliance.audit.claim_files import read_claim_files
from alliance.audit.outcomes import judge
from alliance.data.package import DATA, DataError, find_resource, load_descriptor, read_rows
from alliance.data.validation import Problem

COURSE_TITLE = "Audit of two articles on the US–Japan alliance"
ADDRESS = re.compile(r"https?://\S+")


class UnsoundClaims(DataError):
    """A learner's files have faults; `problems` holds them, the text lists them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Reference:
    """A source as a reader sees it: a text and, where there is one, an address that begins with http.

    under_study: whether it is the article itself, which says nothing for or against its own claims.
    """

    text: str
    address: str = ""
    under_study: bool = False


@dataclass(frozen=True)
class Audit:
    """Claims with their verdicts, and what a reader needs to understand them.

    documents: the article behind each letter, in words.
    judged: one row a claim, as `outcomes.judge` returns it, all cells text as in the files.
    evidence: every test, deciding or not, all cells text.
    sources: what stands behind a `source_id`; an id that is not in it speaks for itself.
    files: the files it was made from, for the foot of the page.
    """

    title: str
    documents: Mapping[str, str]
    judged: pd.DataFrame
    evidence: pd.DataFrame
    sources: Mapping[str, Reference]
    files: Sequence[str]

    def reference(self, source_id: str) -> Reference:
        """Return a source by its id, or, where it is no id, by the words or the address that stand there."""
        if source_id in self.sources:
            return self.sources[source_id]
        address = ADDRESS.search(source_id)
        return Reference(source_id, address.group() if address else "")


def course_audit(root: Path) -> Audit:
    """Return the audit of the course's two articles. Raises DataError when a table or its description is missing."""
    claims, evidence = (_read(root / DATA / f"{name}.csv") for name in ("claims", "evidence"))
    fields = find_resource(load_descriptor(root), "claims")["schema"]["fields"]
    documents = next(field["values"] for field in fields if field["name"] == "document")
    files = [f"{DATA}/{name}.csv" for name in ("claims", "evidence", "sources")]
    return Audit(COURSE_TITLE, documents, judge(claims, evidence), evidence, _sources(root), files)


def own_audit(root: Path, claims: Path, evidence: Path | None = None, units: Iterable[str] = ()) -> Audit:
    """Return the audit of a learner's own claims.

    units: units to be accepted besides those of the course. Raises UnsoundClaims with every fault of the files, and
    DataError with one sentence when a file cannot be opened.
    """
    try:
        files = read_claim_files(load_descriptor(root), claims, evidence, units)
    except OSError as error:
        raise DataError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if files.problems:
        raise UnsoundClaims(files.problems)
    documents = {letter: "" for letter in sorted(set(files.claims["document"]))}
    names = [path.name for path in (claims, evidence) if path]
    title = f"Audit of {claims.name}"
    return Audit(title, documents, judge(files.claims, files.evidence), files.evidence, _sources(root), names)


def _read(path: Path) -> pd.DataFrame:
    """Return a table of the course as text, cell by cell."""
    if not path.is_file():
        raise DataError(f"{path} is missing. Restore it.")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _sources(root: Path) -> dict[str, Reference]:
    """Return the course's sources by id."""
    path = root / DATA / "sources.csv"
    if not path.is_file():
        raise DataError(f"{path} is missing. Restore it.")
    return {
        row["source_id"]: Reference(
            ", ".join(part for part in (row["title"], row["publisher"], row["as_of"]) if part),
            row["url"],
            row["kind"] == "article",
        )
        for row in read_rows(path)
    }
