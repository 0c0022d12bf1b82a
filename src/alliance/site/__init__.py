"""The reading site: the whole course as static pages, and in the browser without installing."""
