#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl on ws1, against a real domain controller."""
import json
import time

from tests.lab import kerbtest as k, labtest


def ctl(*words, **options):
    return k.good('credguardctl', *words, **options)


@k.test
def a_password_typed_at_the_prompt_signs_in():
    terminal = k.Terminal('credguardctl', 'logon', 'alice')
    terminal.expect(f'Password for alice@{k.REALM}: ')
    terminal.type(labtest.password('alice') + '\n')
    code, text = terminal.end()
    assert code == 0 and f'signed in as alice@{k.REALM} until' in text, text
    assert labtest.password('alice') not in text
    assert k.tickets() == [k.TGT]
    k.good('kvno', k.CIFS)


@k.test
def without_a_name_it_is_the_login_name():
    terminal = k.Terminal('credguardctl', 'logon', user='bob')
    terminal.expect(f'Password for bob@{k.REALM}: ')
    terminal.type(labtest.password('bob') + '\n')
    assert terminal.end()[0] == 0
    assert k.default_principal(user='bob') == f'bob@{k.REALM}'


@k.test
def the_kdc_decides_how_a_name_is_written():
    """In FILE caches the name stays as typed; here it is the KDC's."""
    for name in ('ALICE', 'Alice@example.test', 'alice@EXAMPLE.TEST'):
        k.logon(name, secret=labtest.password('alice'))
        assert k.default_principal() == f'alice@{k.REALM}', name
        k.good('kvno', k.CIFS)
    k.logon('alice@example.test', more=('-E',),
            secret=labtest.password('alice'))
    assert len(k.collection()) == 1


@k.test
def ctrl_c_at_the_prompt_leaves_nothing():
    before = k.status()
    for keys in ('\x03', 'half a pass\x03', '\x1c'):
        terminal = k.Terminal('credguardctl', 'logon', 'alice')
        terminal.expect('Password for alice')
        terminal.type(keys)
        code, text = terminal.end()
        assert code in (130, 131), (code, text)
        assert 'half' not in text, text
    assert k.caches() == [] and k.collection() == []
    after = k.status()
    assert after['vault']['entries'] == before['vault']['entries']
    assert after['vault']['exchanges'] == 0


@k.test
def the_end_of_input_at_the_prompt_is_no_password():
    terminal = k.Terminal('credguardctl', 'logon', 'alice')
    terminal.expect('Password for alice')
    terminal.type('\x04')
    code, text = terminal.end()
    assert code == 1 and 'password' in text, (code, text)
    k.refused('credguardctl', 'logon', 'alice', says='password', input='')


@k.test
def lifetimes_are_what_was_asked_for():
    now = time.time()
    k.logon(more=('-l', '1h', '-r', '3h'))
    [cache] = k.caches()
    assert abs(cache['expires'] - now - 3600) < 60, cache
    assert abs(cache['renew_until'] - now - 3 * 3600) < 60, cache
    k.logon(more=('--lifetime', '1h30m'))
    [cache] = k.caches()
    assert abs(cache['expires'] - now - 5400) < 60, cache


@k.test
def list_says_the_same_as_klist():
    for sign_in in k.SIGN_IN:
        k.clean()
        assert 'credguardctl logon' in ctl('list')
        assert k.caches() == []
        sign_in()
        k.good('kvno', k.CIFS, 'host/fs1.example.test')
        [row] = k.caches()
        assert row['cache'] == f'KCM:{k.uid("alice")}', row
        assert row['principal'] == f'alice@{k.REALM}' and row['default']
        assert row['has_tgt'] and row['valid'] and row['renewable'], row
        assert row['uid'] == k.uid('alice')
        assert row['tickets'] == len(k.tickets()) == 3, row
        text = ctl('list')
        assert row['cache'] in text and row['principal'] in text, text
        _, _, note = text.splitlines()
        assert f'{row["cache"]} is renewed by itself' in note, text


@k.test
def root_sees_everybodys_caches_and_nobody_else_does():
    k.kinit()
    k.logon('bob', user='bob')
    rows = json.loads(ctl('list', '--all', '--json', user='root'))['caches']
    assert {row['uid'] for row in rows} == {k.uid('alice'), k.uid('bob')}
    text = ctl('list', '--all', user='root')
    assert 'alice' in text and 'bob' in text, text
    k.refused('credguardctl', 'list', '--all', says='only root')
    for user in ('alice', 'bob'):
        [row] = k.caches(user)
        assert row['uid'] == k.uid(user)


@k.test
def renew_keeps_the_service_tickets_and_extends_the_tgt():
    for sign_in in k.SIGN_IN:
        sign_in(more=('-l', '1h', '-r', '5h'))
        k.good('kvno', k.CIFS)
        [before] = k.caches()
        time.sleep(1.1)
        assert 'renewed, valid until' in ctl('renew')
        [after] = k.caches()
        assert after['expires'] > before['expires'], (before, after)
        assert after['renew_until'] <= before['renew_until'], (before, after)
        assert k.tickets() == [k.TGT, f'{k.CIFS}@{k.REALM}']
        k.good('kvno', 'host/fs1.example.test')
        assert k.status()['vault']['entries'] == 1


@k.test
def what_is_not_renewable_says_so():
    k.logon(more=('-l', '4m'))      # so short: Samba makes no renewable one
    [row] = k.caches()
    assert not row['renewable'], row
    k.refused('credguardctl', 'renew', says='credguardctl logon')
    k.good('kvno', k.CIFS)
    k.clean()
    k.refused('credguardctl', 'renew', says='credguardctl logon')


@k.test
def logoff_erases_one_cache_or_all():
    k.logon()
    k.kinit(cache=f'KCM:{k.uid("alice")}:work')
    ctl('logoff', f'KCM:{k.uid("alice")}:work')
    assert [row[1] for row in k.collection()] == [f'KCM:{k.uid("alice")}']
    ctl('logoff')
    assert k.collection() == []
    k.refused('klist', says='not found')
    k.refused('credguardctl', 'logoff', says='no credentials')
    k.logon()
    k.kinit(cache=f'KCM:{k.uid("alice")}:work')
    ctl('logoff', '--all')
    assert k.collection() == [] and k.status()['vault']['entries'] == 0


@k.test
def a_cache_is_named_when_signing_in():
    name = f'KCM:{k.uid("alice")}:work'
    k.logon(more=('-c', name))
    assert k.tickets(cache=name) == [k.TGT]
    k.good('kvno', k.CIFS, cache=name)
    ctl('renew', name)
    assert [row['cache'] for row in k.caches()] == [name]


@k.test
def the_cache_that_the_shell_names_is_meant():
    name = f'KCM:{k.uid("alice")}:shell'
    k.logon('bob', user='alice')
    k.logon(cache=name)
    assert k.tickets(cache=name) == [k.TGT]
    assert k.default_principal(cache=name) == f'alice@{k.REALM}'
    ctl('renew', cache=name)
    ctl('logoff', cache=name)
    assert [row[0] for row in k.collection()] == [f'bob@{k.REALM}']
    done = k.run('credguardctl', 'logon', '--password-fd', '0', 'alice',
                 cache='FILE:/tmp/x', input=labtest.password('alice') + '\n')
    assert 'export KRB5CCNAME=KCM:' in done.stderr, done
    assert len(k.collection()) == 2


@k.test
def status_counts_what_is_there():
    empty = k.status()
    assert empty['running'] and empty['protection_level'] == 2, empty
    assert empty['protection']['secret_memory'], empty
    k.logon()
    k.kinit('bob', user='bob')
    full = k.status()
    assert full['caches'] == empty['caches'] + 2
    assert full['users'] == empty['users'] + 2
    assert full['vault']['entries'] == empty['vault']['entries'] + 2
    assert full['vault']['exchanges'] == 0
    text = ctl('status', user='bob')
    assert 'Protection level 2' in text and 'alice' not in text, text


@k.test
def a_full_disk_under_its_output_is_told():
    for words in ('list',), ('status',), ('list', '--json'):
        k.logon()
        done = k.run('sh', '-c', f'credguardctl {" ".join(words)} >/dev/full')
        assert done.returncode == 1 and 'output' in done.text, done
    assert k.tickets() == [k.TGT]


@k.test
def signing_in_needs_no_disk():
    """A full /tmp and /home: a FILE cache could not be written there."""
    full = ('mount -t tmpfs -o size=8k,mode=1777 full {0};'
            'cat /dev/zero >{0}/full 2>/dev/null; true')
    for place in ('/tmp', '/home'):
        labtest.on('ws1', 'sh', '-c', full.format(place))
    try:
        done = k.run('kinit', 'alice', cache='FILE:/tmp/cache',
                     input=labtest.password('alice') + '\n')
        assert done.returncode == 1, done
        for sign_in in k.SIGN_IN:
            sign_in()
            k.good('kvno', k.CIFS)
            assert len(k.tickets()) == 2
    finally:
        for place in ('/tmp', '/home'):
            labtest.on('ws1', 'umount', place)


k.main()
