"""Look for what keeps people from using a page, with axe, in both themes and at some widths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe

OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
OF_THE_THEME = {
    **OPTIONS,
    "runOnly": ["cat.color", "cat.text-alternatives"],
    "rules": {"color-contrast-enhanced": {"enabled": False}},  # axe leaves it out unless a category is asked for
}
"""What another theme can change: colours, and which pictures are shown. The rest is looked at in the light one."""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def violations(page: Any, sizes: Sequence[Mapping[str, int]], looked_at: Mapping[str, Any] | None = None) -> list[str]:
    """Return what is wrong with an opened page, each with the theme, the width and the first place."""
    found = []
    for theme, options in (("light", OPTIONS), ("dark", OF_THE_THEME)):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for size in sizes:
            page.set_viewport_size(size)
            page.evaluate(SETTLED)
            where = f"{theme}, {size['width']} px"
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found.append(f"{where}: {wide} px too wide")
            for one in Axe().run(page, context=looked_at, options=options).response["violations"]:
                found.append(f"{where}: {one['id']}: {one['nodes'][0]['html'][:200]}")
    return found
