"""Audit an article: judge claims by arithmetic and dates, count outcomes, check a learner's own claims, report.

From a notebook: `from alliance import audit`, then `audit.counts(audit.course().judged, "topic")`. Where to look:
`arithmetic`, `dates` and `checks` compute evidence; `outcomes` joins claims and evidence and counts; `claim_files`
checks a learner's files; `gather` brings an audit together; `render` and `page.html.jinja` make the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from alliance.audit.claim_files import read_claim_files
from alliance.audit.gather import Audit, UnsoundClaims, course_audit, own_audit
from alliance.audit.outcomes import OUTCOME_OF, OUTCOMES, VERDICTS, counts, judge, shares
from alliance.audit.render import as_csv, as_page
from alliance.data.package import DataError, find_root, load_descriptor

__all__ = [
    "OUTCOMES",
    "OUTCOME_OF",
    "VERDICTS",
    "Audit",
    "UnsoundClaims",
    "as_csv",
    "as_page",
    "counts",
    "course",
    "course_audit",
    "faults",
    "judge",
    "own",
    "own_audit",
    "shares",
    "write_new",
]


def course() -> Audit:
    """Return the audit of the course's two articles. Raises DataError outside the course's folder."""
    return course_audit(find_root())


def own(claims: str | Path, evidence: str | Path | None = None, units: Iterable[str] = ()) -> Audit:
    """Return the audit of claims of your own: files with the columns of claims.csv and of evidence.csv.

    units: units to be accepted besides those of the course. Raises UnsoundClaims with every fault, or DataError.
    """
    return own_audit(find_root(), Path(claims), Path(evidence) if evidence else None, units)


def faults(claims: str | Path, evidence: str | Path | None = None, units: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with files of your own, a sentence each with row, column and what to do; [] if nothing is.

    Raises DataError when a file cannot be opened.
    """
    descriptor = load_descriptor(find_root())
    try:
        found = read_claim_files(descriptor, Path(claims), Path(evidence) if evidence else None, units)
    except OSError as error:
        raise DataError(f"{error.filename} cannot be read: {error.strerror}.") from error
    return [str(problem) for problem in found.problems]


def write_new(files: dict[Path, str], force: bool = False) -> None:
    """Write texts to files. When one of them exists already nothing is written, unless `force` is true.

    Raises DataError with one sentence.
    """
    for path in files:
        if path.is_dir():
            raise DataError(f"{path} is a folder. Name a file in it.")
        if path.exists() and not force:
            raise DataError(f"{path} exists already and was left as it is. Choose another name, or add --force.")
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise DataError(f"{path} cannot be written: {error.strerror}.") from error
