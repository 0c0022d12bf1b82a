"""The reading site: the whole course as static pages, every one from what is stored; nothing is executed again.

Where to look: `build` does the whole in its order; `sources` gathers what Sphinx reads into a folder of its own;
`notebooks`, `outputs` and `pictures` make stored notebooks into pages; `pages` writes the pages that come from data;
`settings` and `extension` are Sphinx's; `budget` measures what a lesson's page loads; `lite` adds the course in the
browser without installing.
"""
