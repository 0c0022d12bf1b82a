"""What can be wrong with a source: one sentence, with the file and line to look at."""

from __future__ import annotations

from pathlib import Path


class SourceError(Exception):
    """A source cannot be built. `path` and `line` (counted from 1) say where, the message says why and what to do."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path.parent.name}/{path.name}, line {line}: {message}")
        self.path, self.line, self.reason = path, line, message

    def __reduce__(self) -> tuple[type[SourceError], tuple[Path, int, str]]:
        # Builds run in worker processes; without this the error could not travel back.
        return (SourceError, (self.path, self.line, self.reason))
