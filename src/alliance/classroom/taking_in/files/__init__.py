"""Look at files that were handed in, before anybody knows whose they are: folders, archives, tables, names."""
