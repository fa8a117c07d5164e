"""The commands of script/stack."""

import argparse
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import observe
import plan

HELP = """\
Runs the whole system on this machine, each service a process of its own: Redis, the nodes, and
HAProxy as the one public port. A process that dies comes back by itself.

  start [NODES]      2 web, 2 ws and 1 worker node; with a number: so many complete nodes.
                     What stands behind -- are options of the nodes: start 3 -- --log.level=debug
  status             each process: roles, pid, since when, ready or why not, rooms, sessions
  logs [NAME]        the newest lines of all logs or one; --follow goes on
  kill NAME          kill -9; it comes back
  pause NAME         stops a process where it is (SIGSTOP), as if it hung; resume NAME lets it go on
  restart [NAME]     ends it as it should be and starts it again; without a name a rolling restart:
                     one node after another, each ready again before the next
  stop               ends everything

Data, logs and the secret of the nodes are in the folder. Several stacks can run side by side: give
each its own folder and ports.
"""
START_SECONDS = 30
# For the supervisor itself, after it has stopped everything.
STOP_SECONDS = 30


class Failed(Exception):
    """The command failed; the text says why."""


def main():
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    asked = parser().parse_args(arguments[:split])
    asked.options = arguments[split + 1 :]
    asked.folder = Path(asked.folder).resolve()
    try:
        return COMMANDS[asked.command](asked) or 0
    except Failed as failure:
        print(f"script/stack: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser():
    made = argparse.ArgumentParser(
        "script/stack", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    made.add_argument("name", nargs="?", metavar="NAME|NODES")
    made.add_argument("--follow", action="store_true", help="logs: goes on until Ctrl-C")
    for option, default, what in (
        ("folder", plan.REPOSITORY / "data/stack", "data, logs, secret"),
        ("port", 8080, "start: the public port; those of the nodes follow it"),
        ("redis-port", 6380, "start: the port of Redis"),
        ("node-port", 4241, "start: the first port between nodes"),
    ):
        variable = "KLATSCH_STACK_" + option.upper().replace("-", "_")
        chosen = os.environ.get(variable, default)
        made.add_argument(
            f"--{option}",
            default=chosen,
            type=str if option == "folder" else int,
            help=f"{what} (now {chosen}; environment: {variable})",
        )
    return made


# -- the commands --------------------------------------------------------------------------------


def start(asked):
    settings = settings_of(asked)
    if running(asked.folder):
        now = ask(asked.folder, "status")["settings"]
        if (now["nodes"], now["port"]) != (settings.nodes, settings.port):
            raise Failed(f"{describe(now)} runs already in {asked.folder}; stop it first")
        print(f"{describe(now)} runs already: http://localhost:{now['port']}")
        return
    check_ports(settings)
    plan.write_files(settings)
    supervisor = start_supervisor(asked.folder)
    try:
        ask(asked.folder, "await_ready")
    except Failed as failure:
        raise Failed(f"{failure}\nThe rest goes on; script/stack logs says more.") from None
    print(f"{describe(vars(settings))} runs: http://localhost:{settings.port}")
    print(f"supervisor: pid {supervisor.pid}; data and logs: {asked.folder}")


def settings_of(asked):
    name = asked.name or "0"
    if not name.isdecimal() or int(name) > plan.MOST_NODES or name == "0" and asked.name:
        raise Failed(f"start {name}: the number of nodes is from 1 to {plan.MOST_NODES}")
    binary = os.environ.get("KLATSCH_BINARY", plan.REPOSITORY / "build/release/klatsch")
    return plan.Settings(
        folder=str(asked.folder),
        binary=str(Path(binary).resolve()),
        nodes=int(name),
        port=asked.port,
        node_port=asked.node_port,
        redis_port=asked.redis_port,
        options=asked.options,
    )


def describe(settings):
    return f"a stack of {settings['nodes']} nodes" if settings["nodes"] else "the default stack"


def check_ports(settings):
    """A port that is taken would show as a process that dies again and again."""
    ports = settings.ports()
    if len(set(ports)) != len(ports) or max(ports) > 65535:
        raise Failed(f"these ports overlap, or are too high: {' '.join(map(str, ports))}")
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError as error:
                raise Failed(f"port {port}: {error.strerror}; --help tells how to choose others")


def start_supervisor(folder):
    log_path = folder / "log/stack.log"
    with open(log_path, "ab") as log:
        started = subprocess.Popen(
            [sys.executable, plan.REPOSITORY / "stack/supervisor.py", folder],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    end = time.monotonic() + START_SECONDS
    while not running(folder):
        if started.poll() is not None or time.monotonic() > end:
            raise Failed("the supervisor does not start:\n" + log_path.read_text()[-2000:])
        time.sleep(0.05)
    return started


def status(asked):
    told = ask(asked.folder, "status")
    settings = plan.Settings(**told["settings"])
    programs = {each.name: each for each in plan.programs(settings)}
    with ThreadPoolExecutor() as pool:
        rows = list(pool.map(lambda each: row(programs[each["name"]], each), told["programs"]))
    print(f"{describe(told['settings'])}: http://localhost:{settings.port}, {asked.folder}\n")
    print_table([("NAME", "ROLES", "PORT", "PID", "SINCE", "DEATHS", "ROOMS", "SESSIONS", "STATE"), *rows])
    return 0 if all(each[-1] == "ready" for each in rows) else 3


def row(program, told):
    state = told["state"]
    if state == "running":
        reason = observe.ready(program)
        state = f"not ready: {reason}" if reason else "ready"
    rooms = sessions = "-"
    if program.kind == "node" and told["state"] == "running":
        rooms, sessions = observe.held(program.port)
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(told["since"]))
    roles = " ".join(program.roles) or "-"
    return (
        *(program.name, roles, str(program.port), str(told["pid"] or "-"), since),
        *(str(told["deaths"]), rooms, sessions, state),
    )


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for each in rows:
        print("  ".join(text.ljust(width) for text, width in zip(each, widths)).rstrip())


def logs(asked):
    folder = asked.folder / "log"
    files = [folder / f"{asked.name}.log"] if asked.name else sorted(folder.glob("*.log"))
    missing = [str(each) for each in files if not each.exists()]
    if missing or not files:
        names = " ".join(sorted(each.stem for each in folder.glob("*.log")))
        raise Failed(f"there is no log {asked.name or ''} in {folder}; there are: {names}")
    sys.stdout.flush()
    os.execvp("tail", ["tail", "-n", "40", *(["-F"] if asked.follow else []), *map(str, files)])


def stop(asked):
    if not running(asked.folder):
        print(f"no stack runs in {asked.folder}")
        return
    supervisor = os.pidfd_open(ask(asked.folder, "status")["pid"])
    print(ask(asked.folder, "stop"))
    select.select([supervisor], [], [], STOP_SECONDS)


def restart(asked):
    print(ask(asked.folder, "restart", asked.name))


def act(asked):
    if not asked.name:
        raise Failed(f"{asked.command} what? script/stack status names them")
    print(ask(asked.folder, asked.command, asked.name))


COMMANDS = {
    "start": start,
    "status": status,
    "logs": logs,
    "kill": act,
    "pause": act,
    "resume": act,
    "restart": restart,
    "stop": stop,
}

# -- the supervisor ------------------------------------------------------------------------------


def connect(folder):
    """Through /proc, as a path of a socket may have 107 bytes only."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        descriptor = os.open(folder, os.O_PATH)
        try:
            connection.connect(f"/proc/self/fd/{descriptor}/control.sock")
        finally:
            os.close(descriptor)
    except OSError:
        connection.close()
        raise
    return connection


def running(folder):
    with contextlib.suppress(OSError), connect(folder):
        return True
    return False


def ask(folder, command, name=None):
    """The supervisor's answer; what it says meanwhile is printed."""
    try:
        connection = connect(folder)
    except OSError:
        raise Failed(f"no stack runs in {folder}; script/stack start starts one") from None
    with connection, connection.makefile("rw", encoding="utf-8") as stream:
        stream.write(json.dumps({"command": command, "name": name}) + "\n")
        stream.flush()
        for line in stream:
            answer = json.loads(line)
            if "done" in answer:
                return answer["done"]
            if "error" in answer:
                raise Failed(answer["error"])
            print(answer["say"], flush=True)
    raise Failed("the supervisor has ended")


if __name__ == "__main__":
    sys.exit(main())
