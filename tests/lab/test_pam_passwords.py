#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that must be changed before one gets in, and those that their
owners change with passwd."""
import os

from tests.lab import kerbtest as k, labtest, pamtest as p
from tests.lab.accounts import SECRET, bad_passwords, lockout_after, newcomer

FRESH = 'Another-word-7'
MUST_CHANGE = ('setpassword', f'--newpassword={SECRET}',
               '--must-change-at-next-login')
NOW = 'You need to change your password now'


def outdated():
    return newcomer('outdated', MUST_CHANGE)


def answer(terminal, *dialogue, prompt=10):
    for question, word in dialogue:
        terminal.expect(question, prompt)
        terminal.seen = b''
        terminal.type(f'{word}\n')


def change(fresh=FRESH, again=None, old=SECRET):
    return (('Current password: ', old), ('New password: ', fresh),
            ('Retype new password: ', again or fresh))


def ssh(name, methods, *command):
    return k.Terminal('ssh', '-tt', '-o', f'PreferredAuthentications='
                      f'{methods}', '-o', 'GSSAPIAuthentication=no', '-o',
                      'NumberOfPasswordPrompts=1', f'{name}@{p.WS1}',
                      *command, user='root')


def signs_in(name, secret):
    return p.pamtester('login', name, 'authenticate', 'acct_mgmt',
                       secret=secret)[0]


@k.test
def ssh_asks_for_a_new_password_and_goes_on_with_it():
    with outdated() as name:
        terminal = ssh(name, 'keyboard-interactive', 'klist; id -un')
        answer(terminal, ('Password: ', SECRET), *change(), prompt=20)
        code, text = terminal.end(30)
        assert code == 0 and f'\n{name}' in text, text
        assert f'{name}@{k.REALM}' in text and k.TGT in text, text
        assert signs_in(name, FRESH) and not signs_in(name, SECRET)
    p.nothing_is_left()


@k.test
def the_console_asks_for_a_new_password_and_goes_on_with_it():
    with outdated() as name:
        terminal = k.Terminal('login', user='root')
        terminal.expect('login: ')
        os.write(terminal.master, f'{name}\n'.encode())
        answer(terminal, ('Password: ', SECRET))
        terminal.expect(NOW)
        answer(terminal, *change())
        terminal.expect('$', 20)
        os.write(terminal.master, b'klist; exit\n')
        code, text = terminal.end(30)
        assert code == 0 and k.TGT in text, text
        assert signs_in(name, FRESH)
    p.nothing_is_left()


@k.test
def ssh_by_password_runs_passwd_and_nothing_else():
    """What sshd does where it cannot ask; then one signs in anew."""
    with outdated() as name:
        terminal = ssh(name, 'password', 'klist; id -un')
        answer(terminal, ('password: ', SECRET), *change(), prompt=20)
        text = terminal.end(30)[1]
        assert 'updated successfully' in text, text
        assert k.TGT not in text and f'\n{name}' not in text, text
        assert signs_in(name, FRESH)
    p.nothing_is_left()


@k.test
def without_the_change_nobody_gets_in():
    with outdated() as name:
        before = len(p.audited())
        done = p.ssh(name, 'id', secret=SECRET)
        assert 'uid=' not in done.stdout, done
        for steps in (('acct_mgmt',), ('acct_mgmt', 'open_session')):
            with p.stack('bare', auth=p.only(''),
                         account=p.only('', 'account'),
                         session=p.only('', 'session')):
                ok, text = p.pamtester('bare', name, 'authenticate', *steps,
                                       secret=SECRET)
            assert not ok and NOW in text, text
        with p.stack('bare', auth=p.only(''), session=p.only('', 'session')):
            ok, text = p.pamtester('bare', name, 'authenticate',
                                   'open_session', secret=SECRET)
        assert not ok and 'Cannot make/remove an entry' in text, text
        assert 'session opened' not in '\n'.join(p.audited(before))
        # A screen locker asks for nothing but this.
        with p.stack('locker', auth=p.only('')):
            ok, text = p.pamtester('locker', name, 'authenticate', by=name,
                                   secret=SECRET)
        assert not ok, text
    p.nothing_is_left()


def passwd(name, *dialogue):
    """By NAME itself, signed in or not: the exit code and what was said."""
    terminal = k.Terminal('passwd', user=name)
    answer(terminal, *dialogue)
    return terminal.end(30)


@k.test
def passwd_changes_the_password_of_its_caller():
    with newcomer('changer') as name, lockout_after(50):
        code, text = passwd(name, *change())
        assert code == 0 and 'updated successfully' in text, text
        assert signs_in(name, FRESH) and not signs_in(name, SECRET)
        assert bad_passwords(name) == 1
    p.nothing_is_left()


@k.test
def passwd_tells_what_is_wrong_with_a_password():
    with newcomer('changer') as name, lockout_after(50):
        code, text = passwd(name, *change('short'))
        assert code != 0 and 'at least 7 characters' in text, text
        code, text = passwd(name, *change(SECRET))
        assert code != 0 and 'refused' in text, text
        assert bad_passwords(name) == 0
        code, text = passwd(name, *change(old='Wrong-word-3'))
        assert code != 0 and 'current password is wrong' in text, text
        assert bad_passwords(name) == 1
        twice = (('New password: ', FRESH), ('Retype new password: ', 'oh'))
        code, text = passwd(name, ('Current password: ', SECRET),
                            *(twice * 3))
        assert code != 0 and 'do not match' in text, text
        assert signs_in(name, SECRET)
    p.nothing_is_left()


@k.test
def a_change_of_ones_password_keeps_the_session():
    with newcomer('changer') as name:
        terminal = ssh(name, 'password')
        answer(terminal, ('password: ', SECRET), prompt=20)
        terminal.expect('$', 20)
        os.write(terminal.master, b'passwd\n')
        answer(terminal, *change())
        terminal.expect('updated successfully', 20)
        os.write(terminal.master, f'kvno {k.CIFS}; exit\n'.encode())
        code, text = terminal.end(30)
        assert 'kvno = 1' in text, text
    p.nothing_is_left()


@k.test
def a_local_user_changes_a_local_password():
    labtest.on('ws1', 'useradd', '-m', 'localuser')
    labtest.on('ws1', 'chpasswd', input='localuser:Local-word-5\n')
    try:
        before = len(p.audited())
        code, text = passwd('localuser', ('Current password: ',
                                          'Local-word-5'),
                            ('New password: ', FRESH),
                            ('Retype new password: ', FRESH))
        assert code == 0, text
        assert p.audited(before) == [], p.audited(before)
        assert signs_in('localuser', FRESH)
    finally:
        labtest.on('ws1', 'userdel', '-r', 'localuser', check=False)


k.main()
