#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T1: what a login leaves in the memory and in the files of a workstation.
The same is looked for on the stock ws2, where it is found."""
import hashlib
import os

from tests.lab import filescan, fronting, kerbtest as k, labtest, \
    pamtest as p
from tests.lab.accounts import SECRET, newcomer

N_LOGINS = 10


def secrets_of(name, password):
    """What a thief can use: password, NT hash, AES key."""
    from samba.credentials import Credentials
    creds = Credentials()
    creds.set_password(password)
    creds.set_username(name)
    salt = f'{k.REALM}{name}'
    return (password.encode(), bytes(creds.get_nt_hash()),
            bytes(creds.get_aes256_key(salt)))


def looted(host, secrets):
    """Where they are, processes and files."""
    report = labtest.scan(host, *secrets)
    assert host == 'ws2' or {row[1] for row in labtest.unreadable(report)} \
        == {'credguard-vault'}, labtest.unreadable(report)
    return labtest.hits(report), filescan.find(host, *secrets)


def nothing_is_looted(secrets, when):
    memory, files = looted('ws1', secrets)
    assert not memory and not files, (when, memory, files)


@k.test
def the_aes_key_is_the_one_that_the_domain_has():
    """Else nobody would find it."""
    with newcomer('keyed') as name:
        key = secrets_of(name, SECRET)[2]
        out = labtest.on('dc1', 'samba-tool', 'domain', 'exportkeytab',
                         '/var/tmp/keys', f'--principal={name}')
        assert out.returncode == 0
        data = labtest.path('dc1', '/var/tmp/keys').read_bytes()
        labtest.path('dc1', '/var/tmp/keys').unlink()
    assert key in data, hashlib.sha256(data).hexdigest()


@k.test
def logins_leave_no_secret_in_any_process_or_file():
    secrets = secrets_of('alice', labtest.password('alice'))
    with p.held():
        k.good('kvno', k.CIFS)
        nothing_is_looted(secrets, 'after a login')
        for _ in range(N_LOGINS - 1):
            p.good_ssh('alice', 'klist', methods='keyboard-interactive')
        assert p.pamtester('login', 'alice', 'authenticate', by='alice',
                           secret=labtest.password('alice'))[0]
        nothing_is_looted(secrets, f'after {N_LOGINS} logins')
    p.nothing_is_left()
    nothing_is_looted(secrets, 'after logout')


@k.test
def a_wrong_password_is_left_nowhere_either():
    wrong = 'Nearly-right-' + os.urandom(8).hex()
    assert p.ssh('alice', 'id', secret=wrong).returncode != 0
    assert not p.pamtester('login', 'alice', 'authenticate', secret=wrong)[0]
    nothing_is_looted(secrets_of('alice', wrong), 'after a wrong one')


@k.test
def neither_the_old_nor_the_new_password_is_left_by_a_change():
    """Typed on a console: what is typed into a shell by ssh passes through
    the buffers of ssh and sshd, which are not ours."""
    fresh = 'New-one-' + os.urandom(8).hex()
    with newcomer('changer') as name:
        with held_shell(name, SECRET):
            terminal = k.Terminal('passwd', user=name)
            for question, word in (('Current password: ', SECRET),
                                   ('New password: ', fresh),
                                   ('Retype new password: ', fresh)):
                terminal.expect(question)
                terminal.type(word + '\n')
            code, text = terminal.end(20)
            assert code == 0, text
            for word in (SECRET, fresh):
                nothing_is_looted(secrets_of(name, word), 'after a change')
    p.nothing_is_left()


class held_shell:
    """A shell by ssh with a password of one's own."""

    def __init__(self, name, secret):
        self.name, self.secret = name, secret

    def __enter__(self):
        self.terminal = k.Terminal(
            'ssh', '-tt', '-o', 'PreferredAuthentications=password', '-o',
            'GSSAPIAuthentication=no', f'{self.name}@{p.WS1}', user='root')
        self.terminal.expect('password: ')
        self.terminal.type(self.secret + '\n')
        self.terminal.expect('$', 20)
        return self.terminal

    def __exit__(self, *_):
        os.write(self.terminal.master, b'exit\n')
        self.terminal.end(20)


@k.test
def on_the_stock_ws2_the_same_login_leaves_them():
    """Red: if nothing is found here, nothing was looked for."""
    secrets = secrets_of('alice', labtest.password('alice'))
    with p.held(host='ws2'):
        memory, files = looted('ws2', secrets)
        found = {number for number in range(len(secrets))
                 if labtest.hits(labtest.scan('ws2', secrets[number]))}
        assert {0, 1} <= found, found
        assert {name for _, name, *_ in memory} == {'winbindd'}, memory
        tickets = labtest.on('ws2', 'sh', '-c', 'ls /tmp/krb5cc_*').stdout
        assert tickets.strip(), 'no ticket in a file'
    print(f'# ws2: {len(memory)} in memory, {len(files)} in files')


@k.test
def the_scanner_of_files_finds_what_lies_in_one():
    for form, text in (('raw', b'Planted-secret-1'),
                       ('hex', b'Planted-secret-1'.hex().encode()),
                       ('utf-16le', 'Planted-secret-1'.encode('utf-16-le'))):
        path = labtest.path('ws1', '/var/tmp/planted')
        path.write_bytes(b'x' * 5000 + text + b'y')
        found = filescan.find('ws1', b'Planted-secret-1')
        path.unlink()
        assert found == [('/var/tmp/planted', 0, form)], (form, found)


fronting.new_winbindd()
k.main()
