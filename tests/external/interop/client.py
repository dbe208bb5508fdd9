"""Calls the generated server with aiohttp. Prints for each call the presented credentials and the status."""

import asyncio
import sys
import time

import aiohttp
import jwt

BASE, SECRET, OTHER, KEY, USER, PASSWORD = sys.argv[1:7]


def token(secret=SECRET, algorithm="HS256", headers=None, **changes):
    claims = {
        "iss": "https://id.example.com",
        "aud": "matrix",
        "sub": "frank",
        "scope": "read",
        "exp": int(time.time()) + 600,
    }
    claims.update(changes)
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, secret, algorithm=algorithm, headers=headers)


async def main():
    bearer = lambda text: {"headers": {"Authorization": f"Bearer {text}"}}
    calls = [
        ("basic right", "/basic", {"auth": aiohttp.BasicAuth(USER, PASSWORD)}),
        ("basic wrong password", "/basic", {"auth": aiohttp.BasicAuth(USER, "wrong")}),
        ("basic unknown user", "/basic", {"auth": aiohttp.BasicAuth("nobody", PASSWORD)}),
        ("basic absent", "/basic", {}),
        ("key right", "/header-key", {"headers": {"X-API-Key": KEY}}),
        ("key wrong", "/header-key", {"headers": {"X-API-Key": KEY + "x"}}),
        ("key absent", "/header-key", {}),
        ("jwt right", "/oauth", bearer(token())),
        ("jwt no scope", "/oauth", bearer(token(scope="write"))),
        ("jwt other secret", "/oauth", bearer(token(secret=OTHER))),
        ("jwt expired", "/oauth", bearer(token(exp=int(time.time()) - 600))),
        ("jwt no expiry", "/oauth", bearer(token(exp=None))),
        ("jwt not yet", "/oauth", bearer(token(nbf=int(time.time()) + 600))),
        ("jwt other audience", "/oauth", bearer(token(aud="another"))),
        ("jwt other issuer", "/oauth", bearer(token(iss="https://evil.example.com"))),
        ("jwt no subject", "/oauth", bearer(token(sub=None))),
        ("jwt alg none", "/oauth", bearer(token(secret="", algorithm="none"))),
        ("jwt other algorithm", "/oauth", bearer(token(algorithm="HS384"))),
        ("jwt crit", "/oauth", bearer(token(headers={"crit": ["exp"]}))),
        ("jwt jku", "/oauth", bearer(token(headers={"jku": BASE + "/open"}))),
        ("jwt type", "/oauth", bearer(token(headers={"typ": "logout+jwt"}))),
        ("jwt absent", "/oauth", {}),
        ("open", "/open", {}),
    ]
    async with aiohttp.ClientSession() as session:
        for name, path, options in calls:
            async with session.get(BASE + path, **options) as response:
                body = await response.json()
                print(f"{name}\t{response.status}\t{body.get('principal', '')}")


asyncio.run(main())
