#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl enable and disable on a copy of this machine's /etc: what is
changed is shown, works, and goes away byte for byte, also after a kill at any
moment. No systemd runs here; pam-auth-update and testparm are Debian's."""
import collections
import hashlib
import os
import pathlib
import signal
import subprocess
import time

from tests import tap
from tests.component.place import MS_BIND, mount, new_dir, place, uid_of

CTL = 'bin/credguardctl'
KRB5 = pathlib.Path('/etc/krb5.conf')
SMB = pathlib.Path('/etc/samba/smb.conf')
OURS = ('/etc/krb5.conf.d/credguard.conf', '/etc/samba/credguard.conf',
        '/etc/systemd/system/winbind.service.d/credguard.conf')
PROFILES = '/usr/share/pam-configs'
# Only its place in the stack matters here; the module has tests of its own.
PROFILE = """Name: Credential Guard
Default: no
Priority: 200
Auth-Type: Primary
Auth:
	[success=end default=ignore]	pam_credguard.so
Auth-Initial:
	[success=end default=ignore]	pam_credguard.so
"""
COPIED = ('/etc', '/var/lib/pam', '/var/lib/credguard', PROFILES, '/tmp')
KILL_POINTS = 100


def prepare():
    """This process's own copies; the machine keeps its own."""
    place()
    for path in COPIED:
        copy = new_dir('copy')
        if path != '/tmp' and os.path.isdir(path):
            subprocess.run(['cp', '-a', f'{path}/.', copy], check=True)
        os.makedirs(path, exist_ok=True)
        mount(copy, path, flags=MS_BIND)
    profile = pathlib.Path(PROFILES, 'credguard')
    if not profile.exists():
        profile.write_text(PROFILE)
    run(['pam-auth-update', '--package', '--enable', 'winbind'])
    SMB.write_text('[global]\n\tworkgroup = EXAMPLE\n\n[share]\n\tpath = /x')
    SMB.chmod(0o640)


def run(argv, **kw):
    env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C.UTF-8',
           'DEBIAN_FRONTEND': 'noninteractive'}
    return subprocess.run(argv, env=env, text=True, capture_output=True,
                          timeout=120, **kw)


def ctl(*words, code=0):
    done = run([str(place().path / CTL), *words])
    assert done.returncode == code, (words, done)
    return done.stdout + done.stderr


def tree():
    """{path: kind, mode, owner, content} of all that may be touched."""
    found = {}
    for top in ('/etc', '/var/lib/pam', '/var/lib/credguard'):
        for path in [pathlib.Path(top), *pathlib.Path(top).rglob('*')]:
            sb = path.lstat()
            content = b''
            if path.is_symlink():
                content = os.readlink(path).encode()
            elif path.is_file():
                content = path.read_bytes()
            found[str(path)] = (sb.st_mode, sb.st_uid, sb.st_gid,
                                hashlib.sha256(content).hexdigest())
    return found


def assert_same(before, what):
    after = tree()
    different = {path for path in before.keys() | after.keys()
                 if before.get(path) != after.get(path)}
    assert not different, f'{what}: {sorted(different)}'


@tap.test
def a_dry_run_shows_all_and_changes_nothing():
    before = tree()
    text = ctl('enable', '--dry-run')
    assert_same(before, 'dry run')
    for path in OURS:
        assert f'--- /dev/null\n+++ {path}' in text
    for line in ('+includedir /etc/krb5.conf.d',
                 '+\tinclude = /etc/samba/credguard.conf',
                 'would run: pam-auth-update --disable winbind'):
        assert line in text, line


@tap.test
def what_enable_did_disable_takes_back_byte_for_byte():
    before = tree()
    ctl('enable')
    assert tree() != before
    ctl('disable')
    assert_same(before, 'enable, disable')


def has_kcm_as_default():
    """What libkrb5 says itself; nobody answers there."""
    return 'No KCM server found' in run(['klist']).stderr


@tap.test
def the_programs_take_what_enable_writes():
    ctl('enable')
    try:
        assert has_kcm_as_default()
        found = run(['testparm', '-s', '-v']).stdout
        for line in ('client NTLMv2 auth = Yes', 'client lanman auth = No',
                     'kerberos encryption types = strong',
                     'winbind refresh tickets = No', 'workgroup = EXAMPLE'):
            assert f'\t{line}\n' in found, line
        auth = pathlib.Path('/etc/pam.d/common-auth').read_text()
        assert 'pam_credguard.so' in auth and 'pam_winbind.so' not in auth
    finally:
        ctl('disable')
    assert not has_kcm_as_default()
    auth = pathlib.Path('/etc/pam.d/common-auth').read_text()
    assert 'pam_winbind.so' in auth and 'pam_credguard.so' not in auth


@tap.test
def everybody_can_read_what_enable_writes():
    """Who cannot read the drop-in has no Kerberos at all. Also with a tight
    umask, and where the directory was not there."""
    assert not pathlib.Path(OURS[0]).parent.exists()
    before = os.umask(0o077)
    try:
        ctl('enable')
    finally:
        os.umask(before)
    try:
        for path in map(pathlib.Path, OURS[:2]):
            assert path.stat().st_mode & 0o777 == 0o644, path
            assert path.parent.stat().st_mode & 0o777 == 0o755, path
    finally:
        ctl('disable')


@tap.test
def a_second_enable_and_a_second_disable_change_nothing():
    before = tree()
    ctl('enable')
    enabled = tree()
    assert '---' not in ctl('enable')
    assert_same(enabled, 'enabled twice')
    ctl('disable')
    assert '---' not in ctl('disable')
    assert_same(before, 'disabled twice')


@tap.test
def what_others_wrote_meanwhile_stays():
    before = SMB.read_text()
    ctl('enable')
    SMB.write_text(SMB.read_text().replace('EXAMPLE', 'OTHER'))
    ctl('disable')
    assert SMB.read_text() == before.replace('EXAMPLE', 'OTHER')
    SMB.write_text(before)


@tap.test
def a_file_of_somebody_else_is_not_replaced():
    before = tree()
    path = pathlib.Path(OURS[1])
    path.write_text('[global]\n')
    text = ctl('enable', code=1)
    assert f'{path}: is there and not ours' in text
    ctl('disable')
    assert path.read_text() == '[global]\n'
    path.unlink()
    assert_same(before, 'refused and disabled')


@tap.test
def a_link_stays_a_link():
    before = tree()
    real = KRB5.rename('/etc/krb5-elsewhere.conf')
    KRB5.symlink_to(real)
    ctl('enable')
    assert KRB5.is_symlink()
    assert 'includedir' in real.read_text()
    ctl('disable')
    KRB5.unlink()
    real.rename(KRB5)
    assert_same(before, 'through a link')


@tap.test
def who_is_not_root_is_told_so():
    done = run([str(place().path / CTL), 'enable'], user=uid_of('alice'),
               group=uid_of('alice'), extra_groups=[])
    assert done.returncode == 1 and 'as root' in done.stderr, done


@tap.test
def a_ticket_that_cannot_be_moved_stays_and_is_told():
    """No vault runs here."""
    cache = pathlib.Path('/tmp/krb5cc_test')
    cache.write_bytes(bytes.fromhex('0504000c00010008ffffffff00000000'
                                    '0000000100000001') + b'\0\0\0\x01R'
                      + b'\0\0\0\x05alice')
    os.chown(cache, uid_of('alice'), uid_of('alice'))
    cache.chmod(0o600)
    try:
        text = ctl('enable')
        assert f'FILE:{cache} stays' in text, text
        assert cache.exists()
    finally:
        cache.unlink()
        ctl('disable')


def strace(words, *options):
    done = run(['strace', '-qq', *options, str(place().path / CTL), *words])
    begun = time.monotonic()
    # What a killed run had started goes on without it.
    while run(['pgrep', '-f', 'pam-auth-update']).stdout:
        assert time.monotonic() < begun + 30
        time.sleep(0.05)
    return done


def calls_of(words):
    """Its system calls in order: (name, the how-manieth of that name)."""
    out = new_dir('strace') / 'out'
    strace(words, '-o', str(out))
    seen, found = collections.Counter(), []
    for line in out.read_text().splitlines():
        name = line.split('(')[0]
        if name.isidentifier() and name not in ('execve', 'exit_group'):
            seen[name] += 1
            found.append((name, seen[name]))
    return found


@tap.test
def no_kill_leaves_what_another_run_does_not_mend():
    """At points all over enable and disable, which are then run again."""
    before = tree()
    calls = {'enable': calls_of(['enable'])}
    enabled = tree()
    calls['disable'] = calls_of(['disable'])
    killed = 0
    for n in range(KILL_POINTS):
        word = 'disable' if n % 2 else 'enable'
        if word == 'disable':
            ctl('enable')
        at, nth = calls[word][n * len(calls[word]) // KILL_POINTS]
        done = strace([word], '-o', '/dev/null', '-e',
                      f'inject={at}:signal=KILL:when={nth}')
        killed += done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        if n % 3 == 0:
            ctl('enable')
            assert_same(enabled, f'{word} killed at {at} {nth}, then enabled')
        ctl('disable')
        assert_same(before, f'{word} killed at {at} {nth}, then disabled')
    print(f'# {killed} of {KILL_POINTS} runs were killed')
    assert killed > KILL_POINTS * 0.9, killed


if __name__ == '__main__':
    prepare()
    tap.main()
