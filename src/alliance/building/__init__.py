"""Build notebooks, keys and teacher's notes from the plain-text sources in `authoring/`."""
