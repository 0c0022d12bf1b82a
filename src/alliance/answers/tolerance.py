"""Say how far two numbers may be apart and still be the same."""

from __future__ import annotations

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """How far two numbers may be apart: absolutely, or relative to the expected one; the wider counts.

    `exact_wholes` keeps two different whole numbers apart however large they are: counts have no noise.
    """

    absolute: float = 1e-9
    relative: float = 1e-9
    exact_wholes: bool = True

    @classmethod
    def parse(cls, text: float | str | Tolerance | None) -> Tolerance:
        """Return a tolerance from a number (absolute) or a text such as `0.5%` (relative); a tolerance stays itself.

        Raises ValueError when it is none of these.
        """
        if isinstance(text, Tolerance):
            return text
        if text is None:
            return cls()
        if isinstance(text, str) and text.strip().endswith("%"):
            return cls(relative=float(text.strip()[:-1]) / 100, exact_wholes=False)
        return cls(absolute=float(text), relative=0.0, exact_wholes=False)

    def apart(self, expected: np.ndarray, given: np.ndarray) -> np.ndarray:
        """Return where two float arrays differ; shape of the inputs. Missing equals missing, infinite itself.

        A difference of exactly the tolerance is allowed: the noise of floating point must not decide at the edge.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            allowed = np.maximum(self.absolute, self.relative * np.abs(expected)) * (1 + 1e-9)
            noise = 4 * np.finfo(float).eps * np.maximum(np.abs(expected), np.abs(given))
            near = np.isfinite(given) & (np.abs(expected - given) <= allowed + noise)
            if self.exact_wholes:
                wholes = (expected == np.round(expected)) & (given == np.round(given)) & (np.abs(expected) < 1e15)
                near &= ~(wholes & (expected != given))
        return np.asarray(~(near | (expected == given) | (np.isnan(expected) & np.isnan(given))))


USUAL = Tolerance()


@dataclasses.dataclass(frozen=True)
class TheVeryNumber(Tolerance):
    """How near a number must be to a known wrong one to be called that: the same, or the same with fewer decimals.

    A task's own tolerance is no measure for this: beside a small wrong number it may be large. `within` bounds how
    far rounding may lead away.
    """

    relative: float = 1e-7
    exact_wholes: bool = False
    within: Tolerance = USUAL

    def apart(self, expected: np.ndarray, given: np.ndarray) -> np.ndarray:
        """Return where two float arrays differ; shape of the inputs."""
        other = super().apart(expected, given)
        if not other.any():
            return other
        with np.errstate(invalid="ignore", over="ignore"):
            near = (np.abs(expected - given) <= 0.005 * np.abs(expected)) & ~self.within.apart(expected, given)
            rounded = np.zeros(np.shape(expected), bool)
            for digits in range(7):
                rounded |= np.abs(np.round(expected, digits) - given) <= 1e-9 * np.abs(given)
        return np.asarray(other & ~(near & rounded))
