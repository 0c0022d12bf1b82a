"""See what a notebook shows beside its verdicts: lines changed, likeness to other notebooks, parts that are right."""
