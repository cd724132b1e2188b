"""Makes calls of the AWS CLI, each in a fork of this process, which has imported what every call needs.

Each call is the script of the CLI from its first line to its end, with its own arguments, outputs and exit code, and with nothing that
the one before it has read. A line of JSON for each tells how it ended. The first call is a control: where it fails, the others are not
made. What this cannot do is left to the caller, who makes the calls that no line tells of.
"""

import atexit
import gc
import json
import os
import runpy
import select
import signal
import sys
import threading

KEPT = 16384

script, limit_ms, calls = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])
if sys.path[0] == "":
    # A script looks for modules beside itself; the place of this program is no file.
    sys.path[0] = os.path.dirname(os.path.realpath(script))

import awscli.clidriver
import awscli.handlers

if len(os.listdir("/proc/self/task")) != 1:
    sys.exit("a fork would lose the other threads of this process")
# A kernel that has no such thing is found out before anything is called.
os.close(os.pidfd_open(os.getpid()))
# The objects stay in the pages that are shared with the forks.
gc.freeze()


def read(file):
    size = os.lseek(file, 0, os.SEEK_END)
    text = os.pread(file, KEPT, 0).decode("utf-8", "replace")
    os.close(file)
    return {"text": text, "left": max(0, size - KEPT)}


def run(words):
    """Runs the script and ends with this process as it ends. The interpreter is not taken down: to write to all that was imported, which the
    forks share until then, costs a third of a call."""
    sys.argv = ["aws", *words]
    code = 1
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            code = end.code or 0
        else:
            print(end.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    # What libraries do at the end has no public name.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


for number, words in enumerate(calls):
    files = [os.memfd_create(name) for name in ("stdout", "stderr")]
    child = os.fork()
    if child == 0:
        os.dup2(files[0], 1)
        os.dup2(files[1], 2)
        run(words)
    handle = os.pidfd_open(child)
    late = not select.select([handle], [], [], limit_ms / 1000)[0]
    if late:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(handle)
    ended = "timeout" if late else "exit" if status >= 0 else "signal"
    code = status if ended == "exit" else None
    name = signal.Signals(-status).name.removeprefix("SIG") if ended == "signal" else None
    texts = {"stdout": read(files[0]), "stderr": read(files[1])}
    print(json.dumps({"ended": ended, "exitCode": code, "signal": name, **texts}), flush=True)
    if number == 0 and status != 0:
        break
