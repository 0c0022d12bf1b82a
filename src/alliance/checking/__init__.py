"""Check an exercise: the key, the verdicts, `check` in the notebook, and the pytest plugin."""
