"""JSON over HTTP to a server that runs queries: TLS verified, no redirects, credentials from the environment alone."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.engines.engine import EngineUnavailable

PATIENCE = 120
"""Seconds for one answer."""
SIGN_OF_LIFE = 10
"""Seconds within which a server that is there answers something."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Unanswered(Exception):  # noqa: N818 - what a server's refusal or silence is called here
    """The server refused, or gave no answer; its own words where it had any."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the credentials to a host that nobody named."""

    def redirect_request(self, *_: Any) -> None:
        """None: a redirect is an answer as it stands."""


class Client:
    """One server. ``url`` has no credentials in it; ``headers`` carry them and are never shown."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._url, self._headers = url.rstrip("/"), dict(headers or {})
        local = urllib.parse.urlsplit(url).hostname in _LOOPBACK
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if local:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    @classmethod
    def with_credentials(cls, url: str, variable: str) -> Client:
        """The server at ``url``, with ``<variable>_API_KEY``, or ``<variable>_USER`` and ``_PASSWORD``, if there.

        Raises ``EngineUnavailable`` for an address that is none, that has credentials in it, or that would carry them
        over the network unencrypted.
        """
        try:
            parts = urllib.parse.urlsplit(url)
            _ = parts.port
        except ValueError as error:
            raise EngineUnavailable(f"the address of the server is none: {error}") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise EngineUnavailable("the address of the server does not begin with https://")
        if parts.username or parts.password:
            raise EngineUnavailable(
                f"credentials belong in {variable}_USER and {variable}_PASSWORD, not in the address"
            )
        key, user = os.environ.get(f"{variable}_API_KEY"), os.environ.get(f"{variable}_USER")
        headers = {}
        if key:
            headers["Authorization"] = f"ApiKey {key}"
        elif user:
            pair = f"{user}:{os.environ.get(f'{variable}_PASSWORD', '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        if headers and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise EngineUnavailable("credentials are not sent without TLS: give an https:// address")
        return cls(url, headers)

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | str | None = None, patience: float = PATIENCE
    ) -> Any:
        """The JSON that the server answers within ``patience`` seconds. ``body``: an object, or lines of JSON.

        Raises ``Unanswered``, and ``EngineUnavailable`` if nothing answers at the address any more.
        """
        lines = isinstance(body, str)
        content = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked, or is our own server's
            self._url + path,
            method=method,
            data=None if content is None else content.encode(),
            headers={**self._headers, "Content-Type": "application/x-ndjson" if lines else "application/json"},
        )
        try:
            with self._opener.open(request, timeout=patience) as response:
                said = json.load(response)
        except urllib.error.HTTPError as error:
            raise Unanswered(_words(error)) from error
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            told = _cause(error)
            if not self._there():
                raise EngineUnavailable(f"the server does not answer: {told}") from error
            raise Unanswered(told) from error
        self.check(said)
        return said

    def _there(self) -> bool:
        """Whether the server answers at all: of one that died no query can be said to be refused."""
        request = urllib.request.Request(f"{self._url}/", headers=self._headers)  # noqa: S310 - as above
        try:
            with self._opener.open(request, timeout=SIGN_OF_LIFE):
                return True
        except urllib.error.HTTPError:
            return True
        except (OSError, http.client.HTTPException):
            return False

    @staticmethod
    def check(said: Any) -> None:
        """Raise ``Unanswered`` if an answer is an error in its own words."""
        if isinstance(said, dict) and "error" in said:
            raise Unanswered(_reason(said["error"]))


@contextlib.contextmanager
def documented() -> Iterator[None]:
    """For reading an answer: raises ``Unanswered`` if it has not what the vendor's documentation says."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise Unanswered(f"an answer in a form that is not documented: {_cause(error)}") from error


def _cause(error: BaseException) -> str:
    """What went wrong, without the wrappings of ``urllib``."""
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    return str(inner) if isinstance(inner, OSError) else f"{type(inner).__name__}: {inner}"


def _words(error: urllib.error.HTTPError) -> str:
    try:
        said = json.load(error)
    except (OSError, ValueError, RecursionError):
        return f"status {error.code}"
    return _reason(said.get("error", said)) if isinstance(said, dict) else f"status {error.code}"


def _reason(error: Any) -> str:
    """The cause and what caused it, innermost last."""
    if not isinstance(error, dict):
        return str(error)[:1000]
    causes = error.get("root_cause")
    first = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else error
    stack = first.get("script_stack")
    reasons = [f"{first.get('type')}: {first.get('reason')}", *map(str, stack if isinstance(stack, list) else ())]
    inner = error.get("caused_by")
    while isinstance(inner, dict):
        reasons.append(str(inner.get("reason")))
        inner = inner.get("caused_by")
    return "; ".join(dict.fromkeys(reasons))[:1000]
