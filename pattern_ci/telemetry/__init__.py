"""Execution events: recorded, kept as lines, indexed, asked."""
