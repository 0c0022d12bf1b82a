"""Say how one task's answer is to be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from alliance.answers.texts import Demands
from alliance.answers.tolerance import TheVeryNumber, Tolerance


@dataclasses.dataclass(frozen=True)
class Spec:
    """How one task's answer is compared; the keys of `check:` in an exercise source (see docs/exercises.md)."""

    answer: str
    tolerance: float | str | Tolerance | None = None
    unit: str | Mapping[str, str] | None = None
    order: bool | None = None
    keys: Sequence[str] = ()
    labels: str = "optional"
    case: bool = False
    choices: Mapping[str, Sequence[str]] | Sequence[str] = ()
    x: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    y: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    marks: Sequence[str] = ()
    drawn: str = ""
    lying: bool | None = None
    calls: Sequence[Sequence[Any]] = ()
    constant: bool = False
    text: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Spec:
        """Return a Spec. Raises ValueError naming a key that does not exist or the missing `answer`."""
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise ValueError(f"`check:` has the unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}.")
        if "answer" not in data:
            raise ValueError("`check:` must name the variable that holds the answer (`answer: name`).")
        if data.get("drawn", "") not in {"", "step"}:
            raise ValueError(f"`drawn: {data['drawn']}` is unknown; a line may be asked for as `drawn: step`.")
        if data.get("lying") not in {None, True, False}:
            raise ValueError(f"`lying: {data['lying']}` is unknown; write `lying: true` or `lying: false`.")
        for axis in ("x", "y"):
            rule = data.get(axis) or {}
            strange = sorted(set(rule) - {"says", "scale"})
            if strange:
                raise ValueError(f"`{axis}:` has the unknown key {strange[0]!r}; known are says, scale.")
            if rule.get("scale", "linear") not in {"linear", "log"}:
                raise ValueError(f"`scale: {rule['scale']}` is unknown; write `scale: linear` or `scale: log`.")
        if data.get("text"):
            Demands.read(data["text"], computed=False)
        return cls(**data)

    @property
    def demands(self) -> Demands | None:
        """What a written answer must say; None where the answer is no text that somebody writes."""
        return Demands.read(self.text) if self.text else None

    def unit_of(self, key: str | None = None) -> str | None:
        """The unit of the answer, or of one entry of a dictionary whose entries have units of their own."""
        return self.unit if isinstance(self.unit, str | None) else self.unit.get(key or "")

    @property
    def limits(self) -> Tolerance:
        """The tolerance for numbers."""
        return Tolerance.parse(self.tolerance)

    @property
    def is_for_known_mistakes(self) -> bool:
        """Whether this compares with a known wrong answer, so that no message is read."""
        return isinstance(self.tolerance, TheVeryNumber)

    def for_known_mistakes(self) -> Spec:
        """Return how an answer is compared with a known wrong one: it must be that very one, rounded at most."""
        return dataclasses.replace(self, tolerance=TheVeryNumber(within=self.limits))
