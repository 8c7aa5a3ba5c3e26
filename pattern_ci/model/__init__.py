"""Frozen records, enums, digests and JSON Schemas; no input or output."""
