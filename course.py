"""The front door of the course: make or repair .venv, install the pinned packages, run what was asked.

It needs nothing but a Python of its own, and runs on Linux, macOS and Windows. Any Python since 2.7 can read
this file, so that one too old can say so: hence no f-strings and no annotations here.
"""

from __future__ import print_function

import os
import sys

ROOT = os.path.dirname(os.path.realpath(__file__))
if __name__ == "__main__":  # a file of the user's beside this one, such as json.py, is not to be taken for Python's own
    sys.path[:] = [place for place in sys.path if os.path.realpath(place) != ROOT]

import errno  # noqa: E402
import hashlib  # noqa: E402
import io  # noqa: E402
import json  # noqa: E402

OLDEST, NEWEST = (3, 11), (3, 13)
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "course.json")  # written last: only a finished .venv says which set it holds
LOCK = os.path.join(VENV, "course.lock")
LOG = os.path.join(VENV, "install.log")
WINDOWS = os.name == "nt"

REQUIREMENTS = {"lab": "locks/lab.txt", "full": "locks/full.txt"}
BESIDE = {"browser": "locks/browser.txt", "pandas2": "locks/pandas2.txt"}  # for `test` alone
FULL_SET_COMMANDS = ("test", "build", "collect", "data", "site", "grade", "release", "report", "skills")
RELEASE = "release.json"  # lies in a learner's copy
COPY_COMMANDS = ("test", "data")  # what a learner's copy can do of them
NEEDS_MB = {"lab": 700, "full": 1500}
MINUTES = {"lab": "one to five minutes", "full": "two to eight minutes"}  # the connection decides
ABOUT = {
    "lab": "opens the course in JupyterLab",
    "test": "runs the whole test suite; with --quick, in under two minutes, what an author needs many times a day",
    "audit": "writes every claim with its verdict as one page",
    "build": "builds notebooks, solutions and keys from their sources in authoring/",
    "check": "runs exercises afresh and says of each task whether it is right, and why not",
    "collect": "collects a class's exercises from the home folders of one machine",
    "data": "lists, shows and checks the course's tables",
    "grade": "grades a folder of notebooks that were handed in",
    "progress": "says what is right, what is not, and what to do next",
    "release": "writes a learner's copy of the course, without solutions",
    "report": "writes a term's reports anew, without grading",
    "reset": "begins an exercise or a lesson again; your own notebook is kept beside it",
    "site": "writes the course as a site to read",
    "skills": "says what is taught where, and where it is practised",
    "update": "brings a new edition of the course into a learner's copy; what you wrote stays",
}
PIP_CONNECTION = """
    PIP_CONFIG_FILE PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_NO_INDEX PIP_FIND_LINKS PIP_TRUSTED_HOST PIP_PROXY PIP_CERT
    PIP_CLIENT_CERT PIP_KEYRING_PROVIDER PIP_USE_FEATURE PIP_USE_DEPRECATED PIP_TIMEOUT PIP_DEFAULT_TIMEOUT PIP_RETRIES
    PIP_RESUME_RETRIES PIP_CACHE_DIR PIP_NO_CACHE_DIR
""".split()  # what says how the index is reached; all else of PIP_ could send the packages somewhere else
HIDE = "--ContentsManager.hide_globs"
NOT_LISTED = """
    __pycache__ *.pyc .DS_Store *~ authoring benchmarks build dist docs licences locks src tests
    *.cff CHANGELOG.md CONTRIBUTING.md course.py environment.yml pyproject.toml release.json
""".split()  # what JupyterLab lists by the course's lessons and exercises only when it is asked to
QUICK = "--quick"
HELP = ("-h", "--help", "help")

USAGE = """\
The US-Japan Alliance in Data

  python3 course.py lab     open the course in JupyterLab
  python3 course.py test    run the whole test suite

  python3 course.py progress
                            what is right, what is not, what to do next
  python3 course.py reset %(exercise)s
                            begin an exercise again; your own notebook is kept beside it
  python3 course.py check %(exercise)s
                            any other word goes to the course's own command;
                            python3 course.py COMMAND --help tells more

%(first)s

What follows `lab` goes to JupyterLab (--no-browser, --port 8899, a notebook's name), what follows
`test` goes to pytest (-k words, -x, a file's name). On Windows, type `py` instead of `python3`.
"""


def usage():
    """Return what can be typed, with an exercise that there is."""
    exercise = os.path.join("exercises", "08_japans_defence_budget.ipynb")
    if not os.path.exists(os.path.join(ROOT, exercise)):
        exercise = first_in("exercises") or exercise
    first = what_comes_first("lab", "Later starts are immediate.")
    return USAGE % {"exercise": exercise.replace(os.sep, "/"), "first": first}


def what_comes_first(wanted, instead):
    """Return what a start that needs the set `wanted` installs before anything else, then the sentence `instead`."""
    if ready(wanted):
        return "Everything needed is installed. " + instead
    packages = count_requirements(os.path.join(ROOT, REQUIREMENTS[wanted]))
    return filled(
        "The first start installs up to %d packages into the folder .venv beside this file: about %d MB on the disk, "
        "%s with an ordinary connection, once. Ctrl-C stops it, and the next start goes on from there. %s"
        % (packages, NEEDS_MB[wanted], MINUTES[wanted], instead)
    )


def filled(text):
    """Return a paragraph in lines that a terminal of 80 columns shows whole."""
    import textwrap

    return textwrap.fill(text, 79)


def help_before_installing(word):
    """Return what `word --help` says while the packages that know more are not there yet."""
    text = "python3 course.py %s\n  %s.\n\n" % (word, ABOUT.get(word, "goes to the course's own command"))
    return text + what_comes_first(set_needed(word), "After that, the same words list the options.") + "\n"


class Problem(Exception):
    """Something the user can mend: one sentence on what happened, one on what to do."""

    def __init__(self, what, then):
        Exception.__init__(self, what + " " + then)


# --- Python ---------------------------------------------------------------------------------------------------------


def version_problem(version, executable, arguments):
    """Return what to say when `version` (a tuple) is outside the supported range, else None."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    what = "This course needs Python %d.%d to %d.%d; this is Python %s (%s)." % (
        OLDEST + NEWEST + (".".join(str(part) for part in version[:3]), executable)
    )
    found = suitable_python()
    if found:
        return Problem(what, "Type instead: %s course.py %s" % (found, " ".join(arguments or ["lab"])))
    return Problem(what, "Install Python %d.%d from https://www.python.org/downloads/ and start with it." % NEWEST)


def suitable_python():
    """Return a command on the search path that starts a supported Python, newest first, or None."""
    import subprocess

    if WINDOWS:
        commands = [("py", "-3.%d" % minor) for minor in (13, 12, 11)]
    else:
        commands = [("python3.%d" % minor,) for minor in (13, 12, 11)]
    test = "import sys; sys.exit(not (%r <= sys.version_info[:2] <= %r))" % (OLDEST, NEWEST)
    for command in commands:
        try:
            with open(os.devnull, "w") as nowhere:
                code = subprocess.call(list(command) + ["-c", test], stdout=nowhere, stderr=nowhere)
        except OSError:
            continue
        if code == 0:
            return " ".join(command)
    return None


def base_python():
    """Return the Python that a new .venv is made from: never the one inside a .venv that may be removed."""
    return getattr(sys, "_base_executable", None) or sys.executable


def require_venv_modules():
    """Raise `Problem` where the system's packager has split `venv` or `ensurepip` off (Debian, Ubuntu)."""
    from importlib.util import find_spec

    missing = [name for name in ("venv", "ensurepip") if find_spec(name) is None]
    if missing:
        raise Problem(
            "This Python lacks its module %s, which makes the folder .venv." % missing[0],
            "On Debian or Ubuntu type: sudo apt install python%d.%d-venv; elsewhere install Python from "
            "https://www.python.org/downloads/." % sys.version_info[:2],
        )


def require_plain_folder():
    """Raise `Problem` where a shell would run a part of the folder's name, which programs in .venv give it to read."""
    if not WINDOWS and any(sign in ROOT for sign in '$`"\\\n'):
        raise Problem(
            'The name of the folder %s holds a sign ($, `, " or \\) that a shell takes for a command.' % ROOT,
            "Rename the folder and start again.",
        )


def working_folder():
    """Return the folder in which the user is. Raises `Problem` where it was removed meanwhile."""
    try:
        return os.getcwd()
    except (OSError, IOError):
        raise Problem(
            "The folder in which you are does not exist any more.", "Change to another one (cd) and start again."
        )


# --- what .venv holds -----------------------------------------------------------------------------------------------


def venv_program(name):
    """Return the path of a program inside .venv."""
    return os.path.join(VENV, "Scripts", name + ".exe") if WINDOWS else os.path.join(VENV, "bin", name)


def fingerprint(wanted):
    """Return what the stamp of a finished .venv holding the set `wanted` must say now."""
    digest = hashlib.sha256()
    for name in [REQUIREMENTS[wanted], "pyproject.toml"] + copied_into_venv():
        digest.update(contents_of(name))
    return {
        "set": wanted,
        "contents": digest.hexdigest(),
        "place": ROOT,  # scripts inside .venv name their folder: a moved .venv is a broken one
        "python": os.path.realpath(venv_program("python")),
        "version": "%d.%d" % sys.version_info[:2],
    }


def copied_into_venv():
    """Return the files of the course that installing it copies: what it adds to JupyterLab."""
    folder = os.path.join(ROOT, "src", "alliance", "learner", "jupyter")
    found = [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names]
    return sorted(os.path.relpath(path, ROOT) for path in found)


def contents_of(name):
    """Return the bytes of a file that every copy of the course has. Raises `Problem` where it is missing."""
    try:
        with open(os.path.join(ROOT, name), "rb") as file:
            return file.read()
    except (OSError, IOError) as error:
        raise Problem(
            "This copy of the course is not complete: %s cannot be read (%s)." % (name, error.strerror),
            "Fetch the course again; your own notebooks in exercises/ can be copied into the new folder.",
        )


def read_stamp():
    """Return what the stamp says, or an empty dictionary where it says nothing that this file has written."""
    try:
        with io.open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, IOError, ValueError, RuntimeError):  # nested too deeply
        return {}
    if not isinstance(stamp, dict) or stamp.get("set", "lab") not in list(REQUIREMENTS):
        return {}
    return stamp


def remove(path):
    """Remove a file, or a folder with all that is in it; nothing where there is none."""
    import shutil

    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def write_stamp(stamp):
    """Write the stamp in one move, so that no half-written one is ever read."""
    beside = STAMP + ".new"
    remove(beside)
    if os.path.isdir(STAMP):
        remove(STAMP)
    with io.open(beside, "w", encoding="utf-8") as file:
        file.write(json.dumps(stamp, indent=1))
    os.replace(beside, STAMP)


def base_is_there():
    """Tell whether the Python that .venv was made from still exists (its folder stands in pyvenv.cfg)."""
    try:
        with io.open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            settings = dict(line.split("=", 1) for line in file if "=" in line)
    except (OSError, IOError, ValueError):
        return False
    home = {key.strip(): value.strip() for key, value in settings.items()}.get("home", "")
    return os.path.isdir(home) and os.path.exists(venv_program("python"))


def ready(wanted):
    """Tell whether .venv is finished and holds the set `wanted` (the full set holds the learner's, too)."""
    stamp = read_stamp()
    if "set" not in stamp or (wanted == "full" and stamp["set"] != "full"):
        return False
    packages = stamp.pop("packages", 0)
    if stamp != fingerprint(stamp["set"]) or not isinstance(packages, int) or installed_packages() < packages:
        return False
    return base_is_there() and os.path.exists(venv_program("alliance"))


def installed_packages():
    """Return how many packages .venv holds: where some are gone since it was finished, it is repaired."""
    folder = site_packages()
    return sum(1 for name in os.listdir(folder) if name.endswith(".dist-info")) if os.path.isdir(folder) else 0


def made_by_venv():
    """Tell whether .venv is an environment (or the beginning of ours) and not some other folder of the user's."""
    if os.path.islink(VENV) or not os.path.isdir(VENV):
        return False
    return not os.listdir(VENV) or any(os.path.exists(path) for path in (STAMP, LOCK, os.path.join(VENV, "pyvenv.cfg")))


def reason_to_make_anew(stamp):
    """Return why .venv cannot be repaired but must be made anew, or None. It may not exist yet."""
    if not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
        return "unfinished" if stamp else "missing"
    if stamp and "set" not in stamp and not stamp.get("made"):
        return "unfinished"
    if stamp and stamp.get("place") != ROOT:
        return "the folder was moved or copied"
    if not base_is_there():
        return "its Python is missing"
    if python_says("import sys; print('%d.%d' % sys.version_info[:2])") != "%d.%d" % sys.version_info[:2]:
        return "it belongs to another Python version"
    return None


def python_says(code):
    """Return what the Python inside .venv prints for `code`, or None when it cannot run."""
    import subprocess

    try:
        shown = subprocess.check_output(
            [venv_program("python"), "-I", "-c", code], stderr=subprocess.STDOUT, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return shown.decode("utf-8", "replace").strip()


# --- setting up -----------------------------------------------------------------------------------------------------


def set_up(wanted):
    """Make sure that .venv holds the set `wanted`; quick when it does already."""
    if ready(wanted):
        return
    require_venv_modules()
    require_plain_folder()
    if os.path.lexists(VENV) and not made_by_venv():
        raise Problem(
            "%s exists and is not an environment that this course may change." % VENV,
            "Rename or remove it and start again.",
        )

    def finish(lock):
        if not ready(wanted):  # another start may have finished it while this one waited
            install(wanted, lock)

    holding_the_lock(finish)


def set_up_beside():
    """Make sure that .venv holds, in folders of their own, the other versions that tests run the course with."""

    def finish(lock):
        for name in sorted(BESIDE):
            if not beside_is_ready(name):
                install_beside(name, lock)

    if not all(beside_is_ready(name) for name in BESIDE):
        holding_the_lock(finish)


def holding_the_lock(work):
    """Make .venv where it is missing, lock it, call `work(lock)`; a `Problem` tells what the disk refuses."""
    try:
        if not os.path.isdir(VENV):
            os.mkdir(VENV)
        lock = open_lock()
        try:
            work(lock)
        finally:
            lock.close()
    except (OSError, IOError) as error:
        raise cannot_write(error)


def cannot_write(error):
    """Return the `Problem` that an OSError met while writing into .venv means."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", -1)):
        return disk_full()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(
            "The folder %s cannot be written to (%s)." % (ROOT, error.strerror),
            "Copy the course to a folder of your own, for example in Documents, and start it there; if JupyterLab "
            "is still running, stop it first.",
        )
    return Problem(
        "Setting up .venv failed: %s." % error, "Start again; if it fails again, delete the folder %s." % VENV
    )


def disk_full():
    """Return the `Problem` of a full disk."""
    return Problem(
        "There is not enough room on the disk that holds %s." % ROOT,
        "Free about %d MB (the full set of packages needs %d MB) and start again."
        % (NEEDS_MB["lab"], NEEDS_MB["full"]),
    )


def open_lock():
    """Open and lock the lock file; wait while another start of the course is setting up.

    On POSIX the lock is inherited by pip, so it lasts until pip has ended even when this process is killed.
    """
    import time

    file = open(LOCK, "a+b")
    told = False
    while not try_lock(file):
        if not told:
            say("Another start of the course is setting up .venv; waiting for it to finish.")
            told = True
        time.sleep(0.2)
    return file


def try_lock(file):
    """Take the lock and return True, or return False when another process holds it."""
    try:
        if WINDOWS:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (OSError, IOError) as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
            return True  # a file system without locks: go on without
        raise
    return True


def install(wanted, lock):
    """Bring .venv from whatever state it is in to the finished state; the lock is held."""
    import time

    begun = time.time()
    stamp = read_stamp()
    if stamp.get("set") == "full" and wanted == "lab":
        wanted = "full"  # what once held the full set keeps it
    why = reason_to_make_anew(stamp)
    require_room(wanted)
    if why:
        say("Making .venv with Python %d.%d%s" % (sys.version_info[:2] + (note(why),)))
        empty_venv()
        begin({"place": ROOT})
        run_step([base_python(), "-P", "-m", "venv", VENV], lock, Progress("", 0))
        write_stamp({"place": ROOT, "made": True})
    else:
        say("Bringing .venv up to date" if "set" in stamp else "Going on with the unfinished .venv")
        begin({"place": ROOT, "made": True})
        forget_half_installed(site_packages())
    if python_says("import pip._internal.cli.main") is None:
        say("Putting pip back into .venv")
        forget_half_installed(site_packages(), anyhow="pip-")
        run_step([venv_program("python"), "-I", "-m", "ensurepip", "--upgrade"], lock, Progress("", 0))

    requirements = os.path.join(ROOT, REQUIREMENTS[wanted])
    total = count_requirements(requirements)
    say(
        "Installing up to %d packages: about %d MB on the disk, %s (log: %s)"
        % (total, NEEDS_MB[wanted], MINUTES[wanted], os.path.join(".venv", "install.log"))
    )
    run_step(
        pip("install", "--require-hashes", "--no-compile", "--no-user", "--requirement", requirements),
        lock,
        Progress(site_packages(), total),
    )
    say("Installing the course itself")
    run_step(
        pip("install", "--no-deps", "--no-build-isolation", "--no-user", "--editable", ROOT), lock, Progress("", 0)
    )
    set_jupyterlab_defaults()
    write_byte_code(site_packages(), os.path.join(ROOT, "src"))
    require_installed()
    write_stamp(dict(fingerprint(wanted), packages=installed_packages()))
    say("Ready after %d seconds." % round(time.time() - begun))


def require_installed():
    """Raise `Problem` where pip says that all is well and the course is not there: its settings send it elsewhere."""
    if python_says("import importlib.metadata as m; m.version('alliance')") is None:
        raise Problem(
            "pip has installed the packages somewhere else than into %s, or not at all." % VENV,
            "Look for target, prefix, python or dry-run among pip's settings (python3 -m pip config list), take them "
            "out and start again.",
        )


def beside_stamp(name):
    """Return the path of the copy of its requirements that a finished folder of other versions holds."""
    return os.path.join(VENV, name, os.path.basename(BESIDE[name]))


def beside_is_ready(name):
    """Tell whether a folder of other versions is finished and holds what is pinned now."""
    return read_text(beside_stamp(name)) == read_text(os.path.join(ROOT, BESIDE[name]))


def install_beside(name, lock):
    """Install other versions of some packages into a folder of their own, made anew; the lock is held."""
    import shutil

    folder, requirements = os.path.join(VENV, name), os.path.join(ROOT, BESIDE[name])
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    with open(LOG, "wb"):
        pass
    total = count_requirements(requirements)
    say("Installing %d packages that the tests compare with" % total)
    run_step(
        pip("install", "--require-hashes", "--no-deps", "--no-compile", "--target", folder, "-r", requirements),
        lock,
        Progress(folder, total),
    )
    write_byte_code(folder)
    shutil.copyfile(requirements, beside_stamp(name))


def write_byte_code(*folders):
    """Compile what was installed, on all processors. Where byte code may not be written later, all would start slowly.

    Some packages hold templates that are no Python; that they do not compile stands in the log and does no harm.
    """
    import subprocess

    say("Preparing what was installed")
    command = [venv_program("python"), "-I", "-m", "compileall", "-q", "-j", "0"]
    with open(LOG, "ab") as log, open(os.devnull, "rb") as nothing:
        subprocess.call(command + list(folders), stdin=nothing, stdout=log, stderr=log)


def note(why):
    """Return the reason in brackets, or nothing on a first start."""
    return "" if why == "missing" else " (%s)" % why


def require_room(wanted):
    """Raise `Problem` before a new installation that the disk has no room for."""
    import shutil

    if "set" in read_stamp() or os.path.exists(venv_program("jupyter")):
        return  # only some packages change
    if shutil.disk_usage(VENV).free < NEEDS_MB[wanted] * 1000000:
        raise disk_full()


def begin(stamp):
    """Say in .venv that its contents are being changed, and start a new log."""
    write_stamp(stamp)
    with open(LOG, "wb"):
        pass


def empty_venv():
    """Remove what .venv holds, save the lock that this process has taken."""
    import shutil

    for name in os.listdir(VENV):
        path = os.path.join(VENV, name)
        if path == LOCK:
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def forget_half_installed(folder, anyhow="~"):
    """Remove the records of packages that pip was interrupted in, so that it installs them again.

    A package's metadata is copied before its last files; pip writes the final RECORD, which then names the file
    INSTALLER, at the very end. Names with a tilde are what pip has moved aside to replace it. Records whose name
    starts with `anyhow` are removed even when they look whole.
    """
    import shutil

    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        half = name.endswith(".dist-info") and "/INSTALLER," not in read_text(os.path.join(path, "RECORD"))
        if half or name.startswith(("~", anyhow)):
            shutil.rmtree(path, ignore_errors=True)


def read_text(path):
    """Return the text of a file, or nothing where there is none."""
    try:
        with io.open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, IOError):
        return ""


def set_jupyterlab_defaults():
    """Keep JupyterLab from asking about news and looking for updates (no network), and let it show texts rendered."""
    folder = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    if not os.path.isdir(folder):
        os.makedirs(folder)
    settings = {
        "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
        # The articles and the glossary open as they are read, not as they are written.
        "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
        # Where days stand beside the files' names, the names are cut so short that they cannot be told apart.
        "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
    }
    with io.open(os.path.join(folder, "overrides.json"), "w", encoding="utf-8") as file:
        file.write(json.dumps(settings, indent=1))
    set_export_defaults()


def set_export_defaults():
    """Let nbconvert, and with it JupyterLab's menu, export notebooks as the course's templates say."""
    folder = os.path.join(VENV, "etc", "jupyter")
    for name in ("jupyter_nbconvert_config.json", os.path.join("jupyter_server_config.d", "alliance.json")):
        path = os.path.join(folder, name)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with io.open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(export_settings(), indent=1))


def export_settings():
    """Return nbconvert's settings: what is to be predicted is folded, and figures keep their descriptions."""
    templates = os.path.join(ROOT, "src", "alliance", "learner", "nbconvert")
    return {
        "HTMLExporter": {"template_name": "alliance", "extra_template_basedirs": [templates]},
        # Slides take the settings of pages where they have none of their own, and would be no slides.
        "SlidesExporter": {"template_name": "alliance_slides", "extra_template_paths": [templates]},
    }


# --- pip and its progress -------------------------------------------------------------------------------------------


def pip(*arguments):
    """Return the command line of the pip inside .venv; what of the user's settings says where from stays in force."""
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--no-color"]
    return [venv_program("python"), "-P", "-m", "pip"] + list(arguments[:1]) + options + list(arguments[1:])


def site_packages():
    """Return the folder inside .venv that packages are installed into."""
    if WINDOWS:
        return os.path.join(VENV, "Lib", "site-packages")
    return os.path.join(VENV, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


def count_requirements(path):
    """Return how many packages a requirements file pins, for all platforms together."""
    lines = contents_of(os.path.relpath(path, ROOT)).decode("utf-8", "replace").splitlines()
    return sum(1 for line in lines if line[:1].isalnum() and "==" in line)


def installing_environment():
    """Return the environment for venv and pip: without what would divert the installation from .venv."""
    environment = running_environment()
    for name in list(environment):
        if name == "PYTHONPATH" or (name.upper().startswith("PIP_") and name.upper() not in PIP_CONNECTION):
            del environment[name]
    environment["PYTHONUNBUFFERED"] = "1"
    environment["PYTHONIOENCODING"] = "utf-8"
    return environment


def running_environment():
    """Return the environment for what runs inside .venv, as activating it would give."""
    environment = dict(os.environ)
    for name in ("PYTHONHOME", "__PYVENV_LAUNCHER__"):
        environment.pop(name, None)
    environment["VIRTUAL_ENV"] = VENV
    environment["PATH"] = os.pathsep.join(
        [os.path.dirname(venv_program("python")), environment.get("PATH", os.defpath)]
    )
    return environment


def run_step(command, lock, progress):
    """Run one command of the installation, its output in the log, its progress on the screen.

    The output goes to a file and not through a pipe: pip then survives when this process is killed.
    """
    import subprocess
    import time

    started_at = os.path.getsize(LOG)
    shared = {} if WINDOWS else {"pass_fds": (lock.fileno(),)}
    with open(LOG, "ab") as log, open(os.devnull, "rb") as nothing:
        child = subprocess.Popen(
            command, stdin=nothing, stdout=log, stderr=log, cwd=ROOT, env=installing_environment(), **shared
        )
        try:
            while child.poll() is None:
                time.sleep(0.1)
                progress.show(read_log(started_at))
        except KeyboardInterrupt:
            try:
                child.wait(10)  # Ctrl-C reaches pip as well
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            raise
        finally:
            progress.end()
    if child.returncode != 0:
        raise explain(read_log(started_at))


def read_log(start):
    """Return the log from the byte `start` on."""
    with open(LOG, "rb") as file:
        file.seek(start)
        return file.read().decode("utf-8", "replace")


class Progress:
    """One line that counts packages: rewritten in a terminal, a new one every ten seconds elsewhere."""

    def __init__(self, folder, total):
        self.folder, self.total = folder, total
        self.before = self.installed()
        self.shown, self.width, self.due = "", 0, 0.0

    def installed(self):
        """Return how many packages the folder holds."""
        try:
            return sum(1 for name in os.listdir(self.folder) if name.endswith(".dist-info"))
        except (OSError, IOError):
            return 0

    def describe(self, log):
        """Return the line for what pip has written so far, or nothing."""
        fetched, ignored, names = 0, 0, []
        last = ""
        for line in log.splitlines():
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                fetched += 1
                last = line.split("Collecting ")[-1].split(": ")[-1].split("==")[0].split(" ")[0]
            elif line.startswith("Ignoring "):
                ignored += 1
            elif line.startswith("Installing collected packages: "):
                names = line.split(": ", 1)[1].split(", ")
        total = self.total - ignored
        if names:
            done = min(max(self.installed() - self.before, 0), len(names) - 1)
            return "installing %d/%d %s" % (done + 1, len(names), names[done])
        if "Retrying (" in log.rsplit("Collecting ", 1)[-1]:
            return "fetching %d/%d %s: no answer yet, trying again" % (fetched, total, last)
        return "fetching %d/%d %s" % (fetched, total, last) if fetched else ""

    def show(self, log):
        """Show the progress that `log` tells of."""
        import time

        text = self.describe(log) if self.total else ""
        if not text or text == self.shown:
            return
        if sys.stderr.isatty():
            sys.stderr.write("\r  " + text.ljust(self.width)[:100])
            self.width = len(text)
        elif time.time() >= self.due or text.split()[0] != self.shown.split()[0]:
            sys.stderr.write("  " + text + "\n")
            self.due = time.time() + 10
        sys.stderr.flush()
        self.shown = text

    def end(self):
        """Wipe the line."""
        if self.width and sys.stderr.isatty():
            sys.stderr.write("\r" + " " * (self.width + 2) + "\r")
            sys.stderr.flush()


def explain(log):
    """Return the `Problem` that the log of a failed step tells of."""
    import re

    def told(pattern):
        return re.search(pattern, log, re.IGNORECASE)

    if told(r"no space left on device|errno 28\b|disk quota exceeded|not enough space on the disk"):
        return disk_full()
    if told(r"do not match the hashes"):
        return Problem(
            "A package that was downloaded is not the one this course was tested with.",
            "Try another network, or type `%s -m pip cache purge`, and start again." % venv_program("python"),
        )
    if told(r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError"):
        return Problem(
            "The package index was reached, but its certificate could not be verified.",
            "On a company's or school's network, set PIP_CERT to its certificate file and start again.",
        )
    if told(
        r"connection broken by|NewConnectionError|NameResolutionError|Max retries exceeded|ProxyError"
        r"|ReadTimeoutError|ConnectTimeout|ConnectionResetError|network is unreachable"
    ):
        return Problem(
            "The packages could not be downloaded: no connection to the package index.",
            "Connect to the internet (behind a proxy or mirror, set it in pip.conf) and start again; what was "
            "downloaded is kept.",
        )
    if told(r"ensurepip is not available|No module named '?ensurepip"):
        return Problem(
            "This Python lacks its module ensurepip, which puts pip into .venv.",
            "On Debian or Ubuntu type: sudo apt install python%d.%d-venv" % sys.version_info[:2],
        )
    missing = told(r"No matching distribution found for ([A-Za-z0-9._-]+==[^\s;]+)")
    if missing and told(r"from versions: none"):
        return Problem(
            "The package index has no %s, or could not be reached." % missing.group(1),
            "Check the internet connection (and pip's settings, if there are any) and start again.",
        )
    if missing:
        return Problem(
            "The package index has no %s for this computer and Python." % missing.group(1),
            "If pip is set to use a mirror, bring it up to date; otherwise try another Python from %d.%d to %d.%d."
            % (OLDEST + NEWEST),
        )
    if told(r"permission denied|access is denied|read-only file system"):
        return cannot_write(OSError(errno.EACCES, "permission denied"))
    errors = re.findall(r"^(?:ERROR|Error): (.+)$", log, re.MULTILINE) or log.strip().splitlines()[-1:] or ["?"]
    return Problem(
        "Setting up .venv failed: %s." % errors[-1].rstrip("."),
        "Start again; if it fails again, read %s and delete the folder .venv." % LOG,
    )


# --- running --------------------------------------------------------------------------------------------------------


def first_notebook(arguments):
    """Return (the notebook to open as a path from the course's folder, the other arguments)."""
    for given in arguments:
        path = os.path.realpath(given)
        if given.endswith(".ipynb") and os.path.isfile(path) and path.startswith(ROOT + os.sep):
            return os.path.relpath(path, ROOT), [other for other in arguments if other != given]
    return first_in("lessons"), list(arguments)


def first_in(folder):
    """Return the first notebook of a folder as a path from the course's, or None."""
    inside = os.path.join(ROOT, folder)
    names = sorted(os.listdir(inside)) if os.path.isdir(inside) else []
    names = [name for name in names if name.endswith(".ipynb")]
    return os.path.join(folder, names[0]) if names else None


def lab_command(arguments):
    """Return the command line that starts JupyterLab at the first lesson, beside it what a learner opens."""
    from urllib.parse import quote

    notebook, others = first_notebook(arguments)
    command = [venv_program("python"), "-P", "-m", "jupyterlab", "--ServerApp.root_dir=" + ROOT]
    if notebook:
        path = quote(notebook.replace(os.sep, "/"))
        command.append("--LabApp.default_url=/lab/tree/%s?file-browser-path=/" % path)
    if not any(other.startswith(HIDE) for other in others):
        command += [HIDE + "=" + name for name in NOT_LISTED]
    if option_value(arguments, "port") is not None:
        command.append("--ServerApp.port_retries=0")  # the port that was asked for, or none
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers; the server answers to this computer and its token alone
    return command + others


def option_value(arguments, name):
    """Return the value given for --name or --ServerApp.name, or None."""
    spellings = ("--" + name, "--ServerApp." + name)
    value = None
    for place, given in enumerate(arguments):
        if given in spellings and place + 1 < len(arguments):
            value = arguments[place + 1]
        elif given.startswith(tuple(spelling + "=" for spelling in spellings)):
            value = given.split("=", 1)[1]
    return value


def require_free_port(arguments):
    """Raise `Problem` when the port given with --port cannot be had; without one, JupyterLab finds a free one."""
    import socket

    port = option_value(arguments, "port")
    if port is None:
        return
    if not port.isdigit() or not 0 <= int(port) <= 65535:
        raise Problem("%r is no port." % port, "Give a number from 1024 to 65535, or leave --port away.")
    host = option_value(arguments, "ip") or "localhost"
    if host == "*":
        host = ""
    with socket.socket() as probe:
        if WINDOWS:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except (OSError, UnicodeError) as error:
            if getattr(error, "errno", None) in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", -1)):
                raise Problem(
                    "Port %s is in use by another program." % port,
                    "Leave --port away, give another number, or stop the other program.",
                )
            raise Problem("Port %s cannot be opened (%s)." % (port, error), "Leave --port away.")


def is_learners_copy():
    """Tell whether this folder was made by `release`: it has no solutions, and only the learner's set of packages."""
    return os.path.exists(os.path.join(ROOT, RELEASE))


def set_needed(word):
    """Return which set of packages a word needs."""
    if word not in FULL_SET_COMMANDS:
        return "lab"
    if not is_learners_copy():
        return "full"
    if word not in COPY_COMMANDS:
        raise Problem(
            "This is a learner's copy of the course, which cannot do `%s`." % word,
            "Start it in the full course, where this copy was made.",
        )
    return "lab"


def test_command(arguments):
    """Return the command line of the test suite: a process per core, a file in one process, long files first."""
    command = [venv_program("python"), "-m", "pytest"]
    if not is_learners_copy():
        command += ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    return command + arguments


def run(command, folder):
    """Run `command` in place of this process (on Windows beside it) and return its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(folder)
    if not WINDOWS:
        os.execve(command[0], command, running_environment())
    import subprocess

    child = subprocess.Popen(command, env=running_environment())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # Ctrl-C is the child's to answer


def say(text):
    """Tell the user, on the error stream: the output belongs to what is run."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def start(arguments):
    """Do what the command line asks; return the exit code."""
    if not arguments or arguments[0].strip() in ("",) + HELP:
        sys.stdout.write(usage())
        return 0
    word, others, here = arguments[0], arguments[1:], working_folder()
    asks_for_help = any(other in HELP[:2] for other in others)
    if asks_for_help and not ready(set_needed(word)):
        sys.stdout.write(help_before_installing(word))
        return 0
    if word == "lab":
        require_free_port(others)
    set_up(set_needed(word))
    if word == "lab":
        return run(lab_command(others), here)
    if word == "test":
        if is_learners_copy():
            others = [other for other in others if other != QUICK]  # a copy's tests are few, and all quick
        elif QUICK not in others and not asks_for_help:
            set_up_beside()
        return run(test_command(others), ROOT)
    return run([venv_program("alliance")] + arguments, here)


def main(arguments):
    """Return the exit code; say in one line what the user can mend."""
    problem = version_problem(sys.version_info, sys.executable, arguments)
    try:
        if problem:
            raise problem
        return start(arguments)
    except Problem as told:
        say(str(told))
        return 1
    except KeyboardInterrupt:
        say("Interrupted. Start again to go on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
