"""Make an exercise's key, its learner's notebook, its solved notebook and its teacher's notes from one source."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from alliance.answers import Answer, Spec, compare, from_json, to_json
from alliance.answers.forms import Column
from alliance.answers.texts import Demands
from alliance.building.notebooks.inputs import MOST_CALLS, further_calls
from alliance.building.notebooks.kernel import BuildKernel, build_kernel
from alliance.building.notebooks.minutes import exercise_total
from alliance.building.notebooks.navigation import Course, exercise_links, solution_links
from alliance.building.notebooks.variants import answer_of, evaluator, run_cells, stub_for, working_in
from alliance.building.sources.errors import SourceError
from alliance.building.sources.mistakes import mistake
from alliance.building.sources.prose import fill_at
from alliance.building.sources.source import Cell, Source, TaskSource, read_tasks
from alliance.checking.hinting.ways import asked_by, chooses_rows, divides, form_of, subtracts
from alliance.checking.keys import Hint, Key, Task, WrongAnswer, cell_id
from alliance.checking.verdicts import judge
from alliance.figures import description

STRENGTHS = ("Hint 1: where to begin", "Hint 2: the way", "Hint 3: nearly the answer")
ONLY = "Hint"
BLOCK = re.compile(r"```.*?```", re.DOTALL)
EMPHASIS = re.compile(r"(\*{1,2})(\S[^*]*)\1")
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
DONE = (
    "**What's next?** Type `from alliance import progress` in a new cell below, `progress()` under it, and run the "
    "cell: it says what is right, what isn't yet, and where to go on."
)
"""What stands at the end of an exercise, above the links."""


def make_key(source: Source, root: Path) -> Key:
    """Return an exercise's key, with every variant computed and proved.

    Proved are: the stub is not tried, the reference and the alternatives are right, every wrong answer is wrong
    with its own message. Raises SourceError where that is not so.
    """
    introduction, tasks = read_tasks(source)
    setup = [cell for cell in introduction if cell.kind == "code"]
    with working_in(root / "exercises"):
        made = {task.task: make_task(source, task, setup, root) for task in tasks}
    for task in tasks:
        prove(source, task, made[task.task], setup, root / "exercises")
    code = "\n\n".join(cell.text for cell in setup)
    return Key(source.stem, str(source.about["title"]), code, made)


def _before(task: TaskSource, setup: Sequence[Cell]) -> list[Cell]:
    return [*setup, *([task.start] if task.start else [])]


def make_task(
    source: Source, task: TaskSource, setup: Sequence[Cell], root: Path, given: Mapping[str, Any] | None = None
) -> Task:
    """Return what checking knows of one task: its answer, stub and wrong answers computed. Raises SourceError.

    `given` is the namespace of a lesson's cells above its task, in place of an exercise's set-up.
    """
    before = _before(task, setup)
    task = _with_calls(source, task, before, given)
    expected = answer_of(source.path, [*before, task.answer], task.spec, given)
    if expected.type in {"other", "none", "untried"}:
        raise SourceError(
            source.path, task.answer.line, f"`{task.spec.answer}` is {expected.shown}, which nobody can check."
        )
    spec = _with_text(source, task, before, given) if task.spec.text else _with_keys(source, task, expected)
    evaluate = evaluator(run_cells(source.path, [*before, task.answer], given))

    wrong = [
        WrongAnswer(
            name=str(cell.meta["name"]),
            misconception=str(cell.meta["misconception"]),
            message=_filled(source, cell, str(cell.meta["message"]), evaluate, root),
            answer=answer_of(source.path, [*before, cell], spec, given),
        )
        for cell in task.wrong
    ]
    stub = task.stub.text if task.stub else stub_for(task.answer.text, spec.answer)
    right = [task.answer.text, *(cell.text for cell in task.alternatives)]
    stub_cell = Cell("code", stub, {}, task.stub.line if task.stub else task.answer.line)
    return Task(
        task=task.task,
        title=task.title,
        form=str(task.question.meta["form"]),
        spec=spec,
        expected=_same_as_stored(expected),
        stub_answer=answer_of(source.path, [*before, stub_cell], spec, given),
        wrong=wrong,
        start=task.start.text if task.start else "",
        stub=stub,
        section=task.section,
        hints=[
            Hint(plain_words(text), asked_by(plain_words(text), task.answer.text, stub, spec.answer))
            for text in (_filled(source, one, one.text, evaluate, root) for one in task.hints)
        ],
        ways=_fingerprints(right),
        forms=_fingerprints(right, methods=False),
        words=_fingerprints(right, texts=False),
        chooses=all(map(chooses_rows, right)),
        needs=[one.__name__ for one in (divides, subtracts) if all(map(one, right))],
    )


def _fingerprints(codes: Sequence[str], methods: bool = True, texts: bool = True) -> list[str]:
    """Return the fingerprints of right answers, each once; of those that compute nothing there is none."""
    return [one for one in dict.fromkeys(form_of(code, methods, texts) for code in codes) if one]


def plain_words(text: str) -> str:
    """Return Markdown as one paragraph for a message: without marks, links and blocks of code."""
    parts = LINK.sub(r"\1", BLOCK.sub("", text)).split("`")
    parts[::2] = [EMPHASIS.sub(r"\2", outside_code) for outside_code in parts[::2]]
    return " ".join("`".join(parts).split())


def _with_text(source: Source, task: TaskSource, before: Sequence[Cell], given: Mapping[str, Any] | None) -> Spec:
    """Return a writing task's Spec with its figures computed and its model answers. Raises SourceError."""
    names = run_cells(source.path, [*before, task.answer], given)
    text = dict(task.spec.text)
    try:
        text["contains"] = [
            {**one, "figure": float(eval(str(one["figure"]), dict(names)))} if "figure" in one else dict(one)
            for one in text.get("contains", ())
        ]
    except Exception as error:  # an author's expression
        why = f"a `figure:` of the text cannot be computed: {type(error).__name__}: {error}"
        raise SourceError(source.path, task.answer.line, why) from error
    models = [answer_of(source.path, [*before, cell], task.spec, given) for cell in (task.answer, task.alternatives[0])]
    text["models"] = [str(one.value) for one in models]
    try:
        Demands.read(text)
    except ValueError as error:
        raise SourceError(source.path, task.answer.line, str(error)) from error
    return dataclasses.replace(task.spec, text=text)


def _with_calls(
    source: Source, task: TaskSource, before: Sequence[Cell], given: Mapping[str, Any] | None
) -> TaskSource:
    """Return a function task that is tried on further inputs too: those on which all right answers agree."""
    if not task.tries:
        return task
    try:
        calls = further_calls(task.spec.calls, task.tries)
    except ValueError as error:
        raise SourceError(source.path, task.answer.line, str(error)) from error
    tried = dataclasses.replace(task.spec, calls=calls)
    right = (task.answer, *task.alternatives)
    expected, *others = [answer_of(source.path, [*before, cell], tried, given) for cell in right]
    agreed = []
    for i, call in enumerate(calls):
        alone = dataclasses.replace(tried, calls=[call])
        result = dataclasses.replace(expected, results=[expected.results[i]])
        same = all(compare(result, dataclasses.replace(o, results=[o.results[i]]), alone) is None for o in others)
        if same and expected.results[i].type != "other":
            agreed.append(call)
    room = max(0, MOST_CALLS - len(task.spec.calls))
    return dataclasses.replace(task, spec=dataclasses.replace(task.spec, calls=[*task.spec.calls, *agreed[:room]]))


def _same_as_stored(answer: Answer) -> Answer:
    """Return the answer as the key file will give it back, so that building and checking see the same."""
    return from_json(to_json(answer))


def _filled(source: Source, cell: Cell, text: str, evaluate: Callable[[str], str], root: Path) -> str:
    return fill_at(source.path, cell.line, text, evaluate, root / "data")


def _with_keys(source: Source, task: TaskSource, expected: Answer) -> Spec:
    """Return the task's Spec with the key columns of a table: the first columns that tell its rows apart."""
    spec = task.spec
    if expected.type != "table" or spec.keys:
        return spec
    named = [column.name for column in expected.labels if column.name]
    if named and _tells_apart([column for column in expected.labels if column.name]):
        return dataclasses.replace(spec, keys=named)
    chosen: list[Column] = []
    for column in [*expected.labels, *expected.columns]:
        if column.kind == "number" and not (column.values == column.values.round()).all():
            continue
        chosen.append(column)
        if _tells_apart(chosen):
            return dataclasses.replace(spec, keys=[str(one.name) for one in chosen])
    if spec.order:
        return spec
    raise SourceError(
        source.path,
        task.answer.line,
        "no columns tell this table's rows apart: name `keys:` or ask for an `order: true`.",
    )


def _tells_apart(columns: Sequence[Column]) -> bool:
    rows = list(zip(*[[str(value) for value in column.values] for column in columns], strict=True))
    return len(set(rows)) == len(rows)


def prove(
    source: Source,
    task: TaskSource,
    made: Task,
    setup: Sequence[Cell],
    folder: Path,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Raise SourceError when a variant does not get the verdict that the author says it has.

    `folder` is where the code runs; `given` is for `make_task`.
    """
    before = _before(task, setup)

    def refuse(line: int, what: str, got: Any) -> None:
        raise SourceError(source.path, line, f"task {task.task}: {what}, but it is judged “{got.state}”: {got.message}")

    verdict = judge(made, made.stub_answer)
    if verdict.state != "not tried":
        refuse(task.stub.line if task.stub else task.answer.line, "the stub should be not tried", verdict)
    verdict = judge(made, made.expected)
    if verdict.state != "right":
        refuse(task.answer.line, "the reference answer should be right", verdict)
    for cell, wrong in zip(task.wrong, made.wrong, strict=True):
        verdict = judge(made, wrong.answer)
        if verdict.state != "wrong" or verdict.misconception != wrong.name:
            refuse(cell.line, f"“{wrong.name}” should be wrong by its own name, not “{verdict.misconception}”", verdict)
    with working_in(folder):
        for cell in task.alternatives:
            verdict = judge(made, answer_of(source.path, [*before, cell], made.spec, given))
            if verdict.state != "right":
                refuse(cell.line, f"the alternative “{cell.meta.get('name', '')}” should be right", verdict)


# --- notebooks -----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Texts:
    """A task's texts with their numbers filled in."""

    question: str
    hints: Sequence[str]
    explanation: str
    teacher: str


def make_notebooks(source: Source, key: Key, root: Path, course: Course) -> tuple[Any, Any, str]:
    """Return (learner's notebook, solved notebook, teacher's notes). The solved one is executed here."""
    introduction, tasks = read_tasks(source)
    learner, solved = _empty(source, "exercise"), _empty(source, "solution")
    texts: dict[str, Texts] = {}
    with build_kernel(root / "solutions", source.path) as kernel:
        _add_introduction(source, introduction, kernel, root, learner, solved)
        for task in tasks:
            texts[task.task] = _add_task(source, task, key.tasks[task.task], kernel, root, learner, solved)
    _add_markdown(learner, "done", DONE)
    _add_markdown(learner, "links", exercise_links(course, source.number))
    _add_markdown(solved, "links", solution_links(course, source.number))
    return learner, solved, teacher_notes(source, key, tasks, texts)


def _empty(source: Source, kind: str) -> Any:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.update(
        {
            "alliance": {kind: source.stem},
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        }
    )
    return notebook


def _add_markdown(notebook: Any, name: str, text: str, task: str | None = None) -> None:
    metadata = {"task": task} if task else {}
    notebook.cells.append(nbformat.v4.new_markdown_cell(text, id=name, metadata=metadata))


def _add_code(notebook: Any, name: str, text: str, task: str | None = None, locked: bool = False) -> None:
    metadata: dict[str, Any] = {"task": task} if task else {}
    if locked:
        metadata |= {"editable": False, "deletable": False}
    notebook.cells.append(nbformat.v4.new_code_cell(text, id=name, metadata=metadata))


def _add_introduction(
    source: Source, cells: Sequence[Cell], kernel: BuildKernel, root: Path, learner: Any, solved: Any
) -> None:
    texts = []
    run = {}
    for i, cell in enumerate(cells):
        if cell.kind == "code":
            run[i] = kernel.run(cell, f"setup-{i}")
    for i, cell in enumerate(cells):
        if cell.kind == "code":
            _add_code(learner, f"setup-{i}", cell.text)
            solved.cells.append(run[i])
        else:
            texts.append(_filled(source, cell, cell.text, kernel.evaluate, root))
            for notebook in (learner, solved):
                _add_markdown(notebook, f"introduction-{i}", texts[-1])


def _add_task(
    source: Source, task: TaskSource, made: Task, kernel: BuildKernel, root: Path, learner: Any, solved: Any
) -> Texts:
    """Run one task's solution and add its cells to both notebooks."""
    name = task.task

    def of(role: str) -> str:
        return cell_id(name, role)

    start = kernel.run(task.start, of("start")) if task.start else None
    answer = kernel.run(task.answer, of("answer"))
    if made.expected.type == "plot":
        answer.metadata["mystnb"] = {"image": {"alt": description(made.expected.panels)}}

    def text(cell: Cell | None) -> str:
        return _filled(source, cell, cell.text, kernel.evaluate, root) if cell else ""

    texts = Texts(text(task.question), [text(hint) for hint in task.hints], text(task.explanation), text(task.teacher))
    check = kernel.run(Cell("code", made.check, {}, task.answer.line), of("check"))
    question = _question(task, texts)
    for notebook in (learner, solved):
        _add_markdown(notebook, of("question"), question, name)
    _add_markdown(learner, of("hints"), folded_hints(texts.hints), name)
    if start is not None:
        _add_code(learner, of("start"), task.start.text if task.start else "", name)
        solved.cells.append(start)
    _add_code(learner, of("answer"), made.stub, name)
    solved.cells.append(answer)
    _add_code(learner, of("check"), made.check, name, locked=True)
    solved.cells.append(check)
    _add_markdown(solved, of("explanation"), f"**Why.** {texts.explanation}", name)
    return texts


def _question(task: TaskSource, texts: Texts) -> str:
    low, high = task.question.meta["minutes"]
    return f"## {task.task} {task.title}\n\n*{task.question.meta['form']}, {low} to {high} minutes*\n\n{texts.question}"


def folded_hints(hints: Sequence[str]) -> str:
    """Return hints as blocks to be opened, the first the weakest."""
    blocks = [
        f"<details><summary>{html.escape(title)}</summary>\n\n{hint}\n\n</details>"
        for title, hint in zip(STRENGTHS if len(hints) > 1 else [ONLY], hints, strict=False)
    ]
    return "\n\n".join(blocks)


def teacher_notes(source: Source, key: Key, tasks: Sequence[TaskSource], texts: Mapping[str, Texts]) -> str:
    """Return the teacher's notes of an exercise as Markdown: what goes wrong in each task, and why."""
    low, high = exercise_total(source)
    lines = [
        f"# Teacher's notes: {source.number} {source.about['title']}",
        "",
        f"Minutes: {low} to {high}. Tasks: {len(tasks)}. Generated from `authoring/exercises/{source.path.name}`.",
        "",
    ]
    for task in tasks:
        made = key.tasks[task.task]
        minutes = task.question.meta["minutes"]
        lines += [f"## {task.task} {task.title}", "", f"*{made.form}, {minutes[0]} to {minutes[1]} minutes*", ""]
        if texts[task.task].teacher:
            lines += [texts[task.task].teacher, ""]
        lines += what_goes_wrong(task, made)
    return "\n".join(lines)


def _rubric(made: Task) -> list[str]:
    """Return what a teacher marks a written text by, which no program can check."""
    if not made.spec.demands:
        return []
    return [
        "",
        "What the check cannot see, to be marked by hand:",
        "",
        *(f"- {line}" for line in made.spec.demands.rubric),
    ]


def what_goes_wrong(task: TaskSource, made: Task) -> list[str]:
    """Return the lines of a table of a task's wrong answers, and of its alternatives."""
    names = ", ".join(str(cell.meta.get("name", "unnamed")) for cell in task.alternatives)
    return [
        "| wrong answer | a learner who gives it … | what the learner is told |",
        "|---|---|---|",
        *(f"| {w.name} | {_row(mistake(w.misconception))} | {_row(w.message)} |" for w in made.wrong),
        "",
        f"Also right: {names}.",
        *_rubric(made),
        "",
    ]


def _row(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
