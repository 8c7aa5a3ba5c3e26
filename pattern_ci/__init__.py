"""Learn from a repository's history what is done again and again; turn it into patterns."""

__version__ = "0.1.0"
