"""`python -m sealwright`."""

import sys

from sealwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
