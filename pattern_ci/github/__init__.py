"""The door to GitHub: a port and its implementations."""
