"""The one place where text that others wrote is made harmless for what will show it."""
