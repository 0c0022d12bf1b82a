"""The command line: parse, call, print."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast, get_args

import typer

from alliance.terminal import write_readably

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from alliance.checking.grade import Grade

T = TypeVar("T")

app = typer.Typer(
    help="The US–Japan Alliance in Data: check exercises, build the course, look at its data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


PARTIAL = Annotated[
    bool,
    typer.Option("--partial", help="Give a part of the points for the entries or columns of an answer that are right."),
]
ANONYMOUS = Annotated[
    bool, typer.Option("--anonymous", help="Put numbers in place of names; without this option names are back.")
]


def _root() -> Path:
    """Return the course's root folder, or stop with a sentence."""
    from alliance.data import DataError, find_root

    try:
        return find_root(Path.cwd())
    except DataError as error:
        raise _stop(str(error)) from error


def _stop(message: str, code: int = 2) -> typer.Exit:
    from alliance.plaintext import printable

    typer.echo("\n".join(map(printable, message.split("\n"))), err=True)
    return typer.Exit(code)


@app.callback()
def _commands() -> None:
    """The US–Japan Alliance in Data: check exercises, build the course, look at its data."""


@app.command()
def build(
    chosen: Annotated[list[str] | None, typer.Argument(help="Numbers or names, such as 05; all when left out.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Build nothing; say what is stale and fail if anything is.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Build also what is up to date.")] = False,
    workers: Annotated[int, typer.Option(help="How many sources are run side by side.")] = 2,
    try_out: Annotated[
        bool, typer.Option("--try", help="Build nothing; change the answers of the tasks and say what passes.")
    ] = False,
) -> None:
    """Build lessons, exercises, solutions and keys from their sources in authoring/."""
    try:
        from alliance.building import build as builder
        from alliance.building.sources.errors import SourceError
    except ModuleNotFoundError as missing:
        raise _stop(
            f"Building needs the package {missing.name}: install the author extra (pip install -e '.[author]')."
        ) from missing
    root = _root()
    try:
        course = builder.read_course(root)
        jobs = builder.find_jobs(root, chosen or [])
    except SourceError as error:
        raise _stop(str(error)) from error
    if try_out:
        raise typer.Exit(_try_out(root, [job.name for job in jobs if job.kind != "pages"]))
    stale = builder.find_stale(root, jobs, course)
    for one in stale:
        typer.echo(f"{one.job.name}: {one.reason}")
    if check:
        typer.echo(
            f"{len(stale)} of {len(jobs)} sources are stale." if stale else f"All {len(jobs)} sources are up to date."
        )
        raise typer.Exit(1 if stale else 0)
    todo = jobs if force else [one.job for one in stale]
    if not todo:
        typer.echo(f"All {len(jobs)} sources are up to date.")
        return
    errors = builder.build(root, todo, course, typer.echo, workers)
    _show_budgets(root, [job.stem for job in todo if job.kind == "lessons"])
    for failed in errors:
        typer.echo(str(failed), err=True)
    raise typer.Exit(1 if errors else 0)


def _show_budgets(root: Path, stems: list[str]) -> None:
    """Print what lessons ask of their readers, and what is more than it may be; a lesson that cannot be read is not."""
    from alliance.building.sources.errors import SourceError
    from alliance.building.sources.source import read_source
    from alliance.building.taught.budgets import beyond, budget, line

    for stem in stems:
        with contextlib.suppress(SourceError, SyntaxError):  # said by the build
            found = budget(read_source(root / "authoring" / "lessons" / f"{stem}.md"))
            typer.echo(
                f"{stem}: {line(found)}." + "".join(f"\n    too much or too little: {one}" for one in beyond(found))
            )


def _try_out(root: Path, names: list[str]) -> int:
    """Print which changed answers of some sources are judged wrongly; return 1 where any is, else 0."""
    from alliance.building.mutation.trial import survivors, try_exercise, warnings_of
    from alliance.building.sources.errors import SourceError
    from alliance.building.sources.source import read_source

    faults = 0
    for name in names:
        try:
            source = read_source(root / "authoring" / f"{name}.md")
            found = try_exercise(source, root)
        except SourceError as error:
            raise _stop(str(error)) from error
        lines = list(survivors(found))
        faults += len(lines)
        if found:
            looked_at = [*lines, *warnings_of(source, found)]
            typer.echo("\n".join([*looked_at, f"{name}: {len(found)} changed answers, {len(lines)} judged wrongly."]))
    return 1 if faults else 0


@app.command()
def check(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            help="Exercises, such as exercises/08_japans_defence_budget.ipynb, or 08; lessons only by their path."
        ),
    ],
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one task may take.")] = 60,
) -> None:
    """Check exercises, or the tasks in lessons: run them afresh and say of each task if it is right, and why not."""
    from alliance.checking.forked.own import OwnKernels

    all_good = True
    with context.obj or OwnKernels() as kernels:
        paths = [_exercise(text) for text in files]
        kernels.expect(paths[0])

        from rich.console import Console

        from alliance.checking.kernel import Limits
        from alliance.checking.record import CannotKeep, as_kept, keep
        from alliance.checking.submission import UnreadableNotebook, read_submission
        from alliance.learner.beside import tables_missing

        console = Console()
        for path in paths:
            if path.is_dir():
                typer.echo(f"{path} is a folder. Name the notebooks in it, or their numbers, such as 05.", err=True)
                all_good = False
                continue
            try:
                submission = read_submission(path)
            except UnreadableNotebook as error:
                typer.echo(str(error), err=True)
                all_good = False
                continue
            if lost := tables_missing(submission):
                typer.echo(lost, err=True)
                all_good = False
                continue
            with console.status(f"Running {path.name} …"):
                grade = kernels.grade(submission, Limits(seconds=timeout))
            with contextlib.suppress(CannotKeep):  # `alliance progress` says so
                keep(path, as_kept(submission, grade.verdicts))
            _print_grade(console, grade)
            all_good &= all(verdict.state in {"right", "recorded"} for verdict in grade.verdicts.values())
    raise typer.Exit(0 if all_good else 1)


def _print_grade(console: Console, grade: Grade) -> None:
    """Print a notebook's verdicts as a table."""
    from rich.markup import escape
    from rich.table import Table

    from alliance.checking.keys import read_outline
    from alliance.checking.verdicts import later

    looks = {
        "right": "[green]✔ right[/]",
        "wrong": "[red]✘ wrong[/]",
        "raised": "[yellow]! error[/]",
        "recorded": "[magenta]● recorded[/]",
    }
    what = "Lesson " if grade.kind == "lessons" else ""
    copied = "" if grade.path.stem == grade.stem else f" ({grade.path.name})"
    console.print(f"\n[bold]{what}{grade.stem[:2]} {escape(grade.title + copied)}[/]")
    table = Table("task", "verdict", "why")
    for task, verdict in grade.verdicts.items():
        why = verdict.message if verdict.state in {"wrong", "raised"} else ""
        table.add_row(task, looks.get(verdict.state, "○ not tried"), escape(why))
    console.print(table)
    for remark in grade.remarks:
        console.print(escape(remark))
    states = [verdict.state for verdict in grade.verdicts.values()]
    if read_outline(grade.stem, grade.kind).feedback == "full":
        console.print(f"{states.count('right')} of {len(states)} tasks are right.")
    else:
        console.print(
            f"{states.count('recorded')} of {len(states)} tasks are recorded. {later(next(iter(grade.verdicts)))}"
        )


@app.command()
def progress(
    exercise: Annotated[str, typer.Argument(help="Number or name, such as 05, to see each of its tasks.")] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run every exercise that was begun anew first, instead of trusting memory.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one task may take, with --fresh.")] = 60,
) -> None:
    """Say of each exercise what is right, wrong or not tried, and what to do next."""
    from rich.console import Console

    from alliance.learner.progress import UnknownExercise, choose, read_progress, run_afresh
    from alliance.learner.table import sentences, tables

    console = Console()
    root = _root()
    anew = {}
    if fresh:
        with console.status("Running …") as status:
            anew = run_afresh(root, lambda name: status.update(f"Running {name} …"), timeout)
    try:
        found = choose(read_progress(root, anew), exercise)
    except UnknownExercise as error:
        raise _stop(str(error)) from error
    for table in tables(found, by_task=bool(exercise)):
        console.print(table)
    for sentence in sentences(found):
        console.print(sentence, markup=False, highlight=False)


def _exercise(text: str) -> Path:
    """Return the notebook that a path names, or a number or name of an exercise, such as 05."""
    from alliance.checking.keys import stems

    found = [] if text.endswith(".ipynb") else [stem for stem in stems() if stem.startswith(text.zfill(2))]
    return _root() / "exercises" / f"{found[0]}.ipynb" if len(found) == 1 else Path(text)


@app.command()
def reset(
    exercises: Annotated[
        list[str],
        typer.Argument(
            help="Exercises, such as exercises/08_japans_defence_budget.ipynb, or 08; lessons only by their path."
        ),
    ],
) -> None:
    """Begin an exercise or a lesson again: a fresh copy takes its place, your own is kept beside it with the date."""
    from alliance.learner.fresh import CannotReset
    from alliance.learner.fresh import reset as put_fresh

    failed = False
    for text in exercises:
        path = _exercise(text)
        try:
            done = put_fresh(path)
        except CannotReset as error:
            typer.echo(str(error), err=True)
            failed = True
            continue
        if not done.changed:
            typer.echo(f"{path} is as the course hands it out; nothing was changed.")
        elif done.kept is None:
            typer.echo(f"{path} was missing; a fresh copy lies there now.")
        else:
            typer.echo(
                f"{path} is a fresh copy now. Your own notebook is kept as {done.kept}. "
                "If it is open in JupyterLab, choose File, Reload Notebook from Disk."
            )
    raise typer.Exit(2 if failed else 0)


@app.command()
def update(
    source: Annotated[
        Path, typer.Argument(metavar="FROM", help="The new edition: a learner's copy, as a folder or a zip.")
    ],
    course: Annotated[
        Path | None,
        typer.Option(help="Your copy of the course; the one you are in when left out. An empty folder becomes one."),
    ] = None,
) -> None:
    """Bring a new edition into your copy of the course; what you wrote stays, and a line says what was done."""
    from alliance.learner.update import CannotUpdate
    from alliance.learner.update import update as bring
    from alliance.plaintext import printable

    count = 0
    try:
        for done in bring(_root() if course is None else course, source):
            typer.echo(printable(f"{done.file}: {done.what}"))
            count += 1
    except CannotUpdate as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(
            f"The copy cannot be written to ({error.strerror or error}). Nothing of yours is lost; mend that, and run "
            "the command again to go on."
        ) from error
    if not count:
        typer.echo("Your copy is of this edition already; nothing was changed.")
        return
    typer.echo("Where a notebook is open in JupyterLab, choose File, Reload Notebook from Disk.")


data = typer.Typer(help="The course's tables: list them, show one, check them all.", no_args_is_help=True)
app.add_typer(data, name="data")


@data.command("list")
def list_data() -> None:
    """List the tables with what a row is."""
    from rich.console import Console
    from rich.table import Table

    from alliance.data import list_tables

    table = Table("table", "rows", "columns", "years", "what it holds", box=None)
    for one in _or_stop(list_tables, _root()):
        years = f"{one.first_year}–{one.last_year}" if one.first_year else ""
        table.add_row(one.name, f"{one.rows:,}", str(one.columns), years, one.title)
    Console().print(table)


@data.command("show")
def show_data(
    table: Annotated[str, typer.Argument(help="The table's name, such as defence_budget.")],
    rows: Annotated[int, typer.Option(help="How many rows to show.")] = 8,
) -> None:
    """Show a table: what a row is, its columns and units, its first rows."""
    from alliance.data import show_table

    typer.echo(_or_stop(show_table, _root(), table, rows))


@data.command("validate")
def validate_data() -> None:
    """Check every table against its description; name file, row, column and what to do."""
    from alliance.data import validate

    problems = _or_stop(validate, _root())
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{len(problems)} problems." if problems else "All tables are valid.")
    raise typer.Exit(1 if problems else 0)


@data.command("age")
def age_of_data() -> None:
    """Say when each table was last checked and what a new edition would change, the oldest first."""
    from alliance.data import ages

    for one in _or_stop(ages, _root()):
        rows = f"last row {one.last_row}" if one.last_row else "no time"
        typer.echo(f"{one.name}: checked {one.checked or 'never'}, {rows}. {one.next_edition}")


@data.command("refresh")
def refresh_data() -> None:
    """Write the hashes and the codebook anew after a table was edited."""
    from alliance.data import refresh

    changed = _or_stop(refresh, _root())
    for path in changed:
        typer.echo(f"{path.name}: rewritten")
    if not changed:
        typer.echo("Everything was up to date.")


@app.command()
def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            help="The folder of the learners' notebooks, or the archive (.zip): a folder for each learner, or what a "
            "learning system gives to download, as it came."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder for results; kept ones there are not graded again.")],
    workers: Annotated[int, typer.Option(min=1, help="How many notebooks are run side by side.")] = 2,
    scheduler: Annotated[str, typer.Option(help="A Dask scheduler's address, such as tcp://10.0.0.1:8786.")] = "",
    roster: Annotated[
        Path | None,
        typer.Option(
            help="Who should be there: a CSV with the columns name, id and, for an import of grades, email, username, "
            "sis_user_id, sis_login_id, section; or the gradebook that Canvas exports, or Moodle's participants."
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one task may take.")] = 60,
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help="Run code that you trust without walls.")] = False,
    twin: Annotated[
        bool, typer.Option("--twin", help="Try right answers on other data too; find those that were typed in.")
    ] = False,
    due: Annotated[
        Path | None,
        typer.Option(help="When exercises are due: a CSV with the columns exercise, due and, if any, learner."),
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="Who works together: a CSV with the columns group and learner.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="What is worth more than 1: a CSV with the columns exercise, task and weight.")
    ] = None,
    partial: PARTIAL = False,
    anonymous: ANONYMOUS = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Run no notebook: show who was recognised by what, and write people.csv, to correct it in.",
        ),
    ] = False,
) -> None:
    """Grade a class: every notebook in a sandbox of its own, what is already graded kept.

    The folder for results gathers a term: later runs add to it, whatever folder they grade. In it: gradebooks
    (gradebook.csv, and one each for Canvas and for Moodle), a page for every learner (feedback/), what the class did
    with each task (items.html, items.csv), what is alike (alike.html), and all of it as results.json. Your own marks go
    into marks.csv there. The tables of --due, --groups and --weights are copied there and obeyed from then on.
    """
    from rich.console import Console

    from alliance.checking.forked.forking import EngineFailed
    from alliance.classroom.keeping.sheets import UnreadableSheet
    from alliance.classroom.reporting import screen
    from alliance.classroom.reporting.closing import Run, begin, close, prepare, roster_of
    from alliance.classroom.running import worker
    from alliance.classroom.running.grading import ClassResult, How, NoCluster, grade_class
    from alliance.classroom.running.sandbox import NoSandbox
    from alliance.classroom.running.solutions import NoSolutions
    from alliance.classroom.taking_in.correcting import UnreadablePeople, read_people, write_people
    from alliance.classroom.taking_in.intake import NothingHandedIn, take_in
    from alliance.classroom.taking_in.roster import NoRoster, read_roster

    if out.resolve().is_relative_to(submissions.resolve()):
        raise _stop(f"{out} lies in the folder of submissions: name another for --out, or results are taken for work.")
    console = Console()
    how = How(workers, scheduler, not no_sandbox, timeout, twin)
    options = {
        "--twin": twin,
        "--timeout": timeout,
        "--no-sandbox": no_sandbox,
        "--partial": partial,
        "--anonymous": anonymous,
    }
    try:
        root = _root()
        out.mkdir(parents=True, exist_ok=True)  # what is there can be hidden from learners' code
        with worker.expecting(root, how.sandbox and not scheduler and not dry_run, [submissions, out]):
            enrolled = read_roster(roster) if roster else None
            known = read_people(out)
            intake = take_in(submissions, roster_of(out) if enrolled is None else enrolled, known)
            write_people(out, intake.recognised, known)
            if dry_run:
                screen.show_people(console, out, intake)
                return
            for note in prepare(out, options, {"due.csv": due, "groups.csv": groups, "weights.csv": weights}):
                typer.echo(note)
            there = [*(one.learner for one in intake.handed), *intake.others]
            run = Run(str(submissions.resolve()), [], intake.remarks, options, enrolled, learners=there)
            begin(out, run)
            with screen.counting(console, len(intake.handed)) as count:
                try:
                    result, whole = grade_class(root, submissions, out, intake, how, count), True
                except KeyboardInterrupt:
                    result, whole = ClassResult(count.done, intake.remarks, 0), False
        run = dataclasses.replace(run, graded=result.graded, remarks=result.remarks, bases=result.bases)
        closed = close(out, root, run, roster, anonymous, partial)
    except (
        NoSandbox,
        NothingHandedIn,
        NoRoster,
        UnreadablePeople,
        EngineFailed,
        NoCluster,
        NoSolutions,
        UnreadableSheet,
    ) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The results cannot be written to {out}: {error.strerror or error}.") from error
    screen.show_summary(console, closed.graded, closed.remarks)
    screen.show_reports(console, out, closed.notes, anonymous)
    if not whole:
        raise _stop(
            f"Interrupted after {len(count.done)} of {len(intake.handed)} notebooks; run it again to go on.", 130
        )
    if result.kept:
        console.print(f"{result.kept} of {len(result.graded)} notebooks were unchanged and not graded again.")


@app.command()
def collect(
    homes: Annotated[
        list[str] | None,
        typer.Argument(
            help="Where exercises lie, in quotation marks, with a * in the place of the accounts' names; "
            "'/home/*/course/exercises' when left out."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The folder below which collections are kept.")] = Path(
        "collected"
    ),
    only: Annotated[list[str] | None, typer.Option(help="An exercise, such as 05; all when left out.")] = None,
) -> None:
    """Collect a class's exercises from the home folders of one machine, such as a JupyterHub; grade them afterwards.

    Homes are only read. Each collection is a new folder, called by date and time, with a folder for each account.
    """
    from alliance.checking.keys import stems
    from alliance.classroom.taking_in.collecting import HOMES, CannotCollect, read_pattern
    from alliance.classroom.taking_in.collecting import collect as collect_homes

    if homes and len(homes) > 1:
        raise _stop(f"Put the pattern in quotation marks, or the shell replaces its *: '{HOMES}'.")
    wanted = {text: [stem for stem in stems() if stem.startswith(text.zfill(2))] for text in only or []}
    if unknown := [text for text, found in wanted.items() if len(found) != 1]:
        raise _stop(f"“{unknown[0]}” is no exercise of this course. It has {', '.join(stems())}.")
    try:
        made = collect_homes(read_pattern((homes or [HOMES])[0]), out, [stem for (stem,) in wanted.values()])
    except CannotCollect as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The collection cannot be written to {out}: {error.strerror or error}.") from error
    from alliance.plaintext import printable

    for one in made.lines:
        if one.remark:
            typer.echo(printable(f"{one.account}{'/' if one.file else ''}{one.file}: {one.remark}"))
    count, people = sum(one.size is not None for one in made.lines), len(made.accounts)
    typer.echo(
        f"{made.folder}: {count} exercise{'' if count == 1 else 's'} from {people} account{'' if people == 1 else 's'}."
        f" Now grade them: alliance grade {made.folder} --out RESULTS/"
    )


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="The folder for results of `alliance grade`.")],
    partial: PARTIAL = False,
    anonymous: ANONYMOUS = False,
    roster: Annotated[
        Path | None, typer.Option(help="The gradebook that Canvas exports now, to keep the scores that are in it.")
    ] = None,
) -> None:
    """Write a term's reports anew, without grading: after marks by hand, or to join names to numbers."""
    from rich.console import Console

    from alliance.classroom.keeping.sheets import UnreadableSheet
    from alliance.classroom.reporting import screen
    from alliance.classroom.reporting.closing import NothingKept, close

    console = Console()
    try:
        closed = close(out, _root(), None, roster, anonymous, partial)
    except (NothingKept, UnreadableSheet) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The reports cannot be written to {out}: {error.strerror or error}.") from error
    screen.show_reports(console, out, closed.notes, anonymous)


@app.command()
def release(
    out: Annotated[Path, typer.Argument(help="The folder in which to write the copy, as a folder and as a zip.")],
    lessons: Annotated[
        str, typer.Option(help="Numbers and ranges, such as 1-6 or 0,3-5; all lessons when left out.")
    ] = "",
    feedback: Annotated[
        str, typer.Option(help="What `check` tells learners: full (right or wrong), shape, or none.")
    ] = "full",
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier release that nobody has changed.")] = False,
) -> None:
    """Make a learner's copy of the course: lessons, exercises, data, package and front door, without solutions.

    With full feedback the copy holds the expected answers, since `check` compares with them: they are not shown, but a
    determined learner can read them in src/alliance/keys. With shape, `check` tells only whether an answer has the
    form asked for, with none only that there is one; the copy then holds no expected answer. All are graded alike.
    """
    try:
        from alliance.classroom.handing_out.handout import HandOutError
        from alliance.classroom.handing_out.packing import CannotPack
        from alliance.classroom.handing_out.release import NoSuchLesson
        from alliance.classroom.handing_out.release import release as make_release
    except ModuleNotFoundError as missing:
        raise _stop(
            f"Handing out needs the package {missing.name}: install the author extra (pip install -e '.[author]')."
        ) from missing
    from alliance.checking.keys import Feedback
    from alliance.data import DataError

    if feedback not in get_args(Feedback):
        raise _stop(f"There is no feedback “{feedback}”: choose one of {', '.join(get_args(Feedback))}.")
    try:
        made = make_release(_root(), out, lessons, cast(Feedback, feedback), force=force)
    except (NoSuchLesson, HandOutError, CannotPack, DataError) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The copy cannot be written to {out}: {error.strerror or error}.") from error
    count = len(made.stems)
    typer.echo(f"{made.folder} and {made.archive}: {count} {'lesson' if count == 1 else 'lessons'}, no solutions.")
    if feedback == "full":
        typer.echo(
            "`check` needs the expected answers, so they are in src/alliance/keys, where a determined learner can "
            "read them; --feedback shape and --feedback none leave them out."
        )
    else:
        typer.echo("No expected answer is in it; `alliance grade` judges what comes back.")


@app.command("skills")
def show_skills(
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the matrix to this file as CSV.")] = None,
) -> None:
    """Show what the course teaches: each construct, the lesson that introduces it, the tasks that practise it."""
    from rich.console import Console
    from rich.table import Table

    try:
        from alliance.building.sources.errors import SourceError
        from alliance.building.taught.skills import as_csv, read_chapters, skills
    except ModuleNotFoundError as missing:
        raise _stop(
            f"This needs the package {missing.name}: install the author extra (pip install -e '.[author]')."
        ) from missing
    try:
        found = skills(read_chapters(_root()))
    except SourceError as error:
        raise _stop(str(error)) from error
    if csv_file:
        try:
            csv_file.write_text(as_csv(found), encoding="utf-8")
        except OSError as error:
            raise _stop(f"{csv_file} cannot be written: {error.strerror}.") from error
    table = Table("construct", "introduced", "shown again", "practised", box=None)
    for one in found:
        table.add_row(one.name, one.introduced, " ".join(one.shown), " ".join(one.practised) or "never")
    Console().print(table)
    holes = [one.name for one in found if one.is_hole]
    rest = f"never practised: {', '.join(holes)}" if holes else "all of them are practised"
    typer.echo(f"{len(found)} constructs, {rest}.")
    Console().print(_budgets(_root()))


def _budgets(root: Path) -> Table:
    """Return a table of what each lesson asks of its reader; a figure that is out of its budget stands in red."""
    from rich.table import Table

    from alliance.building.sources.source import read_source
    from alliance.building.taught.budgets import LEAST, MOST, budget

    heads = {
        "words": "words",
        "before": "before\ncode",
        "new": "new",
        "new_in": "in one\nsection",
        "turns": "your\nturn",
        "drawing": "drawing\nlines",
        "columns": "columns\nlisted",
    }
    table = Table("lesson", *heads.values(), "readability", box=None)
    for path in sorted((root / "authoring" / "lessons").glob("*.md")):
        one = budget(read_source(path))
        cells = []
        for name in heads:
            value = getattr(one, name)
            out = value > MOST.get(name, value) or value < LEAST.get(name, value)
            cells.append(f"[red]{value:,}[/]" if out else f"{value:,}")
        grade = "textstat is not installed" if one.grade is None else f"{one.grade:.1f}"
        table.add_row(one.number, *cells, grade)
    limits = [f"≤ {MOST[name]:,}" if name in MOST else f"≥ {LEAST[name]}" for name in heads]
    table.add_row("budget", *limits, "")
    return table


@app.command("audit")
def audit_article(
    out: Annotated[Path, typer.Argument(help="The page to write, such as audit.html.")],
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write the list of claims to this file as CSV.")
    ] = None,
    claims: Annotated[
        Path | None, typer.Option(help="Claims of your own: a CSV with the columns of data/claims.csv.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Evidence for them: a CSV with the columns of data/evidence.csv.")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option(help="Accept this unit too, which the course does not have.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
) -> None:
    """Write the audit of both articles, or of claims of your own, as one page that needs no Python to be read."""
    from alliance.audit import UnsoundClaims, as_csv, as_page, course_audit, own_audit, write_new
    from alliance.data import DataError

    if evidence and not claims:
        raise _stop("--evidence needs --claims: name the file of the claims that it judges.")
    if out.suffix.lower() not in {".html", ".htm"}:
        raise _stop(f"{out} is to be a page: give it a name that ends in .html.")
    if csv_file and csv_file.suffix.lower() != ".csv":
        raise _stop(f"{csv_file} is to be a table: give it a name that ends in .csv.")
    if csv_file and csv_file.resolve() in {file.resolve() for file in (claims, evidence) if file}:
        raise _stop(f"{csv_file} holds what is to be audited. Choose another name for --csv.")
    root = _root()
    try:
        made = own_audit(root, claims, evidence, unit or []) if claims else course_audit(root)
    except UnsoundClaims as unsound:
        typer.echo(str(unsound))
        count = len(unsound.problems)
        raise _stop(f"{count} problem{'' if count == 1 else 's'}; nothing was written.", 1) from unsound
    except DataError as error:
        raise _stop(str(error)) from error
    files = {out: as_page(made)}
    if csv_file:
        files[csv_file] = "\ufeff" + as_csv(made)  # the mark tells spreadsheets that the text is UTF-8
    _or_stop(write_new, files, force)
    for path in files:
        typer.echo(f"{path}: written, {len(made.judged)} claims.")


@app.command()
def site(
    out: Annotated[Path, typer.Argument(help="The folder to make, such as build/site.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier site there.")] = False,
    no_lite: Annotated[
        bool, typer.Option("--no-lite", help="Leave out the course in the browser, which takes longest to make.")
    ] = False,
    url: Annotated[
        str,
        typer.Option(help="Where the site will stand: adds addresses, cards for shared links, a sitemap, a 404 page."),
    ] = "",
    repository: Annotated[
        str, typer.Option(help="The repository's address, to be linked to; else that of CITATION.cff, if it has one.")
    ] = "",
    runtime: Annotated[
        Path | None,
        typer.Option(
            help="A downloaded Pyodide, unpacked: browsers then get Python from the site itself, from no other address."
        ),
    ] = None,
) -> None:
    """Build the course as a static site to read; notebooks are shown as they are stored, none is run."""
    try:
        from alliance.site.build import build_site
        from alliance.site.errors import SiteError
    except ModuleNotFoundError as missing:
        raise _stop(
            f"The site needs the package {missing.name}: install the site extra (pip install -e '.[site]')."
        ) from missing
    try:
        built = build_site(_root(), out, typer.echo, force, not no_lite, url, repository, runtime)
    except SiteError as error:
        raise _stop(str(error), 1) from error
    heaviest = max(built.weights, key=lambda one: one.total)
    weight = f"{heaviest.total / 1000:,.0f} kB"
    typer.echo(f"{built.folder}: {built.pages} pages; the heaviest lesson, {heaviest.page}, loads {weight}.")


def _or_stop(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function of the data package; its own errors are sentences for the user."""
    from alliance.data import DataError

    try:
        return function(*arguments)
    except DataError as error:
        raise _stop(str(error)) from error


TEACHERS_COMMANDS = {
    "build": "building",
    "collect": "classroom",
    "grade": "classroom",
    "release": "classroom",
    "report": "classroom",
    "site": "site",
    "skills": "building",
}
"""Commands with the part of the package that they need, which a learner's copy does not have."""


def _hide_teachers_commands() -> None:
    """Forget the commands whose part of the package is not there."""
    from importlib.util import find_spec

    gone = {name for name, part in TEACHERS_COMMANDS.items() if find_spec(f"alliance.{part}") is None}
    app.registered_commands = [
        one for one in app.registered_commands if (one.name or getattr(one.callback, "__name__", "")) not in gone
    ]


def main() -> None:
    """Run the command line."""
    write_readably()
    with contextlib.ExitStack() as stack:
        kernels = None
        if sys.argv[1:2] == ["check"]:
            from alliance.checking.forked.own import OwnKernels

            kernels = stack.enter_context(OwnKernels())
            try:
                named = [path for word in sys.argv[2:] if (path := _exercise(word)).is_file()]
            except typer.Exit as stop:  # not in the course's folder, which has been said
                sys.exit(stop.exit_code)
            for notebook in named[:1]:
                kernels.expect(notebook)  # it loads what it needs while the command line is read
        stack.callback(gc.freeze)  # else Python looks for garbage in all that was loaded before it ends
        _hide_teachers_commands()
        sys.exit(app(obj=kernels))
