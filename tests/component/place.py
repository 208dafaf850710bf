# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a component test runs: a mount namespace of its own, in which the
system users exist and all files lie on a tmpfs. Nothing stays on the machine.
"""
import atexit
import ctypes
import itertools
import os
import pathlib
import pwd
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
# Where the machine has them already, their own numbers are used.
USERS = {'credguard': 60801, 'credguard-vault': 60802,
         'credguard-winbind': 60803, 'alice': 60811,
         'bob': 60812}

CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)
COUNTER = itertools.count(1)


def checked(result, what):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f'{what}: {os.strerror(code)}')
    return result


def mount(source, target, kind=None, flags=0, data=None):
    words = [w if w is None else str(w).encode()
             for w in (source, target, kind, data)]
    checked(LIBC.mount(words[0], words[1], words[2], ctypes.c_ulong(flags),
                       words[3]), f'mount {target}')


class Place:
    """The directory of this test process, made once."""
    made = None

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix='credguard-test.',
                                                  dir='/run'))
        checked(LIBC.unshare(CLONE_NEWNS), 'unshare')
        mount('none', '/', flags=MS_REC | MS_PRIVATE)
        mount('tmpfs', self.path, 'tmpfs', data='mode=0755')
        atexit.register(self.leave, os.getpid())
        self.bin = self.path / 'bin'
        self.bin.mkdir()
        mount(TOP / 'build', self.bin, flags=MS_BIND)
        mount('tmpfs', '/var/log', 'tmpfs', data='mode=0755')
        self.add_users()

    def add_users(self):
        passwd, group = (pathlib.Path(f'/etc/{name}').read_text()
                         for name in ('passwd', 'group'))
        have = {line.split(':')[0] for line in passwd.splitlines()}
        for name, number in USERS.items():
            if name not in have:
                passwd += (f'{name}:x:{number}:{number}::/nonexistent:'
                           '/bin/sh\n')
                group += f'{name}:x:{number}:\n'
        for name, text in (('passwd', passwd), ('group', group)):
            (self.path / name).write_text(text)
            mount(self.path / name, f'/etc/{name}', flags=MS_BIND)

    def leave(self, owner):
        """Nothing below is removed by name: the build tree is mounted there
        and the tmpfs ends with this process."""
        if os.getpid() == owner:
            LIBC.umount2(str(self.path).encode(), 2)
            os.rmdir(self.path)


def place():
    if Place.made is None:
        Place.made = Place()
    return Place.made


def new_dir(name):
    path = place().path / f'{name}{next(COUNTER)}'
    path.mkdir()
    path.chmod(0o755)
    return path


def uid_of(name):
    place()
    return pwd.getpwnam(name).pw_uid


def is_alive(pid):
    try:
        state = pathlib.Path(f'/proc/{pid}/stat').read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(')')[2].split()[0] not in 'ZX'


def await_true(condition, what, limit_s=5.0):
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > limit_s:
            raise AssertionError(f'not within {limit_s} s: {what}')
        time.sleep(0.02)
    return time.monotonic() - begun


def run_as(user, argv, env, **kw):
    """Without supplementary groups; user is a name or a number."""
    place()
    uid, gid = (user, user) if isinstance(user, int) else \
        pwd.getpwnam(user)[2:4]
    options = {'text': True, 'capture_output': True, 'timeout': 60, **kw}
    return subprocess.run([str(word) for word in argv], env=env, user=uid,
                          group=gid, extra_groups=[], **options)
