#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several users, and several caches of one user, on ws1: each has what is its
own, and nobody has what is another's, root included."""
import subprocess

from tests.lab import kerbtest as k, labtest

LOOP = f'{labtest.TREE}/tests/lab/loop_user.sh'
ROUNDS = 20
REFUSED = 'permissions incorrect'       # libkrb5's KRB5_FCC_PERM


@k.test
def two_users_at_once_never_meet_each_others_tickets():
    children = {}
    for name in ('alice', 'bob'):
        child = labtest.start('ws1', 'sh', LOOP, name, str(ROUNDS), user=name,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        child.stdin.write(labtest.password(name) + '\n')
        child.stdin.close()
        children[name] = child
    for name, child in children.items():
        out = child.stdout.read()
        assert child.wait() == 0 and out == f'{ROUNDS} rounds\n', (name, out)
    assert k.status()['vault']['entries'] == 0


@k.test
def one_user_has_two_caches_and_switches_between_them():
    for sign_in in k.SIGN_IN:
        k.clean()
        k.kinit('alice')
        sign_in('bob', user='alice')
        first = f'KCM:{k.uid("alice")}'
        assert {row[0] for row in k.collection()} \
            == {f'alice@{k.REALM}', f'bob@{k.REALM}'}
        for name in ('alice', 'bob', 'alice'):
            k.good('kswitch', '-p', name)
            assert k.collection()[0][0] == f'{name}@{k.REALM}'
            assert k.default_principal() == f'{name}@{k.REALM}'
            assert f'You are {name}@' in k.good(
                'curl', '-s', '--negotiate', '-u', ':', f'http://{k.FS1}/')
            assert [row['principal'] for row in k.caches()
                    if row['default']] == [f'{name}@{k.REALM}']
        k.good('kswitch', '-c', dict(k.collection())[f'bob@{k.REALM}'])
        assert k.default_principal() == f'bob@{k.REALM}'
        assert k.good('klist', '-A').count('Default principal') == 2
        k.good('kdestroy', '-p', 'bob')
        assert k.collection() == [(f'alice@{k.REALM}', first)]
        k.good('kvno', k.CIFS)


@k.test
def caches_are_named_in_full():
    mine = f'KCM:{k.uid("alice")}'
    for name in (mine, f'{mine}:work', f'{mine}:a:b', f'{mine}:' + 'n' * 60):
        k.kinit(cache=name)
        assert k.tickets(cache=name) == [k.TGT], name
        k.good('kvno', k.CIFS, cache=name)
        assert len(k.tickets(cache=name)) == 2
    assert len(k.collection()) == 4
    assert k.default_principal(cache='KCM:') == f'alice@{k.REALM}'
    k.good('kdestroy', '-c', f'{mine}:work')
    assert f'{mine}:work' not in [row[1] for row in k.collection()]
    k.good('kdestroy', '-A')
    assert k.collection() == []


@k.test
def a_name_without_ones_own_number_is_refused():
    k.kinit()
    bob, mine = k.uid('bob'), k.uid('alice')
    k.kinit('bob', user='bob')
    for name in (f'KCM:{bob}', f'KCM:{bob}:x', 'KCM:0', 'KCM:name',
                 f'KCM:{mine}x', f'KCM:0{mine}', f'KCM:{mine + 2**32}',
                 'KCM:-1', f'KCM:{mine} ', 'KCM:' + 'x' * 3000):
        for words in (('klist',), ('kinit', 'alice'),
                      ('credguardctl', 'logoff', name)):
            done = k.run(*words, cache=name,
                         input=labtest.password('alice') + '\n')
            assert done.returncode == 1, (name, words, done)
    for words in (('klist',), ('kvno', k.CIFS), ('kdestroy',)):
        k.refused(*words, cache=f'KCM:{bob}', says=REFUSED)
    assert k.tickets(user='bob') == [k.TGT]
    assert k.tickets() == [k.TGT]


@k.test
def root_as_root_has_no_use_of_anothers_cache():
    k.kinit()
    k.good('kvno', k.CIFS)
    name = f'KCM:{k.uid("alice")}'
    for words in (('klist',), ('kvno', k.CIFS), ('kdestroy',),
                  ('kinit', '-R'), ('curl', '-sf', '--negotiate', '-u', ':',
                                    f'http://{k.FS1}/')):
        done = k.run(*words, user='root', cache=name)
        assert done.returncode != 0, (words, done)
    assert k.run('klist', '-A', user='root').returncode == 1
    assert len(k.tickets()) == 2


@k.test
def root_that_becomes_the_user_uses_the_cache():
    """A stated limit (ARCHITECTURE.md, rule 3): use is not theft."""
    k.kinit()
    alice = ('setpriv', '--reuid', str(k.uid('alice')), '--clear-groups')
    assert k.TGT in k.good(*alice, 'klist', user='root')
    k.good(*alice, 'kvno', k.CIFS, user='root')
    k.refused(*alice, 'kvno', k.TGT, user='root', says=k.DECOY_REFUSED)
    assert len(k.tickets()) == 2


@k.test
def root_has_a_collection_of_its_own():
    k.kinit('bob', user='root')
    assert k.collection(user='root') == [(f'bob@{k.REALM}', 'KCM:0')]
    k.good('kvno', k.CIFS, user='root')
    k.refused('klist', says='not found')
    k.good('kdestroy', user='root')


@k.test
def no_environment_variable_gives_anothers_tickets():
    k.kinit('bob', user='bob')
    fake = {'KRB5CCNAME': f'KCM:{k.uid("bob")}', 'USER': 'bob',
            'LOGNAME': 'bob', 'HOME': '/home/bob', 'UID': str(k.uid('bob'))}
    words = [f'{name}={value}' for name, value in fake.items()]
    for count in range(len(words) + 1):
        done = k.run('env', *words[:count], 'klist')
        assert done.returncode == 1 and 'bob@' not in done.stdout, done


@k.test
def switching_users_goes_by_the_effective_uid():
    """su and sudo change it before the program starts; a set-uid program is
    the caller's affair."""
    k.kinit('alice')
    k.kinit('bob', user='bob')
    for name in ('alice', 'bob'):
        words = ('setpriv', '--euid', str(k.uid(name)), 'klist')
        assert f'principal: {name}@' in k.good(*words, user='root')


k.main()
