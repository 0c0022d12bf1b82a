"""The US–Japan Alliance in Data: check answers, describe figures, build and test the course."""

__version__ = "0.1.0"
