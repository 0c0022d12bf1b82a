"""Say of a failing run which of the README's promises is broken, in the README's words."""

from __future__ import annotations

import pytest

LAB = "opens JupyterLab on the lessons"
ORDER = "runs the whole test suite"
HASH = "installs the packages at exact versions, checked by hash"
SAID = "A wrong answer is told where and how it is wrong."
CHECKED = "compare your answers with the key, whatever outputs are stored in the file; neither changes it"
PROGRESS = "says what is right, what is not, what has changed since it was checked, and what to do next"
RESET = "begins an exercise again and keeps your own notebook beside it"
AUDIT = "writes every claim of both articles with its verdict, reason and source as one page"
COPY = "writes a learner's copy of the course, as a folder and as a zip, without solutions or teacher's notes"
CLASS = "one command grades a class, each notebook in a sandbox of its own"
TWIN = "those that were typed in instead of computed are shown as “not computed”"
UPDATE = "brings a new edition into a learner's copy, and what the learner wrote stays"
SITE = "writes the whole course as static pages that any file server can show"
BROWSER = "the course in the browser"
SOURCE = "one source gives the notebook, its solution, the key and the tests"
GUIDE = "what to prepare, what goes wrong and how to answer it"
DATA = "describes each: what a row is, who counted, what it cannot tell"
TESTED = "Two news articles full of figures are the material, public data the means to test them."
PRIVATE = "network connection only while packages are installed"
FAST = "measured against named alternatives"
READ = "Read a lesson, do its exercise, and ask at once whether an answer is right"

PROMISES = {
    "lessons": READ,
    "solutions": "the exercises solved, and notes for teachers",
    "test_answers": SAID,
    "test_articles": TESTED,
    "test_audit": AUDIT,
    "test_benchmarks": FAST,
    "test_bounds": CLASS,
    "test_browser": READ,
    "test_budgets": SOURCE,
    "test_build": SOURCE,
    "test_check": CHECKED,
    "test_claims": TESTED,
    "test_archives": CLASS,
    "test_choosing": CLASS,
    "test_class": CLASS,
    "test_cluster": CLASS,
    "test_collecting": CLASS,
    "test_course": TESTED,
    "test_credibility": TESTED,
    "test_damaged": SAID,
    "test_data": DATA,
    "test_docs": SOURCE,
    "test_drawing": READ,
    "test_environment": HASH,
    "test_exercises": SAID,
    "test_explore": READ,
    "test_explore_page": SITE,
    "test_exports": READ,
    "test_figures": READ,
    "test_first_hour": LAB,
    "test_forked_kernels": ORDER,
    "test_front_door": LAB,
    "test_glossary": "The words of all lessons stand in the",
    "test_grading": CHECKED,
    "test_guide": GUIDE,
    "test_handing_in": CLASS,
    "test_house": ORDER,
    "test_in_jupyterlab": LAB,
    "test_incell": SAID,
    "test_items": CLASS,
    "test_lite": BROWSER,
    "test_messages": SAID,
    "test_ways": SAID,
    "test_minutes": GUIDE,
    "test_mutation": SAID,
    "test_notebooks": SOURCE,
    "test_offline": PRIVATE,
    "test_other_pandas": BROWSER,
    "test_people": CLASS,
    "test_plots": SAID,
    "test_plugin": CHECKED,
    "test_process_settings": CHECKED,
    "test_progress": PROGRESS,
    "test_promises": ORDER,
    "test_predictions": READ,
    "test_project": AUDIT,
    "test_prose": TESTED,
    "test_release": COPY,
    "test_reset": RESET,
    "test_results": CLASS,
    "test_rosters": CLASS,
    "test_runtime": BROWSER,
    "test_sandbox": CLASS,
    "test_claim_links": SOURCE,
    "test_shared": ORDER,
    "test_site": SITE,
    "test_taught": SOURCE,
    "test_term": CLASS,
    "test_texts": SAID,
    "test_trying": SAID,
    "test_turns": SAID,
    "test_twin": TWIN,
    "test_update": UPDATE,
    "test_verdicts": SAID,
}
"""What each test file, or folder of notebooks, proves: words of README.md. A longer name may add to these."""


def promise(nodeid: str) -> str | None:
    """Return the promise that a test belongs to: that of its file's name, or of the longest beginning of it."""
    parts = nodeid.partition("::")[0].split("/")
    name = parts[0] if parts[0] in PROMISES else parts[-1].removesuffix(".py")
    known = [one for one in PROMISES if name == one or name.startswith(f"{one}_")]
    return PROMISES[max(known, key=len)] if known else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the promises that tests which failed belong to, with the files to look at."""
    bad: dict[str, list[str]] = {}
    for kind in ("failed", "error"):
        for report in terminalreporter.stats.get(kind, []):
            name = report.nodeid.partition("::")[0]
            said = promise(report.nodeid) or "nothing that README.md promises"
            if name not in bad.setdefault(said, []):
                bad[said].append(name)
    if bad:
        terminalreporter.section("promises of README.md that are broken")
        for said, names in bad.items():
            terminalreporter.write_line(f"“… {said} …”, by {', '.join(names)}")
