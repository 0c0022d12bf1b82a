"""Figures with sliders: what a reader may move, what is stored, what is drawn for a page without a kernel."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import IPython
import IPython.display
import ipywidgets
import matplotlib.pyplot as plt
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance import exploring
from alliance.exploring import FRAMES, MOST_FRAMES, WANTED, WIDGET, combinations, explore, frames, state, thinned
from alliance.figures import describe

plt.switch_backend("agg")  # before a test puts something else in the place of IPython's shell

DRAWN: list[dict[str, Any]] = []
"""The arguments with which `budget` was called."""


def budget(rate: int = 110, rounded: bool = False, who: str = "ministry") -> None:
    """Draw a budget in dollars."""
    DRAWN.append({"rate": rate, "rounded": rounded, "who": who})
    ax = plt.figure().add_subplot()
    ax.bar(["yen", "dollars"], [8.5, 8.5 * 110 / rate])
    ax.set(ylabel="trillion")
    describe(ax, finding=f"At {rate} yen it is {8500 / rate:.{0 if rounded else 1}f} billion", source=who)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    DRAWN.clear()
    yield
    assert plt.get_fignums() == [], "every figure is closed"


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What a notebook would show: pairs of data and metadata."""
    shown: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def display(data: dict[str, Any], metadata: dict[str, Any] | None = None, raw: bool = False) -> None:
        shown.append((data, metadata or {}))

    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(IPython.display, "display", display)
    return shown


def live(displayed: list[Any]) -> Any:
    """Return the widget that was displayed last."""
    return ipywidgets.widgets.widget._instances[displayed[-1][0][WIDGET]["model_id"]]


# --- what may be moved -----------------------------------------------------------------------------------------------


def test_numbers_are_sliders_lists_and_dictionaries_menus_and_truth_a_box(displayed: list[Any]) -> None:
    explore(budget, rate=(80, 160), who={"the Ministry": "ministry", "SIPRI": "sipri"}, rounded=bool)
    slider, menu, box, *_ = live(displayed).children
    assert [type(one).__name__ for one in (slider, menu, box)] == ["IntSlider", "Dropdown", "Checkbox"]
    assert (slider.min, slider.max, slider.step, slider.value, slider.description) == (80, 160, 1, 110, "rate")
    assert [word for word, _ in menu.options] == ["the Ministry", "SIPRI"] and menu.value == "ministry"
    assert box.value is False


def test_steps_of_a_tenth_are_exact() -> None:
    def share(part: float = 0.3) -> str:
        return str(part)

    found = frames(share, [exploring._control(share, "part", (0, 1, 0.1))])
    assert [one["text"] for one in found["shown"]] == [str(i / 10) for i in range(11)]
    assert found["controls"][0]["default"] == 3


@pytest.mark.parametrize(
    ("controls", "error", "words"),
    [
        ({"speed": (1, 2)}, TypeError, "budget has no argument called speed. It has: rate, rounded, who."),
        ({"rate": (120, 160)}, ValueError, "rate begins at 110, which is not among the values it may take: 120 to 160"),
        ({"rate": (160, 80)}, ValueError, "which is no range"),
        ({"rate": (80.5, 160)}, ValueError, "say the step as a third number"),
        ({"rate": 110}, TypeError, "rate must be a tuple of two or three numbers"),
        ({"who": ["sipri"]}, ValueError, "who begins at 'ministry'"),
    ],
)
def test_a_control_that_cannot_be_is_refused_in_one_sentence(
    controls: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as refused:
        explore(budget, **controls)
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_a_function_that_shows_nothing_is_told_what_to_do() -> None:
    def nothing(rate: int = 1) -> None:
        plt.figure()

    with pytest.raises(TypeError, match=r"nothing shows nothing: end it with describe"):
        explore(nothing, rate=(1, 2))


def test_a_function_may_return_or_print_a_text_or_a_number() -> None:
    assert state(lambda: 3.5, {}).text == "3.5"
    assert state(lambda: print("printed"), {}).text == "printed"


# --- live ------------------------------------------------------------------------------------------------------------


def test_moving_a_slider_draws_anew_in_the_same_place(displayed: list[Any]) -> None:
    explore(budget, rate=(80, 160), rounded=bool)
    slider, box, picture, words = live(displayed).children
    before = picture.value
    slider.value = 80
    box.value = True
    assert DRAWN[-1] == {"rate": 80, "rounded": True, "who": "ministry"}
    assert picture.value != before and bytes(picture.value).startswith(b"\x89PNG")
    assert 'aria-live="polite"' in words.value and "At 80 yen it is 106 billion" in words.value
    assert len(displayed) == 1, "nothing else is displayed"


def test_a_slider_with_steps_gives_the_very_values_it_was_told(displayed: list[Any]) -> None:
    def share(part: float = 0.1) -> str:
        return repr(part)

    explore(share, part=(0, 1, 0.1))
    slider, _, words = live(displayed).children
    slider.value = 0.1 + 0.2
    assert ">0.3</p>" in words.value


def test_a_fault_in_the_readers_function_is_told_and_the_last_picture_stays(displayed: list[Any]) -> None:
    def divide(by: int = 1) -> None:
        budget(rate=100 // by)

    explore(divide, by=(0, 2))
    slider, picture, words = live(displayed).children
    before = picture.value
    slider.value = 0
    assert words.value.startswith('<p role="alert">ZeroDivisionError') and picture.value == before
    slider.value = 2
    assert "ZeroDivisionError" not in words.value and picture.value != before


def test_with_the_widget_goes_the_first_state_for_those_who_cannot_show_it(displayed: list[Any]) -> None:
    explore(budget, rate=(80, 160))
    (data, about) = displayed[0]
    assert data.keys() == {WIDGET, "image/png", "text/plain"}
    assert "At 110 yen it is 77.3 billion" in data["text/plain"] == about["image/png"]["alt"]


def test_without_widgets_there_is_a_sentence_and_the_first_state(
    displayed: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    explore(budget, rate=(80, 160))
    (picture, _), (sentence, _) = displayed
    assert "image/png" in picture and WIDGET not in picture
    assert "need the package ipywidgets" in sentence["text/plain"]


def test_widgets_are_loaded_when_they_are_used_and_not_before() -> None:
    code = "import sys; from alliance import check, describe, explore; print('ipywidgets' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False"]


def test_outside_a_notebook_the_first_state_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    explore(budget, rate=(80, 160))
    assert "At 110 yen it is 77.3 billion" in capsys.readouterr().out


# --- for a page without a kernel -------------------------------------------------------------------------------------


def test_a_build_gets_the_states_and_no_widget(displayed: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WANTED, "1")
    explore(budget, rate=(80, 160), rounded=bool)
    (data, _), *others = displayed
    assert not others and WIDGET not in data
    assert len(data[FRAMES]["states"]) <= MOST_FRAMES
    pictures = [base64.b64decode(one["picture"]) for one in data[FRAMES]["shown"]]
    assert all(picture.startswith(b"\x89PNG") and len(picture) < 30_000 for picture in pictures)


def test_states_are_the_same_each_time() -> None:
    chosen = [exploring._control(budget, "rate", (100, 120, 10))]
    assert frames(budget, chosen) == frames(budget, chosen)


def test_states_that_show_the_same_are_kept_once() -> None:
    def half(rate: int = 1) -> int:
        return rate // 2

    found = frames(half, [exploring._control(half, "rate", (0, 5))])
    assert [one["show"] for one in found["states"]] == [0, 0, 1, 1, 2, 2]


def argument(name: str, count: int, default: int) -> exploring.Control:
    values = tuple(range(count))
    return exploring.Control(name, "slider", values, tuple(map(str, values)), default)


@given(st.lists(st.integers(2, 200), min_size=1, max_size=3), st.randoms())
def test_sliders_are_thinned_to_what_may_be_drawn_and_keep_their_ends_and_default(
    counts: list[int], random: Any
) -> None:
    controls = [argument(f"a{i}", count, random.randrange(count)) for i, count in enumerate(counts)]
    found = thinned(controls)
    states = combinations(found)
    assert len(states) <= MOST_FRAMES
    assert tuple(one.default for one in found) in states
    for before, after in zip(controls, found, strict=True):
        assert {0, before.values[-1], before.default} <= set(after.values)
        assert after.values[after.default] == before.values[before.default]
        assert list(after.values) == sorted(after.values)


def test_one_slider_alone_uses_all_that_may_be_drawn() -> None:
    (found,) = thinned([argument("year", 500, 250)])
    assert MOST_FRAMES - 2 <= len(found.values) <= MOST_FRAMES


def test_of_too_many_boxes_the_states_one_move_away_are_drawn() -> None:
    boxes = [exploring.Control(f"box {i}", "box", (False, True), ("no", "yes"), i % 2) for i in range(8)]
    states = combinations(thinned(boxes))
    start = tuple(one.default for one in boxes)
    assert states[0] == start and len(states) == 9
    assert all(sum(a != b for a, b in zip(one, start, strict=True)) == 1 for one in states[1:])


# --- built, stored, compared -----------------------------------------------------------------------------------------

LESSON = """
```{code-cell} ipython3
import matplotlib.pyplot as plt

from alliance import describe, explore


def draw(rate=110):
    ax = plt.figure().add_subplot()
    ax.bar(["yen", "dollars"], [8.5, 8.5 * 110 / rate])
    describe(ax, finding=f"At {rate} yen it is {8500 / rate:.1f} billion dollars", shows="Budget", source="nobody")
```

```{code-cell} ipython3
explore(draw, rate=(100, 120))
```
"""


@pytest.fixture(scope="module")
def explorable(built_workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small course whose lesson ends with an explorable figure, built."""
    import shutil

    from alliance.building.build import build, find_jobs, read_course

    root = tmp_path_factory.mktemp("explorable") / "course"
    shutil.copytree(built_workshop, root)
    source = next((root / "authoring" / "lessons").glob("*.md"))
    source.write_text(source.read_text(encoding="utf-8") + LESSON, encoding="utf-8")
    assert build(root, find_jobs(root, ["90"]), read_course(root), lambda _: None) == []
    return root


def test_the_stored_notebook_has_the_first_state_and_no_trace_of_widgets(explorable: Path) -> None:
    text = (explorable / "lessons" / "90_workshop.ipynb").read_text(encoding="utf-8")
    assert "widget" not in text and FRAMES not in text
    cell = next(c for c in nbformat.reads(text, as_version=4).cells if c.source.startswith("explore("))
    (output,) = cell.outputs
    assert output.data.keys() == {"image/png", "text/plain"}
    assert "At 110 yen it is 77.3 billion dollars" in output.data["text/plain"]


def test_the_states_are_kept_beside_the_sources_and_are_not_stale(explorable: Path) -> None:
    from alliance.building.build import find_jobs, find_stale, read_course
    from alliance.building.notebooks.frames import read_frames

    (states,) = read_frames(explorable, "90_workshop").values()
    assert len(states["states"]) == 21
    assert find_stale(explorable, find_jobs(explorable, ["90"]), read_course(explorable)) == []


def test_nbval_finds_what_is_stored_although_it_shows_the_widget(explorable: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "lessons/90_workshop.ipynb"]
    told = subprocess.run(command, cwd=explorable, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


def test_states_that_a_lesson_no_longer_has_are_taken_away(explorable: Path, tmp_path: Path) -> None:
    import shutil

    from alliance.building.build import build, find_jobs, read_course

    root = tmp_path / "course"
    shutil.copytree(explorable, root)
    source = next((root / "authoring" / "lessons").glob("*.md"))
    source.write_text(source.read_text(encoding="utf-8").replace(LESSON, ""), encoding="utf-8")
    assert (root / "authoring" / "frames" / "90_workshop.json").is_file()
    build(root, find_jobs(root, ["90"]), read_course(root), lambda _: None)
    assert not (root / "authoring" / "frames" / "90_workshop.json").exists()
