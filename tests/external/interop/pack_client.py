"""The generated Python client for matrix.yaml. Reads calls, one JSON document a line: the base URL, the operation and the
credentials by scheme. Prints for each the status and the principal, `not-sent`, or the error."""

import asyncio
import json
import re
import sys

sys.path.insert(0, sys.argv[1])
from matrix import ApiError, AuthError, Client, Credentials


def snake(name):
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


async def called(call):
    credentials = {snake(scheme): value for scheme, value in call["credentials"].items()}
    if "login" in credentials:
        credentials["login"] = tuple(credentials["login"].split(":", 1))
    async with Client(call["base"], Credentials(**credentials)) as client:
        assert not any(value in repr(vars(client)) for value in call["credentials"].values())
        assert not any(value in repr(Credentials(**credentials)) for value in call["credentials"].values())
        try:
            found = await getattr(client, snake(call["operation"]))()
            return f"200\t{found.principal}"
        except ApiError as error:
            return f"{error.status}\t"
        except AuthError:
            return "not-sent\t"


async def main():
    for line in sys.stdin:
        print(await called(json.loads(line)), flush=True)


asyncio.run(main())
