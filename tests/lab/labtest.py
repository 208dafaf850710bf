# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests in the lab use:

    from tests.lab import labtest

    done = labtest.on('ws1', 'klist', user='alice')         # done.stdout
    labtest.on('ws2', 'kinit', 'alice', user='alice',
               input=labtest.password('alice') + '\\n')
    report = labtest.scan('ws1', labtest.password('alice').encode())
    assert not labtest.hits(report)
"""
import contextlib
import subprocess

from tests.lab import guarding, hosts, scan as scanning, state

TREE = state.TREE       # the project's folder, as every host sees it
BUILD = f'{TREE}/build'
TIMEOUT_S = 60


def on(host, *argv, user='root', input=None, check=True, timeout=TIMEOUT_S):
    """Run ARGV on HOST; the CompletedProcess, as text. With CHECK, a failure
    raises with all that was printed."""
    feed = {'stdin': subprocess.DEVNULL} if input is None else {'input': input}
    done = subprocess.run(hosts.on_argv(host, argv, user), text=True,
                          errors='replace', capture_output=True,
                          timeout=timeout, **feed)
    if check and done.returncode != 0:
        raise AssertionError(
            f'{user or "root"} on {host}: {" ".join(argv)}: exit code '
            f'{done.returncode}\n{done.stdout}{done.stderr}')
    return done


def start(host, *argv, user='root', **options):
    """Start ARGV on HOST; the Popen. It dies with it: wait or kill."""
    return subprocess.Popen(hosts.on_argv(host, argv, user), **options)


def password(name):
    """Of alice, bob or administrator."""
    users = state.read('users')
    if users is None:
        raise state.LabError('the lab is not up: tests/lab/lab up')
    return users[name]


def nt_hash(name):
    """16 bytes: what NTLM and RC4 Kerberos take for the password."""
    from samba.credentials import Credentials
    creds = Credentials()
    creds.set_password(password(name))
    return bytes(creds.get_nt_hash())


def kinit(host, name='alice', user=None, cache=None):
    """A TGT in the default cache, or in CACHE, by the stock kinit."""
    more = ['-c', cache] if cache else []
    on(host, 'kinit', *more, name, user=user or name,
       input=password(name) + '\n')


@contextlib.contextmanager
def cut_off(host):
    """Without its network cable."""
    on(host, 'ip', 'link', 'set', 'eth0', 'down')
    try:
        yield
    finally:
        on(host, 'ip', 'link', 'set', 'eth0', 'up')


def scan(host, *patterns):
    """The report of `lab scan --json`; patterns are bytes."""
    return scanning.scan(host, patterns)


def hits(report, pattern=None):
    """[(pid, name, form, mapping)] of all that was found, or of PATTERN (its
    number in the call)."""
    return [(row['pid'], row['name'], one['form'], one['mapping'])
            for row in report['processes'] for one in row['found']
            if pattern is None or one['pattern'] == pattern]


def unreadable(report):
    """[(pid, name, mapping)] of what even root could not read, without the
    ranges that the kernel keeps for itself in every process."""
    return [(row['pid'], row['name'], row['mapping'])
            for row in report['unreadable'] if not row['kernel']]


def path(host, inside):
    """Where this machine sees a file of HOST's own folders (state files,
    logs): below /etc, /var, /run, /tmp, /home, /root."""
    return state.STATE / host / inside.lstrip('/')


guard = guarding.guard
unguard = guarding.unguard
add_module = guarding.add_module
remove_module = guarding.remove_module
