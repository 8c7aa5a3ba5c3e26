"""Hook programs: `main(argv) -> int`, import-light."""
