"""A web server on this machine with every fault that hosts of data sets have shown."""

import hashlib
import http.server
import socket
import time

from course_utils.fetching import File


class Server(http.server.ThreadingHTTPServer):
    """Serves bytes by file name; the first folder of an address is the fault it shows.

    `/cut-3/NAME` breaks off after 3 tenths of the file, whatever was asked for, and
    `/cut-by-1/NAME` after one more tenth each time.
    """

    daemon_threads = True

    def __init__(self, contents):
        super().__init__(("127.0.0.1", 0), Handler)
        self.contents = contents
        self.requests = []  # what was asked for, and from which byte on

    def place(self, fault: str, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{fault}/{name}"

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what these tests are about


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        fault, _, name = self.path.strip("/").partition("/")
        name = name.rpartition("/")[2]
        content = self.server.contents.get(name)
        start = int(self.headers.get("Range", "bytes=0-")[6:].rstrip("-"))
        self.server.requests.append((fault, name, start))
        if fault.isdigit() or content is None:
            return self.answer(int(fault) if fault.isdigit() else 404, b"no such thing")
        if fault == "html":
            return self.answer(200, b"<html>Please log in</html>", **{"Content-Type": "text/html"})
        if fault == "wrong":
            content = bytes(byte ^ 1 for byte in content)
        if fault == "short":
            content = content[:-1]
        if fault == "long":
            content = content + b"!"
        if fault == "silent":
            time.sleep(4)
            return self.close()
        if start and start >= len(content):
            return self.answer(416, b"")
        if fault.startswith("no-resume"):
            start = 0
        end = len(content)
        if fault == "cut-by-1":
            end = min(end, start + max(1, len(content) // 10))
        elif "cut-" in fault:
            end = max(start, len(content) * int(fault[-1]) // 10)
        status = 206 if start else 200
        self.send_response(status)
        if start:
            where = 0 if fault == "liar" else start
            self.send_header("Content-Range", f"bytes {where}-{len(content) - 1}/{len(content)}")
        if fault not in ("chunked", "endless"):
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if fault == "endless":
            while True:
                self.wfile.write(bytes(1 << 16))
        step = 2_000 if fault == "slow" else 1 << 20
        for position in range(start, end, step):
            self.wfile.write(content[position : min(position + step, end)])
            if fault == "slow":
                self.wfile.flush()
                time.sleep(0.02)
        if end < len(content) or fault == "chunked":
            self.close()

    def answer(self, status, body, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def close(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


def as_file(name: str, content: bytes, urls=()) -> File:
    """The facts of a file with this content."""
    return File(
        name,
        tuple(urls),
        len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        md5=hashlib.md5(content).hexdigest(),
    )
