"""Build what is stale: decide by recorded hashes, run sources side by side, write only what changed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat

from alliance.building.notebooks.articles import PAGE as ARTICLES_PAGE
from alliance.building.notebooks.articles import articles, has_articles
from alliance.building.notebooks.exercises import make_key, make_notebooks
from alliance.building.notebooks.frames import frames_file
from alliance.building.notebooks.glossary import PAGE, glossary
from alliance.building.notebooks.lessons import check_front_matter, make_lesson
from alliance.building.notebooks.navigation import Course
from alliance.building.notebooks.turns import make_turns
from alliance.building.sources.errors import SourceError
from alliance.building.sources.sections import headings, named_by, refuse_unknown_sections
from alliance.building.sources.source import Source, read_source
from alliance.building.sources.typed import phrases_of
from alliance.building.teachers.guide import guide, has_guide
from alliance.checking.keys import forget_keys, write_key

PACKAGE = Path(__file__).resolve().parent.parent
RECORD = "authoring/built.json"
MACHINE = (
    "__init__.py",
    "answers",
    "building",
    "checking",
    "drawing",
    "exploring.py",
    "figures.py",
    "framing.py",
    "pictures.py",
    "style.py",
)
SHAPING_PACKAGES = ("ipython", "matplotlib", "nbformat", "numpy", "pandas", "seaborn")

Files = dict[str, str]
Tell = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Job:
    """One source to build: `kind` is lessons or exercises; or `pages`, for pages made from all of them."""

    kind: str
    stem: str

    @property
    def name(self) -> str:
        """The source's path below `authoring/`, without ending."""
        return f"{self.kind}/{self.stem}"

    def outputs(self) -> list[str]:
        """Return the paths this job always writes, relative to the course's root."""
        if self.kind == "lessons":
            return [
                f"lessons/{self.stem}.ipynb",
                f"src/alliance/keys/lessons/{self.stem}.json",
                f"src/alliance/keys/lessons/{self.stem}.ipynb",
            ]
        return [
            f"src/alliance/keys/{self.stem}.json",
            f"exercises/{self.stem}.ipynb",
            f"src/alliance/keys/{self.stem}.ipynb",  # the exercise once more, for `alliance reset`
            f"solutions/{self.stem}.ipynb",
            f"solutions/notes/{self.stem}.md",
        ]


GLOSSARY = Job("pages", "glossary")
ARTICLES = Job("pages", "articles")
GUIDE = Job("pages", "guide")


@dataclasses.dataclass(frozen=True)
class Stale:
    """A built file that is not what its source gives, and why."""

    job: Job
    reason: str


def find_jobs(root: Path, chosen: Iterable[str] = ()) -> list[Job]:
    """Return the jobs for the sources under `root`, all or those whose stem starts with one of `chosen`.

    The glossary and the page of the articles come with every lesson, the teacher's guide with everything. Raises
    SourceError when something chosen does not exist.
    """
    jobs = [
        Job(kind, path.stem)
        for kind in ("lessons", "exercises")
        for path in sorted((root / "authoring" / kind).glob("*.md"))
    ]
    chosen = list(chosen)
    for one in chosen:
        if not any(job.stem.startswith(one) for job in jobs):
            known = ", ".join(sorted({job.stem for job in jobs}))
            raise SourceError(root / "authoring", 1, f"no source begins with “{one}”. There are: {known}.")
    found = [job for job in jobs if not chosen or any(job.stem.startswith(one) for one in chosen)]
    if any(job.kind == "lessons" for job in found):
        found += [GLOSSARY, *([ARTICLES] if has_articles(root) else [])]
    return [*found, GUIDE] if has_guide(root) else found


def read_course(root: Path) -> Course:
    """Return what all notebooks need to know of each other: stems and front matter."""
    lessons = sorted((root / "authoring" / "lessons").glob("*.md"))
    exercises = sorted((root / "authoring" / "exercises").glob("*.md"))
    read = {path: _or_empty(path) for path in [*exercises, *lessons]}
    about = {path.stem[:2]: source.about for path, source in read.items()}
    sections = {path.stem[:2]: headings(read[path]) for path in lessons}
    return Course([path.stem for path in lessons], [path.stem for path in exercises], about, sections)


def _or_empty(path: Path) -> Source:
    """Return a source; one that cannot be read must not stop its neighbours from being built."""
    try:
        return read_source(path)
    except SourceError:
        return Source(path, {"title": path.stem}, [])


# --- what is stale -------------------------------------------------------------------------------------------


def inputs_hash(root: Path, job: Job, course: Course) -> str:
    """Return a hash over all that a job's result depends on: source, data, neighbours, this package, libraries."""
    digest = hashlib.sha256()
    source = root / "authoring" / f"{job.name}.md"
    digest.update(source.read_bytes())
    for name in sorted(_tables(root, source)):
        path = root / "data" / f"{name}.csv"
        digest.update(path.read_bytes() if path.is_file() else b"missing")
    exercise = root / "authoring" / "exercises" / source.name
    if job.kind == "lessons" and "check(" in source.read_text(encoding="utf-8") and exercise.is_file():
        digest.update(exercise.read_bytes())
    if job.kind == "exercises":
        digest.update(
            json.dumps(
                named_by(source.read_text(encoding="utf-8"), job.stem[:2], course.sections), ensure_ascii=False
            ).encode()
        )
    if "alliance import audit" in source.read_text(encoding="utf-8"):
        for file in sorted((PACKAGE / "audit").iterdir()):
            digest.update(file.read_bytes() if file.is_file() else b"")
    links = {stem: course.title(stem) for stem in course.lessons}
    digest.update(json.dumps([links, list(course.exercises)], ensure_ascii=False).encode())
    digest.update(_machine_hash(root).encode())
    return digest.hexdigest()


def _tables(root: Path, source: Path) -> set[str]:
    """Return the names of the tables a source mentions: in its front matter, its code or as claims."""
    text = source.read_text(encoding="utf-8")
    names = {
        path.stem
        for path in (root / "data").glob("*.csv")
        if f"{path.stem}.csv" in text or path.stem in text.split("---")[1]
    }
    return names | ({"claims"} if "{{claim" in text else set())


def _machine_hash(root: Path) -> str:
    digest = hashlib.sha256()
    for part in MACHINE:
        path = PACKAGE / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(file.read_bytes())
    pins = root / "locks/full.txt"
    for line in pins.read_text(encoding="utf-8").splitlines() if pins.is_file() else []:
        if line.split("==")[0] in SHAPING_PACKAGES:
            digest.update(line.encode())
    return digest.hexdigest()


def read_record(root: Path) -> dict[str, Any]:
    """Return what the last builds recorded: for each source, the hash of its inputs and of each file made."""
    path = root / RECORD
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def find_stale(root: Path, jobs: Sequence[Job], course: Course) -> list[Stale]:
    """Return the jobs whose files are missing, were changed by hand, or are older than their inputs. Runs nothing."""
    record = read_record(root)
    stale = []
    for job in jobs:
        known = record.get(job.name)
        reason = _why_stale(root, job, course, known)
        if reason:
            stale.append(Stale(job, reason))
    return stale


def _why_stale(root: Path, job: Job, course: Course, known: Mapping[str, Any] | None) -> str | None:
    if job.kind == "pages":
        return _why_pages_stale(root, job, course)
    if known is None:
        return "never built"
    for output in dict.fromkeys([*job.outputs(), *known["files"]]):
        path = root / output
        if not path.is_file():
            return f"{output} is missing"
        if hashlib.sha256(path.read_bytes()).hexdigest() != known["files"].get(output):
            return f"{output} was changed by hand; change its source instead"
    if inputs_hash(root, job, course) != known["inputs"]:
        return "its source, its data or the package has changed since it was built"
    return None


def _why_pages_stale(root: Path, job: Job, course: Course) -> str | None:
    """The pages are made anew to be compared: that takes no kernel, and no record can be wrong about them."""
    try:
        made = _make_pages(root, job, course)
    except SourceError as error:
        return f"cannot be made: {error}"
    for name, text in made.items():
        path = root / name
        if not path.is_file():
            return f"{name} is missing"
        if path.read_text(encoding="utf-8") != text:
            return f"{name} is not what its sources give"
    return None


def _make_pages(root: Path, job: Job, course: Course) -> Files:
    if job == GUIDE:
        return guide(root, course)
    if job == ARTICLES:
        return {ARTICLES_PAGE: articles(root, course)}
    lessons = [read_source(root / "authoring" / "lessons" / f"{stem}.md") for stem in course.lessons]
    return {PAGE: glossary(lessons, course)}


# --- building ------------------------------------------------------------------------------------------------


def notebook_text(notebook: Any) -> str:
    """Return a notebook as the text of its file. Raises nbformat's ValidationError when it is not valid."""
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def make(root: Path, job: Job, course: Course) -> Files:
    """Return the files of a job as path → text. The key is written first, because the solution's checks read it."""
    source = read_source(root / "authoring" / f"{job.name}.md")
    if job.kind == "lessons":
        return _make_lesson(root, job, source, course)
    refuse_unknown_sections(source, course.sections)
    for folder in ("exercises", "solutions"):
        (root / folder).mkdir(exist_ok=True)
    key = make_key(source, root)
    key_path, exercise, pristine, solution, notes = job.outputs()
    text = write_key(key)
    write(root, {key_path: text})
    forget_keys()
    learner, solved, teacher = make_notebooks(source, key, root, course)
    handed_out = notebook_text(learner)
    return {
        key_path: text,
        exercise: handed_out,
        pristine: handed_out,
        solution: notebook_text(solved),
        notes: teacher,
    }


def _make_lesson(root: Path, job: Job, source: Source, course: Course) -> Files:
    """Return a lesson, once more for a reset, the key of its tasks (written first: checks read it), and notes."""
    check_front_matter(source)
    phrases_of(source)
    lesson, key_path, pristine = job.outputs()
    key, notes = make_turns(source, root)
    text = write_key(key)
    write(root, {key_path: text})
    forget_keys()
    notebook = make_lesson(source, key, root, course)
    explored = frames_file(job.stem, notebook.metadata["alliance"].pop("frames", {}))
    made = notebook_text(notebook)
    answers = {f"solutions/notes/{job.stem}_your_turn.md": notes} if notes else {}
    return {key_path: text, lesson: made, pristine: made, **explored, **answers}


def write(root: Path, files: Files) -> list[str]:
    """Write the files whose text differs; return their paths."""
    changed = []
    for name, text in files.items():
        path = root / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        changed.append(name)
    return changed


def build(root: Path, jobs: Sequence[Job], course: Course, tell: Tell, workers: int = 2) -> list[SourceError]:
    """Build the jobs in parallel, write what changed and record it. Return the errors; the others are built.

    Exercises come before lessons: a lesson may show what `check` says, which stands in the exercise's key. A word that
    two lessons introduce stops the glossary alone, a fault in a text for teachers the guide alone.
    """
    (root / "lessons").mkdir(exist_ok=True)
    errors = []
    for kind in ("exercises", "lessons"):
        chosen = [job for job in jobs if job.kind == kind]
        if chosen:
            errors += _build_side_by_side(root, chosen, course, tell, workers)
    for job in jobs:
        if job.kind != "pages":
            continue
        try:
            changed = write(root, _make_pages(root, job, course))
            tell(f"{job.name}: {', '.join(changed) if changed else 'unchanged'}")
        except SourceError as error:
            errors.append(error)
            tell(f"{job.name}: FAILED")
    return errors


def _build_side_by_side(root: Path, jobs: Sequence[Job], course: Course, tell: Tell, workers: int) -> list[SourceError]:
    errors = []
    # Before anything is read: a source that is edited while it is built must be built again.
    inputs = {job: inputs_hash(root, job, course) for job in jobs}
    with ProcessPoolExecutor(max_workers=max(1, min(workers, len(jobs)))) as pool:
        running = {pool.submit(make, root, job, course): job for job in jobs}
        for done, future in enumerate(as_completed(running), 1):
            job = running[future]
            try:
                files = future.result()
            except SourceError as error:
                errors.append(error)
                tell(f"[{done}/{len(jobs)}] {job.name}: FAILED")
                continue
            changed = write(root, files)
            for gone in {*read_record(root).get(job.name, {}).get("files", {})} - {*files}:
                (root / gone).unlink(missing_ok=True)
            entry = {
                "inputs": inputs[job],
                "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
            }
            # Read anew each time: somebody else may be building other sources at this moment.
            _write_record(root, {**read_record(root), job.name: entry})
            tell(f"[{done}/{len(jobs)}] {job.name}: {', '.join(changed) if changed else 'unchanged'}")
    return errors


def _write_record(root: Path, record: Mapping[str, Any]) -> None:
    known = {job.name for job in find_jobs(root)}
    kept = {name: record[name] for name in sorted(record) if name in known}
    (root / RECORD).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
