"""The codebook on the site: a page for each table, a list of all, and pictures of what they cover."""
