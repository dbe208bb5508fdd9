"""aiohttp servers of tests/faulty_server/shop.yaml and notes.yaml, and of bound.py, each with one fault, or none if its name is `none`.

Arguments: a folder for the keys of the tokens, and the faults. Prints tokens and ports as JSON, and ends with its input.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
import sys
import traceback
from pathlib import Path

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import bound

FOLDER, FAULTS = Path(sys.argv[1]), sys.argv[2:]
AUDIENCE = "shop"
KEYS = {"key-alice": "alice", "key-bob": "bob"}
OWNERS = {"a-1": "alice", "b-1": "bob"}
FAULT = web.AppKey("fault", str)
NOTE = web.AppKey("note", dict)

PRIVATE = rsa.generate_private_key(65537, 2048)
PRIVATE_PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
PUBLIC_PEM = PRIVATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def token(user, scope):
    claims = {"sub": user, "scope": scope, "aud": AUDIENCE, "iss": issuer.origin, "exp": 4_000_000_000}
    return jwt.encode(claims, PRIVATE_PEM, "RS256", {"kid": "shop-1"})


class Issuer:
    """Publishes the key of the tokens (RFC 8414)."""

    origin = ""

    async def metadata(self, _):
        return web.json_response({"issuer": self.origin, "jwks_uri": f"{self.origin}/keys"})

    async def keys(self, _):
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(PRIVATE.public_key()))
        return web.json_response({"keys": [{**jwk, "kid": "shop-1"}]})

    async def start(self):
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self.metadata)
        app.router.add_get("/keys", self.keys)
        self.origin = f"http://127.0.0.1:{await serve(app)}"


issuer = Issuer()


def has(request, fault):
    return request.app[FAULT] == fault


# Credentials


def refuse(request):
    challenge = 'Bearer realm="shop"'
    if has(request, "no-challenge"):
        raise web.HTTPUnauthorized()
    if has(request, "wrong-challenge"):
        challenge = 'Basic realm="shop"'
    raise web.HTTPUnauthorized(headers={"WWW-Authenticate": challenge})


def only(request, values):
    """The value, if it is the only one: which one is meant would be a guess."""
    if len(values) == 2 and has(request, "first-of-two"):
        return values[0]
    if len(values) == 2 and has(request, "last-of-two"):
        return values[1]
    return values[0] if len(values) == 1 else refuse(request)


def hmac_key(request, header):
    """The secret with which a faulty server verifies HS256."""
    if has(request, "empty-secret"):
        return b""
    if has(request, "key-confusion"):
        return PUBLIC_PEM
    if has(request, "kid-path") and "kid" in header:
        return Path("/usr/lib", header["kid"]).read_bytes()
    return None


def is_signed_by_hmac(value, key):
    signed, _, signature = value.rpartition(".")
    digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == signature


def verified(request, value):
    header = jwt.get_unverified_header(value)
    is_none = header.get("alg", "").lower() == "none"
    is_unsigned = value.endswith(".")
    key = hmac_key(request, header) if header.get("alg") == "HS256" else None
    is_believed = (
        (has(request, "alg-none") and is_none)
        or (has(request, "no-signature") and is_unsigned and not is_none)
        or (has(request, "any-signature") and not is_unsigned)
        or (key is not None and is_signed_by_hmac(value, key))
    )
    if has(request, "key-of-token") and "jwk" in header:
        return jwt.decode(value, jwt.PyJWK(header["jwk"]), audience=AUDIENCE, issuer=issuer.origin)
    if is_believed:
        return jwt.decode(value, options={"verify_signature": False})
    options = {
        "verify_exp": not has(request, "expired"),
        "verify_nbf": not has(request, "not-yet"),
        "verify_aud": not has(request, "other-audience"),
        "verify_iss": not has(request, "other-issuer"),
        "require": ["exp", "sub", "aud", "iss"],
    }
    return jwt.decode(value, PUBLIC_PEM, ["RS256"], options, audience=AUDIENCE, issuer=issuer.origin)


def bearer(request):
    """The claims of the token."""
    if has(request, "ignores-tokens"):
        return {"sub": "alice", "scope": "admin"}
    misplaced = None
    if has(request, "token-in-query"):
        misplaced = request.query.get("access_token")
    if has(request, "token-in-cookie"):
        misplaced = request.cookies.get("access_token")
    field = f"Bearer {misplaced}" if misplaced else only(request, request.headers.getall("Authorization", []))
    word, _, value = field.partition(" ")
    is_bearer = word == "Bearer" if has(request, "case-of-bearer") else word.lower() == "bearer"
    if not is_bearer and not has(request, "any-word"):
        refuse(request)
    try:
        return verified(request, value)
    except jwt.PyJWTError:
        refuse(request)


def key(request):
    """The user of the key."""
    values = request.headers.getall("X-Key", [])
    if has(request, "key-in-query"):
        values += request.query.getall("x-key", [])
    if has(request, "key-in-cookie") and "x-key" in request.cookies:
        values.append(request.cookies["x-key"])
    value = only(request, values)
    if (has(request, "any-key") and value) or (has(request, "empty-key") and not value):
        return "alice"
    return KEYS.get(value) or refuse(request)


# Operations


def listed(user):
    return web.json_response([{"id": own, "color": "red"} for own, owner in OWNERS.items() if owner == user])


def are_valid(request):
    limit = request.query.get("limit", "1")
    most = 49 if has(request, "bound-off-by-one") else 50
    if has(request, "crashes") or has(request, "leaks-trace"):
        int(limit)
        {"red": 0, "blue": 1}[request.query["color"]]
    if has(request, "accepts-invalid"):
        return True
    is_limit = re.fullmatch("[0-9]{1,9}", limit) is not None and 1 <= int(limit) <= most
    if has(request, "color-optional") and "color" not in request.query:
        return is_limit
    return is_limit and request.query.get("color") in ("red", "blue")


async def list_items(request):
    if has(request, "values-first") and not are_valid(request):
        raise web.HTTPBadRequest()
    user = bearer(request)["sub"]
    if not are_valid(request):
        raise web.HTTPBadRequest()
    if has(request, "undocumented-status"):
        return web.json_response([], status=203)
    if has(request, "undocumented-type"):
        return web.Response(text="[]")
    if has(request, "wrong-body"):
        return web.json_response([{"id": "a-1", "color": "green"}])
    response = listed("alice" if has(request, "shared-list") else user)
    if has(request, "public-cache"):
        response.headers["Cache-Control"] = "public, max-age=60"
    if has(request, "any-origin"):
        response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        response.headers["Access-Control-Allow-Credentials"] = "true"
    if has(request, "open-cookie"):
        response.set_cookie("session", "1")
    return response


async def get_item(request):
    if has(request, "one-of-two"):
        user = key(request) if "Authorization" not in request.headers else bearer(request)["sub"]
    else:
        user = bearer(request)["sub"]
        if not has(request, "half-and"):
            key(request)
    own = request.match_info["item"]
    if own not in OWNERS or (OWNERS[own] != user and not has(request, "bola")):
        raise web.HTTPNotFound()
    return web.json_response({"id": own, "color": "red"})


async def admin(request):
    scopes = bearer(request)["scope"].split()
    if "admin" not in scopes and not has(request, "ignores-scopes"):
        raise web.HTTPForbidden()
    return web.Response(text="secrets")


async def news(request):
    if has(request, "guarded-news"):
        key(request)
    elif "X-Key" in request.headers and not has(request, "wrong-is-anonymous"):
        key(request)
    return web.Response(text="news")


async def health(request):
    if has(request, "guarded-health"):
        bearer(request)
    return web.Response(text="well")


# The note of notes.yaml

LARGEST = 64 << 10


def problem(request, response):
    """The error as the document describes it."""
    if has(request, "bare-errors"):
        return response
    headers = {name: value for name, value in response.headers.items() if name not in ("Content-Type", "Content-Length")}
    body = {"message": response.reason} if has(request, "other-errors") else {"title": response.reason}
    return web.json_response(
        body, status=response.status, headers=headers, content_type="application/problem+json"
    )


async def get_note(request):
    bearer(request)
    return web.json_response(request.app[NOTE])


async def put_note(request):
    bearer(request)
    if request.content_type != "application/json" and not has(request, "any-media-type"):
        raise web.HTTPUnsupportedMediaType()
    try:
        value = json.loads(await request.read())
    except ValueError:
        raise web.HTTPBadRequest() from None
    is_valid = isinstance(value, dict) and isinstance(value.get("text"), str) and len(value["text"]) <= 100
    if not is_valid or value.keys() - {"text", "owner"}:
        raise web.HTTPBadRequest()
    if not has(request, "owner-writable"):
        value["owner"] = request.app[NOTE]["owner"]
    request.app[NOTE].update(value)
    headers = {} if has(request, "no-header") else {"X-Changes": "1"}
    return web.json_response(request.app[NOTE], headers=headers)


@web.middleware
async def errors_of_notes(request, handler):
    if not request.path.startswith("/notes"):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        return problem(request, error)


@web.middleware
async def surround(request, handler):
    raw = request.raw_path.partition("?")[0]
    is_open = (
        (has(request, "method-override") and "X-HTTP-Method-Override" in request.headers)
        or (has(request, "open-slash") and raw.endswith("/"))
        or (has(request, "open-case") and raw != raw.lower())
        or (has(request, "open-encoded") and ("%" in raw or ";" in raw or raw.startswith("//")))
    )
    if is_open:
        return listed("alice")
    if has(request, "open-head") and request.method == "HEAD":
        return web.Response()
    try:
        return await handler(request)
    except (KeyError, ValueError):
        if has(request, "leaks-trace"):
            return web.Response(text=traceback.format_exc(), status=400)
        raise


async def serve(app):
    """Starts a server and returns its port."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner.addresses[0][1]


async def start(fault):
    """Starts the server with this fault and returns its port."""
    largest = 1 << 30 if fault == "any-size" else LARGEST
    app = web.Application(middlewares=[errors_of_notes, surround], client_max_size=largest)
    app[FAULT] = fault
    app[NOTE] = {"text": "hello", "owner": "alice"}
    app.router.add_get("/notes/n-1", get_note)
    app.router.add_put("/notes/n-1", put_note)
    app.router.add_get("/pets", bound.Pets(fault).get)
    for path, handler in [
        ("/items", list_items),
        ("/items/{item}", get_item),
        ("/admin", admin),
        ("/news", news),
        ("/health", health),
    ]:
        app.router.add_get(path, handler)
    return await serve(app)


async def main():
    logging.disable()
    (FOLDER / "private.pem").write_bytes(PRIVATE_PEM)
    (FOLDER / "public.pem").write_bytes(PUBLIC_PEM)
    await issuer.start()
    tokens = {"alice": token("alice", "admin read"), "bob": token("bob", "read")}
    ports = {fault: await start(fault) for fault in FAULTS}
    print(json.dumps({"tokens": tokens, "bound": bound.credential(), "ports": ports}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
