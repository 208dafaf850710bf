#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever gives a password, is anonymous, is the machine or is a server sees
no difference: the same list with the module and without, compared."""
from tests.lab import kerbtest as k, labtest, sambatest as s


def given(name='bob', secret=None):
    return ('-U', f'{name}%{secret or labtest.password(name)}')


def commands():
    """(words, user) of what the vault has no part in."""
    wrong = given(secret='wrong')
    for mode in (s.KERBEROS, s.NTLM, '--use-kerberos=desired'):
        for who in (given(), wrong, ('-U', '%')):
            yield ('smbclient', s.SHARE, *who, mode, '-c', 'ls nothing'), \
                'alice'
        yield ('rpcclient', *given(), mode, s.DC1, '-c', 'getusername'), \
            'alice'
        yield ('ldbsearch', '-H', f'ldap://{s.DC1}', '-b', s.BASE, '-s',
               'base', 'dn', *given(), mode), 'alice'
        yield ('net', 'rpc', 'user', *given(), mode, '-S', s.DC1), 'alice'
        yield ('net', 'rpc', 'user', *wrong, mode, '-S', s.DC1), 'alice'
        yield ('rpcclient', '-P', mode, s.DC1, '-c', 'getusername'), 'root'
    yield ('net', 'ads', 'testjoin'), 'root'
    yield ('net', 'rpc', 'testjoin'), 'root'
    yield ('wbinfo', '-a', f'bob%{labtest.password("bob")}'), 'root'
    yield ('wbinfo', '-a', 'bob%wrong'), 'root'
    yield ('wbinfo', '-t'), 'root'
    yield ('ntlm_auth', '--username=bob',
           f'--password={labtest.password("bob")}'), 'root'
    yield ('smbclient', '-L', s.FS1, '-N', '-U', '%', '-g'), 'alice'


def seen():
    return {words: (done.returncode, done.text) for words, user in commands()
            for done in [k.run(*words, user=user, check=False)]}


@s.test
def the_same_words_come_with_the_module_and_without():
    with_it = seen()
    with s.without_module():
        without = seen()
    assert len(without) > 20
    for words, there in without.items():
        assert with_it[words] == there, (words[0], with_it[words], there)
    codes = [code for code, _ in without.values()]
    assert codes.count(0) > 10, codes


@s.test
def the_vault_is_not_asked_for_them():
    log = labtest.path('ws1', '/var/log/credguard.log')
    before = log.read_text().count('audit: ntlm answer')
    tickets = k.tickets()
    seen()
    assert log.read_text().count('audit: ntlm answer') == before
    assert k.tickets() == tickets


def maps_of_smbd():
    script = ('for p in $(pgrep smbd); do cat /proc/$p/maps 2>/dev/null; '
              'done | grep -c gensec_credguard')
    return int(labtest.on('fs1', 'sh', '-c', script, check=False).stdout)


def restart_smbd():
    script = ('kill $(cat /run/samba/smbd.pid); while pgrep -x smbd; do '
              'sleep 0.1; done; smbd -D; until smbclient -L localhost -N '
              '-U %; do sleep 0.1; done')
    labtest.on('fs1', 'sh', '-c', script)


@s.test
def a_file_server_with_the_module_serves_as_before():
    labtest.add_module('fs1')
    restart_smbd()
    try:
        for mode in (s.KERBEROS, s.NTLM):
            with s.session('ws2', *given('alice'), mode):
                assert maps_of_smbd() > 0, 'smbd has not loaded the module'
            done = k.run('smbclient', s.SHARE, *given('alice', 'wrong'), mode,
                         '-c', 'ls', host='ws2')
            assert done.returncode != 0, done.text
    finally:
        labtest.remove_module('fs1')
        restart_smbd()


s.main()
