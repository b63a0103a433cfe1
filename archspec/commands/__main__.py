"""``python -m archspec.commands``, which ``torchrun -m archspec.commands`` starts in each process.

``archspec/__main__.py`` belongs to another package of that name.
"""

from archspec.commands.main import main

if __name__ == "__main__":
    main()
