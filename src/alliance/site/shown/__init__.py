"""What a page shows of a stored notebook: its outputs, its figures and their words, what surrounds it."""
