"""Multipart bodies by aiohttp: `client BASE` sends one to the generated server, `server` reads what the generated client sends."""

import asyncio
import sys

import aiohttp
from aiohttp import web


async def pieces():
    for _ in range(48):
        yield b"x" * 65536


async def client(base):
    with aiohttp.MultipartWriter("form-data") as form:
        fields = {"Content-Type": "image/png", "X-Checksum": "abc", "X-Tags": "a,b", "X-Origin": "from=here"}
        part = form.append(b"\r\n--x\r\n", fields)
        part.set_content_disposition("form-data", name="picture", filename="p.png")
        for number in (1, 2):
            part = form.append(pieces(), {"X-Page": str(number)})
            part.set_content_disposition("form-data", name="pages", filename="page")
        part = form.append("grüß", {"Content-Language": "de"})
        part.set_content_disposition("form-data", name="note")
        part = form.append_json({"from": "here"}, {"X-Style": "bold"})
        part.set_content_disposition("form-data", name="part")
    async with aiohttp.ClientSession() as session, session.post(base + "/uploads", data=form) as response:
        print(response.status, await response.text())


async def upload(request):
    lines = []
    async for part in await request.multipart():
        content = await part.read()
        own = " ".join(f"{name}={value}" for name, value in part.headers.items() if name.startswith("X-"))
        lines.append(f"{part.name} {part.filename} {part.headers.get('Content-Type')} {len(content)} {own}")
    return web.Response(text="\n".join(lines))


async def server():
    app = web.Application()
    app.router.add_post("/uploads", upload)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(client(sys.argv[2]) if sys.argv[1] == "client" else server())
