"""What a library or a learner sets for the whole process decides no verdict, no file and no message."""

from __future__ import annotations

import contextlib
import csv
import decimal
import functools
import gc
import locale
import os
import random
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest

from alliance.answers import portable
from alliance.audit import as_csv, as_page, course_audit
from alliance.audit.claim_files import read_claim_files
from alliance.building.notebooks.variants import working_in
from alliance.building.sources.source import Cell, read_source, read_tasks
from alliance.checking.keys import load_key
from alliance.checking.verdicts import judge
from alliance.classroom.keeping.csvfile import as_csv as as_table
from alliance.classroom.taking_in.roster import NoRoster, read_roster
from alliance.data import load_descriptor, validate
from alliance.data.codebook import render
from alliance.style import PALETTE, SETTINGS

ROOT = Path(__file__).resolve().parent.parent
STEMS = ("05_distances", "08_japans_defence_budget", "20_shield_or_spiral")
"""Exercises with numbers, tables, plots and functions."""


# --- what somebody may have set ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def csv_limit(number: int) -> Iterator[None]:
    before = csv.field_size_limit(number)
    try:
        yield
    finally:
        csv.field_size_limit(before)


@contextlib.contextmanager
def warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@contextlib.contextmanager
def pandas_option(name: str, value: object) -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the option will not be there for ever
        with pd.option_context(name, value):
            yield


@contextlib.contextmanager
def environment(**changes: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changes)
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()


@contextlib.contextmanager
def another_locale() -> Iterator[None]:
    before = locale.setlocale(locale.LC_ALL)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            break
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    with contextlib.chdir("/"):
        yield


@contextlib.contextmanager
def the_same_random_numbers() -> Iterator[None]:
    random.seed(1)
    np.random.seed(1)
    yield


@contextlib.contextmanager
def no_rubbish_collected() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def two_digits() -> Iterator[None]:
    with decimal.localcontext(decimal.Context(prec=2, traps=[decimal.Inexact])):
        yield


@contextlib.contextmanager
def another_backend() -> Iterator[None]:
    before = matplotlib.get_backend()
    matplotlib.use("svg")
    try:
        yield
    finally:
        matplotlib.use(before)


DISTURBANCES: dict[str, Callable[[], Any]] = {
    "the csv module's limit is low": lambda: csv_limit(20),
    "the csv module's limit is high": lambda: csv_limit(10**9),
    "warnings are errors": warnings_are_errors,
    "numpy raises": lambda: np.errstate(all="raise"),
    "numpy prints two digits": lambda: np.printoptions(precision=2, threshold=3),
    "pandas prints little": lambda: pd.option_context(
        "display.max_rows", 2, "display.max_columns", 1, "display.max_colwidth", 5, "display.precision", 1,
        "display.float_format", "{:.0f}".format,
    ),
    "pandas keeps text as objects": lambda: pandas_option("future.infer_string", False),
    "pandas keeps text in Python": lambda: pandas_option("mode.string_storage", "python"),
    "matplotlib writes numbers in another way": lambda: matplotlib.rc_context(
        {
            "axes.formatter.use_locale": True, "axes.unicode_minus": False, "axes.formatter.limits": [0, 1],
            "axes.prop_cycle": matplotlib.cycler(color=["black"]), "font.size": 40, "axes.formatter.use_mathtext": True,
            "date.autoformatter.year": "%y", "figure.figsize": (1, 1), "xtick.labelbottom": False,
        }
    ),
    "the house style": lambda: matplotlib.rc_context(SETTINGS | {"axes.prop_cycle": matplotlib.cycler(color=PALETTE)}),
    "matplotlib draws elsewhere": another_backend,
    "another country": another_locale,
    "another time zone and language": lambda: environment(TZ="Pacific/Kiritimati", LANG="tr_TR.UTF-8", LC_ALL="C"),
    "a narrow terminal without colours": lambda: environment(COLUMNS="20", NO_COLOR="1", TERM="dumb"),
    "another folder": elsewhere,
    "the same random numbers": the_same_random_numbers,
    "decimals of two digits": two_digits,
    "no rubbish is collected": no_rubbish_collected,
}  # fmt: skip


# --- what must come out the same --------------------------------------------------------------------------------------


@functools.cache
def answers(stem: str) -> list[tuple[str, Any]]:
    """Return values that learners would give, made once and undisturbed: (task, value)."""
    source = read_source(ROOT / "authoring" / "exercises" / f"{stem}.md")
    introduction, tasks = read_tasks(source)
    found = []
    for task in tasks:
        given = [*(cell for cell in introduction if cell.kind == "code"), *([task.start] if task.start else [])]
        for cell in (task.answer, *task.wrong[:3], *task.alternatives[:2]):
            names = _run([*given, cell])
            found.append((task.task, names.get(load_key(stem).tasks[task.task].spec.answer)))
    return found


def _run(cells: list[Cell]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with working_in(ROOT / "exercises"):
        for cell in cells:
            exec(compile(cell.text, "answer", "exec"), names)
    return names


def verdicts() -> list[str]:
    """Judge answers of all kinds; return states and messages."""
    said = []
    for stem in STEMS:
        key = load_key(stem)
        for task, value in answers(stem):
            verdict = judge(key.tasks[task], portable(value, key.tasks[task].spec.calls))
            said.append(f"{verdict.state} {verdict.misconception} {verdict.text}")
    return said


def roster(folder: Path) -> list[str]:
    """Read a roster with a long field, and one that is too long."""
    said = []
    for letters in (10, 90_000, 200_000):
        path = folder / "roster.csv"
        path.write_text(f'name,id\n"{"a" * letters}",7\nLee,8\n', encoding="utf-8")
        try:
            said.append(str(read_roster(path)))
        except NoRoster as refused:
            said.append(str(refused))
    return said


def pages(folder: Path) -> list[str]:
    """Write what people get as files."""
    audit = course_audit(ROOT)
    claims = read_claim_files(load_descriptor(ROOT), ROOT / "data" / "claims.csv", ROOT / "data" / "evidence.csv")
    table = as_table(["name", "points"], [["=Kim", 1.5], ["Ünal", None]])
    return [
        as_page(audit),
        as_csv(audit),
        table,
        render(ROOT, load_descriptor(ROOT)),
        str(claims.problems),
        claims.claims.to_csv(),
    ]


def tables(folder: Path) -> list[str]:
    """Check the course's tables."""
    return [str(problem) for problem in validate(ROOT)]


PROBES: dict[str, Callable[[Path], list[str]]] = {
    "verdicts": lambda folder: verdicts(),
    "a roster": roster,
    "pages and tables": pages,
    "checks of the data": tables,
}
undisturbed: dict[str, list[str]] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("disturbance", DISTURBANCES)
def test_it_comes_out_the_same(disturbance: str, probe: str, folder: Path) -> None:
    for stem in STEMS:
        answers(stem)
    if probe not in undisturbed:
        undisturbed[probe] = PROBES[probe](folder)
    with DISTURBANCES[disturbance]():
        disturbed = PROBES[probe](folder)
    assert disturbed == undisturbed[probe]
