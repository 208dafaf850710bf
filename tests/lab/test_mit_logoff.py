#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a login that winbindd, built with MIT's Kerberos, has put into
the vault: the session line of pam_credguard, behind that of pam_winbind,
erases it. winbindd's own logoff cannot: it is root's kdestroy, and a cache is
its user's alone."""
import contextlib

from tests.lab import config, kerbtest as k, labtest, pamtest as p

WINBIND = 'pam_winbind.so krb5_auth krb5_ccache_type=KCM'
PLAIN = f"""auth [success=1 default=ignore] {WINBIND}
auth requisite pam_deny.so
auth required pam_permit.so
account required pam_winbind.so
session required pam_permit.so
session optional {WINBIND}
"""
# Whatever pam_winbind's own end comes to.
ERASING = f'{PLAIN}session optional {config.CREDGUARD}\n'
STEPS = ('authenticate', 'acct_mgmt', 'setcred', 'open_session')
SEES = f'klist; kvno {k.CIFS}; echo cache=$KRB5CCNAME'


@contextlib.contextmanager
def service(name, text):
    """Signs in by TEXT; what was there before comes back."""
    path = labtest.path('ws1', f'/etc/pam.d/{name}')
    before = path.read_text() if path.exists() else None
    path.write_text(text)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)


def pam(*more, name='alice'):
    with service('mit-logoff', ERASING):
        done, said = p.pamtester('mit-logoff', name, *STEPS, *more,
                                 secret=labtest.password(name))
    assert done, said
    return said


def is_signed_in():
    assert k.tickets()[0] == k.TGT
    k.refused('kvno', k.TGT, says=k.DECOY_REFUSED)


@k.test
def the_end_of_the_session_erases_what_winbindd_stored():
    before = len(p.audited())
    for name in ('alice', 'bob'):
        said = pam('close_session', name=name)
        # It is said at the session's start when no TGT is there.
        assert p.NOTE not in said, said
        p.nothing_is_left()
    assert p.n_logons(p.audited(before)) == 0, 'a logon of our own'


@k.test
def winbindds_own_logoff_does_not_reach_it():
    """What README.md says of a stack without our line. sshd ends with
    pam_setcred(PAM_DELETE_CRED), where pam_winbind asks for the logoff."""
    with service('sshd', PLAIN):
        assert 'kvno = 1' in p.good_ssh('alice', f'kvno {k.CIFS}')
    is_signed_in()
    k.good('kdestroy')
    p.nothing_is_left()


@k.test
def a_login_by_ssh_works_and_leaves_nothing():
    with service('sshd', ERASING):
        said = p.good_ssh('alice', SEES)
    assert f'Default principal: alice@{k.REALM}' in said, said
    assert 'kvno = 1' in said and f'cache=KCM:{k.uid("alice")}' in said, said
    p.nothing_is_left()


@k.test
def of_two_logins_the_last_one_erases():
    with service('sshd', ERASING):
        with p.held():
            with p.held():
                is_signed_in()
            is_signed_in()
    p.nothing_is_left()


@k.test
def the_end_of_a_login_program_by_force_erases_too():
    """pamtester ends without close_session: its process was the session."""
    assert p.NOTE not in pam()
    p.nothing_is_left()


@k.test
def a_second_program_that_only_asks_for_the_password_ends_no_session():
    with service('sshd', ERASING), p.held():
        with service('mit-logoff', ERASING):
            assert p.pamtester('mit-logoff', 'alice', 'authenticate',
                               secret=labtest.password('alice'))[0]
        is_signed_in()
    p.nothing_is_left()


k.main()
