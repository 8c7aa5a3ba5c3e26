"""Where the test server, or GitHub itself, is not as GitHub's description says, and why.

`test_api.py` fails when one of these no longer occurs, and each test of this room when another
one does.
"""

from __future__ import annotations

_PULLS = "/repos/{owner}/{repo}/pulls"
_CHECKS = "/repos/{owner}/{repo}/commits/{ref}/check-runs"
_DISPATCHES = "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches"

KNOWN = {
    f"GET {_PULLS} 200: $[].labels[].description breaks type":
        "GitHub answers null for a label without description in these lists as in all others",
    f"GET {_CHECKS} 200: $.check_runs[].output 'annotations_url' is missing":
        "emulate leaves it out, and nothing of ours reads it",
    f"GET {_CHECKS} 422: this status is not described":
        "GitHub answers so for a commit that is not there",
    f"POST {_DISPATCHES} 422: this status is not described":
        "GitHub answers so for a branch that is not there and for a disabled workflow",
}  # fmt: skip
