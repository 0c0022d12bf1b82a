"""The US–Japan Alliance in Data: check answers, describe figures, build and test the course."""

from typing import Any

from alliance.style import dress_notebook

__version__ = "0.1.0"
__all__ = ["check", "describe", "explore", "progress"]


def __getattr__(name: str) -> Any:
    """Import what learners use only when they use it: the pytest plugin and the command line start faster."""
    if name == "check":
        from alliance.checking.incell import check, prepare_kernel

        prepare_kernel()
        dress_notebook()
        return check
    if name == "describe":
        from alliance.figures import describe

        dress_notebook()
        return describe
    if name == "explore":
        from alliance.exploring import explore

        dress_notebook()
        return explore
    if name == "progress":
        from alliance.learner.table import progress

        return progress
    raise AttributeError(f"module 'alliance' has no attribute {name!r}")
