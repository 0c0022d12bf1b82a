"""The pages on how the course is made: they can be found, and what they name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from alliance.checking.keys import load_key
from alliance.site.sources import Gathered, _add_docs

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "alliance"
DOCS = sorted((ROOT / "docs").glob("*.md"))
LINKED = [*DOCS, ROOT / "CONTRIBUTING.md", ROOT / "README.md"]
FENCED = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(([^)]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\((images/[^)]+)\)")
NAMED = re.compile(r"`([\w./-]*(?:/|\.py)[\w./-]*)`")
MADE = (".alliance/", ".venv/", "build/", "RESULTS/", "feedback/")
"""Folders that commands write: no clone has them."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """Return a page's text without its blocks of code."""
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def named_paths(path: Path) -> set[str]:
    """Return what a page names in backticks that has the form of a path in the repository."""
    found = set(NAMED.findall(prose(path)))
    return {name for name in found if not name.startswith(MADE) and "NN_" not in name}


def is_there(name: str) -> bool:
    return (ROOT / name).exists() or (PACKAGE / name).exists()


def test_contributing_and_the_index_lead_to_every_page() -> None:
    pages = {path.name for path in DOCS} - {"README.md"}
    assert len(pages) > 5
    index, front = (
        path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "README.md", ROOT / "CONTRIBUTING.md")
    )
    assert pages <= set(LINK.findall(index))
    assert {f"docs/{name}" for name in pages} <= set(LINK.findall(front))


@pytest.mark.parametrize("path", LINKED, ids=relative)
def test_every_link_leads_to_a_file(path: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(INLINE.sub("", prose(path))) if "://" not in target]
    here = [target for target in targets if target]
    assert [target for target in here if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=relative)
def test_what_a_page_names_is_there(path: Path) -> None:
    assert {name for name in named_paths(path) if not is_there(name)} == set()


@pytest.mark.parametrize("path", DOCS, ids=relative)
def test_a_page_has_one_picture_that_is_described(path: Path) -> None:
    ((words, address),) = PICTURE.findall(path.read_text(encoding="utf-8"))
    picture = (path.parent / address).read_text(encoding="utf-8")
    assert len(words) > 30
    assert "<title" in picture and "<desc" in picture
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', picture))) >= 12


def test_the_site_gathers_every_page_with_its_picture_and_lists_it(tmp_path: Path) -> None:
    _add_docs(ROOT, Gathered(tmp_path / "pages", tmp_path / "files"))
    made = tmp_path / "pages" / "docs"
    assert {path.name for path in made.glob("*.md")} == {path.name for path in DOCS}
    listed = (made / "README.md").read_text(encoding="utf-8").split("{toctree}")[1].split()
    assert {path.stem for path in DOCS} - {"README"} <= set(listed)
    for path in made.glob("*.md"):
        text = prose(path)
        assert [link for link in LINK.findall(text) if link.startswith("../")] == []
        assert all((made / address).is_file() for _, address in PICTURE.findall(text))


# --- files for other places: they name what is there --------------------------------------------------------------


def test_the_workflow_for_github_classroom_checks_an_exercise_and_reports_each_grader() -> None:
    text = (ROOT / "docs" / "classroom" / "classroom.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow.keys() >= {"name", "on", "permissions", "jobs"}
    (job,) = workflow["jobs"].values()
    graders = {step["id"]: step["with"] for step in job["steps"] if "command-grader" in step.get("uses", "")}
    assert graders
    for one in graders.values():
        *words, exercise = one["command"].split()
        tasks = load_key(Path(exercise).stem).tasks
        assert (ROOT / exercise).is_file() and words == ["python3", "course.py", "check"]
        assert one["max-score"] == len(tasks)
    reporter = next(step for step in job["steps"] if "grading-reporter" in step.get("uses", ""))
    assert reporter["with"]["runners"] == ",".join(graders)
    assert reporter["env"] == {f"{one.upper()}_RESULTS": f"${{{{steps.{one}.outputs.result}}}}" for one in graders}


def test_the_dev_container_installs_what_the_course_and_its_sandbox_need() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert container.keys() >= {"name", "image", "onCreateCommand"}
    assert re.search(r"python:3\.1[123]$", container["image"])
    assert "bubblewrap" in container["onCreateCommand"] and "course.py progress" in container["onCreateCommand"]
    interpreter = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter == "${containerWorkspaceFolder}/.venv/bin/python"
