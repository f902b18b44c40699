"""``python -m compiler`` is ``tocsin``."""

from compiler.cli import main

if __name__ == "__main__":
    main()
