"""Which files of a repository are this project's own: by where they lie and how they are named.

`patterns/` may be a folder of the repository's own as well; what lies there in no form of ours is
theirs.
"""

from __future__ import annotations

import re

from pattern_ci.model.config import CONFIG_PATH

LIBRARY = "patterns/"
_OURS = re.compile(
    r"""patterns/(?:
        # What a pattern is made of, whichever status folder it lies in.
        (?:(?:drafts|quarantined)/)?(?:
            specs/[^/]+\.pattern\.yaml
            | schemas/[^/]+\.schema\.json
            | templates/[^/]+/[^/]+\.j2
            | examples/[^/]+/(?:positive|negative)/[^/]+\.json
            | docs/[^/]+\.md
            | executors/[^/]+_executor\.py
        )
        | companions\.json
        | registry/[A-Z_]+\.yaml
        | automation/[^/]+\.(?:yaml|merge)
        | rules/self_heal/AUTO-[^/]+\.yaml
        | anti_patterns/(?:registry\.yaml|ANTI-PAT-[^/]+\.md)
        | reports/(?:[^/]+/)?[^/]+\.(?:md|json)
        | applied/[^/]+/[0-9a-f]+\.json
        | telemetry/.+\.jsonl?
        | \.state/[^/]+\.json
    )""",
    re.VERBOSE,
)


def is_ours(path: str) -> bool:
    """Whether this project writes a file of this path, and no template should come of it."""
    return path == CONFIG_PATH or (path.startswith(LIBRARY) and _OURS.fullmatch(path) is not None)
