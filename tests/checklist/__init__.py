"""The items of docs/decisions/0012-checklist.md that no room has a test for, by their numbers."""
