"""Printed pages: read back with another program's eyes."""
