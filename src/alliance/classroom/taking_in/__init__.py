"""Recognise what was handed in, and by whom."""
