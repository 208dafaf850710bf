#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of credguard.conf about Kerberos, on ws1 and with dc1's KDC: a service
that goes on in the name of its user (S4U2Proxy) may so for the targets that a
rule names, and an old server's RC4 tickets pass by a rule only.

The service is portal, which bob's uid runs; alice comes to it from ws2, whose
Kerberos is the stock one, with a forwardable ticket.
"""
import contextlib
import shutil

from tests.lab import kerbtest as k, labtest
from tests.lab.accounts import SECRET, newcomer, service, tool
from tests.lab.events import new_events
from tests.lab.ruling import rules

PROXY = f'{labtest.BUILD}/tests/lab/s4u_proxy'
PORTAL, LEGACY = 'HTTP/portal.example.test', 'old/legacy.example.test'
BACK_END, OTHER_END = f'HTTP/{k.FS1}', f'cifs/{k.FS1}'
EVIDENCE, TICKET = 'FILE:/tmp/evidence', 'FILE:/tmp/for-alice'
DELEGATE = f"""[rule portal]
protocol = delegation
target = {BACK_END}
allow = yes
"""
RC4 = f"""[rule legacy]
protocol = kerberos
target = {LEGACY}
allow = yes
rc4 = yes
"""


@contextlib.contextmanager
def portal(*targets):
    """Signed in, with a ticket that alice has brought."""
    with newcomer('portal') as name:
        tool('spn', 'add', PORTAL, name)
        for target in targets:
            tool('delegation', 'add-service', name, target)
        k.kinit(host='ws2', more=('-f',))
        k.good('kvno', '--out-cache', EVIDENCE, PORTAL, host='ws2')
        shutil.copy(labtest.path('ws2', '/tmp/evidence'),
                    labtest.path('ws1', '/tmp/evidence'))
        labtest.path('ws1', '/tmp/evidence').chmod(0o644)
        k.logon(name, user='bob', secret=SECRET)
        try:
            yield name
        finally:
            for path in ('evidence', 'for-alice'):
                labtest.path('ws1', f'/tmp/{path}').unlink(missing_ok=True)


def go_on(target):
    return k.run(PROXY, EVIDENCE, f'{PORTAL}@{k.REALM}',
                 f'{target}@{k.REALM}', TICKET, user='bob')


def told(action, event):
    return [found for found in new_events(action) if found['event'] == event]


@k.test
def the_portal_goes_on_as_alice_where_a_rule_lets_it():
    with rules(DELEGATE), portal(BACK_END, OTHER_END):
        [event] = told(lambda: k.good(
            PROXY, EVIDENCE, f'{PORTAL}@{k.REALM}', f'{BACK_END}@{k.REALM}',
            TICKET, user='bob'), 'delegation')
        assert (event['id'], event['result']) == (5040, 'allowed'), event
        assert event['client'] == f'alice@{k.REALM}', event
        assert event['server'] == f'{BACK_END}@{k.REALM}', event
        assert k.tickets(user='bob', cache=TICKET) \
            == [f'{BACK_END}@{k.REALM}']
        assert k.good('curl', '-s', '--negotiate', '-u', ':',
                      f'http://{k.FS1}/', user='bob', cache=TICKET) \
            == f'<p>You are alice@{k.REALM}.</p>\n'
        # dc1 would give this one, and no rule names it.
        [event] = told(lambda: go_on(OTHER_END), 'delegation')
        assert (event['id'], event['result']) == (4014, 'refused'), event
        done = go_on(OTHER_END)
        assert done.returncode == 1 and k.DECOY_REFUSED in done.text, done
        # Of the portal's own tickets nothing has changed.
        k.good('kvno', OTHER_END, user='bob')


@k.test
def without_a_rule_nobody_goes_on_in_anothers_name():
    with portal(BACK_END):
        done = go_on(BACK_END)
        assert done.returncode == 1 and k.DECOY_REFUSED in done.text, done


@k.test
def a_rule_is_not_enough_where_the_domain_says_no():
    with rules(DELEGATE), portal(OTHER_END):
        [event] = told(lambda: go_on(BACK_END), 'delegation')
        assert (event['result'], event['kdc_error']) == ('failed', 13), event


@k.test
def what_the_user_never_brought_is_not_to_be_had():
    """S4U2Self is no operation of the vault: its result would be evidence,
    which stays."""
    with rules(DELEGATE), portal(BACK_END) as name:
        for words in (('-U', 'alice', name),
                      ('-U', 'alice', '-P', BACK_END)):
            k.refused('kvno', *words, user='bob', says=k.DECOY_REFUSED)


def legacy():
    """A service whose account has RC4 only."""
    return service('legacy', LEGACY, 4)


def enctypes(user='alice'):
    out = k.good('klist', '-e', user=user)
    return out.split(LEGACY)[1].splitlines()[1]


@k.test
def rc4_is_refused_and_told():
    with legacy():
        k.kinit(host='ws2')
        k.good('kvno', LEGACY, host='ws2')
        assert 'arcfour' in k.good('klist', '-e', host='ws2').split(LEGACY)[1]
        k.logon()
        [event] = told(lambda: k.run('kvno', LEGACY), 'service ticket')
        assert event['result'] == 'failed' and event['kdc_error'] == 14, event
        k.refused('kvno', LEGACY, says='encryption type')


@k.test
def a_rule_lets_the_old_server_have_it_and_each_time_is_told():
    with rules(RC4), legacy():
        k.logon()
        found = new_events(lambda: k.good('kvno', LEGACY))
        assert [(event['id'], event['rule']) for event in found
                if event['event'] == 'rc4 ticket'] == [(5042, 'legacy')], found
        assert 'arcfour-hmac' in k.good('klist', '-e').split(LEGACY)[1]
        # Others have what they had.
        assert not told(lambda: k.good('kvno', k.CIFS), 'rc4 ticket')
        assert 'arcfour' not in k.good('klist', '-e').split(k.CIFS)[1]


@k.test
def who_asks_for_a_weak_type_is_refused_and_told():
    """MIT's programs know no word for DES any more; des3 is the weakest."""
    k.logon()
    for name in ('rc4-hmac', 'des3-cbc-sha1'):
        [event] = told(lambda name=name: k.run('kvno', '-e', name, k.CIFS),
                       'encryption type')
        assert (event['id'], event['result']) == (5043, 'refused'), event
        k.refused('kvno', '-e', name, k.CIFS, says='encryption type')
    k.refused('kvno', '-e', 'des-cbc-crc', k.CIFS, says='Invalid argument')


@k.test
def protected_users_have_no_rc4_by_any_rule():
    with rules(RC4), legacy(), newcomer('guarded') as name:
        tool('group', 'addmembers', 'Protected Users', name)
        labtest.on('ws1', 'getent', 'passwd', name)
        k.logon(name, user=name, secret=SECRET)
        k.refused('kvno', LEGACY, user=name, says='encryption type')
        k.run('kdestroy', '-A', user=name)


labtest.unguard('ws1')
labtest.guard('ws1')
k.main()
