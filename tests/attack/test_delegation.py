#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T13: a server that may be trusted with everybody's TGT (unconstrained
delegation: ok-as-delegate in its tickets), and programs that hand theirs over.
From the stock ws2 fs1 gets alice's TGT; from ws1 it gets none."""
import contextlib

from tests import tap
from tests.attack import wiretap
from tests.lab import kerbtest as k, labtest, sambatest as s
from tests.lab.accounts import tool
from tests.lab.events import new_events

DELEGATED = '/run/apache2-delegated'
SSH = ('ssh', '-K', '-o', 'GSSAPIAuthentication=yes', '-o',
       'PreferredAuthentications=gssapi-with-mic')
HTTP = f'HTTP/{k.FS1}'


@contextlib.contextmanager
def trusted_for_any_service():
    tool('delegation', 'for-any-service', 'fs1$', 'on')
    try:
        yield
    finally:
        tool('delegation', 'for-any-service', 'fs1$', 'off')


def sign_in(host):
    k.clean()
    if host == 'ws1':
        k.logon()
    else:
        k.kinit(host=host, more=('-f',))
    k.good('kvno', HTTP, host=host)
    flags = k.good('klist', '-f', host=host).split(HTTP)[1]
    assert 'O' in flags.split('Flags: ')[1], 'ok-as-delegate is not set'


def tgts_from_curl(host):
    """What the web server then has of its users."""
    for more in (('--delegation', 'policy'), ('--delegation', 'always')):
        assert 'You are alice' in k.good(
            'curl', '-s', '--negotiate', '-u', ':', *more,
            f'http://{k.FS1}/', host=host)
    got = labtest.on('fs1', 'ls', DELEGATED).stdout.split()
    labtest.on('fs1', 'sh', '-c', f'rm -f {DELEGATED}/*')
    return got


def is_forwarded_by_ssh(host):
    return 'forwarded' in k.good(
        *SSH, k.FS1, 'klist -s && echo forwarded || echo none', host=host)


def tickets_asked_by_smbclient(host):
    """For its share, and a forwarded TGT where it means to hand one over."""
    own = {} if host == 'ws1' else {
        'cache': f'FILE:/tmp/krb5cc_{k.uid("alice")}'}
    with wiretap.Wiretap(host) as tap_:
        s.good_smbclient('-N', s.KERBEROS, '-c', 'ls', host=host, **own)
    return len(tap_.replies(wiretap.TGS_REP))


@tap.test
def T13_the_stock_host_hands_the_tgt_over():
    with trusted_for_any_service():
        sign_in('ws2')
        assert tgts_from_curl('ws2') == [f'alice@{k.REALM}']
        assert is_forwarded_by_ssh('ws2')
        assert tickets_asked_by_smbclient('ws2') == 2


@tap.test
def T13_from_the_guarded_host_no_program_hands_one_over():
    labtest.guard('ws1')
    labtest.add_module('ws1')
    got = []
    with trusted_for_any_service():
        sign_in('ws1')
        found = new_events(lambda: got.append(tgts_from_curl('ws1')))
        assert got == [[]], got
        refused = [event for event in found if event['id'] == 4014]
        assert len(refused) == 2, found
        assert {event['server'] for event in refused} == {k.TGT}, refused
        found = new_events(lambda: got.append(is_forwarded_by_ssh('ws1')))
        assert got[1] is False
        assert [event['result'] for event in found
                if event['event'] == 'retrieve'] == ['refused'], found
        assert tickets_asked_by_smbclient('ws1') == 1


k.main()
