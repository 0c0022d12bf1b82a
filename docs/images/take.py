"""Take the README's pictures: a lesson's figure with its caption, and verdicts in the light and the dark theme.

    python docs/images/take.py [--lesson 08] [--exercise 08] [--chromium /usr/bin/chromium]

Needs the `test` extra and Chromium. The course's folder is copied first: nothing in it is changed.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import DARK, LIGHT, Notebook, chromium_browser, jupyterlab  # noqa: E402

from alliance.building.sources.source import read_source, read_tasks  # noqa: E402
from alliance.checking.keys import cell_id  # noqa: E402

HERE = Path(__file__).resolve().parent
WIDTH = 1280
KEYS = Path("src", "alliance", "keys")

TO_FIGURE = """async ([nth]) => {
  const notebook = course.panel().content;
  const drawn = notebook.widgets.filter((cell) =>
    cell.model.type === 'code' && cell.model.outputs.toJSON().some((output) => output.data?.['image/png']));
  const index = notebook.widgets.indexOf(drawn[nth]);
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, 'start');
  const image = drawn[nth].node.querySelector('.jp-OutputArea img');
  await image.decode();
  image.scrollIntoView({ block: 'start' });
}"""


def save(page: Any, name: str) -> None:
    """Store what the page shows as a PNG of few colours, and so of few bytes."""
    from PIL import Image

    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(255, dither=Image.Dither.NONE)
    picture.save(HERE / name, optimize=True)
    print(f"{name}: {(HERE / name).stat().st_size / 1000:.0f} kB")


def find(kind: str, number: str) -> str:
    """Return the path of a notebook by the beginning of its name; stops with a sentence where there is none."""
    found = sorted((ROOT / kind).glob(f"{number}*.ipynb"))
    if not found:
        raise SystemExit(f"No notebook in {ROOT / kind} begins with “{number}”.")
    return f"{kind}/{found[0].name}"


def settle(notebook: Notebook) -> None:
    """Wait until the browser has drawn what has changed, twice over."""
    notebook.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def take_lesson(browser: Any, server: Any, name: str, figure: int) -> None:
    """Take a lesson where one of its figures is, with the caption below it."""
    with Notebook(browser, server, name, width=WIDTH, height=860) as lesson:
        lesson.command("application:toggle-left-area")
        lesson.page.evaluate(TO_FIGURE, [figure])
        settle(lesson)
        save(lesson.page, "lesson.png")


def take_verdicts(browser: Any, server: Any, name: str) -> None:
    """Take an exercise whose first task is right, the second wrong, the third not tried."""
    stem = Path(name).stem
    right, wrong, *_ = read_tasks(read_source(ROOT / "authoring" / "exercises" / f"{stem}.md"))[1]
    with Notebook(browser, server, name, width=WIDTH, height=1180) as exercise:
        exercise.command("application:toggle-left-area")
        exercise.type(cell_id(right.task, "answer"), right.answer.text)
        exercise.type(cell_id(wrong.task, "answer"), wrong.wrong[0].text)
        exercise.run_all()
        for theme, picture in [(LIGHT, "verdicts.png"), (DARK, "verdicts_dark.png")]:
            exercise.set_theme(theme)
            first = exercise.element(cell_id(right.task, "answer"))
            exercise.verdict_box(cell_id(wrong.task, "check"))
            first.evaluate("(node) => node.scrollIntoView({ block: 'start' })")
            settle(exercise)
            save(exercise.page, picture)
        exercise.set_theme(LIGHT)


def main() -> None:
    """Copy the course, start JupyterLab and Chromium, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", default="08")
    parser.add_argument("--figure", type=int, default=0, help="which of the lesson's figures, counted from 0")
    parser.add_argument("--exercise", default="08")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        course, private = Path(name, "course"), Path(name, "private")
        for part in ("data", "lessons", "exercises", str(KEYS)):
            shutil.copytree(ROOT / part, course / part)
        private.mkdir()
        with jupyterlab(course, private, course / KEYS) as server, chromium_browser(options.chromium) as browser:
            take_lesson(browser, server, find("lessons", options.lesson), options.figure)
            take_verdicts(browser, server, find("exercises", options.exercise))


if __name__ == "__main__":
    main()
