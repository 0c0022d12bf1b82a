"""Put walls around a forked process: namespaces, private folders, limits, no privileges. Linux only."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Mapping, Sequence

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_REC, MS_PRIVATE = 0x1, 0x2, 0x4, 0x20, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAPABILITY_VERSION_3 = 0x20080522
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_VERSION, LANDLOCK_PATH_BENEATH = 1, 1
LANDLOCK_CHANGES = 1 << 1 | sum(1 << bit for bit in range(4, 13))
"""Writing a file; removing and making anything."""
LANDLOCK_LATER_CHANGES = ((2, 1 << 13), (3, 1 << 14))
"""Moving between folders and shortening files, with the version that knows them."""
KEYCTL = {"x86_64": 250, "aarch64": 219}
KEYCTL_JOIN_SESSION_KEYRING = 1
TERMINALS = "/dev/pts"
LEARNER = 1000
"""The user id that a learner's code sees; it is nobody's outside."""

Files = Mapping[str, bytes]
"""Contents by path below a folder."""

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _call(name: str, *arguments: object) -> None:
    """Call a function of the C library that returns 0 or -1. Raises OSError naming it."""
    _checked(name, getattr(_libc, name)(*arguments))


def enter(private: list[str], hidden: list[str], folder_bytes: int, copied: Mapping[str, Files] | None = None) -> None:
    """Leave the namespaces of the process that was forked; return in a child that is process 1 of its own.

    `private` are folders that get an empty file system of their own, at most `folder_bytes` large each;
    `hidden` get an empty one that nothing can be written to. `copied` are folders that get files of their own, to be
    read only: a lock or a lease on one of them is nobody else's matter. The child has a session of its own, also for
    keys. The parent waits here and ends with its child. Raises OSError where the system does not allow it.
    """
    user, group = os.getuid(), os.getgid()
    _call("unshare", CLONE_NEWUSER)
    for path, text in (
        ("/proc/self/setgroups", "deny"),
        ("/proc/self/uid_map", f"{LEARNER} {user} 1"),
        ("/proc/self/gid_map", f"{LEARNER} {group} 1"),
    ):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWPID)
    _call("mount", b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None)
    for folder in private:
        _mount_empty(folder, f"size={folder_bytes},nr_inodes=4096,mode=0700,uid={LEARNER},gid={LEARNER}")
    for folder, files in (copied or {}).items():
        _mount_copy(folder, files)
    if os.path.isdir(TERMINALS):  # else one notebook could open a terminal of the next
        _call("mount", b"devpts", os.fsencode(TERMINALS), b"devpts", ctypes.c_ulong(0), b"newinstance,ptmxmode=0666")
    for folder in hidden:
        _mount_empty(folder, "size=4k,nr_inodes=2,mode=0555")
    child = os.fork()
    if child:
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    end_with_parent()
    os.setsid()  # a signal to the group would else reach all that was forked from the same process
    _new_session_of_keys()


def _new_session_of_keys() -> None:
    """Leave the session keyring of whoever grades for an empty one. Does nothing where the system keeps no keys."""
    number = KEYCTL.get(platform.machine())
    if number is not None and _system(number, KEYCTL_JOIN_SESSION_KEYRING, None) < 0:
        error = ctypes.get_errno()
        if error not in {errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP}:  # containers refuse all calls on keys
            raise OSError(error, f"keyctl: {os.strerror(error)}")


def read_files(folder: str) -> Files:
    """Return the files of a folder and its folders as `copied` takes them."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def _mount_copy(folder: str, files: Files) -> None:
    """Hide a folder behind a file system that holds files of the same names and contents, to be read only."""
    size = sum(len(content) + 8192 for content in files.values()) + 65536
    _mount_empty(folder, f"size={size},nr_inodes={2 * len(files) + 16},mode=0755,uid={LEARNER},gid={LEARNER}")
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    flags = ctypes.c_ulong(MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
    _call("mount", b"none", os.fsencode(folder), None, flags, None)


def end_with_parent() -> None:
    """Have this process killed when the one that forked it ends."""
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _mount_empty(folder: str, options: str) -> None:
    flags = ctypes.c_ulong(MS_NOSUID | MS_NODEV)
    _call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", flags, ctypes.c_char_p(options.encode()))


def limit(memory: int, processor_seconds: int, file_bytes: int, processes: int) -> None:
    """Bound what this process and its children may use."""
    limit_memory(memory)
    for kind, most in (
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        _bound(kind, most)


def limit_memory(memory: int) -> None:
    """Bound the memory that this process and each of its children may ask for, in bytes."""
    _bound(resource.RLIMIT_AS, memory)


def _bound(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (value, value))


def drop_privileges() -> None:
    """Give up every capability for good, so that no mount or limit above can be undone."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last one that this system knows
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def landlock_version() -> int:
    """Return which version of Landlock the system has, 0 for none."""
    return max(0, _system(LANDLOCK_CREATE, None, 0, LANDLOCK_VERSION)) if sys.platform == "linux" else 0


def forbid(writable: Sequence[str]) -> None:
    """Let this process and its children change files below `writable` and /dev only, as a second wall.

    Where the system can, no TCP connection and no signal leaves them either. Does nothing where there is no Landlock.
    The privileges must have been given up before. Raises OSError.
    """
    version = landlock_version()
    if not version:
        return
    changes = LANDLOCK_CHANGES + sum(bit for since, bit in LANDLOCK_LATER_CHANGES if version >= since)
    connections = 0b11 if version >= 4 else 0
    signals_and_abstract_sockets = 0b11 if version >= 6 else 0
    rules = struct.pack("=QQQ", changes, connections, signals_and_abstract_sockets)
    ruleset = _checked("landlock", _system(LANDLOCK_CREATE, rules, len(rules), 0))
    for folder in [*writable, "/dev"]:
        place = os.open(folder, os.O_PATH)
        rule = struct.pack("=Qi", changes, place)
        _checked("landlock", _system(LANDLOCK_ADD, ruleset, LANDLOCK_PATH_BENEATH, rule, 0))
        os.close(place)
    _checked("landlock", _system(LANDLOCK_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _system(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call that the C library has no function for."""
    plain = [ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in arguments]
    return int(_libc.syscall(ctypes.c_long(number), *plain))


def _checked(name: str, result: int) -> int:
    """Return a system call's result. Raises OSError naming it."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
