"""Make the extracts of GitHub's published API descriptions that the tests compare with.

Usage: python3 scripts/api_contract.py [--check]

The descriptions come from npm: the REST one has 13 MB, of which the operations that the adapter
uses are kept, without examples and prose. `--check` changes nothing and fails when the committed
extracts are not those of the pinned versions. Node comes with the `test` dependency group.
"""

from __future__ import annotations

import json
import re
import subprocess  # noqa: TID251  # a maintainer's tool that runs npm
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from testing.emulate import node_and_npm  # noqa: E402  # the script runs without an installation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TARGET = ROOT / "testing" / "github_api"


class Source(NamedTuple):
    """A package of npm, the file in it that is read, and the extract that is made of it."""

    package: str
    version: str
    member: str
    target: str


REST = Source("@octokit/openapi", "23.0.2", "generated/api.github.com.json", "rest.json")
GRAPHQL = Source("@octokit/graphql-schema", "15.26.1", "schema.graphql", "graphql.json")
EVENTS = Source("@octokit/webhooks-examples", "7.6.1", "api.github.com/index.json", "events.json")

_REPO = "/repos/{owner}/{repo}"
_WORKFLOW = f"{_REPO}/actions/workflows/{{workflow_id}}"
_COMMENT = f"{_REPO}/issues/comments/{{comment_id}}"
_ISSUE = f"{_REPO}/issues/{{issue_number}}"
_PULL = f"{_REPO}/pulls/{{pull_number}}"
# What the adapter uses; tests/github/test_api.py finds one that is missing here or not used.
OPERATIONS: tuple[tuple[str, str], ...] = (
    ("GET", "/user"),
    ("GET", _REPO),
    ("GET", f"{_REPO}/actions/permissions/workflow"),
    ("GET", _WORKFLOW),
    ("POST", f"{_WORKFLOW}/dispatches"),
    ("GET", f"{_WORKFLOW}/runs"),
    ("GET", f"{_REPO}/collaborators/{{username}}/permission"),
    ("GET", f"{_REPO}/commits/{{ref}}"),
    ("GET", f"{_REPO}/commits/{{ref}}/check-runs"),
    ("GET", f"{_REPO}/contents/{{path}}"),
    ("POST", f"{_REPO}/git/blobs"),
    ("GET", f"{_REPO}/git/blobs/{{file_sha}}"),
    ("POST", f"{_REPO}/git/commits"),
    ("GET", f"{_REPO}/git/commits/{{commit_sha}}"),
    ("GET", f"{_REPO}/git/matching-refs/{{ref}}"),
    ("GET", f"{_REPO}/git/ref/{{ref}}"),
    ("POST", f"{_REPO}/git/refs"),
    ("DELETE", f"{_REPO}/git/refs/{{ref}}"),
    ("PATCH", f"{_REPO}/git/refs/{{ref}}"),
    ("POST", f"{_REPO}/git/trees"),
    ("GET", f"{_REPO}/issues"),
    ("POST", f"{_REPO}/issues"),
    ("GET", _COMMENT),
    ("PATCH", _COMMENT),
    ("GET", f"{_COMMENT}/reactions"),
    ("POST", f"{_COMMENT}/reactions"),
    ("GET", _ISSUE),
    ("PATCH", _ISSUE),
    ("GET", f"{_ISSUE}/comments"),
    ("POST", f"{_ISSUE}/comments"),
    ("POST", f"{_ISSUE}/labels"),
    ("DELETE", f"{_ISSUE}/labels/{{name}}"),
    ("GET", f"{_REPO}/pulls"),
    ("POST", f"{_REPO}/pulls"),
    ("GET", _PULL),
    ("PATCH", _PULL),
    ("PUT", f"{_PULL}/merge"),
)
# Roots of the GraphQL extract: what is asked and told, each with the types below its arguments.
FIELDS = (("Query", "viewer"), ("User", "login"), ("Mutation", "updateRefs"))

# Prose, and what no test compares.
_DROPPED = frozenset(
    {"description", "example", "examples", "externalDocs", "deprecated", "default", "title",
     "format", "readOnly", "writeOnly", "operationId", "tags", "summary", "headers"}
)  # fmt: skip
_SCHEMAS = "#/components/schemas/"
_JSON = "application/json"


# -- REST ---------------------------------------------------------------------------------------


def rest(description: Mapping[str, Any]) -> dict[str, Any]:
    """The operations with their parameters, bodies and answers, and every schema they need."""
    paths: dict[str, Any] = {}
    for method, path in OPERATIONS:
        operation = _operation(description, description["paths"][path][method.lower()])
        paths.setdefault(path, {})[method] = operation
    return {"paths": paths, "schemas": _closure(description, paths)}


def _operation(description: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    listed = [_resolved(description, it) for it in found.get("parameters", ())]
    kept: dict[str, Any] = {
        "query": {it["name"]: _schema(it["schema"]) for it in listed if it["in"] == "query"},
        "answers": {
            code: _content(_resolved(description, answer))
            for code, answer in found["responses"].items()
            if code[0] in "24" and code != "304"
        },
    }
    if "requestBody" in found:
        kept["body"] = _content(found["requestBody"])
    return kept


def _resolved(description: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference to a shared parameter or answer stands for."""
    if "$ref" not in found:
        return found
    place: Any = description
    for name in found["$ref"].removeprefix("#/").split("/"):
        place = place[name]
    return _resolved(description, place)


def _content(found: Mapping[str, Any]) -> Any:
    """The schema of a body; null for an empty one."""
    schema = found.get("content", {}).get(_JSON, {}).get("schema")
    return None if schema is None else _schema(schema)


def _schema(found: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, prose goes."""
    if isinstance(found, list):
        return [_schema(each) for each in found]
    if not isinstance(found, dict):
        return found
    kept: dict[str, Any] = {
        name: {key: _schema(each) for key, each in value.items()}
        if name == "properties"
        else _schema(value)
        for name, value in found.items()
        if name not in _DROPPED and not name.startswith("x-")
    }
    if "$ref" in kept:
        kept["$ref"] = kept["$ref"].replace(_SCHEMAS, "#/schemas/")
    return _or_null(kept) if kept.pop("nullable", False) else kept


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _closure(description: Mapping[str, Any], paths: Any) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    waiting = list(_referred(paths))
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _schema(description["components"]["schemas"][name])
            waiting += _referred(schemas[name])
    return dict(sorted(schemas.items()))


def _referred(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("$ref"), str):
            yield found["$ref"].removeprefix("#/schemas/")
        for value in found.values():
            yield from _referred(value)
    elif isinstance(found, list):
        for value in found:
            yield from _referred(value)


# -- GraphQL ------------------------------------------------------------------------------------


def graphql(schema: str) -> dict[str, Any]:
    """The fields that are used, with their type and arguments, and the types of the latter."""
    plain = re.sub(r'""".*?"""', "", schema, flags=re.DOTALL)
    found = {f"{kind}.{name}": _fields(plain, kind)[name] for kind, name in FIELDS}
    types: dict[str, Any] = {}
    waiting = [_bare(kind) for field in found.values() for kind in _types(field)]
    while waiting:
        name = waiting.pop()
        if name not in types and name.endswith(("Input", "Payload", "RefUpdate")):
            types[name] = {key: field["type"] for key, field in _fields(plain, name).items()}
            waiting += [_bare(kind) for kind in types[name].values()]
    return {"fields": found, "types": dict(sorted(types.items()))}


def _fields(schema: str, kind: str) -> dict[str, Any]:
    block = re.search(
        rf"^(?:type|input) {kind}\b[^{{]*\{{(.*?)^\}}", schema, re.DOTALL | re.MULTILINE
    )
    if block is None:
        msg = f"the GraphQL schema has no type {kind}."
        raise SystemExit(msg)
    field = re.compile(r"^\s*(\w+)\s*(?:\(([^)]*)\))?\s*:\s*([\w\[\]!]+)", re.MULTILINE)
    return {
        name: {
            "type": type_,
            "arguments": dict(re.findall(r"(\w+)\s*:\s*([\w\[\]!]+)", arguments or "")),
        }
        for name, arguments, type_ in field.findall(block.group(1))
    }


def _types(field: Mapping[str, Any]) -> Iterator[str]:
    yield field["type"]
    yield from field["arguments"].values()


def _bare(kind: str) -> str:
    return kind.strip("[]!")


# -- events -------------------------------------------------------------------------------------

# Event, its action, and how many examples are kept.
EXAMPLES = (
    ("issue_comment", "created", 3),
    ("issues", "edited", 1),
    ("pull_request", "opened", 2),
    ("pull_request", "synchronize", 1),
    ("pull_request", "closed", 1),
    ("workflow_run", "completed", 1),
)
# What is kept of the objects in a payload: what is read, and enough beside it to look real.
_KEPT = frozenset(
    {"action", "number", "issue", "comment", "pull_request", "repository", "sender", "workflow_run",
     "workflow", "changes", "id", "login", "type", "body", "title", "state", "draft", "merged",
     "author_association", "head", "base", "ref", "sha", "repo", "user", "full_name", "name",
     "private", "fork", "labels", "event", "status", "conclusion", "head_sha", "head_branch",
     "path", "from", "default_branch", "merge_commit_sha", "before", "after", "html_url"}
)  # fmt: skip


def events(index: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A few payloads of each event that is parsed."""
    by_name = {entry["name"]: entry["examples"] for entry in index}
    return {
        f"{event}.{action}": [_trimmed(each) for each in _first(by_name[event], action, count)]
        for event, action, count in EXAMPLES
    }


def _first(examples: Sequence[Mapping[str, Any]], action: str, count: int) -> list[Any]:
    return [each for each in examples if each.get("action") == action][:count]


def _trimmed(found: Any) -> Any:
    if isinstance(found, list):
        return [_trimmed(each) for each in found]
    if isinstance(found, dict):
        return {name: _trimmed(value) for name, value in found.items() if name in _KEPT}
    return found


# -- packages -----------------------------------------------------------------------------------


def download(source: Source) -> str:
    """The text of the file in the package; npm checks what arrives."""
    node, npm = node_and_npm()
    with tempfile.TemporaryDirectory() as folder:
        name = f"{source.package}@{source.version}"
        command = [str(node), str(npm), "pack", name, "--json", "--pack-destination", folder]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as archive:
            member = archive.extractfile(f"package/{source.member}")
            if member is None:
                msg = f"{name} has no file {source.member}."
                raise SystemExit(msg)
            return member.read().decode()


def extract(source: Source, made: Mapping[str, Any]) -> str:
    """The text of an extract, which says where it comes from."""
    origin = {"package": source.package, "version": source.version, "license": "MIT"}
    whole = {"source": {**origin, "made_by": "scripts/api_contract.py"}, **made}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def files() -> dict[Path, str]:
    """Each extract with its text."""
    return {
        TARGET / REST.target: extract(REST, rest(json.loads(download(REST)))),
        TARGET / GRAPHQL.target: extract(GRAPHQL, graphql(download(GRAPHQL))),
        TARGET / EVENTS.target: extract(EVENTS, events(json.loads(download(EVENTS)))),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the extracts, or say which of them are old."""
    arguments = sys.argv[1:] if argv is None else argv
    old = {
        path: text
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in old.items():
        print(path.relative_to(ROOT))
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return 1 if old and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main())
