"""What the program costs, over the barest way to the same result, measured in the same run."""
