#!/usr/bin/env python3
"""Writes the first corpus of each fuzz target: the golden vectors, and a message of the store.

usage: seed_corpus.py FOLDER     makes FOLDER/<target>/<digest of the content>
"""
import hashlib
import json
import pathlib
import sys

GOLDEN = pathlib.Path(__file__).parents[2] / "protocol" / "golden"


def texts(vector):
    if "text_hex" in vector:
        return [bytes.fromhex(vector["text_hex"])]
    result = [vector["text"].encode()] if "text" in vector else []
    if "json" in vector:
        result.append(json.dumps(vector["json"], ensure_ascii=False).encode())
    return result


def binaries(vector):
    return [bytes.fromhex(vector["msgpack_hex"])] if "msgpack_hex" in vector else []


def write(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    corpus = pathlib.Path(sys.argv[1])
    for path in sorted(GOLDEN.glob("*.json")):
        for vector in json.loads(path.read_text("utf-8")):
            write(corpus / "fuzz_json", texts(vector))
            write(corpus / "fuzz_round_trip", texts(vector))
            write(corpus / "fuzz_msgpack", binaries(vector))
    room, private = b"Hello there", b"7 Bob B\xc3\xb6b Hello"
    front = b"1790000000123 k7m2p9xa c123456 3 Ann "
    write(corpus / "fuzz_log_entry", [front + room, front + private])
    return 0


if __name__ == "__main__":
    sys.exit(main())
