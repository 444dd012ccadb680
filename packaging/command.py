"""Where the packaged command line (``reentry-desktop``) starts."""

import multiprocessing
import sys

from reentry_desktop.__main__ import command

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(command())
