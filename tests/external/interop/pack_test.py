"""The Python runtime of examples/packs/python-aiohttp by itself: where credentials go, tokens, parameters and codecs."""

import asyncio
import base64
import datetime
import enum
import sys
import unittest

import aiohttp
from aiohttp import web

sys.path.insert(0, sys.argv.pop(1))
from matrix import AuthError, Client, ClientCredentials, Credentials, TokenError
from matrix.runtime import codecs, parameters
from matrix.runtime.auth import checked_url
from matrix.runtime.calls import Core
from matrix.runtime.middleware import Authentication, Granted, Invalid
from matrix.runtime.operation import Access, Operation, Parameter, Scheme, Use

SECURE = Access(False, False, ((Use(0, ("read",)),),))
OAUTH = Scheme("oauth", "oauth2", token_url="/token")


def operation(access=SECURE, segments=("/x",), parameters=()):
    return Operation("x", "GET", segments, (), access, parameters, (), False, {})


def parameter(style, place="query", explode=False, codec=codecs.ANY, name="p", allow_reserved=False):
    return Parameter(name, place, style, explode, allow_reserved, False, codec)


def core(base, credentials, schemes=(OAUTH,)):
    return Core(schemes, base, credentials, allow_http=False, timeout=5.0, tls=None)


class Server:
    """Answers `/token`, and `/x` for the last token only; it can redirect and revoke."""

    def __init__(self):
        self.requests, self.tokens, self.lifetime, self.redirects = [], 0, 600, False
        self.revoked = set()

    async def token(self, request):
        self.requests.append((request.headers["Authorization"], dict(await request.post())))
        await asyncio.sleep(0.05)
        self.tokens += 1
        body = {"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": self.lifetime}
        return web.json_response(body)

    async def answer(self, request):
        if self.redirects:
            raise web.HTTPFound("/elsewhere")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        response = web.json_response({}, status=401 if token in self.revoked else 200)
        response.set_cookie("tracking", "1")
        self.requests.append((request.path, request.headers.get("Cookie"), token))
        return response

    async def elsewhere(self, request):
        self.requests.append(("elsewhere", request.headers.get("Authorization")))
        return web.json_response({})

    async def __aenter__(self):
        app = web.Application()
        app.router.add_post("/token", self.token)
        app.router.add_get("/x", self.answer)
        app.router.add_get("/elsewhere", self.elsewhere)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        await self.runner.cleanup()


class Origins(unittest.TestCase):
    def test_credentials_go_over_https_or_to_this_machine_only(self):
        for url in ["https://a.example/v1/", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "http://127.8.8.8"]:
            self.assertEqual(checked_url(url, False), url.rstrip("/"))
        refused = [
            "http://a.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "ftp://a.example", "/v1",
            "https://u:p@a.example", "https://a.example?x=1", "https://a.example#x", "http://localhost@evil.example", "https://",
        ]  # fmt: skip
        for url in refused:
            with self.assertRaises(ValueError, msg=url):
                checked_url(url, False)
        with self.assertRaises(ValueError):
            Client("http://a.example", Credentials(header_key="k"))
        self.assertEqual(checked_url("http://a.example", True), "http://a.example")

    def test_a_token_url_without_tls_is_refused(self):
        async def run():
            found = ClientCredentials("id", "secret", token_url="http://evil.example/token")
            with self.assertRaises(AuthError):
                client = core("https://a.example", {"oauth": found})
                try:
                    await client.call(operation(), ())
                finally:
                    await client.close()

        asyncio.run(run())


class Tokens(unittest.TestCase):
    def test_one_token_is_requested_for_all_waiting_calls_and_renewed_after_a_401(self):
        async def run():
            async with Server() as server:
                found = core(server.base, {"oauth": ClientCredentials("an id", "a:secret/ä")})
                await asyncio.gather(*(found.call(operation(), ()) for _ in range(5)))
                self.assertEqual(server.tokens, 1)
                login, form = server.requests[0]
                self.assertEqual(form, {"grant_type": "client_credentials", "scope": "read"})
                self.assertEqual(base64.b64decode(login.removeprefix("Basic ")), b"an+id:a%3Asecret%2F%C3%A4")
                server.revoked.add("token-1")
                await found.call(operation(), ())
                self.assertEqual((server.tokens, server.requests[-1]), (2, ("/x", None, "token-2")))
                server.revoked.add("token-2")
                server.revoked.add("token-3")
                with self.assertRaises(Exception) as refused:
                    await found.call(operation(), ())
                # Once only.
                self.assertEqual((refused.exception.status, server.tokens), (401, 3))
                self.assertNotIn("secret", repr(vars(found)))
                await found.close()

        asyncio.run(run())

    def test_a_token_endpoint_without_a_token_is_an_error_without_secrets(self):
        async def run():
            async with Server() as server:
                found = ClientCredentials("id", "the-secret", token_url=f"{server.base}/x/none")
                client = core(server.base, {"oauth": found})
                with self.assertRaises(TokenError) as error:
                    await client.call(operation(), ())
                self.assertNotIn("the-secret", str(error.exception))
                await client.close()

        asyncio.run(run())

    def test_redirects_are_not_followed_and_cookies_not_kept(self):
        async def run():
            async with Server() as server:
                client = core(server.base, {"oauth": "abc"})
                await client.call(operation(), ())
                await client.call(operation(), ())
                self.assertEqual([request[1] for request in server.requests], [None, None])
                server.redirects = True
                with self.assertRaises(Exception) as refused:
                    await client.call(operation(), ())
                self.assertEqual(refused.exception.status, 302)
                self.assertNotIn("elsewhere", [request[0] for request in server.requests])
                await client.close()

        asyncio.run(run())

    def test_nothing_is_sent_for_an_invalid_call_or_credential(self):
        async def run():
            async with Server() as server:
                for credential in ["a b", "a\r\nX: y", "", ("a", "b"), "ä"]:
                    client = core(server.base, {"oauth": credential})
                    with self.assertRaises(AuthError, msg=repr(credential)):
                        await client.call(operation(), ())
                    await client.close()
                client = core(server.base, {"oauth": ClientCredentials("id", "secret")})
                path = parameter("simple", "path", codec=codecs.STRING)
                for value in ["", ".", ".."]:
                    with self.assertRaises(ValueError, msg=value):
                        await client.call(operation(segments=("/", 0), parameters=(path,)), (value,))
                header = parameter("simple", "header", codec=codecs.STRING)
                with self.assertRaises(ValueError):
                    await client.call(operation(parameters=(header,)), ("a\r\nX: y",))
                await client.close()
                self.assertEqual(server.requests, [])
                public = core(server.base, {"oauth": "abc"})
                await public.call(operation(Access(True, True, ())), ())
                self.assertEqual(server.requests, [("/x", None, "")])
                await public.close()

        asyncio.run(run())


    def test_a_token_is_used_for_its_issuer_only(self):
        async def run():
            async with Server() as server, aiohttp.ClientSession() as session:
                found = ClientCredentials("id", "secret")
                urls = [f"{server.base}/token", f"{server.base}/token?other"]
                first, second, again = [await found.token(session, url, ("read",)) for url in [*urls, urls[0]]]
                self.assertEqual((first, second, again), ("token-1", "token-2", "token-1"))

        asyncio.run(run())


class Middleware(unittest.TestCase):
    """Requests that only the library aiohttp can decide about."""

    async def statuses(self, schemes, operations, verifiers, add, requests):
        async def handler(_):
            return web.Response()

        app = web.Application(middlewares=[Authentication(schemes, operations, verifiers)])
        add(app.router, handler)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
            async with aiohttp.ClientSession() as session:
                found = []
                for method, headers in requests:
                    async with session.request(method, f"{base}/x", headers=headers) as response:
                        found.append(response.status)
                return found
        finally:
            await runner.cleanup()

    def test_head_needs_the_access_of_get_if_it_runs_its_handler(self):
        async def verified(key):
            if key != "right":
                raise Invalid
            return Granted("user")

        async def other(_):
            return web.Response()

        def separate(router, handler):
            router.add_get("/x", handler, allow_head=False)
            router.add_head("/x", other)

        schemes = (Scheme("key", "apiKey", place="header", parameter="X-Key"),)
        guarded, public = Access(False, False, ((Use(0),),)), Access(True, False, ())
        operations = tuple(
            Operation(method, method, ("/x",), (), access, (), (), False, {})
            for method, access in [("GET", guarded), ("HEAD", public)]
        )
        requests = [("HEAD", {}), ("HEAD", {"X-Key": "wrong"}), ("HEAD", {"X-Key": "right"}), ("GET", {})]

        def run(add):
            return asyncio.run(self.statuses(schemes, operations, {"key": verified}, add, requests))

        self.assertEqual(run(lambda router, handler: router.add_get("/x", handler)), [401, 401, 200, 401])
        self.assertEqual(run(separate), [200, 200, 200, 401])

    def test_an_invalid_origin_is_another_site(self):
        async def verified(_):
            return Granted("user")

        schemes = (Scheme("login", "basic"),)
        operations = (Operation("x", "POST", ("/x",), (), Access(False, False, ((Use(0),),)), (), (), False, {}),)
        login = {"Authorization": aiohttp.BasicAuth("user", "word").encode()}
        requests = [("POST", login), ("POST", {**login, "Origin": "http://["})]
        add = lambda router, handler: router.add_post("/x", handler)  # noqa: E731
        self.assertEqual(asyncio.run(self.statuses(schemes, operations, {"login": verified}, add, requests)), [200, 401])


class Parameters(unittest.TestCase):
    def test_styles_are_those_of_the_specification(self):
        """OpenAPI 3.0.3, section 4.7.12.4, and characters that need encoding."""
        array, thing = ["blue", "black"], {"R": 100, "G": 200}
        for style, explode, expected in [
            ("simple", False, ("blue,black", "R,100,G,200")), ("simple", True, ("blue,black", "R=100,G=200")),
            ("label", False, (".blue,black", ".R,100,G,200")), ("label", True, (".blue.black", ".R=100.G=200")),
            ("matrix", False, (";p=blue,black", ";p=R,100,G,200")), ("matrix", True, (";p=blue;p=black", ";R=100;G=200")),
        ]:  # fmt: skip
            own = parameter(style, "path", explode)
            self.assertEqual((parameters.path_text(own, array), parameters.path_text(own, thing)), expected, style)
        for style, explode, value, expected in [
            ("form", True, array, ["p=blue", "p=black"]), ("form", False, array, ["p=blue,black"]),
            ("form", True, thing, ["R=100", "G=200"]), ("form", False, thing, ["p=R,100,G,200"]),
            ("spaceDelimited", False, array, ["p=blue%20black"]), ("pipeDelimited", False, array, ["p=blue%7Cblack"]),
            ("deepObject", True, thing, ["p%5BR%5D=100", "p%5BG%5D=200"]), ("form", True, "a&b=c/é", ["p=a%26b%3Dc%2F%C3%A9"]),
            ("json", False, {"a": 1}, ["p=%7B%22a%22%3A1%7D"]), ("form", True, True, ["p=true"]),
        ]:  # fmt: skip
            self.assertEqual(list(parameters.query_pairs(parameter(style, explode=explode), value)), expected, style)
        self.assertEqual(parameters.path_text(parameter("simple", "path"), "a/../b?c#d"), "a%2F..%2Fb%3Fc%23d")


class Colour(enum.Enum):
    RED = "red"


class Codecs(unittest.TestCase):
    def test_values_of_other_types_are_refused(self):
        for codec, right, wrong in [
            (codecs.INTEGER, 1, True), (codecs.INTEGER, 1.0, 1.5), (codecs.NUMBER, 1.5, "1"), (codecs.STRING, "a", 1),
            (codecs.BOOLEAN, True, 1), (codecs.DATE, "2024-02-29", "2023-02-29"), (codecs.BASE64, "YQ==", "Y"),
            (codecs.DATE_TIME, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00"), (codecs.List(codecs.STRING), ["a"], "a"),
            (codecs.Map(codecs.STRING), {"a": "b"}, []), (codecs.Nullable(codecs.STRING), None, 1),
        ]:  # fmt: skip
            codec.decode(right, "body")
            with self.assertRaises(codecs.DecodeError, msg=repr((codec, wrong))):
                codec.decode(wrong, "body")

    def test_values_are_written_as_they_were_read(self):
        for codec, text in [(codecs.DATE, "2024-02-29"), (codecs.BASE64, "YQ=="), (codecs.DATE_TIME, "2024-01-01T00:00:00Z")]:
            self.assertEqual(codec.encode(codec.decode(text, "body")), text)
        with self.assertRaises(ValueError):
            codecs.DATE_TIME.encode(datetime.datetime(2024, 1, 1))

    def test_an_enum_is_open_when_it_is_read(self):
        codec = codecs.Enumeration(Colour)
        self.assertEqual([codec.decode("red", "body"), codec.decode("blue", "body")], [Colour.RED, "blue"])
        self.assertEqual(codec.encode(Colour.RED), "red")


if __name__ == "__main__":
    unittest.main()
