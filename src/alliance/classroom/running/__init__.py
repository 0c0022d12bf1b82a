"""Run what was handed in, each notebook behind walls, and judge it: one notebook, a class, a cluster."""
