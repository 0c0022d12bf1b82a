"""Close the system calls that no notebook needs: for the process that asks and all that it starts, for good.

The program that the kernel runs before each call is written here and not made by libseccomp: five kinds of instruction
of a language that does not change are enough, and a library of the system's would have to be installed by everybody
who grades. `man 2 seccomp` explains the pattern.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Load a word of the call's description; compare it with a constant; answer."""
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
"""Where in that description the call's number stands, the processor's kind, and the lower halves of two arguments."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
LAST = 463
"""The last call that was known when this was written; what a newer kernel has is answered as if it had not."""
KINDS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The kernel's own names of the processors that the numbers below are for."""

CLOSED: Mapping[str, tuple[int, int]] = {
    # What reads or changes other processes, or watches what they do.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "perf_event_open": (298, 241),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "cachestat": (451, 451),
    # Keys, which belong to the session of whoever grades.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # Wide doors into the kernel.
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "seccomp": (317, 277),
    "personality": (135, 92),
    # New namespaces, and what could be mounted in them.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # Memory that no process needs to hold, so that nobody could count it.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # Locks, by which one process makes others wait.
    "flock": (73, 32),
    # The share of the processors, which is dealt out from outside.
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # What only an administrator may do.
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "syslog": (103, 116),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "vhangup": (153, 58),
}
"""Calls that are refused, with their numbers on x86_64 and on aarch64."""
ONLY_ON_X86 = {"inotify_init": 253, "modify_ldt": 154, "iopl": 172, "ioperm": 173, "uselib": 134, "sysfs": 139}
CLONE, CLONE3 = (56, 220), (435, 435)
NAMESPACES = 0x20000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
"""The bits of clone's first argument that make namespaces. Where clone3 is unknown, libraries take clone."""
SOCKET, SOCKETPAIR = (41, 198), (53, 199)
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
"""Kinds of sockets that stay: they lead nowhere, since the network is an empty one. All others are refused."""
FCNTL = (72, 25)
COMMANDS = {"F_SETLEASE": 1024, "F_NOTIFY": 1026, "F_OFD_GETLK": 36, "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38}
"""What fcntl may not do. Record locks (F_SETLK) stay, because SQLite needs them for a file of the learner's own."""


def close_calls() -> bool:
    """Refuse the calls from now on; return whether this system can (else nothing has changed).

    The process must have given up the right to gain privileges before. Raises OSError.
    """
    written = program(platform.machine())
    if not written:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    instructions = ctypes.create_string_buffer(written, len(written))
    length = len(written) // 8
    pointer = struct.pack("@HP", length, ctypes.addressof(instructions))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(pointer), 0, 0) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS}:  # a kernel that was built without it
        return False
    raise OSError(number, "seccomp")


def program(machine: str) -> bytes:
    """Return the filter for a processor, eight bytes an instruction; nothing for one whose numbers are not known."""
    if machine not in KINDS:
        return b""
    column = list(KINDS).index(machine)
    refused, unknown = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    closed = [numbers[column] for numbers in CLOSED.values()] + (list(ONLY_ON_X86.values()) if column == 0 else [])
    lines: list[tuple[int, int, int, int]] = []  # code, constant, instructions to pass over if true, if false

    def answer(value: int) -> None:
        lines.append((RETURN, value, 0, 0))

    def unless(code: int, constant: int, value: int) -> None:
        """Answer `value` where the comparison is true."""
        lines.append((code, constant, 0, 1))
        answer(value)

    def where(number: int, place: int, tests: list[tuple[int, int, int]], otherwise: int) -> None:
        """For one call, look at an argument and answer for good."""
        lines.append((EQUAL, number, 0, 2 + 2 * len(tests)))
        lines.append((LOAD, place, 0, 0))
        for code, constant, value in tests:
            unless(code, constant, value)
        answer(otherwise)

    lines.append((LOAD, ARCHITECTURE, 0, 0))
    lines.append((EQUAL, KINDS[machine], 1, 0))
    answer(unknown)  # calls of another kind of processor, as old programs make them
    lines.append((LOAD, NUMBER, 0, 0))
    unless(AT_LEAST, LAST + 1, unknown)
    unless(EQUAL, CLONE3[column], unknown)
    where(CLONE[column], FIRST, [(ANY_BIT, NAMESPACES, refused)], ALLOW)
    for call in (SOCKET, SOCKETPAIR):
        families = [(EQUAL, family, ALLOW) for family in FAMILIES.values()]
        where(call[column], FIRST, families, REFUSE | errno.EAFNOSUPPORT)
    where(FCNTL[column], SECOND, [(EQUAL, command, refused) for command in COMMANDS.values()], ALLOW)
    for number in sorted(closed):
        unless(EQUAL, number, refused)
    answer(ALLOW)
    return b"".join(struct.pack("=HBBI", code, yes, no, constant) for code, constant, yes, no in lines)
