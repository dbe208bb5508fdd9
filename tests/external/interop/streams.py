"""Typed streams by aiohttp: `client BASE` reads those of the generated server, `server` sends some to the generated client."""

import asyncio
import json
import sys

import aiohttp
from aiohttp import web


async def events(response):
    """The events of a response, with its comments, until it ends."""
    event = {}
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith(":"):
            yield {"comment": True}
        elif line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


async def read(session, base, token, last, least):
    """Reads at least these events, and a comment if there is no other."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last else {})
    async with session.get(base + "/prices", headers=headers) as response:
        if response.status != 200:
            return print(response.status)
        print(response.status, response.headers["Content-Type"])
        count = 0
        async for event in events(response):
            if "comment" in event:
                if count == least:
                    return print("comment", last)
                continue
            last, count = event["id"], count + 1
            print(event["event"], event["id"], json.loads(event["data"])["cents"])
    return last


async def client(base):
    async with aiohttp.ClientSession() as session:
        last = await read(session, base, "right-1", None, -1)
        await read(session, base, "wrong", last, -1)
        await read(session, base, "right-2", last, 2)
        headers = {"Authorization": "Bearer right-3"}
        async with session.get(base + "/trades", headers=headers) as response:
            lines = [json.loads(line)["id"] async for line in response.content]
            print(response.status, response.headers["Content-Type"], lines)


# The requests for prices that had a right credential.
seen = []


async def prices(request):
    token = request.headers.get("Authorization", "")
    if not token.startswith("Bearer right-") or token in seen:
        return web.Response(status=401)
    seen.append(token)
    last = int(request.headers.get("Last-Event-ID", "0"))
    if last >= 4:
        return web.Response(status=204)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(b": hello\n\nretry: 100\n\n")
    for number in (last + 1, last + 2):
        data = json.dumps({"symbol": "Ä", "cents": number}, indent=1, ensure_ascii=False).encode()
        text = b"".join(b"data: " + line + b"\r\n" for line in data.split(b"\n"))
        # In two parts, which may split a character.
        await response.write(b"id: %d\r\n" % number + text[:19])
        await asyncio.sleep(0)
        await response.write(text[19:] + b"\r\n")
    return response


async def trades(request):
    if not request.headers.get("Authorization", "").startswith("Bearer right-"):
        return web.Response(status=401)
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    for number in range(1000):
        await response.write(json.dumps({"id": number, "note": "x" * number}).encode() + b"\n")
    return response


async def server():
    app = web.Application()
    app.router.add_get("/prices", prices)
    app.router.add_get("/trades", trades)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(client(sys.argv[2]) if sys.argv[1] == "client" else server())
