"""The window. Everything people see; what it does goes through ``actions``."""
