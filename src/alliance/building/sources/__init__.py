"""Read what authors write: cells, tasks, sections, the numbers in prose."""
