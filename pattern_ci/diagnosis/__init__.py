"""What went wrong in a log, whether it was seen before, and what made it go away."""
