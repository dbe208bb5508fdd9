"""The generated Python clients of fixtures: `pack_bodies.py FOLDER MODE ARGUMENT`, with the package `api` in the folder."""

import asyncio
import json
import sys

FOLDER, MODE, ARGUMENT = sys.argv[1:4]
sys.path.insert(0, FOLDER)
import api
from api import types as t
from api.operations import OPERATIONS
from api.runtime import bodies

try:
    CREDENTIALS = api.Credentials(key="k" if MODE == "parameters" else "right")
except TypeError:
    CREDENTIALS = api.Credentials()


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]



async def forms():
    """Each row of forms.tsv is written as it says."""
    operation = next(own for own in OPERATIONS if own.id == "sendForm")
    content, count = operation.bodies[0], 0
    for text, wire in rows(ARGUMENT):
        form = content.codec.decode(json.loads(text), "row")
        assert isinstance(form, t.Form)
        body = bodies.encode(content, form)
        assert body.data.decode() == wire, (text, body.data)
        assert body.media_type == "application/x-www-form-urlencoded"
        count += 1
    for wrong in [t.Form(words=["a b"]), t.Form(pipes=["a|b"]), t.Form(ids=["1"]), {"note": "a"}, None]:
        try:
            bodies.encode(content, wrong)
        except (TypeError, ValueError):
            continue
        raise AssertionError(wrong)
    print(f"{count} rows")


async def send_form(client):
    form = t.Form(
        plain=["a", "b c"], nested=t.Range(from_=1), ids=[1, 2], words=["a", "b"], filter=t.Range(from_=1, to=2),
        meta=["x"], note="ä=&", rows=[t.Range(from_=1), t.Range(to=2)],
    )  # fmt: skip
    print(await client.send_form(body=form))


async def send_parts(client):
    picture = api.File(b"\x89PNG", 'p" q.png')
    more = [api.File(b"a", media_type="text/csv"), api.File(b"b", media_type="text/plain")]
    parts = t.SendPartsBody(
        meta=t.Range(from_=1), note="# ä", code="1", picture=picture, more=more,
        windows=[t.Window(from_=0), t.Window(from_=1)], extra={"a": 1}, words=["v", "w"],
    )  # fmt: skip
    print(await client.send_parts(body=parts))
    jpeg = api.File(b"jpeg", media_type="image/jpeg")
    print(await client.send_parts(body=t.SendPartsBody(meta=t.Range(from_=1), picture=jpeg)))
    print(await client.send_parts())
    print(await client.send_lists(body=t.SendListsBody(words=["a"], pages=[b"one", b"two"])))
    try:
        await client.send_lists(body=t.SendListsBody(words=[], pages=[]))
    except api.ApiError as error:
        print([], error.status)
    for wrong in [
        t.SendPartsBody(meta=t.Range(), picture=api.File(b"", media_type="image/gif")),
        t.SendPartsBody(meta=t.Range(), picture=jpeg, more=[b"a"]),
    ]:
        try:
            await client.send_parts(body=wrong)
        except ValueError as error:
            print(error)


async def send_report(client):
    async def sent(body, media_type=None):
        try:
            found = await client.send_report(body=body, _media_type=media_type)
            print(found.form, found.text)
        except (TypeError, ValueError) as error:
            print(error)

    await sent(t.Report(title="a", rows=[1, 2]))
    await sent("a,ä", "text/csv")
    await sent(t.Summary(words="w"), "application/vnd.report.summary+json")
    form = t.SendReportBodyApplicationXWwwFormUrlencoded(code=7, marks=["a", "b c"])
    await sent(form, "application/x-www-form-urlencoded")
    parts = t.SendReportBodyMultipartFormData(title="t", scan=api.File(b"scan", "s"))
    await sent(parts, "multipart/form-data")
    await sent(b"\0\xff", "application/octet-stream")
    await sent(t.Summary(words="w"))
    await sent(b"a", "text/csv")
    await sent(b"a", "image/png")
    one = await client.put_version(body=t.Summary(words="w"))
    two = await client.put_version(
        body=t.Report(title="a", rows=[]), _media_type="application/vnd.api+json; version=2"
    )
    print(one, two)
    print(await client.get_plain(), await client.get_picture())


async def answers():
    """Each row of answers.tsv is read as it says."""
    table, current = rows(ARGUMENT), {}

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")), "0")
        await reader.readexactly(int(length))
        _, status, media_type, body, _ = current["row"]
        kind = "" if media_type == "-" else f"Content-Type: {media_type}\r\n"
        data = body.encode()
        head = f"HTTP/1.1 {status} X\r\n{kind}Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + data)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    calls = {
        "getReport": lambda client: client.get_report(form="x"),
        "getPlain": lambda client: client.get_plain(),
        "getPicture": lambda client: client.get_picture(),
        "getAny": lambda client: client.get_any(),
        "putVersion": lambda client: client.put_version(body=t.Summary(words="w")),
        "postVersion": lambda client: client.post_version(body=t.Summary(words="w")),
    }
    async with api.Client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        for row in table:
            current["row"] = row
            expected = outcome(row)
            try:
                found = await calls[row[0]](client)
            except api.ApiError as error:
                found = ("error", error.status, error.body)
            except api.DecodeError:
                found = "decode"
            assert found == expected, (row, found, expected)
    server.close()
    print(f"{len(table)} rows")


def outcome(row):
    """What the call of a row ends in, from the words of the table."""
    _, status, _, body, words = row
    raw = body.encode()
    if status[0] != "2":
        if "ProblemJson" in words:
            return ("error", int(status), t.Summary(words=words.split()[-1]))
        is_text = words.startswith("ClientError Text")
        return ("error", int(status), body if is_text else raw or None)
    kind, _, value = words.rpartition(" ")
    if words.startswith(("MediaType", "Decode")):
        return "decode"
    if words.startswith("Unexpected"):
        return raw
    if kind in ("Ok Json", "Two"):
        return t.Report(**json.loads(body))
    if kind in ("Ok Summary", "One") or row[0] in ("getAny", "postVersion"):
        return t.Summary(words="w")
    if kind == "Ok Image" or row[0] == "getPicture":
        return raw
    return words.removeprefix("Ok Csv ").removeprefix("PartialContent ")


async def upload(client):
    headers = t.UploadBodyPictureHeaders(
        x_checksum="ä, b", x_size=-7, x_tags=["a", "b c"], x_origin=t.Part(from_="here", shape="round"),
        x_meta=t.Parameter(place=t.Style.BOLD),
    )  # fmt: skip
    pages = [
        api.Part(api.File(b"four"), t.UploadBodyPagesHeaders(x_page=1)),
        api.Part(b"", t.UploadBodyPagesHeaders(x_page=2)),
    ]
    body = t.UploadBody(
        picture=api.Part(api.File(b"png"), headers),
        pages=pages,
        note=api.Part("grüß", t.UploadBodyNoteHeaders(content_language=t.UploadBodyNoteHeadersContentLanguage.DE)),
        part=api.Part(t.Part(from_="here"), t.UploadBodyPartHeaders(x_style=t.Style.PLAIN)),
        rows=api.Part([5, 6], t.UploadBodyRowsHeaders(x_row=1)),
    )
    print(await client.upload(body=body))
    for wrong in [b"png", api.Part(b"png", t.UploadBodyPictureHeaders(x_checksum="a\r\nX-Evil: 1"))]:
        try:
            await client.upload(body=t.UploadBody(picture=wrong))
        except (TypeError, ValueError) as error:
            print(error)


class Calls:
    """Counts calls, and those that are refused before anything is sent."""

    def __init__(self):
        self.sent, self.refused = 0, 0

    async def ok(self, call):
        await call
        self.sent += 1

    async def no(self, call):
        try:
            await call
        except (TypeError, ValueError):
            self.refused += 1

    def __str__(self):
        return f"{self.sent} calls, {self.refused} refused"


async def parameters(client):
    import uuid

    calls = Calls()
    await calls.ok(
        client.get_file(
            folder=7, name="a/b c.d", ending="t.x", shared=True, limit=-5, tags=["a", "b&c", ""], where="a/b?x=%20,y&z+é%",
            ids=[1, 2], words=["a", "b"], pipes=["x", "y z"], filter=t.Filter(from_="1[2]", to="ä"),
            json=t.Filter(from_='q" é'), x_colors=["red", "light blue"], x_json={"k": ["ä", 1, None, "\U0001f600"]},
            mood=t.Mood.GOOD, trace=uuid.UUID("67e55044-10b1-426f-9247-bb680e5fe0c8"),
        )
    )  # fmt: skip
    await calls.ok(
        client.get_file(folder=0, name="n", ending="e", shared=False, tags=[], ids=[], filter=t.Filter())
    )
    for simple, label in [(["a", "b.c"], ["d", "e.f"]), (["a,b"], ["g/h"])]:
        await calls.ok(client.path_styles(simple=simple, label=label, matrix=t.Filter(from_="x;y", to="z,")))
    right = {"folder": 1, "name": "n", "ending": "e", "shared": True}
    for wrong in [
        {"name": ""}, {"name": ".."}, {"ending": "."}, {"shared": None}, {"folder": "1"}, {"words": ["a b"]},
        {"pipes": ["a|b"]}, {"x_colors": ["a,b"]}, {"x_colors": ["ä"]},
    ]:  # fmt: skip
        await calls.no(client.get_file(**{**right, **wrong}))
    print(calls)


async def nested(client):
    calls = Calls()
    filters = t.Filter(
        name="n]", tags=["x", "y"], size=t.Range(from_=1), any_of=[t.Range(from_=1, to=2), t.Range(to=3)],
        not_=t.Filter(name="i"),
    )  # fmt: skip
    pageable = t.Pageable(page=2, sort=["a", "b c"])
    await calls.ok(client.list_pages(pageable=pageable, filter=filters, ranges=[t.Range(from_=1, to=2), t.Range()]))
    await calls.ok(client.list_pages(pageable=t.Pageable()))
    await calls.ok(client.list_labels(limit=3, labels={"a": ["x", "y z"], "ä b": ["1"]}))
    for key in ["api_key", "api_key[x]", "limit"]:
        await calls.no(client.list_labels(labels={key: ["stolen"]}))
    await calls.no(client.list_pages(pageable=t.Pageable(), filter=t.Filter(any_of=[t.Range()])))
    print(calls)


async def spread(client):
    calls = Calls()
    page, look = t.SearchPage(size=3, start=6), t.SearchLook(theme="dark; x")
    await calls.ok(client.search(limit=1, filter=t.SearchFilter(from_="a&b"), page=page, look=look))
    await calls.ok(client.search())
    print(calls)


async def main():
    mode = globals()[MODE]
    if MODE in ("forms", "answers"):
        await mode()
        return
    async with api.Client(ARGUMENT, CREDENTIALS) as client:
        await mode(client)


asyncio.run(main())
