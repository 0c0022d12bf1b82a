"""What an answer is: a portable form for any value a learner may give, and the comparison of two of them."""

from alliance.answers.compare import compare, is_untried
from alliance.answers.forms import Answer
from alliance.answers.portable import portable
from alliance.answers.shape import describe_shape, misfit, shape_of
from alliance.answers.spec import Spec
from alliance.answers.stored import from_json, to_json

__all__ = [
    "Answer",
    "Spec",
    "compare",
    "describe_shape",
    "from_json",
    "is_untried",
    "misfit",
    "portable",
    "shape_of",
    "to_json",
]
