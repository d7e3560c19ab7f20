"""`python -I -m sealwright.cli.github COMMAND`."""

import sys

from sealwright.cli.github.step import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
