"""A client of `fastmcp` 4.x. CLIENT_ID: what it is registered as; unset, it registers itself.

CLIENT_DOCUMENT: the URL of its document, which is its client id where such are taken.
"""

import asyncio
import os
import webbrowser
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import httpx2
from fastmcp import Client
from fastmcp.client.auth import OAuth
from fastmcp.client.transports import StreamableHttpTransport

from commands import obey
from person import find_on_loopback, tell, tell_asked


def watched(**settings):
    settings.setdefault("timeout", httpx2.Timeout(30, read=300))
    return httpx2.AsyncClient(**settings, event_hooks={"response": [tell_asked]})


async def tell_open_in_time(url):
    """It listens only after it has opened the browser, which has to be slower than this."""
    back = urlsplit(dict(parse_qsl(urlsplit(url).query))["redirect_uri"])
    while True:
        try:
            _, writer = await asyncio.open_connection(back.hostname, back.port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return tell(open=url)


async def main():
    auth = OAuth(
        client_name="Desk",
        client_id=os.environ.get("CLIENT_ID"),
        client_metadata_url=os.environ.get("CLIENT_DOCUMENT"),
        httpx_client_factory=watched,
    )

    @asynccontextmanager
    async def connect(url, hear):
        transport = StreamableHttpTransport(url, auth=auth, httpx_client_factory=watched)
        async with Client(transport, log_handler=hear) as client:

            async def call(name):
                return (await client.call_tool(name, {})).content[0].text

            yield call

    await obey(connect)


find_on_loopback()
webbrowser.open = lambda url: asyncio.ensure_future(tell_open_in_time(url))
asyncio.run(main())
