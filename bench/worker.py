"""One size of one database: answers what it is asked for, one line of JSON at a time.

A process of its own, because a Django process has one database; the program that asks goes round all sizes.
"""

import json
import sys

import django


def main() -> None:
    django.setup()

    from django.db import connection

    from bench.timing import Worker

    worker = Worker()
    print(json.dumps({"vendor": connection.vendor}), flush=True)
    for line in sys.stdin:
        order, number = json.loads(line)
        print(json.dumps(getattr(worker, order)(number)), flush=True)


if __name__ == "__main__":
    main()
