"""A sheet: a network on one page, folded, with every module that it is made of beside it.

``contents`` says what stands on it, ``choice`` how large and dense it is, ``shelves`` how its
blocks are divided, and ``page`` puts all of them in place.
"""

from archspec.views.sheet.choice import sheet
from archspec.views.sheet.contents import Contents, contents

__all__ = ["Contents", "contents", "sheet"]
