#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may not sign in to ws1, or not yet: what PAM says, what the user is
told, and what dc1 counts."""
import contextlib
import secrets
import time

from tests.lab import config, kerbtest as k, labtest, pamtest as p
from tests.lab.accounts import (SECRET, bad_passwords, lockout_after,
                                modify, newcomer, tool)

WRONG = 'Not-the-word-7'
STEPS = ('authenticate', 'acct_mgmt', 'setcred', 'open_session',
         'close_session')
ADMIN = 'Please contact your System administrator'
# pam_winbind in front, as the profile credguard-after-winbind has it.
STACKED = f"""auth [success=2 default=ignore] pam_unix.so nullok
auth [success=ignore default=1] pam_winbind.so krb5_auth try_first_pass
auth [default=1] {config.CREDGUARD} use_first_pass
auth requisite pam_deny.so
auth required pam_permit.so
"""
MEMBER = 'require_membership_of='


def sign_in(name, secret=SECRET, service='login'):
    return p.pamtester(service, name, *STEPS, secret=secret)


def refused(name, says, secret=SECRET, code=None):
    """By our module alone, whose code pamtester shows, and by a login."""
    with p.stack('bare', auth=p.only('')):
        ok, text = p.pamtester('bare', name, 'authenticate', secret=secret)
    assert not ok and says in text and (code or says) in text, text
    assert secret not in text
    ok, text = sign_in(name, secret)
    assert not ok and says in text, text
    p.nothing_is_left()


@k.test
def a_wrong_password_counts_once_whatever_the_program():
    with newcomer('counted') as name, lockout_after(50):
        counted = 0
        for attempt in (
                lambda: sign_in(name, WRONG)[0],
                lambda: p.ssh(name, 'id', secret=WRONG).returncode == 0,
                lambda: p.ssh(name, 'id', secret=WRONG,
                              methods='keyboard-interactive'
                              ).returncode == 0):
            before = len(p.audited())
            assert not attempt()
            counted += 1
            assert bad_passwords(name) == counted
            assert p.n_logons(p.audited(before)) == 1
        assert sign_in(name)[0]
        assert bad_passwords(name) == 0
    p.nothing_is_left()


@k.test
def after_pam_winbind_it_only_acquires_and_a_wrong_password_counts_once():
    with newcomer('counted') as name, lockout_after(50), \
            p.stack('stacked', auth=STACKED):
        before = len(p.audited())
        assert not sign_in(name, WRONG, 'stacked')[0]
        assert bad_passwords(name) == 1
        assert p.n_logons(p.audited(before)) == 0
        ok, text = sign_in(name, SECRET, 'stacked')
        assert ok and text.count('Password: ') == 1, text
        seen = [line for line in p.audited(before) if ' logon ' in line]
        assert len(seen) == 1 and 'result="success"' in seen[0], seen
        with p.stack('shown', auth=STACKED):
            ok, text = p.pamtester('shown', name, 'authenticate', 'setcred',
                                   'open_session', secret=SECRET)
        assert ok and p.NOTE not in text, text
    p.nothing_is_left()


@k.test
def an_account_that_took_anothers_name_does_not_get_its_uid():
    """winbind still knows the name as the uid of the one that is gone."""
    with newcomer('heir') as name:
        assert sign_in(name)[0]
        tool('user', 'delete', name)
        tool('user', 'create', name, SECRET)
        ok, text = sign_in(name)
        assert not ok, text
    p.nothing_is_left()


@k.test
def after_pam_winbind_a_login_goes_on_without_the_broker():
    with p.stack('stacked', auth=STACKED):
        labtest.unguard('ws1')
        try:
            assert p.pamtester('stacked', 'alice', 'authenticate',
                               'acct_mgmt', 'open_session',
                               secret=labtest.password('alice'))[0]
        finally:
            labtest.guard('ws1')


@k.test
def an_empty_or_endless_password_is_refused_before_anybody_is_asked():
    before = len(p.audited())
    for secret in ('', 'x' * 1025):
        with p.stack('bare', auth=p.only('')):
            ok, text = p.pamtester('bare', 'alice', 'authenticate',
                                   secret=secret)
        assert not ok and 'Authentication failure' in text, text
    assert p.audited(before) == [], p.audited(before)


@k.test
def an_unknown_user_is_unknown():
    with p.stack('bare', auth=p.only('')):
        for name in ('nobody-here', 'EXAMPLE\\nobody', 'root', 'daemon',
                     'domain users', ''):
            ok, text = p.pamtester('bare', name, 'authenticate',
                                   secret=WRONG)
            assert not ok, (name, text)
            assert 'User not known' in text, (name, text)
    assert p.ssh('nobody-here', 'id', secret=WRONG).returncode != 0


@k.test
def a_disabled_account():
    with newcomer('disabled') as name:
        tool('user', 'disable', name)
        refused(name, 'Your account is disabled. ' + ADMIN,
                code='User account has expired')
        tool('user', 'enable', name)
        assert sign_in(name)[0]


@k.test
def an_expired_account():
    with newcomer('outlived', ('setexpiry', '--days=-1')) as name:
        refused(name, 'Your account has expired. ' + ADMIN,
                code='User account has expired')
        tool('user', 'setexpiry', name, '--noexpiry')
        assert sign_in(name)[0]


@k.test
def a_locked_account():
    with newcomer('locked') as name, lockout_after(2):
        for _ in range(2):
            assert not sign_in(name, WRONG)[0]
        refused(name, 'Your account has been locked. ' + ADMIN,
                code='Have exhausted maximum number of retries')
        tool('user', 'unlock', name)
        assert sign_in(name)[0]


@k.test
def the_wrong_hours():
    with newcomer('nightly') as name:
        modify(name, 'replace: logonHours\nlogonHours:: ' + 'A' * 28)
        refused(name, 'You are not allowed to logon at this time',
                code='Permission denied')


@k.test
def another_workstation():
    """userWorkstations, which a domain controller compares with the name
    that the logon brings along."""
    with newcomer('elsewhere') as name:
        modify(name, 'replace: userWorkstations\nuserWorkstations: PC7,FS1')
        refused(name, 'You are not allowed to logon from this workstation',
                code='Permission denied')
        modify(name, 'replace: userWorkstations\nuserWorkstations: PC7,WS1')
        assert sign_in(name)[0]


@k.test
def a_password_that_will_expire_is_told_in_time():
    with p.stack('soon', account=p.only('warn_pwd_expire=60', 'account')):
        text = sign_in('alice', labtest.password('alice'), 'soon')[1]
        assert 'Your password will expire in 41 days.' in text, text
        # A screen locker, who may not ask winbind for it.
        text = p.pamtester('soon', 'alice', 'authenticate', 'acct_mgmt',
                           by='alice', secret=labtest.password('alice'))[1]
        assert 'Your password will expire in 41 days.' in text, text
    for option in ('', 'warn_pwd_expire=0', 'warn_pwd_expire=60 silent'):
        with p.stack('later', account=p.only(option, 'account')):
            ok, text = sign_in('alice', labtest.password('alice'), 'later')
            assert ok and 'expire' not in text, text


def membership(value, where='auth'):
    """Whether alice may sign in, and what is said."""
    lines = {where: p.only(f'[{MEMBER}{value}]', where)}
    with p.stack('members', **lines):
        return sign_in('alice', labtest.password('alice'), 'members')


def sid_of(name):
    return labtest.on('ws1', 'wbinfo', '-n', name).stdout.split()[0]


@k.test
def only_members_of_a_group_may_sign_in():
    group = f'operators {secrets.token_hex(3)}'  # winbind remembers names
    tool('group', 'add', group)
    try:
        for where in ('auth', 'account'):
            ok, text = membership(f'EXAMPLE\\{group}', where)
            assert not ok and 'not a member' in text, text
            p.nothing_is_left()
        tool('group', 'addmembers', group, 'alice')
        # What winbind remembers of her groups is older than the PAC.
        for value in (f'EXAMPLE\\{group}', sid_of(f'EXAMPLE\\{group}'),
                      f'EXAMPLE\\nobody,S-1-5-7, EXAMPLE\\{group}'):
            for where in ('auth', 'account'):
                ok, text = membership(value, where)
                assert ok, (value, text)
    finally:
        tool('group', 'delete', group)
    p.nothing_is_left()


@k.test
def a_member_is_told_by_any_name_of_the_group_or_of_the_user():
    for value in ('domain users', 'EXAMPLE\\domain users', sid_of('alice'),
                  'S-1-1-0,domain users'):
        assert membership(value)[0], value
    for value in ('domain admins', 'S-1-5-32-544', 'no such group', ',', ' ',
                  sid_of('bob')):
        ok, text = membership(value)
        assert not ok and 'not a member' in text, (value, text)


@k.test
def the_file_of_the_module_holds_for_every_program():
    """Also for those that ask for no password."""
    path = labtest.path('ws1', '/etc/security/pam_credguard.conf')
    path.write_text('# of this machine\nrequire_membership_of=domain admins')
    try:
        assert not sign_in('alice', labtest.password('alice'))[0]
        for steps in (('acct_mgmt',), ('acct_mgmt', 'open_session')):
            assert not p.pamtester('cron', 'alice', *steps)[0]
        path.write_text('require_membership_of=domain users\n')
        assert sign_in('alice', labtest.password('alice'))[0]
        path.write_text('require_membership=domain users\n')
        assert not sign_in('alice', labtest.password('alice'))[0]
        path.write_text('require_membership_of=domain users\n')
        path.chmod(0o666)
        assert not sign_in('alice', labtest.password('alice'))[0]
    finally:
        path.unlink()
    p.nothing_is_left()


@k.test
def a_misspelt_option_lets_nobody_in():
    with p.stack('bare', auth=p.only('require_membersip_of=x')):
        ok, text = p.pamtester('bare', 'alice', 'authenticate',
                               secret=labtest.password('alice'))
        assert not ok and 'Error in service module' in text, text


@contextlib.contextmanager
def wrong_machine_key():
    """As on a machine whose key the domain's controllers do not know."""
    labtest.unguard('ws1')
    keytab = labtest.path('ws1', '/etc/krb5.keytab')
    right = keytab.read_bytes()
    script = '\\n'.join(
        f'addent -password -p {name}@{k.REALM} -k 1 -e aes256-cts-hmac-'
        f'sha1-96\\nanother-word-{{}}' for name in
        ('host/ws1.example.test', 'WS1$')).replace('{}', '5')
    labtest.on('ws1', 'sh', '-c', f'rm /etc/krb5.keytab; printf \''
               f'{script}\\nwkt /etc/krb5.keytab\\nq\\n\' | ktutil')
    try:
        labtest.guard('ws1')
        yield
    finally:
        labtest.unguard('ws1')
        keytab.write_bytes(right)
        keytab.chmod(0o600)
        labtest.guard('ws1')


@k.test
def a_domain_controller_that_cannot_prove_itself_signs_nobody_in():
    """T15, seen from the other side: the key of this machine is another."""
    with wrong_machine_key():
        refused('alice', 'could not prove that it is one',
                secret=labtest.password('alice'),
                code='Authentication failure')
    assert sign_in('alice', labtest.password('alice'))[0]


@k.test
def without_a_domain_controller_one_is_told_so_in_time():
    """Who has never signed in here; test_pam_offline has the others."""
    with newcomer('stranger') as name:
        labtest.on('ws1', 'getent', 'passwd', name)
        with labtest.cut_off('dc1'):
            begun = time.monotonic()
            with p.stack('bare', auth=p.only('')):
                ok, text = p.pamtester('bare', name, 'authenticate',
                                       secret=SECRET)
            assert not ok and 'No logon servers' in text, text
            assert 'cannot retrieve authentication info' in text, text
            assert time.monotonic() - begun < 30
        k.until(lambda: sign_in(name)[0], 20, 'a logon after the outage')


k.main()
