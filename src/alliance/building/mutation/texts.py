"""Change a model text by rule: what the demands name is taken away or made wrong, or written in another way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from alliance.answers.texts import Demands
from alliance.answers.texts.demands import Figure
from alliance.answers.texts.wording import sentences
from alliance.building.mutation.mutants import Mutant

NUMBER = re.compile(r"(?<![A-Za-z\d.,])\d+(?:[.,]\d+)*|(?<=FY)\d{4}")
UNIT = re.compile(r"(?i)\s*(?:percent|%|trillion|billion|million)")


def _assigned(name: str, text: str) -> str:
    return f"{name} = {text!r}"


def text_mutants(text: str, name: str, demands: Demands, code: str = "") -> list[Mutant]:
    """Return changes of a text that passes, each of which breaks one demand; `code` is what made the text."""
    changes = [*_mutants(text, demands), *_without_f(text, code)]
    return [Mutant(kind, change, _assigned(name, new)) for kind, change, new in changes if new != text]


def _without_f(text: str, code: str) -> Iterator[tuple[str, str, str]]:
    """Yield a text in which a pair of braces of its f-string was left as it stands in the code."""
    for one in ast.walk(ast.parse(code)):
        if isinstance(one, ast.FormattedValue):
            yield "braces", "an f-string without its f", f"{text} {{{ast.unparse(one.value)}:.0f}}"
            return


def _mutants(text: str, demands: Demands) -> Iterator[tuple[str, str, str]]:
    figures = [one for one in demands.contains if isinstance(one, Figure)]
    if figures:
        yield "figures", "all numbers left out", NUMBER.sub("many", text)
        yield "figures", "all numbers doubled", NUMBER.sub(_doubled, text)
        if not all(one.is_year for one in figures):
            yield "units", "units and scales left out", UNIT.sub("", text)
    yield "words", "every word but the numbers left out", " ".join(NUMBER.findall(text))
    yield "length", "three times as long as allowed", f"{text} {'and so on ' * demands.most}"
    yield "length", "the first word alone", text.split()[0]
    for unwanted in demands.avoid:
        for word in unwanted.words:
            if not word.startswith("/"):
                yield "overclaims", f"“{word}” added", f"{text}\nThis is {word.replace('*', '')}."


def _doubled(found: re.Match[str]) -> str:
    digits = found[0].replace(",", "")
    return f"{2 * float(digits) + 1:g}" if digits.count(".") < 2 else found[0]


def text_rewrites(text: str, name: str) -> list[Mutant]:
    """Return texts that say the same in another way of writing."""
    ways = {
        "curly quotation marks": text.replace("'", "’"),
        "spaces that do not break": re.sub(r"(?<=\d) ", "\u00a0", text),
        "in capitals": text.upper(),
        "percent as a sign": re.sub(r"(?i) per ?cent\b", "%", text),
        "a sentence on each line": "\n".join(sentences(text)),
        "dashes": text.replace("-", "–"),
        "an overclaim denied": f"{text} None of this proves anything.",
    }
    return [Mutant(kind, kind, _assigned(name, new)) for kind, new in ways.items()]
