"""One framework in a process of its own. Reads a case a line, as JSON; answers with the seconds of one call.

{"case": "mlp", "shape": "batch 64", "seconds": 0.5} is answered by {"seconds": [0.0016, ...]} or {"error": "..."}: each number is of
one stretch of calls. A case is built and warmed up when it is first asked for, and stays ready.
"""

import importlib
import json
import os
import sys
import time


def stretches(call, wait, seconds, parts=5):
    """Times of one call, over `parts` stretches that fill the time together."""
    call(), wait()
    started = time.perf_counter()
    call(), wait()
    once = max(time.perf_counter() - started, 1e-7)
    count = max(1, int(seconds / parts / once))
    times = []
    for _ in range(parts):
        started = time.perf_counter()
        for _ in range(count):
            call()
        wait()
        times.append((time.perf_counter() - started) / count)
    return times


def main():
    framework = importlib.import_module(f"with_{sys.argv[1]}")
    # Frameworks print as they please; answers go to the real stdout.
    answers, sys.stdout = os.fdopen(os.dup(1), "w"), sys.stderr
    framework.set_threads(int(sys.argv[2]))
    print(json.dumps({"version": framework.VERSION}), file=answers, flush=True)
    ready = {}
    for line in sys.stdin:
        order = json.loads(line)
        key = (order["case"], order["shape"])
        try:
            if key not in ready:
                ready.clear()
                ready[key] = framework.build(*key)
                call, wait = ready[key]
                for _ in range(5):
                    call()
                wait()
            answer = {"seconds": stretches(*ready[key], order["seconds"])}
        except Exception as error:  # Whatever goes wrong in a peer is the table's news, not its end.
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(answer), file=answers, flush=True)


main()
