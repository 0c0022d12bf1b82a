"""Run a notebook in a process forked from one that has the libraries loaded, with or without walls."""
