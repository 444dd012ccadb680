"""What a person can do or ask, as functions of a unit. Both front ends do everything through these."""
