"""An aiohttp server whose middleware checks Basic, an API key and a JWT; it prints its port and ends with its input."""

import asyncio
import sys

import jwt
from aiohttp import BasicAuth, web

SECRET, KEY, USER, PASSWORD = sys.argv[1:5]


def principal(request):
    if request.path == "/open":
        return "nobody"
    if request.path == "/header-key":
        return "headerKey:alice" if request.headers.get("X-API-Key") == KEY else None
    header = request.headers.get("Authorization", "")
    if request.path == "/basic":
        login = BasicAuth.decode(header) if header.startswith("Basic ") else None
        return "login:" + login.login if login == BasicAuth(USER, PASSWORD) else None
    if not header.startswith("Bearer "):
        return None
    try:
        claims = jwt.decode(header[7:], SECRET, algorithms=["HS256"], audience="matrix", issuer="https://id.example.com")
    except jwt.InvalidTokenError:
        return None
    return "oauth:" + claims["sub"]


@web.middleware
async def authenticate(request, handler):
    request["principal"] = principal(request)
    if request["principal"] is None:
        return web.json_response({"title": "Unauthorized"}, status=401)
    return await handler(request)


async def answer(request):
    return web.json_response({"principal": request["principal"]})


async def main():
    app = web.Application(middlewares=[authenticate])
    for path in ["/open", "/basic", "/header-key", "/oauth"]:
        app.router.add_get(path, answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(main())
