"""What the test says, a line each, one after the other: `call URL` and `announce URL`."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from person import tell


class Opened:
    """A client of a URL, and what is sent to it besides answers."""

    def __init__(self):
        self.arrivals = asyncio.Queue()

    async def hear(self, *_):
        self.arrivals.put_nowait(None)


def _reason(error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


async def obey(connect):
    """
    Does what it is told until the input ends, or something fails. `connect` opens a client of a URL, which answers a call of
    a tool with its text, and calls `hear` for each message that it is sent.
    """
    opened = {}
    try:
        async with AsyncExitStack() as stack:
            while line := await asyncio.to_thread(sys.stdin.readline):
                what, url = line.split()
                path = urlsplit(url).path
                if url not in opened:
                    one = opened[url] = Opened()
                    one.call = await stack.enter_async_context(connect(url, one.hear))
                one = opened[url]
                if what == "call":
                    tell(called=path, told=json.loads(await one.call("told")))
                else:
                    await one.call("announce")
                    await one.arrivals.get()
                    tell(heard=path)
    except BaseException as error:
        tell(failed=_reason(error))
