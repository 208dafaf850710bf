#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in with the wrong password, with none that is valid any more, or to
an account that may not: dc1 says no, and ws1 says why in plain words."""
import secrets

from tests.lab import kerbtest as k, labtest
from tests.lab.accounts import (SAM, SECRET, account, bad_passwords,
                                lockout_after, tool)

WRONG = 'Not-the-word-7'


def logon_refused(name, secret, says, user='alice'):
    """In one sentence of ours, and nothing is left of it."""
    before = k.status()['vault']
    text = k.refused('credguardctl', 'logon', '--password-fd', '0', name,
                     user=user, input=f'{secret}\n', says=says)
    assert text.startswith('credguardctl: ') and text.count('\n') == 1, text
    assert secret not in text
    after = k.status()['vault']
    assert (after['entries'], after['exchanges']) \
        == (before['entries'], before['exchanges']), (before, after)
    return text


def audited(nt_status):
    """What dc1 gave as the reason is in the last line about a logon."""
    log = labtest.path('ws1', '/var/log/credguard.log').read_text()
    line = [line for line in log.splitlines() if 'audit: logon' in line][-1]
    assert f'nt_status={nt_status}' in line, line


def passwd(name, old, fresh):
    text = k.good('credguardctl', 'passwd', '--password-fd', '0', name,
                  input=f'{old}\n{fresh}\n')
    assert text == 'the password is changed\n', text


def kinit_refused(name, secret, says):
    return k.refused('kinit', name, input=f'{secret}\n', says=says)


@k.test
def a_wrong_password_is_told_and_counts_once():
    with account('counted') as name, lockout_after(50):
        for number in range(1, 3):
            logon_refused(name, f'wrong-{number}',
                          says=f'wrong password for {name}@{k.REALM}')
            assert bad_passwords(name) == number
        kinit_refused(name, 'wrong', says='Password incorrect')
        assert bad_passwords(name) == 3
        k.logon(name, secret=SECRET)
        assert bad_passwords(name) == 0
    assert k.tickets() == [k.TGT]


@k.test
def a_wrong_password_leaves_the_tickets_one_has():
    k.logon()
    k.good('kvno', k.CIFS)
    before = k.good('klist')
    logon_refused('alice', WRONG, says='wrong password')
    kinit_refused('alice', 'wrong', says='Password incorrect')
    assert k.good('klist') == before
    k.good('kvno', 'host/fs1.example.test')


@k.test
def a_password_that_was_used_is_in_the_memory_of_no_process():
    right = labtest.password('alice')
    wrong = secrets.token_hex(16)
    k.logon()
    logon_refused('alice', wrong, says='wrong password')
    report = labtest.scan('ws1', right.encode(), wrong.encode())
    assert not labtest.hits(report), labtest.hits(report)
    assert {row[1] for row in labtest.unreadable(report)} \
        == {'credguard-vault'}


@k.test
def an_unknown_account_is_told():
    for name in ('nobody-here', 'alice2', 'alice/admin', 'fs2$', 'ålice'):
        logon_refused(name, WRONG,
                      says=f'there is no account {name}@{k.REALM}')
        kinit_refused(name, 'x', says='not found in Kerberos database')


@k.test
def a_name_that_is_none_is_told_without_asking_a_kdc():
    for name in ('a@b@c', 'a@EXAMPLE.TEST@b'):
        k.refused('credguardctl', 'logon', '--password-fd', '0', name,
                  says='is not a principal name', input='x\n')


@k.test
def an_unknown_realm_is_told():
    logon_refused('alice@NOWHERE.TEST', WRONG, says='NOWHERE.TEST')
    kinit_refused('alice@NOWHERE.TEST', 'x', says='NOWHERE.TEST')


@k.test
def an_expired_password_is_told_with_the_way_out():
    """The way out is the very command that the message names."""
    change = ('setpassword', f'--newpassword={SECRET}',
              '--must-change-at-next-login')
    fresh = SECRET + '-new'
    with account('outdated', change) as name:
        text = logon_refused(name, SECRET, says='must set a new password')
        assert f'credguardctl passwd {name}@{k.REALM} ' in text, text
        logon_refused(name, WRONG, says='wrong password')
        passwd(f'{name}@{k.REALM}', SECRET, fresh)
        k.logon(name, secret=fresh)
        logon_refused(name, SECRET, says='wrong password')


@k.test
def a_password_is_changed_while_signed_in():
    fresh = SECRET + '-new'
    with account('changing') as name:
        k.logon(name, secret=SECRET)
        passwd(name, SECRET, fresh)
        k.good('kvno', k.CIFS)
        logon_refused(name, SECRET, says='wrong password')
        k.logon(name, secret=fresh)


@k.test
def a_change_on_a_terminal_asks_three_times():
    fresh = SECRET + '-new'
    with account('typing') as name:
        for again, code, says in (('other', 1, 'differ'),
                                  (fresh, 0, 'the password is changed')):
            terminal = k.Terminal('credguardctl', 'passwd', name)
            for question, answer in (('Old password for', SECRET),
                                     ('New password for', fresh),
                                     ('New password again for', again)):
                terminal.expect(f'{question} {name}@{k.REALM}: ')
                terminal.type(f'{answer}\n')
            assert (got := terminal.end())[0] == code, got
            assert says in got[1] and fresh not in got[1], got
        k.logon(name, secret=fresh)


@k.test
def why_a_new_password_is_refused_is_told():
    with account('changing') as name, lockout_after(50):
        for old, fresh, says in (
                (SECRET, 'Xy-3', 'the new one is refused'),
                (WRONG, SECRET + '-new', 'wrong password')):
            text = k.refused('credguardctl', 'passwd', '--password-fd', '0',
                             name, input=f'{old}\n{fresh}\n', says=says)
            assert text.count('\n') == 1 or says != 'wrong password', text
            assert old not in text and fresh not in text
        assert bad_passwords(name) == 1
        tool('user', 'disable', name)
        k.refused('credguardctl', 'passwd', '--password-fd', '0', name,
                  input=f'{SECRET}\n{SECRET}-new\n', says='disabled')
        tool('user', 'enable', name)
        k.logon(name, secret=SECRET)


@k.test
def kinit_changes_an_expired_password_as_ever():
    change = ('setpassword', f'--newpassword={SECRET}',
              '--must-change-at-next-login')
    fresh = SECRET + '-new'
    with account('outdated', change) as name:
        k.good('kinit', name, input=f'{SECRET}\n{fresh}\n{fresh}\n')
        k.good('kvno', k.CIFS)
        k.logon(name, secret=fresh)


@k.test
def a_disabled_account_is_told_and_gets_no_more_tickets():
    with account('disabled') as name:
        k.logon(name, secret=SECRET)
        tool('user', 'disable', name)
        k.refused('kvno', k.CIFS, says='policy')
        logon_refused(name, SECRET, says=f'{name}@{k.REALM} is disabled')
        audited('0xc0000072')
        kinit_refused(name, SECRET, says='revoked')
        tool('user', 'enable', name)
        k.good('kvno', k.CIFS)


@k.test
def an_expired_account_is_told():
    with account('outlived', ('setexpiry', '--days=-1')) as name:
        logon_refused(name, SECRET, says=f'{name}@{k.REALM} has expired')
        audited('0xc0000193')
        kinit_refused(name, SECRET, says='revoked')
        tool('user', 'setexpiry', name, '--noexpiry')
        k.logon(name, secret=SECRET)


@k.test
def the_wrong_hour_is_told():
    with account('nightly') as name:
        labtest.on('dc1', 'ldbmodify', '-H', SAM, input=(
            f'dn: CN={name},CN=Users,DC=example,DC=test\n'
            f'changetype: modify\nreplace: logonHours\n'
            f'logonHours:: {"A" * 28}\n'))
        logon_refused(name, SECRET, says='may not sign in at this hour')
        audited('0xc000006f')


@k.test
def a_locked_account_is_told_and_opens_again():
    with account('locked') as name, lockout_after(2):
        for _ in range(2):
            logon_refused(name, WRONG, says='wrong password')
        # Samba's KDC gives no more exact reason for this one.
        logon_refused(name, SECRET, says='locked')
        kinit_refused(name, SECRET, says='revoked')
        tool('user', 'unlock', name)
        k.logon(name, secret=SECRET)


@k.test
def a_name_and_a_password_may_have_letters_of_any_language():
    secret = 'Пароль-ß-9-密码'
    with account('übung', ('setpassword', f'--newpassword={secret}')) as name:
        for sign_in in k.SIGN_IN:
            k.clean()
            sign_in(name, secret=secret)
            assert k.default_principal() == f'{name}@{k.REALM}'
            assert k.caches()[0]['principal'] == f'{name}@{k.REALM}'
            k.good('kvno', k.CIFS)
        assert f'{name}@{k.REALM}' in k.good('credguardctl', 'list')


@k.test
def a_password_may_be_long_but_not_endless():
    long = 'Long-9-' + 'x' * 240
    with account('longword', ('setpassword', f'--newpassword={long}')) as name:
        for sign_in in k.SIGN_IN:
            sign_in(name, secret=long)
        logon_refused(name, long[:-1], says='wrong password')
    k.refused('credguardctl', 'logon', '--password-fd', '0', 'alice',
              says='password', input='x' * 5000 + '\n')


k.main()
