"""A loopback proxy before `emulate`: keeps requests, injects faults, closes gaps."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from testing import emulate_gaps
from testing.api_contract import Exchange
from testing.emulate_gaps.call import Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from testing.emulate import Emulate

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What a client meets instead of an answer; `carried_out` lets the request through first."""

    status: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0
    keep: float = 1.0
    promise_all: bool = False
    drop: bool = False
    carried_out: bool = False


def refused(status: int, message: str, *errors: object, **headers: str) -> Fault:
    """An error answer in GitHub's form; header names are written with underscores."""
    data = {"message": message, **({"errors": errors} if errors else {})}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(status=status, body=json.dumps(data).encode(), headers=named)


def bad_credentials() -> Fault:
    """401."""
    return refused(401, "Bad credentials")


def forbidden(message: str = "Resource not accessible by integration", **headers: str) -> Fault:
    """403: the token lacks a permission, or a setting is in the way."""
    return refused(403, message, **headers)


def secondary_limit(retry_after: int | None = None) -> Fault:
    """403: too many requests in a short time."""
    named = {} if retry_after is None else {"Retry_After": str(retry_after)}
    return refused(403, "You have exceeded a secondary rate limit.", **named)


def exhausted(reset: int) -> Fault:
    """403: the hour's requests are used up until `reset` (Unix time)."""
    named = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(reset)}
    return refused(403, "API rate limit exceeded for installation.", **named)


def too_many(retry_after: int) -> Fault:
    """429."""
    return refused(429, "Too many requests", Retry_After=str(retry_after))


def server_error(status: int) -> Fault:
    """5xx with a page of HTML, as a balancer gives it."""
    return Fault(status=status, body=b"<html>Unicorn!</html>")


def slow(seconds: float) -> Fault:
    """An answer that comes too late."""
    return Fault(delay_s=seconds, drop=True)


def truncated() -> Fault:
    """Half of the answer, as if that were all of it."""
    return Fault(keep=0.5, carried_out=True)


def cut_off() -> Fault:
    """Half of the answer, then the connection ends."""
    return Fault(keep=0.5, promise_all=True, carried_out=True)


def dropped() -> Fault:
    """The connection ends without an answer."""
    return Fault(drop=True)


def answered(data: Any, status: int = 200, **headers: str) -> Fault:
    """A made-up answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if data is None else json.dumps(data).encode()
    return Fault(status=status, body=body, headers=named)


def few_left(left: int, reset: int) -> Fault:
    """The real answer, which says how little of the rate limit is left until `reset`."""
    named = {"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(reset)}
    return Fault(headers=named, carried_out=True)


def lost(fault: Fault) -> Fault:
    """The request is carried out, and its answer replaced by `fault`."""
    return replace(fault, carried_out=True)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request that reached the proxy; never its token."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any

    @property
    def is_write(self) -> bool:
        """Whether GitHub would change something; a GraphQL question does not."""
        asked = self.path.endswith("/graphql") and not self.body["query"].startswith("mutation")
        return self.method != "GET" and not asked


@dataclass(kw_only=True)
class _Rule:
    fault: Fault
    method: str
    path: re.Pattern[str]
    skip: int
    times: int

    def takes(self, seen: Seen) -> bool:
        if self.times == 0 or self.method not in ("*", seen.method):
            return False
        if not self.path.search(seen.path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class FaultProxy:
    """Everything a test says to, and asks of, the proxy."""

    def __init__(self, emulate: Emulate, *, url: str, prefix: str = "") -> None:
        self.emulate = emulate
        self.url = url
        self.prefix = prefix
        self.seen: list[Seen] = []
        self.exchanges: list[Exchange] = []
        self.stopping = threading.Event()
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def inject(
        self, fault: Fault, *, method: str = "*", path: str = "", skip: int = 0, times: int = 1
    ) -> None:
        """Answer the next `times` matching requests with a fault, after `skip` without."""
        rule = _Rule(fault=fault, method=method, path=re.compile(path), skip=skip, times=times)
        with self._lock:
            self._rules.append(rule)

    def reset(self) -> None:
        """Forget what was seen and what was to be injected."""
        with self._lock:
            self.seen.clear()
            self._rules.clear()

    def answered(self, seen: Seen, status: int, body: bytes) -> None:
        """Keep what the server behind the proxy answered, whatever the client gets to see."""
        answer = json.loads(body) if body else None
        with self._lock:
            self.exchanges.append(Exchange(**vars(seen), status=status, answer=answer))

    @property
    def writes(self) -> list[Seen]:
        """The writes among the requests seen."""
        return [seen for seen in self.seen if seen.is_write]

    def note(self, seen: Seen) -> Fault | None:
        """Keep a request and say which fault it meets."""
        with self._lock:
            self.seen.append(seen)
            return next((rule.fault for rule in self._rules if rule.takes(seen)), None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet, at once: with Nagle's algorithm each answer takes 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True
    proxy: FaultProxy

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(self.proxy.prefix)
        body = json.loads(raw) if raw else None
        seen = Seen(method=self.command, path=path, query=parse_qs(parts.query), body=body)
        fault = self.proxy.note(seen)
        if fault is None:
            self._send(self._forward(seen, parts.query, raw))
            return
        real = self._forward(seen, parts.query, raw) if fault.carried_out else None
        if fault.delay_s:
            self.proxy.stopping.wait(fault.delay_s)
        if fault.drop:
            self._hang_up()
            return
        own = _Answer(status=fault.status, body=fault.body or b"", headers=fault.headers)
        answer = own
        if real is not None and fault.body is None:
            answer = replace(real, headers={**real.headers, **fault.headers})
        whole = len(answer.body)
        kept = replace(answer, body=answer.body[: int(whole * fault.keep)])
        self._send(kept, promised=whole if fault.promise_all else None)
        if fault.promise_all:
            self._hang_up()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815  # http.server's names

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _forward(self, seen: Seen, query: str, raw: bytes) -> _Answer:
        answer = self._ask(seen, query, raw)
        self.proxy.answered(seen, answer.status, answer.body)
        return answer

    def _ask(self, seen: Seen, query: str, raw: bytes) -> _Answer:
        emulate = self.proxy.emulate
        token = self.headers.get("Authorization", "").partition(" ")[2]
        call = Call(
            emulate=emulate, method=seen.method, path=seen.path, query=seen.query,
            body=seen.body, token=token,
        )  # fmt: skip
        reply = emulate_gaps.before(call)
        if reply is not None:
            text = "" if reply.body is None else json.dumps(reply.body)
            return _Answer(status=reply.status, body=self._own(text).encode(), headers={})
        connection = HTTPConnection(urlsplit(emulate.url).netloc, timeout=30)
        try:
            address = f"{seen.path}?{query}" if query else seen.path
            headers = {
                name: self.headers[name]
                for name in ("Accept", "Content-Type")
                if self.headers[name]
            }
            headers["Authorization"] = f"token {emulate.fresh(token)}"
            connection.request(seen.method, address, body=raw or None, headers=headers)
            got = connection.getresponse()
            status, link, body = got.status, got.headers.get("Link", ""), got.read()
        finally:
            connection.close()
        body = emulate_gaps.after(call, status, body)
        kept = {"X-RateLimit-Remaining": emulate_gaps.RATE_LEFT}
        if link:
            kept["Link"] = self._own(link)
        return _Answer(status=status, body=self._own(body.decode()).encode(), headers=kept)

    def _own(self, text: str) -> str:
        """Addresses of emulate as addresses of the proxy, prefix included."""
        port = urlsplit(self.proxy.emulate.url).port
        return re.sub(rf"http://(?:localhost|127\.0\.0\.1):{port}\b", self.proxy.url, text)

    def _send(self, answer: _Answer, *, promised: int | None = None) -> None:
        length = len(answer.body) if promised is None else promised
        with suppress(OSError):
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()


@contextmanager
def proxied(emulate: Emulate, *, prefix: str = "") -> Iterator[FaultProxy]:
    """A proxy from start to stop; `prefix` puts the API below a path, as GitHub Enterprise does."""

    class Handler(_Handler):
        """A handler that knows its proxy."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    server.daemon_threads = True
    url = f"http://{LOOPBACK}:{server.server_address[1]}{prefix}"
    proxy = FaultProxy(emulate, url=url, prefix=prefix)
    Handler.proxy = proxy
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
