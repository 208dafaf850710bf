# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of signing in share: login programs, PAM stacks, and what is
left in the vault."""
import contextlib
import os
import re

from tests.lab import config, kerbtest as k, labtest

WS1 = 'ws1.example.test'
LOG = '/var/log/credguard.log'
NOTE = 'You have no domain credentials here'
KEYS = '/run/lab/keys'      # of ssh, on ws1


def pamtester(service, user, *steps, secret='', by='root', host='ws1'):
    """All it says, and what its last step came to: True is success."""
    done = labtest.on(host, 'pamtester', '-v', service, user, *steps, user=by,
                      input=f'{secret}\n', check=False)
    assert done.returncode in (0, 1), done
    return done.returncode == 0, done.stdout + done.stderr


def ssh(user, *command, secret=None, host='ws1', methods='password'):
    """A login by sshd of HOST, from HOST itself."""
    secret = secret or labtest.password(user)
    words = ['sshpass', '-e', 'ssh', '-o', f'PreferredAuthentications='
             f'{methods}', '-o', 'GSSAPIAuthentication=no', '-o',
             'NumberOfPasswordPrompts=1', f'{user}@{host}.example.test']
    return labtest.on(host, 'sh', '-c', 'read -r SSHPASS; export SSHPASS; '
                      'exec "$@"', '-', *words, *command,
                      input=f'{secret}\n', check=False)


def good_ssh(user, *command, **options):
    done = ssh(user, *command, **options)
    assert done.returncode == 0, done
    return done.stdout


@contextlib.contextmanager
def held(user='alice', host='ws1', secret=None):
    """A login by ssh that lasts; yields its terminal."""
    terminal = k.Terminal(
        'ssh', '-o', 'PreferredAuthentications=password', '-o',
        'GSSAPIAuthentication=no', f'{user}@{host}.example.test',
        'echo ready; cat', user='root', host=host)
    terminal.expect('password:')
    terminal.type((secret or labtest.password(user)) + '\n')
    terminal.expect('ready', 30)
    try:
        yield terminal
    finally:
        if terminal.child.poll() is None:
            os.write(terminal.master, b'\x04')
            terminal.end(20)


@contextlib.contextmanager
def stack(name, **lines):
    """A PAM service of ws1: lines of auth, account, password, session; what
    is not given is as for everybody."""
    path = labtest.path('ws1', f'/etc/pam.d/{name}')
    text = ''.join(lines.get(kind, f'@include common-{kind}\n')
                   for kind in ('auth', 'account', 'password', 'session'))
    path.write_text(text)
    try:
        yield name
    finally:
        path.unlink()


def only(options, kind='auth', before=''):
    return f'{before}{kind} required {config.CREDGUARD} {options}\n'


def audited(since=0):
    """What the broker wrote down, from the SINCE-th line on."""
    lines = labtest.path('ws1', LOG).read_text(errors='replace').splitlines()
    return lines[since:]


def n_logons(lines):
    return sum('audit: logon ' in line for line in lines)


def nothing_is_left():
    """In vault and broker; the end of a login program may take a moment."""
    def probe():
        seen = k.status()
        return seen['vault']['entries'] == 0 and seen['caches'] == 0
    k.until(probe, 15, 'nobody is signed in')


def groups(text):
    return set(re.search('groups=(.*)', text).group(1).split(','))
