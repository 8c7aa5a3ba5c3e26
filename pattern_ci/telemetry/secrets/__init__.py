"""What secrets look like, and where they stand."""
