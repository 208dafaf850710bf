#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl check on real members of a domain: ws1 is guarded, ws2 is what
Debian's own packages make."""
import json

from tests import tap
from tests.lab import labtest

# What the configuration of a host decides, not the kernel all share.
CONFIGURED = ('winbind-refresh', 'winbind-offline', 'winbind-ntlm',
              'pam-cached-login', 'pam-ticket-files', 'krb5-cache',
              'krb5-weak', 'krb5-socket', 'ticket-files', 'other-kcm')
BAD_ON_STOCK = ('winbind-refresh', 'winbind-offline', 'pam-cached-login',
                'pam-ticket-files', 'krb5-cache')


def check(host, user='root'):
    done = labtest.on(host, f'{labtest.BUILD}/credguardctl', 'check',
                      '--json', user=user, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, {row['name']: row for row in
                             json.loads(done.stdout)['checks']}


@tap.test
def a_stock_workstation_is_red():
    labtest.on('ws2', 'sh', '-c', 'rm -f /tmp/krb5cc_*')
    code, rows = check('ws2')
    assert code == 5
    for name in BAD_ON_STOCK:
        assert rows[name]['state'] == 'bad' and rows[name]['mend'], rows[name]


@tap.test
def what_is_configured_on_a_guarded_one_leaks_nothing():
    labtest.on('ws1', 'sh', '-c', 'rm -f /tmp/krb5cc_*')
    _, rows = check('ws1')
    for name in CONFIGURED:
        assert rows[name]['state'] == 'ok', rows[name]
    assert rows['secret-memory']['state'] == 'ok', rows['secret-memory']
    # As krb5.conf of the lab has it.
    assert rows['krb5-forwardable']['state'] == 'warn'


@tap.test
def a_ticket_file_is_found_while_it_is_there():
    labtest.kinit('ws1', cache='FILE:/tmp/krb5cc_lost')
    assert check('ws1')[1]['ticket-files']['state'] == 'bad'
    labtest.on('ws1', 'kdestroy', '-c', 'FILE:/tmp/krb5cc_lost',
               user='alice')
    assert check('ws1')[1]['ticket-files']['state'] == 'ok'


@tap.test
def it_needs_no_root_and_no_credguard():
    code, rows = check('ws2', user='alice')
    assert code == 5 and rows['krb5-cache']['state'] == 'bad'


tap.main()
