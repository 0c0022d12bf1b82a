"""Know how learning systems name what they give to download: whose a file is, by a part of its path."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence


@dataclasses.dataclass(frozen=True)
class Clue:
    """What a part of a path says about whose it is.

    `part` is the part as it stands there, `system` what named it so. `name` and `ids` (IDs, logins, addresses) are the
    learner's; `number` is Canvas's user ID, or the number that Moodle gives a learner in one assignment. `attempt`
    grows with later ones; `file` is what the learner's own file was called, empty where the part is a folder's.
    """

    part: str
    system: str
    name: str
    ids: Sequence[str] = ()
    number: str = ""
    anonymous: bool = False
    late: bool = False
    attempt: int = 0
    file: str = ""


MOODLE = re.compile(r"(?P<name>.+?)[ _](?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
"""Moodle: `Kim Lee_123456_assignsubmission_file_` as a folder, or in front of the file's own name.

Its number is another one in each assignment. Where names are hidden it is `Participant_101_…`, in the site's language.
"""
PARTICIPANT = re.compile(r"(?:.*-)?participant", re.IGNORECASE)
BLACKBOARD = re.compile(
    r"(?P<task>.+)_(?P<login>[^_]+)_attempt_(?P<when>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.+))?"
)
"""Blackboard: `Exercise05_s1_attempt_2026-03-02-09-00-00_05_….ipynb`."""
D2L = re.compile(r"\d+-\d+ - (?P<name>.+?) - (?P<when>[^-]*\b\d{4}\b[^-]*?)(?: - (?P<file>.+))?")
"""D2L Brightspace: `12345-67890 - Ada Test - Mar 1, 2026 1011 AM`, as a folder or in front of the file's name."""
SAKAI = re.compile(r"(?P<last>[^,()]+), ?(?P<first>[^()]+?) ?\((?P<login>[^()]+)\)")
"""Sakai: `Test, Ada(s0)`."""
EXCHANGE = re.compile(r"(?P<login>[^+]+)\+(?P<task>[^+]+)\+(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[^+]*(?:\+.*)?")
"""nbgrader's exchange: `ada+ps05+2026-03-02 09:00:00.000000 UTC`."""
CANVAS_ANONYMOUS = re.compile(
    r"(?P<first>(?i:LATE_))?anon(?:ymous)?_(?P<number>[A-Za-z0-9]{3,12})_(?P<late>(?i:LATE_))?\d+_(?P<file>.+?)(?:-(?P<version>\d{1,4}))?"
)
"""Canvas, where names are hidden: `anon_aB3dE_123_05_….ipynb`, `LATE_anon_…` where it is late.

That this mark comes first is in https://github.com/instructure/canvas-lms/blob/master/lib/content_zipper.rb, as is
how names are written.
"""
CANVAS = re.compile(
    r"(?P<first>(?i:LATE_))?(?P<name>.+?)_(?P<late>(?i:LATE_))?(?P<number>\d+)_(?P<submission>\d+)_(?P<file>.+?)(?:-(?P<version>\d{1,4}))?"
)
"""Canvas: `leekim_LATE_12345_67890_08_japans_defence_budget-1.ipynb`; the number at the end counts resubmissions."""
ILIAS = re.compile(r"(?P<last>[^_\d]+)_(?P<first>[^_\d]+)_(?P<login>[^_]+)_(?P<number>\d{4,})")
"""ILIAS: `Doe_Jane_jdoe12s_2345678`."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def clue_of(part: str, folder: bool) -> Clue | None:
    """Return what a part of a path says of whose it is; None where it is no system's.

    `part` is a folder's name, or a file's without its ending.
    """
    for read in FOLDERS if folder else FILES:
        if clue := read(part):
            return clue
    return None


def _moodle(part: str) -> Clue | None:
    if not (match := MOODLE.fullmatch(part)):
        return None
    name, number, file = match["name"].strip(), match["number"], match["file"]
    return Clue(part, "Moodle", name, (), number, PARTICIPANT.fullmatch(name) is not None, file=file)


def _blackboard(part: str) -> Clue | None:
    if not (match := BLACKBOARD.fullmatch(part)):
        return None
    login, when = match["login"], int(match["when"].replace("-", ""))
    return Clue(part, "Blackboard", login, (login,), attempt=when, file=match["file"] or "")


def _d2l(part: str) -> Clue | None:
    if not (match := D2L.fullmatch(part)):
        return None
    return Clue(part, "D2L", match["name"], attempt=moment(match["when"]), file=match["file"] or "")


def _sakai(part: str) -> Clue | None:
    if not (match := SAKAI.fullmatch(part)):
        return None
    return Clue(part, "Sakai", f"{match['first'].strip()} {match['last'].strip()}", (match["login"],))


def _exchange(part: str) -> Clue | None:
    if not (match := EXCHANGE.fullmatch(part)):
        return None
    when = int(re.sub(r"\D", "", match["when"]))
    return Clue(part, "nbgrader", match["login"], (match["login"],), attempt=when)


def _canvas_anonymous(part: str) -> Clue | None:
    if not (match := CANVAS_ANONYMOUS.fullmatch(part)):
        return None
    name, attempt = f"anon {match['number']}", int(match["version"] or 0)
    late = bool(match["first"] or match["late"])
    return Clue(part, "Canvas", name, (), match["number"], True, late, attempt, match["file"])


def _canvas(part: str) -> Clue | None:
    if not (match := CANVAS.fullmatch(part)):
        return None
    number, attempt = match["number"], int(match["version"] or 0)
    late = bool(match["first"] or match["late"])
    return Clue(part, "Canvas", match["name"], (), number, False, late, attempt, match["file"])


def _ilias(part: str) -> Clue | None:
    if not (match := ILIAS.fullmatch(part)):
        return None
    return Clue(part, "ILIAS", f"{match['first']} {match['last']}", (match["login"], match["number"]))


FILES: tuple[Callable[[str], Clue | None], ...] = (_moodle, _blackboard, _d2l, _canvas_anonymous, _canvas)
FOLDERS = (*FILES, _sakai, _exchange, _ilias)


def moment(text: str) -> int:
    """Return a time as D2L writes it (`Mar 1, 2026 1011 AM`) as a number that grows; 0 where it is none."""
    found = re.search(r"(?i)\b([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4}),? (\d{1,2})[:.h]?(\d\d) ?(am|pm)?", text)
    if found:
        month, day, year, hour, minute, half = found.groups()
    elif found := re.search(
        r"(?i)\b(\d{1,2})\.? ([a-z]{3})[a-z]*\.?,? (\d{4}),? (\d{1,2})[:.h]?(\d\d) ?(am|pm)?", text
    ):
        day, month, year, hour, minute, half = found.groups()
    if not found or month.casefold() not in MONTHS:
        return 0
    hours = int(hour) % 12 + 12 * (half.casefold() == "pm") if half else int(hour)
    return int(f"{year}{MONTHS.index(month.casefold()) + 1:02}{int(day):02}{hours:02}{minute}00")


# --- Gradescope ------------------------------------------------------------------------------------------------

GRADESCOPE = "submission_metadata.yml"
MOST_BYTES = 20_000_000


def gradescope_people(text: str) -> Mapping[str, Sequence[Clue]]:
    """Return who handed in each folder of Gradescope's export, by the folder's name, as its metadata say.

    Raises ValueError where they cannot be read.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("no metadata of Gradescope's") from error
    found: dict[str, Sequence[Clue]] = {}
    for folder, about in data.items() if isinstance(data, dict) else ():
        people = _value(about, "submitters")
        clues = [_submitter(str(folder), person) for person in people if isinstance(person, dict)] if people else []
        if clues:
            found[str(folder)] = clues
    return found


def _submitter(folder: str, person: Mapping[str, object]) -> Clue:
    name, number, email = (str(_value(person, key) or "") for key in ("name", "sid", "email"))
    return Clue(folder, "Gradescope", name or email or number, [one for one in (number, email) if one])


def _value(about: object, key: str) -> list[object] | str | None:
    """Return what Ruby wrote under a symbol: `:name:`."""
    if not isinstance(about, dict):
        return None
    value = about.get(f":{key}", about.get(key))
    if isinstance(value, list):
        return value
    return None if value is None or isinstance(value, dict) else str(value)
