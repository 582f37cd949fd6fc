"""What a client asks of the person who runs it: to open an address, and to come back with the answer."""

import asyncio
import json
import socket
from urllib.parse import parse_qsl, urlsplit

_getaddrinfo = socket.getaddrinfo


def find_on_loopback():
    """Every name is on loopback, and the authority is the one of SSL_CERT_FILE."""
    socket.getaddrinfo = lambda _host, *rest, **more: _getaddrinfo("127.0.0.1", *rest, **more)


def tell(**said):
    print(json.dumps(said), flush=True)


async def tell_asked(response):
    """Each request is told, so that the test sees what a client looks for."""
    request = response.request
    tell(asked=f"{request.method} {request.url.path}", status=response.status_code)


async def tell_open(url):
    tell(open=url)


class Desk:
    """Where the browser comes back to."""

    async def listen(self):
        self._arrivals = asyncio.Queue()
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.redirect_url = f"http://127.0.0.1:{port}/callback"
        return self

    async def _answer(self, reader, writer):
        _method, target, _version = (await reader.readline()).decode().split()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        self._arrivals.put_nowait(dict(parse_qsl(urlsplit(target).query)))

    async def come_back(self):
        answer = await self._arrivals.get()
        if "code" not in answer:
            raise RuntimeError(f"{answer.get('error')}: {answer.get('error_description')}")
        return answer


class Memory:
    """What a client remembers of its registration and tokens, as the libraries ask for it."""

    def __init__(self, client=None):
        self._client, self._tokens = client, None

    async def get_tokens(self):
        return self._tokens

    async def set_tokens(self, tokens):
        self._tokens = tokens

    async def get_client_info(self):
        return self._client

    async def set_client_info(self, client_info):
        self._client = client_info
