# SPDX-License-Identifier: GPL-3.0-or-later
"""System calls that an older kernel does not have, denied by a filter."""
import ctypes
import os
import struct

from tests.component.place import LIBC, checked

LOAD, RETURN, IF_EQUAL = 0x20, 0x06, 0x15      # of BPF, linux/filter.h
ALLOW, ERRNO = 0x7fff0000, 0x00050000           # linux/seccomp.h
PR_SET_SECCOMP, MODE_FILTER = 22, 2
NUMBER_AT, ARGUMENTS_AT = 0, 16                 # in struct seccomp_data

NUMBERS = {
    'x86_64': {'prctl': 157, 'getsockopt': 55, 'unshare': 272,
               'landlock_create_ruleset': 444, 'memfd_secret': 447},
    'aarch64': {'prctl': 167, 'getsockopt': 209, 'unshare': 97,
                'landlock_create_ruleset': 444, 'memfd_secret': 447},
}


class Deny:
    """Deny('memfd_secret', ENOSYS), or only where an argument has a value:
    Deny('prctl', EINVAL, argument=0, value=65)."""

    def __init__(self, name, code, argument=None, value=None):
        self.number = NUMBERS[os.uname().machine][name]
        self.code, self.argument, self.value = code, argument, value

    def filter(self):
        """BPF, as (code, jt, jf, k); the system call's number is loaded."""
        verdict = (RETURN, 0, 0, ERRNO | self.code)
        if self.argument is None:
            return [(IF_EQUAL, 0, 1, self.number), verdict]
        return [(IF_EQUAL, 0, 4, self.number),
                (LOAD, 0, 0, ARGUMENTS_AT + 8 * self.argument),
                (IF_EQUAL, 0, 1, self.value), verdict,
                (LOAD, 0, 0, NUMBER_AT)]


def install(denials):
    """To be run between fork and exec; needs root, not no-new-privs."""
    rows = [(LOAD, 0, 0, NUMBER_AT)]
    for denial in denials:
        rows += denial.filter()
    rows.append((RETURN, 0, 0, ALLOW))
    code = b''.join(struct.pack('HBBI', *row) for row in rows)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack('HxxxxxxP', len(rows), ctypes.addressof(buffer))
    checked(LIBC.prctl(PR_SET_SECCOMP, MODE_FILTER, program, 0, 0), 'seccomp')
