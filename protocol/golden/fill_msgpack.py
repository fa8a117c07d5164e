#!/usr/bin/python3
"""Gives each vector that has `json` its `msgpack_hex`, where that is missing.

It needs python3-msgpack: the bytes must not come from klatsch's own encoder.
"""
import json
import pathlib
import sys

import msgpack


def filled(vector):
    if "json" in vector and "msgpack_hex" not in vector:
        vector["msgpack_hex"] = msgpack.packb(vector["json"]).hex()
    return vector


def line_of(vector):
    return "  " + json.dumps(vector, ensure_ascii=False)


def main():
    folder = pathlib.Path(__file__).parent
    for path in sorted(folder.glob("*.json")):
        vectors = [filled(vector) for vector in json.loads(path.read_text("utf-8"))]
        path.write_text("[\n" + ",\n".join(map(line_of, vectors)) + "\n]\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
