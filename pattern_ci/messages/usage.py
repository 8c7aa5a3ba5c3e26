"""What `pattern-ci` says about itself."""

from __future__ import annotations

from pattern_ci import __version__
from pattern_ci.catalog import COMMANDS


def overview() -> str:
    """The page that `pattern-ci --help` prints."""
    width = max(len(command.name) for command in COMMANDS)
    rows = "\n".join(f"  {command.name:<{width}}  {command.does}" for command in COMMANDS)
    return (
        f"pattern-ci {__version__}: learns from a repository's history what is done again and "
        "again.\n\nStart here:  pattern-ci train      (plans only; writes nothing)\n\n"
        f"{rows}\n\nMore on one of them:  pattern-ci COMMAND --help\n"
        "What is being done:   pattern-ci --verbose COMMAND …\n"
    )


def unknown_command(name: str) -> str:
    """One line for a verb that is not ours."""
    import difflib

    near = difflib.get_close_matches(name, [command.name for command in COMMANDS], n=1)
    hint = f"did you mean `{near[0]}`?" if near else "`pattern-ci --help` lists the commands."
    return f"pattern-ci: there is no command {name!r}. Next: {hint}\n"
