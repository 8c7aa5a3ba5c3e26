"""History to roles, families, templates and companions."""
