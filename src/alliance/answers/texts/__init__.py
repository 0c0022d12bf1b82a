"""What a written answer must say and must not: read from a text with the words and figures that a learner may use."""

from alliance.answers.texts.demands import Demands, length_misfit, misfit, words_asked

__all__ = ["Demands", "length_misfit", "misfit", "words_asked"]
