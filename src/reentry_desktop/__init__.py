"""Re-entry Desktop: wellness plans and follow-up for re-entry peer-support offices."""

__version__ = "0.1.0"
