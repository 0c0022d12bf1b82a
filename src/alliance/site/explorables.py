"""Put sliders, menus and boxes above a figure whose states were drawn when its lesson was built.

The page loads the first state alone. The descriptions of the others are a script, each picture is a file: they are
fetched when a reader first moves something, also where the site is opened from a disk, which forbids other ways.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from html import escape
from typing import Any

from alliance.site.outputs import FOLDER, Files


def explorable_html(states: Mapping[str, Any], first: str, name: str, up: str, files: Files) -> str:
    """Return a figure or a text with controls above it, as HTML; without scripts the first state shows alone.

    states: what `exploring.frames` returns. first: the HTML of the first state. name, up: as for `figure_html`.
    """
    shown = []
    for number, one in enumerate(states["shown"]):
        entry = {"text": one["text"], "finding": one["finding"]}
        if one["picture"]:
            entry["picture"] = f"{FOLDER}/{name}-{number}.png"
            files.add(entry["picture"], base64.b64decode(one["picture"]))
        shown.append(entry)
    at = {",".join(map(str, state["at"])): state["show"] for state in states["states"]}
    told = json.dumps({"at": at, "shown": shown}, ensure_ascii=False, separators=(",", ":"))
    files.add(f"{FOLDER}/{name}.js", f"explored({json.dumps(name)},{told});\n".encode())
    controls = "\n".join(_control_html(control, f"{name}-{control['name']}") for control in states["controls"])
    text = "" if "<img" in first else " said"
    return (
        f'<div class="explorable" data-name="{name}" data-up="{up}" data-states="{up}{FOLDER}/{name}.js">'
        f'<form class="controls" hidden><fieldset><legend>Change what is shown</legend>\n{controls}</fieldset></form>\n'
        f'<div class="state">{first}</div>\n<p class="spoken{text}" role="status" aria-live="polite"></p></div>'
    )


def _control_html(control: Mapping[str, Any], name: str) -> str:
    words, default, label = control["words"], control["default"], escape(control["label"])
    if control["kind"] == "box":
        ticked = " checked" if default else ""
        return f'<p class="box"><input type="checkbox" id="{name}"{ticked}> <label for="{name}">{label}</label></p>'
    if control["kind"] == "menu":
        options = "".join(
            f"<option{' selected' if i == default else ''}>{escape(word)}</option>" for i, word in enumerate(words)
        )
        return f'<p><label for="{name}">{label}</label> <select id="{name}">{options}</select></p>'
    values = escape(json.dumps(words, ensure_ascii=False))
    return (
        f'<p><label for="{name}">{label}</label> '
        f'<input type="range" id="{name}" min="0" max="{len(words) - 1}" step="1" value="{default}" '
        f'data-words="{values}" aria-valuetext="{escape(words[default])}"> '
        f'<output for="{name}">{escape(words[default])}</output></p>'
    )
