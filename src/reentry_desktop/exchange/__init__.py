"""Joins store and bundle: what leaves on the stick, what comes in from it, and whose cards are trusted."""
