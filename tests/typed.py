"""Write an expected answer as the code of a learner who types it in, without looking at the data."""

from __future__ import annotations

import math

from alliance.answers import Answer, Spec
from alliance.answers.forms import Column, Panel, Series

HEAD = "import matplotlib.pyplot as plt\nimport pandas as pd\nimport seaborn as sns\n"


def typed(expected: Answer, spec: Spec) -> str:
    """Return code that assigns an answer of any kind but a function, made of literals alone."""
    if expected.type == "plot":
        return HEAD + _plot(expected.panels[0], spec)
    return f"{HEAD}{spec.answer} = {_value(expected)}"


def _value(answer: Answer) -> str:
    if answer.type == "record":
        return "{" + ", ".join(f"{key!r}: {_value(item)}" for key, item in answer.items.items()) + "}"
    if answer.type == "series":
        return f"pd.Series({_cells(answer.columns[0])}{_index(answer.labels)})"
    if answer.type == "table":
        named = [column for column in answer.labels if column.name]
        index = "" if len(named) == len(answer.labels) else _index(answer.labels)
        columns = [f"{column.name!r}: {_cells(column)}" for column in [*named, *answer.columns]]
        return "pd.DataFrame({" + ", ".join(columns) + "}" + index + ")"
    return _cell(answer.value)


def _index(labels: list[Column]) -> str:
    return f", index={_cells(labels[0])}" if len(labels) == 1 else ""


def _cells(column: Column) -> str:
    if column.kind == "date":
        return f"pd.to_datetime({[str(value)[:10] for value in column.values]})"
    values = column.values.astype(bool) if column.kind == "truth" else column.values
    return "[" + ", ".join(map(_cell, values.tolist())) + "]"


def _cell(value: object) -> str:
    return 'float("nan")' if isinstance(value, float) and math.isnan(value) else repr(value)


def _plot(panel: Panel, spec: Spec) -> str:
    lines = [f"fig, {spec.answer} = plt.subplots()"]
    lines += [_mark(series, spec.answer) for series in panel.series]
    scales = ", ".join(f'{name}scale="{scale}"' for name, scale in panel.scales.items() if scale == "log")
    labels = ", ".join(f"{name}label={label!r}" for name, label in panel.labels.items())
    lines.append(f"{spec.answer}.set({labels}{', ' + scales if scales else ''})")
    if any(series.label for series in panel.series):
        lines.append(f"{spec.answer}.legend()")
    return "\n".join(lines)


def _mark(series: Series, ax: str) -> str:
    x, y = _cells(series.data["x"]), _cells(series.data["y"])
    label = f", label={series.label!r}" if series.label else ""
    if series.mark == "cell":
        rows = f'pd.DataFrame({{"x": {x}, "y": {y}, "value": {_cells(series.data["value"])}}})'
        return f'sns.heatmap({rows}.pivot(index="y", columns="x", values="value"), ax={ax})'
    if series.mark == "bar":
        lying = next(iter(series.data)) == "y"
        return f"{ax}.barh({y}, {x}{label})" if lying else f"{ax}.bar({x}, {y}{label})"
    if series.mark == "area":
        return f"{ax}.fill_between({x}, {y}, {_cells(series.data['y_high'])}{label})"
    steps = ", drawstyle='steps-post'" if series.drawn == "step" else ""
    return f"{ax}.{'scatter' if series.mark == 'point' else 'plot'}({x}, {y}{label}{steps})"
