"""Template language, case filters, file transactions."""
