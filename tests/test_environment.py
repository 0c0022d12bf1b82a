"""pyproject.toml, the two pinned sets and environment.yml tell the same story."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from alliance.site.lite import FROM_RUNTIME, NOT_IN_RUNTIME

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PINNED_SETS = ("locks/full.txt", "locks/lab.txt", "locks/browser.txt", "locks/pandas2.txt")
CONDA_NAMES = {"jupyter_client": "jupyter-client"}
"""conda-forge's names that differ from PyPI's, among those used."""

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
CONDA_SPEC = re.compile(r"^(?P<name>[a-z0-9_.-]+)(?P<range>(?:[<>]=?\d+(?:\.\d+)*)(?:,[<>]=?\d+(?:\.\d+)*)*)?$")


def pins(name: str) -> dict[str, str]:
    """Return package → version of a pinned set."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [PIN.match(line) for line in lines]
    return {canonicalize_name(one["name"]): one["version"] for one in found if one}


def blocks(name: str) -> dict[str, list[str]]:
    """Return package → all lines that stand under it in a pinned set, its own first; fails on any other line."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        pin = PIN.match(line)
        if pin:
            current = found.setdefault(pin["name"], [])
            current.append(line)
        elif current is not None and (HASH.match(line) or line.startswith("    #")):
            current.append(line)
        else:
            assert line.startswith("#"), f"{name}: neither a pin, a hash nor a comment: {line}"
    return found


def hashes(lines: list[str]) -> set[str]:
    """Return the hashes among the lines under a package."""
    return {line.strip(" \\") for line in lines if HASH.match(line)}


def requirements(*extras: str) -> list[Requirement]:
    """Return what pyproject.toml asks for: dependencies, the build backend, and the extras named."""
    texts = [*PROJECT["dependencies"], *BUILD]
    texts += [text for extra in extras for text in PROJECT["optional-dependencies"][extra]]
    return [one for one in map(Requirement, texts) if one.name != PROJECT["name"]]


def conda_ranges() -> dict[str, SpecifierSet]:
    """Return PyPI name → range of what environment.yml asks conda for."""
    specs = [CONDA_SPEC.match(text) for text in CONDA["dependencies"] if isinstance(text, str)]
    assert all(specs), "environment.yml has an entry that is no plain conda specification"
    return {
        canonicalize_name(CONDA_NAMES.get(one["name"], one["name"])): SpecifierSet(one["range"] or "")
        for one in specs
        if one
    }


@pytest.mark.parametrize("name", PINNED_SETS)
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    for package, lines in blocks(name).items():
        assert hashes(lines), f"{package} has no hash"


@pytest.mark.parametrize("name", PINNED_SETS)
def test_no_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|--trusted-host", text)


@pytest.mark.parametrize("requirement", requirements(*PROJECT["optional-dependencies"]), ids=str)
def test_the_full_set_satisfies_pyproject(requirement: Requirement) -> None:
    assert requirement.specifier.contains(pins("locks/full.txt")[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_the_learners_set_satisfies_pyproject(requirement: Requirement) -> None:
    assert requirement.specifier.contains(pins("locks/lab.txt")[canonicalize_name(requirement.name)])


def test_the_learners_set_is_part_of_the_full_set() -> None:
    lab, full = blocks("locks/lab.txt"), blocks("locks/full.txt")
    assert pins("locks/lab.txt").items() <= pins("locks/full.txt").items()
    assert all(hashes(lines) == hashes(full[package]) for package, lines in lab.items())


def test_the_learners_set_holds_no_author_tools() -> None:
    extra = {
        canonicalize_name(one.name)
        for extra in PROJECT["optional-dependencies"]
        for one in map(Requirement, PROJECT["optional-dependencies"][extra])
    }
    needed = {canonicalize_name(one.name) for one in requirements()}
    lab = blocks("locks/lab.txt")
    for package in (extra - needed) & lab.keys():
        whose = [line for line in lab[package] if line.startswith("    #") and "-c locks/full.txt" not in line]
        assert not any("pyproject.toml" in line for line in whose), f"{package} is an author's, not a learner's"


def test_the_browsers_set_is_that_of_the_runtime_that_jupyterlite_starts() -> None:
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    head = (ROOT / "locks/browser.txt").read_text(encoding="utf-8").splitlines()[0]
    assert f"pyodide {PYODIDE_VERSION} " in head, "read the new runtime's pyodide-lock.json and pin its versions anew"
    assert {*FROM_RUNTIME, *NOT_IN_RUNTIME} <= pins("locks/browser.txt").keys()


def test_the_browser_gets_what_notebooks_import_in_the_ranges_of_pyproject() -> None:
    browser, full = pins("locks/browser.txt"), pins("locks/full.txt")
    assert {name: browser[name] for name in NOT_IN_RUNTIME} == {name: full[name] for name in NOT_IN_RUNTIME}
    for wanted in requirements():
        name = canonicalize_name(wanted.name)
        assert name not in browser or wanted.specifier.contains(browser[name]), name


def test_one_set_has_a_pandas_2() -> None:
    assert [Version(version).major for version in pins("locks/pandas2.txt").values()] == [2]


def test_what_is_installed_is_what_is_pinned() -> None:
    from importlib.metadata import distributions

    pinned = pins("locks/full.txt")
    installed = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    differing = {name: installed[name] for name in installed.keys() & pinned.keys() if installed[name] != pinned[name]}
    assert not differing


def test_environment_yml_is_what_conda_and_binder_expect() -> None:
    assert CONDA["name"] == PROJECT["name"]
    assert CONDA["channels"] == ["conda-forge"]
    assert set(CONDA) == {"name", "channels", "dependencies"}
    assert [one for one in CONDA["dependencies"] if not isinstance(one, str)] == [{"pip": ["-e ."]}]
    assert "pip" in CONDA["dependencies"]


def test_conda_users_get_the_learners_packages_in_the_same_ranges() -> None:
    wanted = {canonicalize_name(one.name): one.specifier for one in requirements()}
    wanted["python"] = SpecifierSet(PROJECT["requires-python"])
    wanted["pip"] = SpecifierSet("")
    assert conda_ranges() == wanted


def test_the_pinned_versions_are_inside_condas_ranges() -> None:
    pinned = pins("locks/lab.txt")
    for name, allowed in conda_ranges().items():
        assert name in {"python", "pip"} or allowed.contains(pinned[name]), name


def test_the_supported_pythons_are_the_same_everywhere(course_file: Path) -> None:
    source = course_file.read_text(encoding="utf-8")
    low, high = re.findall(r"\((\d+), (\d+)\)", re.findall(r"^OLDEST, NEWEST = .*$", source, re.MULTILINE)[0])
    allowed = SpecifierSet(PROJECT["requires-python"])
    assert [f"3.{minor}" for minor in range(30) if allowed.contains(f"3.{minor}")] == [
        f"3.{minor}" for minor in range(int(low[1]), int(high[1]) + 1)
    ]
    assert allowed.contains(Version(".".join(map(str, sys.version_info[:3]))))
