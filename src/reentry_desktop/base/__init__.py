"""What every other package may use: clock, ids, problems, paths, words. Standard library only."""
