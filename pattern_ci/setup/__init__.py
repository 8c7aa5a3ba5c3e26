"""What pattern-ci puts into a repository, whether it works there, and how it goes away again."""
