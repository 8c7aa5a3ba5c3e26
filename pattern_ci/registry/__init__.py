"""The pattern library on disk: loading, validating, deriving the index."""
