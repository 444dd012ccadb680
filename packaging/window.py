"""Where the packaged window (``Re-entry Desktop``) starts."""

import multiprocessing
import sys

from reentry_desktop.__main__ import window

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(window())
