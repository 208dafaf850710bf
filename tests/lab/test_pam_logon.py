#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""People sign in to ws1 by the programs they have, get their credentials into
the vault, and take them along when they go."""
import os

from tests.lab import kerbtest as k, labtest, pamtest as p

WHAT_WORKS = ('id; klist; echo cache=$KRB5CCNAME; kvno cifs/fs1.example.test;'
              ' ssh -o BatchMode=yes fs1.example.test hostname')


def works(text):
    uid = k.uid('alice')
    assert f'uid={uid}(alice)' in text and '(domain users)' in text, text
    assert f'Default principal: alice@{k.REALM}' in text, text
    assert k.TGT in text and f'cache=KCM:{uid}' in text, text
    assert f'{k.CIFS}@{k.REALM}: kvno = 1' in text, text
    assert '\nfs1' in text.replace('\r', ''), text


@k.test
def ssh_with_a_password():
    works(p.good_ssh('alice', WHAT_WORKS))
    p.nothing_is_left()


@k.test
def ssh_that_asks_by_keyboard_interactive():
    works(p.good_ssh('alice', WHAT_WORKS, methods='keyboard-interactive'))
    p.nothing_is_left()


@k.test
def the_login_program_of_a_console():
    terminal = k.Terminal('login', user='root')
    terminal.expect('login: ')
    os.write(terminal.master, b'alice\n')
    terminal.expect('Password: ')
    terminal.type(labtest.password('alice') + '\n')
    terminal.expect('$')
    os.write(terminal.master, f'{WHAT_WORKS}; exit\n'.encode())
    code, text = terminal.end(30)
    assert code == 0, text
    works(text)
    p.nothing_is_left()


@k.test
def su_by_another_user():
    terminal = k.Terminal('su', '-l', 'alice', '-c', WHAT_WORKS, user='bob')
    terminal.expect('Password: ')
    terminal.type(labtest.password('alice') + '\n')
    code, text = terminal.end(30)
    assert code == 0, text
    works(text)
    p.nothing_is_left()


@k.test
def sudo_takes_the_password_and_keeps_the_credentials_one_has():
    rule = labtest.path('ws1', '/etc/sudoers.d/alice')
    rule.write_text('alice ALL=(ALL) ALL\n')
    rule.chmod(0o440)
    try:
        with p.held():
            k.good('kvno', k.CIFS)
            terminal = k.Terminal('sudo', 'id', '-u', user='alice')
            terminal.expect('password for alice')
            terminal.type(labtest.password('alice') + '\n')
            code, text = terminal.end(20)
            assert code == 0 and text.endswith('\r\n0\r\n'), text
            k.good('kvno', k.CIFS)
            out = k.run('sudo', '-S', 'id', '-u', input='wrong\n').text
            assert 'try again' in out, out
            k.good('kvno', k.CIFS)
        p.nothing_is_left()
    finally:
        rule.unlink()


@k.test
def every_spelling_of_a_name_is_the_same_account():
    secret = labtest.password('alice')
    for name in ('alice', 'ALICE', 'EXAMPLE\\alice', 'alice@example.test'):
        before = len(p.audited())
        done, text = p.pamtester('login', name, 'authenticate',
                                 'acct_mgmt', 'open_session',
                                 'close_session', secret=secret)
        assert done, (name, text)
        assert f'client=alice@{k.REALM}' in '\n'.join(p.audited(before))
    p.nothing_is_left()


@k.test
def several_sessions_share_what_the_last_one_erases():
    with p.held():
        with p.held():
            k.good('kvno', k.CIFS)
        assert k.tickets()[0] == k.TGT
        assert k.CIFS in ''.join(k.tickets()), k.tickets()
    p.nothing_is_left()


@k.test
def the_end_of_a_login_program_by_force_ends_its_session():
    with p.held() as terminal:
        k.good('klist')
        session = labtest.on('ws1', 'pgrep', '-f', 'sshd: alice').stdout
        for pid in session.split():
            labtest.on('ws1', 'kill', '-KILL', pid, check=False)
        terminal.child.wait(10)
        p.nothing_is_left()
        terminal.seen = b''


@k.test
def authentication_that_never_becomes_a_session_leaves_nothing():
    done, text = p.pamtester('login', 'alice', 'authenticate', 'setcred',
                             secret=labtest.password('alice'))
    assert done, text
    p.nothing_is_left()


@k.test
def authentication_beside_a_session_leaves_it_alone():
    with p.held():
        k.good('kvno', k.CIFS)
        done, text = p.pamtester('login', 'alice', 'authenticate',
                                 secret=labtest.password('alice'))
        assert done, text
        assert k.tickets()[0] == k.TGT
    p.nothing_is_left()


@k.test
def a_screen_locker_without_root_signs_its_own_user_in():
    with p.held():
        assert p.pamtester('login', 'alice', 'authenticate',
                           'setcred(PAM_REFRESH_CRED)', by='alice',
                           secret=labtest.password('alice'))[0]
        k.good('kvno', k.CIFS)
        assert not p.pamtester('login', 'alice', 'authenticate', by='alice',
                               secret='wrong')[0]
        k.good('kvno', k.CIFS)
        before = len(p.audited())
        assert not p.pamtester('login', 'bob', 'authenticate', by='alice',
                               secret=labtest.password('bob'))[0]
        assert p.n_logons(p.audited(before)) == 0
    p.nothing_is_left()


@k.test
def a_screen_unlocked_by_root_keeps_what_it_acquired():
    """The session was lost, as when credguard was started anew."""
    assert p.pamtester('login', 'alice', 'authenticate',
                       'setcred(PAM_REINITIALIZE_CRED)',
                       secret=labtest.password('alice'))[0]
    assert k.tickets() == [k.TGT]


@k.test
def ssh_with_a_key_is_a_session_without_credentials_and_says_so():
    labtest.on('ws1', 'sh', '-c', f"""
mkdir -p {p.KEYS} && chmod 755 {p.KEYS} && rm -f {p.KEYS}/id*
ssh-keygen -q -t ed25519 -N '' -f {p.KEYS}/id
install -d -m 700 -o alice /home/alice/.ssh
install -m 600 -o alice {p.KEYS}/id.pub /home/alice/.ssh/authorized_keys""")
    words = ('ssh', '-i', f'{p.KEYS}/id', '-o', 'BatchMode=yes', '-o',
             'GSSAPIAuthentication=no', f'alice@{p.WS1}')
    try:
        before = len(p.audited())
        terminal = k.Terminal(*words[:1], '-tt', *words[1:], user='root')
        terminal.expect('$', 20)
        os.write(terminal.master, b'klist; exit\n')
        text = terminal.end(20)[1]
        assert p.NOTE in text, text
        assert 'not found' in text, text
        seen = '\n'.join(p.audited(before))
        assert 'session opened' in seen and 'audit: logon' not in seen, seen
        with p.held():      # what another session acquired, it can use
            out = labtest.on('ws1', *words, 'klist')
            assert k.TGT in out.stdout and p.NOTE not in out.stdout, out
    finally:
        labtest.on('ws1', 'rm', '-rf', '/home/alice/.ssh', p.KEYS)
    p.nothing_is_left()


@k.test
def a_cron_job_works_as_long_as_its_user_is_signed_in():
    """A real cron; for the job it need not wait for the next minute."""
    found = labtest.path('ws1', '/home/alice/found')
    table = labtest.path('ws1', '/etc/cron.d/lab')
    table.parent.mkdir(exist_ok=True)
    table.write_text(f'@reboot alice (id; klist; kvno {k.CIFS}) '
                     '>/home/alice/found.new 2>&1; '
                     'mv /home/alice/found.new /home/alice/found\n')
    pid = ''
    try:
        with p.held():
            found.unlink(missing_ok=True)
            labtest.path('ws1', '/run/crond.reboot').unlink(missing_ok=True)
            labtest.on('ws1', 'cron')
            pid = labtest.path('ws1', '/run/crond.pid').read_text().strip()
            k.until(found.exists, 30, 'the job')
            text = found.read_text()
            assert k.TGT in text and 'kvno = 1' in text, text
            k.good('klist')     # the end of the job's session took nothing
        p.nothing_is_left()
    finally:
        table.unlink()
        if pid:
            labtest.on('ws1', 'kill', pid)
        found.unlink(missing_ok=True)


@k.test
def local_users_are_none_of_its_business():
    labtest.on('ws1', 'useradd', '-m', 'localuser')
    try:
        labtest.on('ws1', 'chpasswd', input='localuser:Local-word-5\n')
        before = len(p.audited())
        steps = ('authenticate', 'acct_mgmt', 'setcred', 'open_session',
                 'close_session')
        done, text = p.pamtester('login', 'localuser', *steps,
                                 secret='Local-word-5')
        assert done, text
        assert text.count('Password: ') == 1 and p.NOTE not in text, text
        assert not p.pamtester('login', 'localuser', 'authenticate',
                               secret='wrong')[0]
        assert p.pamtester('su', 'root', *steps)[0]
        assert p.audited(before) == [], p.audited(before)
    finally:
        labtest.on('ws1', 'userdel', '-r', 'localuser', check=False)


@k.test
def the_broker_can_be_away_for_local_users():
    labtest.on('ws1', 'useradd', '-m', 'localuser')
    labtest.on('ws1', 'chpasswd', input='localuser:Local-word-5\n')
    labtest.unguard('ws1')
    try:
        assert p.pamtester('login', 'localuser', 'authenticate', 'acct_mgmt',
                           'open_session', secret='Local-word-5')[0]
        done, text = p.pamtester('login', 'alice', 'authenticate',
                                 secret=labtest.password('alice'))
        assert not done, text
        assert 'The credential service does not answer' in text, text
        with p.stack('bare', auth=p.only('')):
            done, text = p.pamtester('bare', 'alice', 'authenticate',
                                     secret=labtest.password('alice'))
        assert not done and 'cannot retrieve authentication info' in text, text
    finally:
        labtest.guard('ws1')
        labtest.on('ws1', 'userdel', '-r', 'localuser', check=False)


k.main()
