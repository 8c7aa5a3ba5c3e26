"""What pattern-ci would have saved on a repository's own past, beside what copying would have."""
