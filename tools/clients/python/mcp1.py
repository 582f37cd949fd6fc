"""A client of `mcp` 1.x. CLIENT_ID: what it is registered as; unset, it registers itself.

CLIENT_DOCUMENT: the URL of its document, which is its client id where such are taken.
"""

import asyncio
import os
from contextlib import asynccontextmanager

import httpx
from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata

from commands import obey
from person import Desk, Memory, find_on_loopback, tell_asked, tell_open


async def main():
    desk = await Desk().listen()
    metadata = {"redirect_uris": [desk.redirect_url], "token_endpoint_auth_method": "none"}
    client_id = os.environ.get("CLIENT_ID")
    known = client_id and OAuthClientInformationFull(client_id=client_id, **metadata)
    memory = Memory(known)

    async def come_back():
        answer = await desk.come_back()
        return answer["code"], answer.get("state")

    auth = None

    @asynccontextmanager
    async def connect(url, hear):
        nonlocal auth
        auth = auth or OAuthClientProvider(
            server_url=url,
            client_metadata=OAuthClientMetadata(client_name="Desk", **metadata),
            storage=memory,
            redirect_handler=tell_open,
            callback_handler=come_back,
            client_metadata_url=os.environ.get("CLIENT_DOCUMENT"),
        )
        timeout = httpx.Timeout(30, read=300)
        async with (
            httpx.AsyncClient(auth=auth, timeout=timeout, event_hooks={"response": [tell_asked]}) as http,
            streamable_http_client(url, http_client=http) as (reading, writing, _),
            ClientSession(reading, writing, logging_callback=hear) as session,
        ):
            await session.initialize()

            async def call(name):
                return (await session.call_tool(name, {})).content[0].text

            yield call

    await obey(connect)


find_on_loopback()
asyncio.run(main())
