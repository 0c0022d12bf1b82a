"""Judge twice: tell what was computed from what was typed in, by a second set of data."""
