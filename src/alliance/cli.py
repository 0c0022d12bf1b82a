"""The command line: parse, call, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The US–Japan Alliance in Data: check exercises, build the course, look at its data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _root() -> Path:
    """Return the course's root folder, or stop with a sentence."""
    from alliance.course import CourseNotFound, find_root

    try:
        return find_root(Path.cwd())
    except CourseNotFound as error:
        raise _stop(str(error)) from error


def _stop(message: str, code: int = 2) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


@app.callback()
def _commands() -> None:
    """The US–Japan Alliance in Data: check exercises, build the course, look at its data."""


@app.command()
def build(
    chosen: Annotated[list[str] | None, typer.Argument(help="Numbers or names, such as 05; all when left out.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Build nothing; say what is stale and fail if anything is.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Build also what is up to date.")] = False,
    workers: Annotated[int, typer.Option(help="How many sources are run side by side.")] = 2,
) -> None:
    """Build lessons, exercises, solutions and keys from their sources in authoring/."""
    try:
        from alliance.building import build as builder
        from alliance.building.errors import SourceError
    except ModuleNotFoundError as missing:
        raise _stop(f"Building needs the package {missing.name}: install the author extra (pip install -e '.[author]').") from missing
    root = _root()
    try:
        course = builder.read_course(root)
        jobs = builder.find_jobs(root, chosen or [])
    except SourceError as error:
        raise _stop(str(error)) from error
    stale = builder.find_stale(root, jobs, course)
    for one in stale:
        typer.echo(f"{one.job.name}: {one.reason}")
    if check:
        typer.echo(f"{len(stale)} of {len(jobs)} sources are stale." if stale else f"All {len(jobs)} sources are up to date.")
        raise typer.Exit(1 if stale else 0)
    todo = jobs if force else [one.job for one in stale]
    if not todo:
        typer.echo(f"All {len(jobs)} sources are up to date.")
        return
    errors = builder.build(root, todo, course, typer.echo, workers)
    for error in errors:
        typer.echo(str(error), err=True)
    raise typer.Exit(1 if errors else 0)


def main() -> None:
    """Run the command line."""
    sys.exit(app())
