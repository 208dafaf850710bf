#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[policy] of credguard.conf on ws1: each key, with another value than its
default, changes what one gets. The others are in test_protected_users,
test_pam_reacquire, test_lifetimes, test_policy_lock and test_winbind_front,
rules in test_policy."""
import time

from tests.lab import kerbtest as k, labtest, pamtest as p, sambatest as s
from tests.lab.ruling import rules as configured

STEPS = ('authenticate', 'open_session', 'close_session')
BACKGROUND = 'setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $!'
NO_KEYTAB = '[machine]\nkeytab = /nowhere\n'


@k.test
def ntlm():
    def answers():
        return s.who(s.NTLM, '-N', target=k.FS1, check=False) == 'alice'
    for config, may in (('', True), ('[policy]\nntlm = no\n', False)):
        with configured(config):
            k.logon()
            assert k.caches()[0]['ntlm'] == may and answers() == may
            k.good('kvno', k.CIFS)


@k.test
def verify_kdc():
    """Without a key of this machine no KDC can prove itself."""
    for config, may in (('', False), ('[policy]\nverify_kdc = no\n', True)):
        with configured(NO_KEYTAB + config):
            assert p.pamtester('login', 'alice', *STEPS,
                               secret=labtest.password('alice'))[0] == may


@k.test
def linger():
    for value, stays in (('no', False), ('yes', True)):
        with configured(f'[policy]\nlinger = {value}\n'):
            pid = p.good_ssh('alice', BACKGROUND).strip()
            time.sleep(1)
            left = k.caches()
            labtest.on('ws1', 'kill', pid)
            assert bool(left) == stays, (value, left)
            p.nothing_is_left()


@k.test
def renew():
    for value, is_renewed in (('yes', True), ('no', False)):
        with configured(f'[policy]\nrenew = {value}\n'):
            k.logon()
            [row] = k.caches()
            assert bool(row['next_renewal']) == is_renewed, row
            assert ('renewed by itself' in k.good(
                'credguardctl', 'list')) == is_renewed
            assert row['renewable']


@k.test
def logon_grace_s():
    """What a login got that then took too long is gone."""
    slow = 'account required pam_exec.so /usr/bin/sleep 2.5\n'
    for seconds, may in ((120, True), (1, False)):
        with configured(f'[policy]\nlogon_grace_s = {seconds}\n'), \
                p.stack('slow', account=slow):
            ok, text = p.pamtester('slow', 'alice', 'authenticate',
                                   'acct_mgmt', 'open_session',
                                   secret=labtest.password('alice'))
            assert ok and (p.NOTE not in text) == may, text


k.main()
