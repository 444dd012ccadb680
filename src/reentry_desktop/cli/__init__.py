"""The command line: every command is one function over ``actions``. Knows no window and imports no Qt."""
