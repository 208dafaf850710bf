# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardian with --units, and what systemd does for the units."""
import os
import pathlib
import re
import resource
import subprocess
import threading

from tests.component import pipe as p
from tests.component.place import await_true, new_dir, place, run_as

TOP = pathlib.Path(__file__).resolve().parents[2]
UNITS = ('credguard', 'credguard-broker', 'credguard-winbind')


class Unit:
    """One unit of a guarded instance; started again whenever it ends."""

    def __init__(self, cg, role, user, program, groups=()):
        self.dir = cg.runtime / f'start-{role}'
        self.user, self.program, self.groups = user, program, list(groups)
        self.cg, self.process, self.is_over = cg, None, False
        self.prefix, self.log_file = [], cg.dir / f'{role}.log'

    def credentials(self):
        """A directory as LoadCredential= makes it, with today's number."""
        path = new_dir('credentials')
        (path / 'number').write_bytes((self.dir / 'number').read_bytes())
        os.chmod(path / 'number', 0o444)
        return path

    def start(self, **env):
        await_true(lambda: (self.dir / 'number').exists(), 'a number', 15)
        with open(self.log_file, 'ab') as log:
            self.process = subprocess.Popen(
                [str(word) for word in (
                    *self.prefix, place().bin / 'credguard-fetch', self.dir,
                    self.program)],
                env={'CREDENTIALS_DIRECTORY': str(self.credentials()), **env},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                user=self.user, group=self.user, extra_groups=self.groups)

    def keep(self):
        """Restart=always, until stop()."""
        self.start()
        self.thread = threading.Thread(target=self._restart)
        self.thread.start()

    def _restart(self):
        while not self.is_over:
            self.process.wait()
            if not self.is_over and self.cg.process.poll() is None:
                self.start()

    def stop(self):
        self.is_over = True
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if hasattr(self, 'thread'):
            self.thread.join()

    def log(self):
        return self.log_file.read_text()


class Fronted:
    """A stand-in winbindd, and the configuration of a front before it."""

    def __init__(self):
        self.dir = new_dir('fronted')
        self.winbindd = p.Winbindd(self.dir / 'upstream', 32)
        self.pipe = self.dir / 'winbindd/pipe'
        lines = {'front': 'yes', 'pipe': self.pipe,
                 'upstream': self.winbindd.path,
                 'upstream_privileged': self.winbindd.path}
        self.config = '[winbind]\n' + ''.join(
            f'{key} = {value}\n' for key, value in lines.items())

    def ask(self):
        with p.socket.socket(p.socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(self.pipe))
            return p.result(p.ask(client, p.request(p.VERSION)))


def capabilities():
    """What the guardian has as a unit, as setpriv names them. Only systemd can
    give it LimitMEMLOCK=infinity where that is less; one stands in for it."""
    [names] = words_of('credguard', 'CapabilityBoundingSet')
    found = [name.lower().removeprefix('cap_') for name in names]
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] != \
            resource.RLIM_INFINITY:
        found.append('ipc_lock')
    return found


def confined(names):
    """A prefix: what the unit lets the guardian have."""
    return ['setpriv', '--no-new-privs', '--bounding-set',
            ','.join(['-all', *('+' + name for name in names)])]


def fetch_as(user, unit, number):
    """credguard-fetch by user, with that number; a CompletedProcess."""
    path = new_dir('credentials')
    (path / 'number').write_bytes(number)
    return run_as(user, [place().bin / 'credguard-fetch', unit.dir, '/bin/id'],
                  {'CREDENTIALS_DIRECTORY': str(path)})


def words_of(unit, key):
    text = (TOP / f'config/{unit}.service').read_text()
    return [line.split() for line in
            re.findall(rf'^{key}=(.*)', text, re.M)]


def group(name):
    """System calls in a group of systemd's, or the one of that name."""
    if not name.startswith('@'):
        return {name}
    lines = subprocess.run(['systemd-analyze', 'syscall-filter', name],
                           text=True, capture_output=True,
                           check=True).stdout.splitlines()
    rows = (line.strip() for line in lines[1:])
    return set().union(*(group(row) for row in rows
                         if row and not row.startswith('#')))


def allowed_calls(unit):
    """What is left by SystemCallFilter=, line by line as systemd does."""
    found = set()
    for row in words_of(unit, 'SystemCallFilter'):
        names = set().union(*(group(word.lstrip('~')) for word in row))
        found = found - names if row[0].startswith('~') else found | names
    return found
