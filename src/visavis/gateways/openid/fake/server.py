"""The fake's addresses: description, keys, the page, tokens, signed userinfo."""

import base64
import hmac
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from visavis.gateways.openid.fake import pages
from visavis.gateways.openid.fake.desk import FAULTS, Desk, Shape

BODY_BYTES = 65_536
HTML, JSON, JWT = "text/html; charset=utf-8", "application/json", "application/jwt"
CLIENT = "visavis"


def serve(desk: Desk, *, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that answers for a desk."""
    handler = type("DeskHandler", (Handler,), {"desk": desk})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    desk: Desk
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        match self._parts():
            case [""]:
                self._page(200, pages.welcome(self.desk))
            case ["healthz"]:
                self._send(200, b"ok", "text/plain")
            case ["style.css"]:
                css = resources.files(__package__).joinpath("style.css").read_bytes()
                self._send(200, css, "text/css; charset=utf-8")
            case [code, ".well-known", "openid-configuration"] if code in self.desk.shapes:
                self._json(200, self._description(code))
            case [code, "keys"] if code in self.desk.shapes:
                public = {**self.desk.key.as_dict(private=False), "kid": self.desk.key.kid}
                self._json(200, {"keys": [public]})
            case [code, "authorize"] if code in self.desk.shapes:
                self._choose(self.desk.shapes[code], self._query())
            case [code, "userinfo"] if code in self.desk.shapes:
                self._userinfo(code)
            case _:
                self._page(404, pages.missing())

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_BYTES))
        form = _flat(body.decode("utf-8", "replace"))
        match self._parts():
            case [code, "authorize"] if code in self.desk.shapes:
                self._decide(self.desk.shapes[code], form)
            case [code, "token"] if code in self.desk.shapes:
                self._token(code, form)
            case _:
                self._json(404, {})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing: addresses hold codes."""

    def _description(self, code: str) -> dict[str, Any]:
        issuer = f"{self.desk.url}/{code}"
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
            "code_challenge_methods_supported": ["S256"],
            "acr_values_supported": list(self.desk.shapes[code].acrs),
            "demonstration": True,  # in the live world nobody believes it
        }

    def _choose(self, shape: Shape, request: Mapping[str, str]) -> None:
        if not _is_request(request):
            self._page(400, pages.missing())
            return
        html = pages.choose(self.desk, shape, request)
        self._page(200, html, redirect_uri=request["redirect_uri"])

    def _decide(self, shape: Shape, form: Mapping[str, str]) -> None:
        if not _is_request(form):
            self._page(400, pages.missing())
            return
        answer = {"state": form.get("state", ""), "iss": f"{self.desk.url}/{shape.code}"}
        if form.get("do") == "go":
            known = self.desk.people.get(form.get("person", ""))
            fault = form.get("fault", "")
            answer["code"] = self.desk.give(
                form,
                person=known or pages.typed(form),
                acr=form.get("acr", ""),
                fault=fault if fault in FAULTS else "",
            )
        else:
            answer["error"] = "access_denied"
        joint = "&" if urlsplit(form["redirect_uri"]).query else "?"
        self._redirect(f"{form['redirect_uri']}{joint}{urlencode(answer)}")

    def _token(self, code: str, form: Mapping[str, str]) -> None:
        if not self._is_client(form):
            self._json(401, {"error": "invalid_client"})
            return
        given = self.desk.redeem(
            form.get("code", ""),
            verifier=form.get("code_verifier", ""),
            redirect_uri=form.get("redirect_uri", ""),
        )
        if given is None:
            self._json(400, {"error": "invalid_grant"})
        else:
            self._json(200, self.desk.answer(code, given))

    def _userinfo(self, code: str) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        given = self.desk.tokens.pop(token, None)
        if given is None:
            self._json(401, {"error": "invalid_token"})
            return
        claims = self.desk.claims(code, given)
        if given.fault == "other-person":
            claims["sub"] = "another"
        self._send(200, self.desk.signed(claims).encode(), JWT)

    def _is_client(self, form: Mapping[str, str]) -> bool:
        """Take either way in which a client may show who it is."""
        said = (form.get("client_id", ""), form.get("client_secret", ""))
        header = self.headers.get("Authorization", "")
        if header.startswith("Basic "):
            pair = base64.b64decode(header.removeprefix("Basic ")).decode("utf-8", "replace")
            name, _, secret = pair.partition(":")
            said = (unquote(name), unquote(secret))
        wanted = self.desk.secret.encode()
        return said[0] == CLIENT and hmac.compare_digest(said[1].encode(), wanted)

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    def _query(self) -> dict[str, str]:
        return _flat(urlsplit(self.path).query)

    def _page(self, status: int, html: str, *, redirect_uri: str = "") -> None:
        self._send(status, html.encode(), HTML, policy=pages.policy(redirect_uri))

    def _json(self, status: int, said: Mapping[str, Any]) -> None:
        self._send(status, json.dumps(said).encode(), JSON)

    def _redirect(self, to: str) -> None:
        self.send_response(303)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, body: bytes, kind: str, *, policy: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)


def _is_request(said: Mapping[str, str]) -> bool:
    """Tell whether this is a request of our own counter, with all that it must carry."""
    return (
        said.get("client_id") == CLIENT
        and said.get("response_type") == "code"
        and said.get("code_challenge_method") == "S256"
        and all(said.get(name) for name in ("redirect_uri", "state", "nonce", "code_challenge"))
        and urlsplit(said["redirect_uri"]).scheme in ("http", "https")
    )


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
