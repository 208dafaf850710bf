# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of Kerberos on ws1 share: running stock programs as a user,
reading what klist says, a terminal to type passwords into.

Every test starts with empty caches; so does what comes after the last one.
"""
import fcntl
import functools
import json
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

from tests import tap
from tests.lab import hosts, labtest, state

REALM = 'EXAMPLE.TEST'
TGT = f'krbtgt/{REALM}@{REALM}'
FS1 = 'fs1.example.test'
CIFS = f'cifs/{FS1}'
HOST = 'ws1'
DECOY_REFUSED = 'Operation not permitted'
# A line of klist: start, end, server.
TICKET = re.compile(r'^(\d\S+ \d\S+)  (\d\S+ \d\S+)  (\S.*)$', re.M)


def run(*argv, user='alice', host=HOST, cache=None, input=None, check=False,
        timeout=labtest.TIMEOUT_S):
    """Both outputs in .text; the exit code in .returncode."""
    words = ['env', f'KRB5CCNAME={cache}'] if cache else []
    done = labtest.on(host, *words, *argv, user=user, input=input,
                      check=check, timeout=timeout)
    done.text = done.stdout + done.stderr
    # Found, and ended by no signal. (ssh fails with 255, ldapsearch 254.)
    assert not 126 <= done.returncode <= 192, done
    return done


def good(*argv, **options):
    """It must work; its standard output."""
    return run(*argv, check=True, **options).stdout


def refused(*argv, says, **options):
    """It must fail, with exit code 1, and say SAYS; all that it said."""
    done = run(*argv, **options)
    assert done.returncode == 1 and says in done.text, (argv, done)
    return done.text


def kinit(name='alice', user='alice', secret=None, **options):
    secret = secret or labtest.password(name)
    return good('kinit', *options.pop('more', ()), name, user=user,
                input=f'{secret}\n', **options)


def logon(name='alice', user='alice', secret=None, **options):
    secret = secret or labtest.password(name)
    return good('credguardctl', 'logon', '--password-fd', '0',
                *options.pop('more', ()), name, user=user,
                input=f'{secret}\n', **options)


SIGN_IN = (kinit, logon)


def tickets(user='alice', **options):
    """The servers that klist names, in order."""
    out = good('klist', user=user, **options)
    return [row[2] for row in TICKET.findall(out)]


def default_principal(user='alice', **options):
    out = good('klist', user=user, **options)
    return re.search('^Default principal: (.*)$', out, re.M).group(1)


def collection(user='alice'):
    """[(principal, cache)] of klist -l, the default one first."""
    rows = run('klist', '-l', user=user).stdout.splitlines()[2:]
    return [tuple(row.split()) for row in rows]


def status():
    return json.loads(good('credguardctl', 'status', '--json'))


def caches(user='alice'):
    out = good('credguardctl', 'list', '--json', user=user)
    return json.loads(out)['caches']


@functools.lru_cache(None)
def uid(name):
    return int(labtest.on(HOST, 'id', '-u', name).stdout)


def clean():
    """Nobody's caches are left, also not FILE caches on ws2."""
    each = '; '.join(f'setpriv --reuid {uid(name)} --clear-groups kdestroy -A'
                     for name in state.USERS)
    labtest.on(HOST, 'sh', '-c', f'kdestroy -A; {each}; rm -f /tmp/krb5cc_*')
    labtest.on('ws2', 'sh', '-c', 'rm -f /tmp/krb5cc_*')


def test(function):
    """tap.test with empty caches before."""
    @functools.wraps(function)
    def wrapper():
        clean()
        function()
    return tap.test(wrapper)


def main():
    try:
        tap.main()
    finally:
        clean()


def until(probe, limit_s, what):
    """The first true value of PROBE."""
    end = time.monotonic() + limit_s
    while True:
        value = probe()
        if value:
            return value
        assert time.monotonic() < end, f'not in {limit_s} s: {what}'
        time.sleep(0.1)


class Terminal:
    """A command on ws1 with a terminal of its own."""

    def __init__(self, *argv, user='alice', host=HOST):
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.seen = b''
        self.child = subprocess.Popen(
            hosts.on_argv(host, argv, user), stdin=self.slave,
            stdout=self.slave, stderr=self.slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def read(self, limit_s):
        if select.select([self.master], [], [], limit_s)[0]:
            self.seen += os.read(self.master, 4096)

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def expect(self, text, limit_s=30):
        """Waits until TEXT is shown; a prompt for a password hides."""
        end = time.monotonic() + limit_s
        while text not in self.seen.decode(errors='replace'):
            assert time.monotonic() < end, self.seen
            self.read(0.1)

    def type(self, text):
        end = time.monotonic() + 5
        while self.echoes():
            assert time.monotonic() < end, 'the terminal shows what is typed'
            time.sleep(0.01)
        os.write(self.master, text.encode())

    def end(self, limit_s=30):
        """The exit code and all that was shown; the terminal is as before."""
        end = time.monotonic() + limit_s
        while self.child.poll() is None:
            if time.monotonic() > end:
                self.child.send_signal(signal.SIGKILL)
                raise AssertionError(f'it does not end: {self.seen}')
            self.read(0.05)
        self.read(0)
        after = termios.tcgetattr(self.slave)
        os.close(self.master)
        os.close(self.slave)
        assert after == self.before, 'the terminal is not as it was'
        return self.child.returncode, self.seen.decode(errors='replace')
