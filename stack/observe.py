"""Questions to running programs: are they ready, what do they hold."""

import csv
import http.client
import io
import re
import socket

SECONDS = 1


def ready(program):
    """Nothing when the program serves, otherwise what is wrong with it, in a few words."""
    try:
        return redis_answer(program.port) if program.kind == "redis" else http_answer(program)
    except (OSError, http.client.HTTPException) as error:
        return "does not answer" if isinstance(error, TimeoutError) else "refuses connections"


def redis_answer(port):
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.settimeout(SECONDS)
        connection.sendall(b"PING\r\n")
        answer = connection.recv(200).decode(errors="replace").strip()
    return None if answer == "+PONG" else answer


def http_answer(program):
    status, content = get(program.port, "/healthz" if program.kind == "haproxy" else "/readyz")
    return None if status == 200 else content.strip().splitlines()[0][:60] if content else str(status)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


def held(port):
    """(rooms, sessions) of a node, as its metrics say; question marks where they don't."""
    try:
        content = get(port, "/metrics")[1]
    except (OSError, http.client.HTTPException):
        return "?", "?"
    found = dict(re.findall(r"^klatsch_(rooms|sessions) (\d+)$", content, re.MULTILINE))
    return found.get("rooms", "?"), found.get("sessions", "?")


def proxied(name):
    """Whether HAProxy, whose socket is in the working directory, gives this node new clients in
    each backend that has it."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SECONDS)
        connection.connect("haproxy.sock")
        connection.sendall(b"show stat\n")
        with connection.makefile(encoding="utf-8") as answer:
            rows = list(csv.DictReader(io.StringIO(answer.read().lstrip("# "))))
    return all(row["status"] == "UP" for row in rows if row["svname"] == name)
