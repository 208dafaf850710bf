# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole machine: Debian's own packages and the lab's domain; our packages
are installed, switched on, used, upgraded, switched off and purged, and then
the disk is what it was.

systemd does not run there: what the units start is started by hand, with the
guardian's own way to start broker and pipe front."""
import contextlib
import fnmatch
import re
import time

from tests import tap
from tests.lab import labtest, machine, state

LAUNCH = '/usr/libexec/credguard/credguard-launch'
# What may differ afterwards, and why.
MAY_DIFFER = {
    '/var/log*': 'logs',
    '/var/lib/dpkg/status-old': 'which packages there were',
    '/var/cache/apt/*.bin': 'which packages there were',
    '/var/cache/debconf/config.dat*': 'what pam-auth-update was asked',
    '/var/cache/samba/netsamlogon_cache.tdb': 'winbindd, which ran meanwhile',
    '/var/lib/samba/private/netlogon_creds_cli.tdb': 'as above',
    '/var/lib/samba/winbindd_cache.tdb': 'as above',
    '/etc/passwd*': 'system users stay, as Debian policy wants: their files'
                    ' might be somewhere',
    '/etc/group*': 'as above',
    '/etc/shadow*': 'as above',
    '/etc/gshadow*': 'as above',
}


class Installed:
    """The machine and what the tests before saw; one for all tests."""
    stack = contextlib.ExitStack()
    machine = before = guardian = winbindd = None


def on(*words, **kw):
    return Installed.machine.on(*words, **kw)


def await_true(probe, what, limit_s=30):
    end = time.monotonic() + limit_s
    while not probe():
        assert time.monotonic() < end, (
            f'not within {limit_s} s: {what}\n'
            + on('cat', '/var/log/by-hand.log', check=False).stdout[-2000:])
        time.sleep(0.1)


def start_winbindd():
    Installed.winbindd = Installed.machine.start(
        'winbindd', '--foreground', '--no-process-group')
    await_true(lambda: on('wbinfo', '-p', check=False).returncode == 0,
               'winbindd')


def stop_by_name(*names):
    """In its own process namespace, nobody else has such a process."""
    for name in names:
        on('pkill', '-x', name, check=False)
        await_true(lambda: on('pgrep', '-x', name, check=False
                              ).returncode != 0, f'the end of {name}')


def apt(*words):
    return on('apt-get', '-q', '-y', '-o', 'Dpkg::Use-Pty=0',
              '-o', 'Dpkg::Options::=--force-confold', *words).stdout


def debs():
    return [f'/run/debs/{path.name}' for path in sorted(
        Installed.machine.debs.glob('*.deb'))
        if 'dbgsym' not in path.name]


@tap.test
def a_machine_of_debians_packages_joins_the_domain():
    begun = time.monotonic()
    folder = machine.built_debs(state.TOP / 'waf')
    print(f'# packages: {time.monotonic() - begun:.0f} s')
    begun = time.monotonic()
    machine.base()
    print(f'# root of a machine: {time.monotonic() - begun:.0f} s')
    Installed.machine = Installed.stack.enter_context(
        machine.Machine(folder))
    Installed.machine.join()
    start_winbindd()
    assert 'alice' in on('getent', 'passwd', 'alice').stdout
    stop_by_name('winbindd')
    Installed.before = Installed.machine.listing()
    assert len(Installed.before) > 5000


@tap.test
def apt_installs_the_packages_and_nothing_runs():
    apt('install', *debs())
    for user in ('credguard', 'credguard-vault', 'credguard-winbind'):
        assert on('getent', 'passwd', user).stdout, user
    assert on('pgrep', '-f', 'credguard', check=False).returncode != 0
    assert on('credguardctl', 'status', check=False).returncode != 0


@tap.test
def it_is_switched_on_and_alice_signs_in():
    said = on('credguardctl', 'enable').stdout
    assert 'no systemd here' in said, said
    on('systemd-tmpfiles', '--create', 'credguard.conf', check=False)
    Installed.guardian = Installed.machine.start(LAUNCH)
    await_true(lambda: on('credguardctl', 'status', check=False
                          ).returncode == 0, 'the guardian')
    start_winbindd()
    done = on('pamtester', '-v', 'login', 'alice', 'authenticate',
              'acct_mgmt', 'setcred', 'open_session',
              input=labtest.password('alice') + '\n')
    assert 'successfully opened a session' in done.stdout, done


@tap.test
def alices_programs_use_what_the_vault_has():
    on('kinit', 'alice', user='alice', input=labtest.password('alice') + '\n')
    assert 'KCM:' in on('klist', user='alice').stdout
    done = on('smbclient', '--use-kerberos=required',
              '//fs1.example.test/share', '-c', 'ls', user='alice')
    assert 'blocks of size' in done.stdout, done
    assert on('find', '/tmp', '-name', 'krb5cc*').stdout == ''


@tap.test
def an_upgrade_says_first_who_is_about_to_lose_what():
    vault = on('pgrep', '-f', '^credguard-vault').stdout
    said = apt('install', '--reinstall', *debs())
    line = next(line for line in said.splitlines() if 'lose' in line)
    assert 'upgraded' in line and re.search(r': .*\balice\b', line), said
    assert said.index(line) < said.index('Setting up credguard'), said
    # Nothing was restarted, and nothing is lost yet.
    assert on('pgrep', '-f', '^credguard-vault').stdout == vault
    assert 'krbtgt/EXAMPLE.TEST' in on('klist', user='alice').stdout


@tap.test
def a_removal_says_so_too_and_switches_off():
    said = apt('remove', 'credguard')
    line = next(line for line in said.splitlines() if 'lose' in line)
    assert 'removed' in line and 'alice' in line, said
    assert 'KCM' not in on('sh', '-c', 'cat /etc/krb5.conf '
                           '/etc/krb5.conf.d/* 2>/dev/null; true').stdout
    stop_by_name('credguard-launc', 'winbindd')
    apt('purge', 'credguard', 'credguard-doc', 'libpam-credguard',
        'samba-credguard')


@tap.test
def the_disk_is_what_it_was_but_for_logs():
    def same(path):
        return any(fnmatch.fnmatch(path, rule) for rule in MAY_DIFFER)

    after = Installed.machine.listing()
    wrong = {path: (Installed.before.get(path), after.get(path))
             for path in sorted(after.keys() | Installed.before.keys())
             if after.get(path) != Installed.before.get(path)
             and not same(path)}
    assert not wrong, '\n'.join(f'{path}: {what}'
                                for path, what in wrong.items())


with Installed.stack:
    tap.main()
