"""How properties are tried: a slow machine is no counter-example."""

from hypothesis import settings

settings.register_profile("archspec", deadline=None)
settings.load_profile("archspec")
