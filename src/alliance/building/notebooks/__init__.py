"""Make notebooks, keys and the pages beside them from their sources."""
