"""An aiohttp server with the generated middleware for matrix.yaml; it prints its port and ends with its input."""

import asyncio
import sys

import jwt
from aiohttp import web

sys.path.insert(0, sys.argv[1])
from matrix.operations import OPERATIONS, SCHEMES
from matrix.runtime.middleware import Authentication
from matrix.server import Granted, Invalid, Login, Verifiers, authentication, principals

TOKEN, OAUTH, OIDC, HEADER, QUERY, COOKIE, USER, PASSWORD, HAWK = sys.argv[2:11]


def key(owner, right):
    async def verify(credential):
        if credential != right:
            raise Invalid("unknown key")
        return Granted(owner)

    return verify


def token(scheme, secret):
    async def verify(credential):
        try:
            claims = jwt.decode(
                credential, secret, algorithms=["HS256"], audience="matrix", issuer="https://id.example.com"
            )
        except jwt.InvalidTokenError:
            raise Invalid("signature") from None
        return Granted(f"{scheme}:{claims['sub']}", frozenset(claims["scope"].split()))

    return verify


async def login(credential):
    if credential != Login(USER, PASSWORD):
        raise Invalid("unknown login")
    return Granted(f"login:{credential.user}")


VERIFIERS = Verifiers(
    header_key=key("headerKey:alice", HEADER),
    query_key=key("queryKey:bob", QUERY),
    cookie_key=key("cookieKey:carol", COOKIE),
    hawk=key("hawk:heidi", HAWK),
    login=login,
    token=token("token", TOKEN),
    oauth=token("oauth", OAUTH),
    oidc=token("oidc", OIDC),
)


async def answer(request):
    found = principals(request)
    operation = next(own for own in OPERATIONS if own.template == request.path or own.template.startswith("/owned"))
    nobody = "nobody" if operation.access.is_public else "anonymous"
    return web.json_response({"principal": "+".join(found.values()) or nobody})


def check_that_all_verifiers_are_needed():
    for scheme in SCHEMES:
        others = {name: verifier for name, verifier in VERIFIERS._by_scheme().items() if name != scheme.name}
        try:
            Authentication(SCHEMES, OPERATIONS, others)
        except ValueError as error:
            assert scheme.name in str(error)
        else:
            raise AssertionError(f"{scheme.name} needs no verifier")


async def main():
    check_that_all_verifiers_are_needed()
    app = web.Application(middlewares=[authentication(VERIFIERS)])
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.template.replace("{}", "{owner}"), answer)
    app.router.add_get("/undocumented", answer)
    app.router.add_get("/files/{tail:.*}", answer)
    app.router.add_put("/owned/{owner:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(main())
