"""The loader that a good engineer writes in an afternoon: orjson and psycopg's COPY, one process for each half of the file.

    load.py CONNINFO FILE.ndjson TABLE [PROCESSES]

It checks nothing, keeps no backup, and a bad line ends it: this is the speed of doing only the loading.
"""

import os
import sys
from multiprocessing import Process

import orjson
import psycopg

COLUMNS = "id, type, user_id, session, path, referrer, ts, day, authenticated, status, duration, data"
PIECE = 1 << 20


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def row(line):
    d = orjson.loads(line)
    text = line.decode()
    fields = (d["id"], d["type"], d["user"], d["session"], d["path"], d["referrer"], d["ts"], d["day"])
    # JSON has no raw control characters, so a line without a backslash has nothing to escape.
    if "\\" in text:
        text = text.replace("\\", "\\\\")
        fields = [None if field is None else escape(field) for field in fields]
    a, b, c, e, f, g, h, i = fields
    return (
        f"{a}\t{b}\t{c}\t{e}\t{f}\t{chr(92) + 'N' if g is None else g}\t{h}\t{i}\t"
        f"{'t' if d['authenticated'] else 'f'}\t{d['status']}\t{d['duration']!r}\t{text}\n"
    )


def load(conninfo, path, table, begin, end):
    """Loads the lines whose first byte lies in [begin, end)."""
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor, open(path, "rb", 1 << 20) as file:
        with cursor.copy(f"COPY {table} ({COLUMNS}) FROM STDIN") as copy:
            if begin > 0:
                file.seek(begin - 1)
                begin = begin - 1 + len(file.readline())
            rows, size = [], 0
            for line in file:
                if begin >= end:
                    break
                begin += len(line)
                text = row(line.rstrip(b"\n"))
                rows.append(text)
                size += len(text)
                if size >= PIECE:
                    copy.write("".join(rows))
                    rows, size = [], 0
            copy.write("".join(rows))


def main():
    conninfo, path, table = sys.argv[1:4]
    processes = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    size = os.path.getsize(path)
    bounds = [size * i // processes for i in range(processes + 1)]
    workers = [Process(target=load, args=(conninfo, path, table, a, b)) for a, b in zip(bounds, bounds[1:])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.exit(any(worker.exitcode for worker in workers))


if __name__ == "__main__":
    main()
