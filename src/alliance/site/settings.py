"""Sphinx's settings for the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TITLE = "The US–Japan Alliance in Data"
HERE = Path(__file__).parent
ALONE = ("index", "claims", "lessons/articles", "lessons/glossary", "data/README", "solutions/index")
"""Pages without a list of neighbours: they have none, or, at the door to the solutions, none to be shown."""


def settings(version: str, files: Path) -> dict[str, Any]:
    """Return Sphinx's settings. files: a folder whose content goes to the site's root as it is."""
    return {
        "project": TITLE,
        "author": "The US–Japan Alliance in Data contributors",
        "copyright": "The US–Japan Alliance in Data contributors. Text and figures CC BY 4.0, code BSD-3-Clause",
        "version": version,
        "release": version,
        "language": "en",
        "extensions": ["myst_nb", "sphinx_copybutton", "alliance.site.extension"],
        "root_doc": "index",
        "templates_path": [str(HERE / "theme")],
        "html_theme": "pydata_sphinx_theme",
        "html_title": TITLE,
        "html_favicon": str(HERE / "static" / "mark.svg"),
        "html_context": {"default_mode": "auto"},
        "html_static_path": [str(HERE / "static")],
        "html_extra_path": [str(files)],
        "html_css_files": ["site.css"],
        "html_js_files": [("site.js", {"defer": "defer"}), ("explore.js", {"defer": "defer"})],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_use_index": False,
        "html_domain_indices": False,
        "html_math_renderer": "none",
        "html_sidebars": {name: [] for name in ALONE},
        "html_theme_options": {
            "logo": {"text": TITLE},
            "navbar_align": "left",
            "header_links_before_dropdown": 8,
            "navbar_end": ["theme-switcher"],
            "secondary_sidebar_items": {"**": ["page-toc"], "index": [], "claims": []},
            "search_bar_text": "Search the course",
            "show_toc_level": 1,
            "footer_start": ["copyright"],
            "footer_end": [],
            "back_to_top_button": True,
            "show_prev_next": True,
        },
        # Notebooks are shown as they are stored.
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "myst_enable_extensions": ["dollarmath"],
        "myst_heading_anchors": 3,
        # The glossary's anchors are written in HTML, which MyST does not see. The tests follow every link.
        "suppress_warnings": ["myst.xref_missing", "mystnb.unknown_mime_type"],
        "copybutton_selector": "div.cell_input div.highlight pre",
    }
