"""Make neutral rewrites of a reference answer: the same meaning in another form, which must be called right."""

from __future__ import annotations

from alliance.answers import Answer, Spec
from alliance.building.mutation.mutants import Mutant

SCALAR = {
    "another name in between": "_between = {0}\n{0} = _between",
    "numpy's own number": "import numpy as _np\n{0} = _np.asarray({0})[()]",
    "an array without dimensions": "import numpy as _np\n{0} = _np.array({0})",
    "a series of one": "import pandas as _pd\n{0} = _pd.Series([{0}]).iloc[0]",
}
RECORD = {
    "another name in between": "_between = dict({0})\n{0} = _between",
    "entries in other order": "{0} = dict(reversed(list(dict({0}).items())))",
    "a series": "import pandas as _pd\n{0} = _pd.Series({0}, dtype=object)",
    "a table of one row": "import pandas as _pd\n{0} = _pd.DataFrame([{0}])",
    "numpy's own numbers": "import numpy as _np\n{0} = {{k: _np.asarray(v)[()] for k, v in {0}.items()}}",
}
TABLE = {
    "another name in between": "_between = {0}.copy()\n{0} = _between",
    "columns in other order": "{0} = {0}[{0}.columns[::-1]]",
    "a further column": "{0} = {0}.assign(a_note='seen')",
    "text as category": "{0} = {0}.astype({{c: 'category' for c in {0}.select_dtypes(['str', 'object']).columns}})",
    "text as object": "{0} = {0}.astype({{c: object for c in {0}.select_dtypes(['str']).columns}})",
    "whole numbers as floats": "{0} = {0}.astype({{c: float for c in {0}.select_dtypes('int').columns}})",
    "the index as columns": "import pandas as _pd\n"
    "{0} = {0}.reset_index(drop={0}.index.name is None and {0}.index.equals(_pd.RangeIndex(len({0}))))",
}
SERIES = {
    "another name in between": "import copy as _copy\n_between = _copy.copy({0})\n{0} = _between",
    "values as objects": "import pandas as _pd\n{0} = _pd.Series({0}).astype(object)",
}
UNLABELLED = {
    "a list": "{0} = list({0})",
    "a tuple": "{0} = tuple({0})",
    "an array": "import numpy as _np\n{0} = _np.array(list({0}))",
    "a series": "import pandas as _pd\n{0} = _pd.Series(list({0}))",
}
LABELLED = {
    "labels in other order": "{0} = {0}.iloc[::-1]",
    "a dictionary": "{0} = {0}.to_dict()",
    "a table": "{0} = {0}.to_frame('value')",
    "index as column": "{0} = {0}.rename('value').reset_index()",
}
FUNCTION = {
    "another name in between": "_between = {0}\ndef {0}(*given):\n    return _between(*given)",
    "a lambda": "_first = {0}\n{0} = lambda *given: _first(*given)",
    "numpy's own numbers": "import numpy as _np\n_plain = {0}\ndef {0}(*given):\n    out = _plain(*given)\n"
    "    return _np.float64(out) if type(out) is float else out",
}
PLOT = {
    "a title": "_axes = {0}.flat[0] if hasattr({0}, 'flat') else {0}\n"
    "(_axes.axes if hasattr(_axes, 'get_axes') else _axes).set(title='A title')",
    "the figure": "{0} = {0}.figure",
    "a larger figure": "{0}.figure.set_size_inches(9, 6)",
    "a grid": "for _one in {0}.figure.axes: _one.grid(True)",
    "other line width": "for _one in {0}.figure.axes:\n    for _line in _one.lines: _line.set_linewidth(2.5)",
    "smaller letters": "for _one in {0}.figure.axes: _one.tick_params(labelsize=8)",
}
REDRAWN = """
from alliance.answers import portable as _portable
import matplotlib.pyplot as _plt, pandas as _pd
_series = _portable({0}).panels[0].series
_old = {0}.figure.axes[0]
_data = [(one.mark, one.label, list(one.data["x"].values), list(one.data["y"].values)) for one in _series]
_looks = dict(xlabel=_old.get_xlabel(), ylabel=_old.get_ylabel(), xscale=_old.get_xscale(), yscale=_old.get_yscale())
_new = _plt.figure().subplots()
"""
DRAWERS = {
    "matplotlib": "for _mark, _label, _x, _y in _data:\n"
    "    dict(line=_new.plot, point=_new.scatter, bar=_new.bar)[_mark](_x, _y, label=_label)\n",
    "pandas": "for _mark, _label, _x, _y in _data:\n"
    "    _frame = _pd.DataFrame(dict(x=_x, y=_y))\n"
    "    dict(line=_frame.plot.line, point=_frame.plot.scatter)[_mark](x='x', y='y', ax=_new, label=_label)\n",
    "seaborn": "import seaborn as _sns\nfor _mark, _label, _x, _y in _data:\n"
    "    dict(line=_sns.lineplot, point=_sns.scatterplot)[_mark](x=_x, y=_y, ax=_new, label=_label)\n",
    "seaborn.objects": "import seaborn.objects as _so\n"
    "_long = _pd.concat([_pd.DataFrame(dict(x=x, y=y, name=n or '')) for _, n, x, y in _data], ignore_index=True)\n"
    "_mark = dict(line=_so.Line, point=_so.Dot)[_data[0][0]]\n"
    "_so.Plot(_long, x='x', y='y', **({{'color': 'name'}} if len(_data) > 1 else {{}})).add(_mark()).on(_new).plot()\n",
}
AFTER = "_new.set(**_looks)\nif len(_data) > 1: _new.legend()\n{0} = _new"


def neutral(code: str, expected: Answer, spec: Spec) -> list[Mutant]:
    """Return rewrites of an answer that mean the same, by what the answer is."""
    return [Mutant(name, name, f"{code}\n{more.format(spec.answer)}") for name, more in _forms(expected, spec).items()]


def _forms(expected: Answer, spec: Spec) -> dict[str, str]:
    kind = expected.type
    if kind == "record":
        return RECORD
    if kind == "table":
        shuffled = {} if spec.order else {"rows in other order": "{0} = {0}.iloc[::-1]"}
        return {**TABLE, **shuffled}
    if kind == "series":
        if not expected.labels:
            return {**SERIES, **UNLABELLED}
        return {**SERIES, **(LABELLED if not spec.order else {})}
    if kind == "function":
        return FUNCTION
    if kind == "plot":
        return {**PLOT, **_redrawn(expected)}
    return SCALAR


def _redrawn(expected: Answer) -> dict[str, str]:
    """One panel of plain lines or of plain points can be drawn again from what is read of it."""
    if len(expected.panels) != 1:
        return {}
    series = expected.panels[0].series
    marks = {one.mark for one in series}
    if len(marks) != 1 or not marks <= {"line", "point"} or any(set(one.data) != {"x", "y"} for one in series):
        return {}
    after = AFTER if len(series) > 1 else AFTER.replace("if len(_data) > 1: _new.legend()\n", "")
    return {f"drawn with {name}": f"{REDRAWN}{drawer}{after}" for name, drawer in DRAWERS.items()}
