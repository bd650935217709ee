"""On Linux: asks the kernel to refuse this process, for good, whatever a reader of one file never needs to ask for.

No new process or program, no socket, no file opened for writing, none made, moved or removed. This holds for root too,
for whom limits do not. On other systems and machines nothing happens: the limits and the clock stand without it.
"""

import ctypes
import platform
import struct
import sys

_SECCOMP, _FILTER = 22, 2  # of <linux/prctl.h> and <linux/seccomp.h>
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of <linux/bpf_common.h>
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # where they stand in what the filter is shown
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # the second with "not permitted"
_FOREIGN = 0x40000000  # the same calls once more, under other numbers
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000  # to write, to read and write, to create, to empty

# The calls that are refused, with their numbers, by the kind of machine (of <asm/unistd.h>), and the calls that open a
# file, with the place of their flags. The kernel's mark of the machine comes first.
CALLS = {
    "x86_64": (
        0xC000003E,
        """
        socket 41 connect 42 accept 43 sendto 44 sendmsg 46 bind 49 listen 50 socketpair 53 accept4 288 sendmmsg 307
        clone 56 fork 57 vfork 58 execve 59 execveat 322 clone3 435 kill 62 tkill 200 tgkill 234 rt_sigqueueinfo 129
        rt_tgsigqueueinfo 297 pidfd_open 434 pidfd_send_signal 424 setpgid 109 setsid 112
        truncate 76 ftruncate 77 fallocate 285 rename 82 renameat 264 renameat2 316 mkdir 83 mkdirat 258 rmdir 84
        creat 85 link 86 linkat 265 unlink 87 unlinkat 263 symlink 88 symlinkat 266
        chmod 90 fchmod 91 fchmodat 268 fchmodat2 452 chown 92 fchown 93 lchown 94 fchownat 260 utime 132 utimes 235
        futimesat 261 utimensat 280 mknod 133 mknodat 259 setxattr 188 lsetxattr 189 fsetxattr 190
        mount 165 umount2 166 open_tree 428 move_mount 429 fsopen 430 openat2 437
        ptrace 101 add_key 248 keyctl 250 unshare 272 setns 308 perf_event_open 298 process_vm_readv 310
        process_vm_writev 311 bpf 321 userfaultfd 323 io_uring_setup 425 pidfd_getfd 438
        """,
        ((2, 1), (257, 2)),
    ),
    "aarch64": (
        0xC00000B7,
        """
        socket 198 connect 203 accept 202 sendto 206 sendmsg 211 bind 200 listen 201 socketpair 199 accept4 242
        sendmmsg 269
        clone 220 execve 221 execveat 281 clone3 435 kill 129 tkill 130 tgkill 131 rt_sigqueueinfo 138
        rt_tgsigqueueinfo 240 pidfd_open 434 pidfd_send_signal 424 setpgid 154 setsid 157
        truncate 45 ftruncate 46 fallocate 47 renameat 38 renameat2 276 mkdirat 34 linkat 37 unlinkat 35 symlinkat
        36
        fchmod 52 fchmodat 53 fchmodat2 452 fchown 55 fchownat 54 utimensat 88 mknodat 33 setxattr 5 lsetxattr 6
        fsetxattr 7
        mount 40 umount2 39 open_tree 428 move_mount 429 fsopen 430 openat2 437
        ptrace 117 add_key 217 keyctl 219 unshare 97 setns 268 perf_event_open 241 process_vm_readv 270
        process_vm_writev 271 bpf 280 userfaultfd 282 io_uring_setup 425 pidfd_getfd 438
        """,
        ((56, 2),),
    ),
}


class _Program(ctypes.Structure):
    """The filter as the kernel takes it: how many steps, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def steps(machine: str) -> bytes:
    """The filter for a kind of machine, step by step."""
    mark, refused, opening = CALLS[machine]
    made = [_step(_LOAD, _MACHINE), _step(_EQUAL, mark, 1, 0), _step(_RETURN, _REFUSE), _step(_LOAD, _NUMBER)]
    made += [_step(_AT_LEAST, _FOREIGN, 0, 1), _step(_RETURN, _REFUSE)]
    for number in map(int, refused.split()[1::2]):
        made += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _REFUSE)]
    for number, place in opening:
        made += [_step(_EQUAL, number, 0, 4), _step(_LOAD, _ARGUMENTS + 8 * place), _step(_ANY_BIT, _WRITING, 0, 1)]
        made += [_step(_RETURN, _REFUSE), _step(_RETURN, _ALLOW)]
    return b"".join([*made, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def raised() -> bool:
    """Put up the fence around this process; does it stand? The process must have given up new privileges before."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in CALLS or sys.byteorder != "little":
        return False
    made = steps(machine)
    program = _Program(len(made) // 8, made)
    failed: int = ctypes.CDLL(None).prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)
    return failed == 0
