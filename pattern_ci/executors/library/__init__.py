"""What executors share: validation, templates, parallel work, error rules, tests, reports."""
