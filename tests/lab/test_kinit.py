#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""On ws1 the stock kinit, klist, kvno, kswitch and kdestroy work as ever, and
after credguardctl logon just so; what a decoy cannot do is refused."""
import re

from tests.lab import kerbtest as k, labtest

TIME = re.compile(r'\b\d\d/\d\d/\d\d \d\d:\d\d:\d\d\b')
RENEW = '\trenew until TIME\n'


def each_way():
    """Both ways to sign in, each from nothing."""
    for sign_in in k.SIGN_IN:
        k.clean()
        sign_in()
        yield sign_in


@k.test
def klist_shows_the_tgt_whichever_way_one_signed_in():
    for _ in each_way():
        out = k.good('klist')
        assert f'Ticket cache: KCM:{k.uid("alice")}\n' in out, out
        assert f'Default principal: alice@{k.REALM}\n' in out, out
        assert k.tickets() == [k.TGT], out
        assert 'renew until' in out, out
        assert k.good('klist', '-s') == ''
        assert k.collection() == [(f'alice@{k.REALM}',
                                   f'KCM:{k.uid("alice")}')]
        assert k.good('klist', '-A') == out


def shown(host, *words):
    """klist there, without times and the name of the cache."""
    out = k.good('klist', *words, host=host)
    return TIME.sub('TIME', re.sub('Ticket cache: .*', '', out))


@k.test
def klist_says_what_it_says_on_a_stock_workstation():
    for host in ('ws1', 'ws2'):
        k.kinit(host=host)
    for words in (), ('-f',), ('-C',), ('-d',), ('-a', '-n'), ('-A',):
        assert shown('ws1', *words) == shown('ws2', *words), words
    for host in ('ws1', 'ws2'):
        k.good('kvno', k.CIFS, host=host)
    # The vault asks for service tickets that cannot be renewed: nobody could.
    assert shown('ws1').replace(RENEW, '') == shown('ws2').replace(RENEW, '')


@k.test
def kvno_adds_the_service_ticket_with_aes():
    for _ in each_way():
        assert k.good('kvno', k.CIFS) == f'{k.CIFS}@{k.REALM}: kvno = 1\n'
        assert k.tickets() == [k.TGT, f'{k.CIFS}@{k.REALM}']
        assert k.good('klist', '-e').count(
            'Etype (skey, tkt): aes256-cts-hmac-sha1-96') == 1
        k.good('kvno', '-q', k.CIFS)
        assert len(k.tickets()) == 2, 'asked for again'


@k.test
def kvno_takes_its_options_and_several_services():
    k.kinit()
    k.good('kvno', '-S', 'host', 'fs1.example.test')
    k.good('kvno', k.CIFS, 'HTTP/fs1.example.test')
    assert len(k.tickets()) == 4, k.tickets()
    k.good('kvno', '--cached-only', k.CIFS)
    k.good('kvno', '-e', 'aes256-cts', 'ldap/dc1.example.test')


@k.test
def the_vault_alone_chooses_the_encryption_types():
    k.kinit()
    for name in ('aes128-cts', 'rc4-hmac'):
        k.refused('kvno', '-e', name, k.CIFS, says='encryption type')
    k.good('kvno', k.CIFS)


@k.test
def kswitch_finds_the_cache_by_name_and_by_principal():
    for _ in each_way():
        for words in (('-p', 'alice'), ('-p', f'alice@{k.REALM}'),
                      ('-c', f'KCM:{k.uid("alice")}')):
            assert k.good('kswitch', *words) == ''
        k.refused('kswitch', '-p', 'bob', says='bob')


@k.test
def kdestroy_leaves_nothing_in_broker_and_vault():
    before = k.status()
    for _ in each_way():
        for words in (('kdestroy',), ('kdestroy', '-A')):
            k.kinit()
            k.good('kvno', k.CIFS)
            assert k.status()['vault']['entries'] \
                == before['vault']['entries'] + 1
            assert k.good(*words) == ''
            k.refused('klist', says='not found')
            k.refused('kvno', k.CIFS, says='not found')
            assert k.run('klist', '-s').returncode == 1
            assert k.collection() == []
    after = k.status()
    for name in ('caches', 'tickets', 'users'):
        assert after[name] == before[name], (before, after)
    assert after['vault']['entries'] == before['vault']['entries']
    k.refused('kdestroy', '-p', 'alice', says='alice')


@k.test
def a_second_kinit_takes_the_place_of_the_first():
    """As everywhere: the tickets that the first one brought are gone."""
    for sign_in in k.SIGN_IN:
        sign_in()
        k.good('kvno', k.CIFS)
        sign_in()
        assert k.tickets() == [k.TGT]
        assert len(k.collection()) == 1
        assert k.status()['vault']['entries'] == 1
        k.good('kvno', k.CIFS)


@k.test
def kinit_takes_its_options():
    k.kinit(more=('-l', '1h', '-r', '2h', '-f', '-p'))
    flags = re.search('Flags: (.*)', k.good('klist', '-f')).group(1)
    assert set('FPRIA') <= set(flags), flags
    k.kinit(more=('-F', '-P'))
    flags = re.search('Flags: (.*)', k.good('klist', '-f')).group(1)
    assert not set('FP') & set(flags), flags
    for name, more in (('alice@example.test', '-E'),
                       ('alice@example.test', '-C'), ('ALICE', '-C')):
        k.clean()
        k.kinit(name=name, more=(more,), secret=labtest.password('alice'))
        principal = k.default_principal()
        assert principal == (rf'alice\@example.test@{k.REALM}'
                             if more == '-E' else f'alice@{k.REALM}')
        k.good('kvno', k.CIFS)


@k.test
def a_service_ticket_from_the_password_goes_where_kinit_puts_it():
    k.kinit(more=('-S', k.CIFS))
    assert k.tickets() == [f'{k.CIFS}@{k.REALM}']
    k.good('kvno', k.CIFS)
    k.refused('kvno', 'host/fs1.example.test', says='not found')


@k.test
def a_file_cache_is_the_users_own_affair():
    """Nobody is kept from it; it is not ours, and not protected."""
    k.kinit(cache='FILE:/tmp/alice-own')
    k.good('kvno', k.CIFS, cache='FILE:/tmp/alice-own')
    assert k.collection() == []
    k.good('kdestroy', cache='FILE:/tmp/alice-own')


NOT_WITH_A_DECOY = (
    ('kinit', '-R'),
    ('kinit', '-R', '-S', k.TGT),
    ('kinit', '-v'),
    ('kinit', '-T', 'KCM:', 'alice'),
    ('kvno', '-U', 'bob', 'alice'),
    ('kvno', '-U', 'bob', '-P', k.CIFS),
    ('kvno', k.TGT),
    ('krenew',),
    ('krenew', '-H', '600'),
)


@k.test
def what_a_decoy_cannot_do_is_refused_and_harms_nothing():
    for _ in each_way():
        k.good('kvno', k.CIFS)
        before = k.good('klist', '-f')
        for words in NOT_WITH_A_DECOY:
            k.refused(*words, says=k.DECOY_REFUSED,
                      input=labtest.password('alice') + '\n')
            assert k.good('klist', '-f') == before, words
        assert 'You are alice@' in k.good(
            'curl', '-s', '--negotiate', '-u', ':', f'http://{k.FS1}/')


@k.test
def a_password_can_be_changed_while_signed_in():
    """kpasswd takes the default cache for FAST armour, which a decoy cannot
    be; with another cache it asks as if nobody were signed in."""
    k.kinit()
    k.refused('kpasswd', says=k.DECOY_REFUSED,
              input=labtest.password('alice') + '\n')
    assert 'Password for alice@' in k.run(
        'kpasswd', cache='MEMORY:', input='wrong\n').text


@k.test
def service_tickets_can_be_copied_the_tgt_cannot():
    k.kinit()
    k.good('kvno', '--out-cache', 'FILE:/tmp/alice-out', k.CIFS)
    assert k.tickets(cache='FILE:/tmp/alice-out') == [f'{k.CIFS}@{k.REALM}']
    k.good('kvno', k.CIFS, cache='FILE:/tmp/alice-out')
    done = k.run('kvno', 'host/fs1.example.test', cache='FILE:/tmp/alice-out')
    assert done.returncode == 1, done
    k.good('rm', '/tmp/alice-out')


k.main()
