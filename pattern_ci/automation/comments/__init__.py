"""Commands that people write in comments on our pull requests."""
