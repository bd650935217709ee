"""Typed tree -> integer form, lazily: a value is worked out on the paths that need it, and there only once.

Nothing here is approximate: fractions become two integers, and a rounding becomes the one division it says.
"""

from recourse.rules.lower.program import lower

__all__ = ["lower"]
