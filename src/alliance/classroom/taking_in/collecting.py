"""Collect a class's exercises from the home folders of one machine: reads only, follows no link, overwrites nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fnmatch
import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

from alliance.checking.keys import stems
from alliance.checking.submission import MAX_BYTES, UnreadableNotebook, identify, parse_notebook
from alliance.classroom.keeping.csvfile import as_csv
from alliance.classroom.taking_in.files.naming import readable
from alliance.classroom.taking_in.files.walking import NOTEBOOK, is_left_behind

HOMES = "/home/*/course/exercises"
LIST = "collected.csv"
"""What was found in each home, beside what was collected."""
HEADER = ("account", "file", "bytes", "changed", "remark")
MOST_FILES, MOST_BYTES, DEEPEST = 500, 200_000_000, 6
"""Of one home: entries that are looked at, bytes that are read, folders in each other."""
SLOW = 3
"""How often a file is read that is being saved at the moment."""
FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""How folders and files are opened: a link is refused, and nothing waits for a pipe's other end."""

ABLE = os.open in os.supports_dir_fd and os.listdir in os.supports_fd
"""Whether this system can open a file from an opened folder, so that nobody can put a link in its way meanwhile."""


class CannotCollect(Exception):
    """Nothing can be collected; the message says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Homes:
    """Where exercises lie: the folder of the homes, the one part of the path that varies, and the rest of it."""

    above: Path
    account: str
    below: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Found:
    """One line of the list: a file that was collected, or a sentence on what was not."""

    account: str
    file: str
    size: int | None = None
    changed: str = ""
    remark: str = ""


@dataclasses.dataclass(frozen=True)
class Collected:
    """What was collected: its folder, a line for each file and each remark, and the accounts that anything is from."""

    folder: Path
    lines: Sequence[Found]
    accounts: Sequence[str]


def read_pattern(text: str) -> Homes:
    """Return what a pattern such as `/home/*/course/exercises` means. Raises CannotCollect."""
    parts = PurePosixPath(os.path.abspath(text)).parts
    wild = [place for place, part in enumerate(parts) if any(sign in part for sign in "*?[")]
    if len(wild) != 1 or ".." in PurePosixPath(text).parts:
        raise CannotCollect(
            f"“{text}” is to have a * in one part, where the accounts' names stand, and quotation marks around it: "
            f"'{HOMES}'."
        )
    (place,) = wild
    return Homes(Path(*parts[:place]), parts[place], parts[place + 1 :])


def collect(homes: Homes, out: Path, only: Collection[str] = (), now: dt.datetime | None = None) -> Collected:
    """Copy the exercises in everybody's home to a new folder below `out`, called by date and time.

    In it is a folder for each account, as `alliance grade` reads it, and a list. `only` are the stems of the exercises
    that are wanted, all when empty. Whatever is odd about a home or a file, the others are collected. A file keeps the
    time when it was changed. Raises CannotCollect, and OSError where `out` cannot be written to.
    """
    if not ABLE:
        raise CannotCollect("Home folders can be collected on Linux and macOS alone.")
    accounts = _accounts(homes)
    _demand_apart(homes, out, accounts)
    out.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=out, prefix=".collecting-"))
    try:
        lines = [line for entry, account in accounts for line in _home(homes, entry, account, beside, only)]
        taken = [line for line in lines if line.size is not None]
        if not taken:
            raise CannotCollect(_nothing(homes, lines))
        rows = [[one.account, one.file, one.size, one.changed, one.remark] for one in lines]
        (beside / LIST).write_text(as_csv(HEADER, rows), encoding="utf-8", newline="")
        folder = _named(beside, out, now or dt.datetime.now())
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Collected(folder, lines, list(dict.fromkeys(one.account for one in taken)))


def _accounts(homes: Homes) -> list[tuple[str, str]]:
    """Return the homes' own names with the accounts that they are called by. Raises CannotCollect."""
    try:
        names = sorted(name for name in os.listdir(homes.above) if fnmatch.fnmatchcase(name, homes.account))
    except OSError as error:
        raise CannotCollect(f"The folder {homes.above} cannot be opened ({error.strerror}).") from None
    names = [name for name in names if not name.startswith(".")]
    if not names:
        raise CannotCollect(f"Nothing in {homes.above} is called {homes.account}: name the folder of the homes.")
    return [(name, _account(name, homes.account)) for name in names]


def _account(name: str, pattern: str) -> str:
    """Return an account's name: what the pattern's only star stands for, so that `jupyter-ada` is ada."""
    before, star, after = pattern.partition("*")
    alone = star and not any(sign in before + after for sign in "*?[")
    return readable(name[len(before) : len(name) - len(after)] or name if alone else name)


def _demand_apart(homes: Homes, out: Path, accounts: Collection[tuple[str, str]]) -> None:
    """Raise CannotCollect where the collection would lie among what is collected."""
    for name, _ in accounts:
        if out.resolve().is_relative_to(homes.above.resolve().joinpath(name, *homes.below)):
            raise CannotCollect(f"{out} lies among the exercises themselves: name another folder for --out.")


def _nothing(homes: Homes, lines: Collection[Found]) -> str:
    """Return the sentence on a class of whom nothing was found."""
    where = homes.above.joinpath(homes.account, *homes.below)
    denied = any("Permission denied" in one.remark for one in lines)
    advice = " Only an administrator can read others' homes: put sudo in front." if denied else ""
    told = "".join(f"\n{one.account}: {one.remark}" for one in lines)
    return f"No exercise was found in {where}, and nothing was written.{advice}{told}"


def _named(beside: Path, out: Path, now: dt.datetime) -> Path:
    """Give a collection its name, date and time, with a number where there is one of that name."""
    stamp = now.strftime("%Y-%m-%d-%H%M%S")
    for number in range(1, 1000):
        folder = out / (stamp if number == 1 else f"{stamp}-{number}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir()  # the name is ours from here on
            return beside.replace(folder)
    raise CannotCollect(f"{out} has too many collections of this second.")


# --- one home ------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class _Home:
    """A home that is being read: whose it is, what may still be read of it, and where its files go."""

    account: str
    owner: int
    into: Path
    only: Collection[str]
    entries: int = MOST_FILES
    bytes: int = MOST_BYTES
    given: set[str] = dataclasses.field(default_factory=set)


def _home(homes: Homes, name: str, account: str, beside: Path, only: Collection[str]) -> Iterator[Found]:
    """Copy one home's exercises and yield a line for each, and for what was not copied. Stops for nothing."""
    done: list[Found] = []
    with contextlib.ExitStack() as stack:
        try:
            opened = _open_folder(os.path.join(homes.above, name), None, stack)
            home = _Home(account, os.fstat(opened).st_uid, _free(beside, account), only)
            for part in homes.below:
                opened = _open_folder(part, opened, stack)
        except FileNotFoundError:
            where = "/".join(homes.below)
            yield Found(account, "", remark=f"There is no folder {where} in this home.")
            return
        except OSError as error:
            yield Found(account, "", remark=f"This home cannot be read ({_why(error)}).")
            return
        for line in _folder(home, opened, ()):
            done.append(line)
            yield line
    if not done:
        yield Found(account, "", remark="No exercise lies in this home.")


def _open_folder(name: str, above: int | None, stack: contextlib.ExitStack) -> int:
    """Open a folder that is no link, and close it with the rest. Raises OSError."""
    opened = os.open(name, os.O_RDONLY | FOLDER, dir_fd=above)
    stack.callback(os.close, opened)
    return opened


def _why(error: OSError) -> str:
    """Return why something cannot be opened; a link is told as what it is."""
    if isinstance(error, NotADirectoryError) or error.errno in {40, 62}:  # ELOOP of Linux and macOS
        return "it is a link, or no folder; links are not followed"
    return error.strerror or type(error).__name__


def _free(beside: Path, account: str) -> Path:
    """Return the folder of an account's files; two homes that are called alike do not share one."""
    number, folder = 1, beside / account
    while folder.exists():
        number += 1
        folder = beside / f"{account}-{number}"
    return folder


def _folder(home: _Home, folder: int, above: tuple[str, ...]) -> Iterator[Found]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield Found(home.account, "/".join(above), remark=f"This folder cannot be opened ({_why(error)}).")
        return
    for name in names:
        parts = (*above, readable(name))
        file = "/".join(parts)
        home.entries -= 1
        if home.entries < 0:
            if home.entries == -1:
                words = f"There are more than {MOST_FILES} files; what comes behind them was not looked at."
                yield Found(home.account, file, remark=words)
            return
        try:
            kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            if is_left_behind(parts[-1], stat.S_ISDIR(kind)):
                continue
            if stat.S_ISDIR(kind) and len(parts) > DEEPEST:
                yield Found(home.account, file, remark=f"This folder lies more than {DEEPEST} deep; it was not opened.")
            elif stat.S_ISDIR(kind):
                with contextlib.ExitStack() as stack:
                    yield from _folder(home, _open_folder(name, folder, stack), parts)
            elif NOTEBOOK not in name.casefold():
                continue
            elif not stat.S_ISREG(kind):
                yield Found(home.account, file, remark="This is a link or no file; it was not followed or opened.")
            else:
                yield from _file(home, folder, name, parts)
        except OSError as error:
            yield Found(home.account, file, remark=f"This file cannot be read ({_why(error)}).")


def _file(home: _Home, folder: int, name: str, parts: tuple[str, ...]) -> Iterator[Found]:
    """Copy a file if it is a wanted exercise. Raises OSError where it cannot be read."""
    file = "/".join(parts)
    content, about = _content(folder, name)
    if content is None:
        size = f"{MAX_BYTES // 1_000_000} MB"
        yield Found(home.account, file, remark=f"This file is larger than {size}, as no exercise is; it was left.")
        return
    home.bytes -= len(content)
    if home.bytes < 0:
        words = f"The notebooks of this home are more than {MOST_BYTES // 1_000_000} MB; this one was left."
        yield Found(home.account, file, remark=words)
        return
    stem = _exercise(content, parts[-1])
    if stem is None or (home.only and stem not in home.only):
        return
    place = home.into.joinpath(*parts)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as copy:
            copy.write(content)
        os.utime(place, ns=(about.st_mtime_ns, about.st_mtime_ns))
    except FileExistsError:
        yield Found(home.account, file, remark="Another file of this home has this name; this one was left.")
        return
    changed = dt.datetime.fromtimestamp(int(about.st_mtime)).isoformat()
    whose = "" if about.st_uid == home.owner else f"This file is {_user(about.st_uid)}'s, not the home's owner's."
    yield Found(home.account, file, len(content), changed, whose)


def _content(folder: int, name: str) -> tuple[bytes | None, os.stat_result]:
    """Return a file's bytes, None where it is too large, and what is known of it; one that is being saved is read anew.

    Raises OSError, also where it has become a link or a pipe.
    """
    for _ in range(SLOW):
        opened = os.open(name, os.O_RDONLY | FILE, dir_fd=folder)
        with open(opened, "rb") as stream:
            before = os.fstat(opened)
            if not stat.S_ISREG(before.st_mode):
                raise OSError(0, "it is no file")
            content = stream.read(MAX_BYTES + 1)
            after = os.fstat(opened)
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
            break
    return (content if len(content) <= MAX_BYTES else None), after


def _exercise(content: bytes, name: str) -> str | None:
    """Return which exercise of the course a file is, also where it is damaged and only its name says so; else None."""
    try:
        found = identify(parse_notebook(content, name), Path(name))
        return found.stem if found.kind == "exercises" else None
    except UnreadableNotebook:
        return next((stem for stem in stems() if stem in name), None)
    except Exception:  # one notebook, however strange, must not stop a class
        return next((stem for stem in stems() if stem in name), None)


def _user(number: int) -> str:
    """Return the name of an account by its number."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
