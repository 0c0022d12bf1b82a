"""Know copies of the whole course among submissions, of which only the exercises are a learner's work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from alliance.checking.keys import stems

OURS = {
    "authoring", "benchmarks", "build", "data", "dist", "docs", "lessons", "licences", "locks", "solutions", "src",
    "tests",
}  # fmt: skip
"""Folders of the course that hold no learner's work."""
SIGNS = (("course.py",), ("data", "datapackage.json"), ("src", "alliance", "cli.py"))
"""Files that the course has and nobody else, by their place in it."""


class Clones:
    """The copies of the course in a folder of submissions; `roots` are the folders that they are, as parts of paths."""

    def __init__(self, paths: Sequence[tuple[str, ...]]) -> None:
        names = {f"{stem}.ipynb" for stem in stems()}
        signs = {path[: -len(sign)] for path in paths for sign in SIGNS if path[-len(sign) :] == sign}
        signs |= {path[:-2] for path in paths if path[-2:-1] == ("lessons",) and path[-1] in names}
        exercises = {path[:-2] for path in paths if path[-2:-1] == ("exercises",)}
        self.roots = sorted(signs & exercises)
        self._passed = Counter[tuple[str, ...]]()

    def root_of(self, path: tuple[str, ...]) -> int | None:
        """Return how many folders lead to the copy that a file lies in, itself included; None where it lies in none."""
        lengths = [len(root) for root in self.roots if path[: len(root)] == root]
        return max(lengths, default=None)

    def passes_over(self, path: tuple[str, ...], is_notebook: bool) -> bool:
        """Return whether a file is the course's own and not a learner's, and count it."""
        root = self.root_of(path)
        if root is None or (is_notebook and path[root] not in OURS):
            return False
        self._passed[path[:root]] += 1
        return True

    def passed_over(self, root: tuple[str, ...]) -> int:
        """Return how many files of a copy were passed over so far."""
        return self._passed[root]
