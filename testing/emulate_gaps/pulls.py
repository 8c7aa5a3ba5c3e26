"""Pull requests: which ones GitHub opens, reopens and merges, and what it says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from testing.emulate_gaps.call import Reply

if TYPE_CHECKING:
    from testing.emulate_gaps.call import Call

# What GitHub tells of a single pull request, and not in lists.
_SINGLE = (
    "additions", "changed_files", "comments", "commits", "deletions", "maintainer_can_modify",
    "mergeable", "mergeable_state", "merged", "merged_by", "rebaseable", "review_comments",
)  # fmt: skip


def _failed(**error: str) -> Reply:
    error = {"resource": "PullRequest", **error}
    return Reply(422, {"message": "Validation Failed", "errors": [error]})


def create(call: Call) -> Reply | None:
    """One open pull request for a pair of branches that differ."""
    head, base = call.body["head"].rpartition(":")[2], call.body["base"]
    tips = call.tips()
    for field, branch in (("head", head), ("base", base)):
        if branch not in tips:
            return _failed(field=field, code="invalid")
    for pull in call.pulls():
        if pull["head"]["ref"] == head and pull["base"]["ref"] == base:
            owner = call.slug.partition("/")[0]
            message = f"A pull request already exists for {owner}:{head}."
            return _failed(code="custom", message=message)
    if _compared(call, tips[base], tips[head])["ahead_by"] == 0:
        return _failed(code="custom", message=f"No commits between {base} and {head}")
    return None


def update(call: Call, number: str) -> Reply | None:
    """Only what GitHub could have kept open is opened again."""
    if call.body.get("state") != "open":
        return None
    pull = call.ask("GET", f"/pulls/{number}")
    tip = call.tips().get(pull["head"]["ref"])
    gone = tip is None or _compared(call, tip, pull["head"]["sha"])["ahead_by"] > 0
    if pull["state"] == "closed" and gone:
        branch = pull["head"]["ref"]
        message = f"state cannot be changed. The {branch} branch was force-pushed or deleted."
        return _failed(field="state", code="invalid", message=message)
    return None


def merge(call: Call, number: str) -> Reply | None:
    """GitHub merges what is open, where it was seen, and without conflict.

    `emulate` takes the tree of the head as it is, so that what came to the base meanwhile is lost.
    """
    pull = call.there(f"/pulls/{number}")
    if pull is None:
        return None
    pull = as_is(call, pull)
    if pull["state"] != "open" or conflicts(call, pull):
        return Reply(405, {"message": "Pull Request is not mergeable"})
    if call.body.get("sha", pull["head"]["sha"]) != pull["head"]["sha"]:
        message = "Head branch was modified. Review and try the merge again."
        return Reply(409, {"message": message})
    made = _merge(call, pull, call.body["commit_title"])
    call.kept.merges[call.slug, number] = made
    done = {"sha": made, "merged": True, "message": "Pull Request successfully merged"}
    return Reply(200, done)


def _merge(call: Call, pull: dict[str, Any], title: str) -> str:
    base, head = call.tips()[pull["base"]["ref"]], pull["head"]["sha"]
    theirs = _changed(call, base, head)
    tree = call.ask(
        "POST",
        "/git/trees",
        {"base_tree": call.ask("GET", f"/git/commits/{base}")["tree"]["sha"], "tree": theirs},
    )
    commit = {"message": title, "tree": tree["sha"], "parents": [base]}
    made: str = call.ask("POST", "/git/commits", commit)["sha"]
    # Only its own merge marks a pull request as merged; the branch is put right afterwards.
    call.ask("PUT", f"/pulls/{pull['number']}/merge", {})
    call.ask("PATCH", f"/git/refs/heads/{pull['base']['ref']}", {"sha": made, "force": True})
    return made


def _compared(call: Call, base: str, head: str) -> Any:
    return call.ask("GET", f"/compare/{base}...{head}")


def _changed(call: Call, base: str, head: str) -> list[dict[str, Any]]:
    """Entries of a tree for what `head` changed since it left `base`."""
    compared = _compared(call, base, head)
    paths = {
        path
        for file in compared["files"]
        for path in (file["filename"], file.get("previous_filename"))
        if path
    }
    listing = call.ask("GET", f"/git/trees/{head}?recursive=1")["tree"]
    there = {entry["path"]: entry for entry in listing if entry["type"] == "blob"}
    return [
        {
            "path": path,
            "mode": there[path]["mode"] if path in there else "100644",
            "type": "blob",
            "sha": there[path]["sha"] if path in there else None,
        }
        for path in sorted(paths)
    ]


def conflicts(call: Call, pull: dict[str, Any]) -> bool:
    """Whether both sides changed a path since they parted, and not alike."""
    base, head = call.tips()[pull["base"]["ref"]], pull["head"]["sha"]
    ours, theirs = (
        {entry["path"]: entry["sha"] for entry in _changed(call, one, other)}
        for one, other in ((head, base), (base, head))
    )
    return any(ours[path] != theirs[path] for path in ours.keys() & theirs.keys())


def as_is(call: Call, pull: dict[str, Any]) -> dict[str, Any]:
    """A pull request whose head is where its branch is."""
    tips = call.tips()
    if pull["state"] == "open" and pull["head"]["ref"] in tips:
        pull["head"]["sha"] = tips[pull["head"]["ref"]]
    return pull


def one(call: Call, pull: dict[str, Any]) -> dict[str, Any]:
    """A single pull request, with whether it can be merged."""
    pull = as_is(call, pull)
    made = call.kept.merges.get((call.slug, str(pull["number"])))
    if made is not None:
        pull["merge_commit_sha"] = made
    elif pull["state"] == "open":
        in_the_way = conflicts(call, pull)
        pull["mergeable"] = not in_the_way
        pull["mergeable_state"] = "dirty" if in_the_way else "clean"
    else:
        pull["mergeable"] = None
    return pull


def many(call: Call, pulls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A list of pull requests, without what GitHub tells only of single ones."""
    found = [as_is(call, pull) for pull in pulls]
    return [{key: it for key, it in pull.items() if key not in _SINGLE} for pull in found]
