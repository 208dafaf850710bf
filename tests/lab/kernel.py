# SPDX-License-Identifier: GPL-3.0-or-later
"""The few system calls that Python 3.11 lacks.

mount(8) would do too, but leaves /run/mount behind.
"""
import ctypes
import os

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
CLONE_NEWNS = 0x20000
# user, mount, pid, network, uts, ipc
CLONE_CONTAINER = 0x10000000 | CLONE_NEWNS | 0x20000000 | 0x40000000 \
    | 0x4000000 | 0x8000000
MNT_DETACH = 2
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f'{what}: {os.strerror(error)}')


def mount(source, target, kind=None, flags=0, data=None):
    checked(LIBC.mount(os.fsencode(source), os.fsencode(target),
                       kind and kind.encode(), ctypes.c_ulong(flags),
                       data and data.encode()),
            f'mount {source} on {target}')


def detach(path):
    checked(LIBC.umount2(os.fsencode(path), MNT_DETACH), f'umount {path}')


def enter(fd, what):
    checked(LIBC.setns(fd, 0), f'enter {what}')


def leave(flags):
    """New namespaces for this process (or its children: pid)."""
    checked(LIBC.unshare(flags), 'unshare')


def die_with_parent(signal):
    LIBC.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal))
