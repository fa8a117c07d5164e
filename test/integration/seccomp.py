"""Keeps a program from system calls, as the default profiles of containers do."""

import ctypes
import errno
import struct

# The same number on all architectures that came after it.
IO_URING_SETUP = 425

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_LOAD_NUMBER = (0x20, 0, 0, 0)
_ALLOW = (0x06, 0, 0, 0x7FFF0000)
_NOT_PERMITTED = (0x06, 0, 0, 0x00050000 | errno.EPERM)


def _if_number_is(number):
    """The next instruction, else the one after it."""
    return (0x15, 0, 1, number)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def forbidding(number):
    """A function to be called in the new process before its program starts: from then on this system
    call fails with EPERM there. Everything is prepared here, since between fork and exec little may
    be done."""
    steps = [_LOAD_NUMBER, _if_number_is(number), _NOT_PERMITTED, _ALLOW]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    prctl = ctypes.CDLL(None).prctl
    calls = (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    )

    def forbid():
        if any(prctl(*arguments) != 0 for arguments in calls):
            raise OSError("the system call can not be forbidden")

    return forbid
