"""The seven executors and the library they are composed from (design, sections 3 and 9)."""
