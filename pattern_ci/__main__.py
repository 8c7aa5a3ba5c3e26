"""`python -m pattern_ci`."""

from pattern_ci.main import entry

if __name__ == "__main__":
    entry()
