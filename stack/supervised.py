"""One program that is kept running: started again when it ends, later each time it ends soon."""

import asyncio
import contextlib
import signal
import time

FIRST_DELAY_SECONDS = 1
LONGEST_DELAY_SECONDS = 30
# Who has run for so long may start again as if for the first time.
STEADY_SECONDS = 20
LARGEST_LOG_BYTES = 16 * 1024 * 1024


class Supervised:
    """`state` is one of: stopped, running, paused, waiting (to be started again)."""

    def __init__(self, program, folder, environment, say):
        self.program = program
        self.state = "stopped"
        self.since = time.time()
        # So often it was started again without having been asked to.
        self.deaths = 0
        self._folder = folder
        self._environment = environment
        self._say = say
        self._child = None
        self._task = None
        self._ending = False
        self._asked = False
        self._wake = asyncio.Event()

    @property
    def name(self):
        return self.program.name

    @property
    def pid(self):
        return self._child.pid if self._child else None

    def start(self):
        self._task = asyncio.create_task(self._keep_running())

    def send(self, signal_number):
        """False where there is no process to send it to."""
        if not self._child:
            return False
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal_number)
        return True

    def pause(self):
        if self.send(signal.SIGSTOP):
            self._set_state("paused")

    def resume(self):
        if self.send(signal.SIGCONT) and self.state == "paused":
            self._set_state("running")

    async def restart(self):
        """Ends the process as it should be, and starts it again at once."""
        self._asked = True
        self._wake.set()
        if child := self._child:
            await self._terminate(child)

    async def stop(self):
        self._ending = True
        self._wake.set()
        if child := self._child:
            await self._terminate(child)
        if self._task:
            await self._task
        self._set_state("stopped")

    def _set_state(self, state):
        self.state = state
        self.since = time.time()

    async def _terminate(self, child):
        """SIGTERM; one that is still there after its time is killed."""
        self.send(signal.SIGTERM)
        self.send(signal.SIGCONT)
        try:
            await asyncio.wait_for(child.wait(), self.program.stop_seconds)
        except asyncio.TimeoutError:
            self._say(f"{self.name} does not stop and is killed")
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def _keep_running(self):
        delay = FIRST_DELAY_SECONDS
        while not self._ending:
            began = time.monotonic()
            how = await self._run()
            if self._ending or self._asked:
                self._say(f"{self.name} stopped: {how}")
                self._asked = False
                continue
            self.deaths += 1
            if time.monotonic() - began >= STEADY_SECONDS:
                delay = FIRST_DELAY_SECONDS
            self._say(f"{self.name} died: {how}; starts again in {delay} s")
            self._set_state("waiting")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), delay)
            self._asked = False
            delay = min(2 * delay, LONGEST_DELAY_SECONDS)

    async def _run(self):
        """Until the process ends; how it did."""
        self._wake.clear()
        try:
            with self._open_log() as log:
                # With the end of this process its children get SIGTERM, however it ends.
                self._child = await asyncio.create_subprocess_exec(
                    *("setpriv", "--pdeathsig", "TERM", "--", *self.program.command),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self._environment,
                    start_new_session=True,
                )
        except OSError as error:
            return f"can't be started: {error}"
        self._set_state("running")
        self._say(f"{self.name} started, pid {self.pid}")
        if self._ending:
            await self._terminate(self._child)
        code = await self._child.wait()
        self._child = None
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    def _open_log(self):
        path = self._folder / "log" / f"{self.name}.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return open(path, "ab")
