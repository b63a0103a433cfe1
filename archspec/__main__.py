"""``python -m archspec``, which ``torchrun -m archspec`` starts in each process."""

from archspec.commands.main import main

if __name__ == "__main__":
    main()
