#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credguard with another realm than the domain's and another KDC than Samba:
tickets that live for seconds, and a clock that is wrong."""
import time

from tests.lab import kerbtest as k, labtest, second_realm as second

HOST, HTTP = second.SERVICES


def logon(*more):
    return k.logon(second.ALICE, secret=second.SECRET, more=more)


@k.test
def a_realm_of_mit_kerberos_works_beside_the_domain():
    with second.up():
        for sign_in in k.SIGN_IN:
            k.clean()
            k.kinit()
            sign_in(second.ALICE, secret=second.SECRET)
            assert sorted(row[0] for row in k.collection()) \
                == [f'alice@{k.REALM}', second.ALICE]
            k.good('kswitch', '-p', second.ALICE)
            k.good('kvno', HOST)
            assert k.tickets() == [second.TGT, HOST]
            k.good('kswitch', '-p', 'alice')
            k.good('kvno', k.CIFS)


@k.test
def what_its_kdc_refuses_is_told():
    with second.up():
        k.refused('credguardctl', 'logon', '--password-fd', '0', second.ALICE,
                  input='wrong\n',
                  says=f'wrong password for {second.ALICE}')
        name = f'nobody-here@{second.REALM}'
        k.refused('credguardctl', 'logon', '--password-fd', '0', name,
                  input='wrong\n', says=f'there is no account {name}')
        logon()
        k.refused('kvno', f'cifs/no-such-host.second.test@{second.REALM}',
                  says='not found in Kerberos database')


@k.test
def a_ticket_that_has_expired_is_told_and_a_new_logon_helps():
    with second.up():
        logon('-l', '3s')
        k.good('kvno', HOST)
        time.sleep(4.1)         # whole seconds, and the last one counts
        assert k.tickets() == [second.TGT, HOST], 'klist shows it still'
        assert k.run('klist', '-s').returncode == 1
        for name in (HOST, HTTP):
            k.refused('kvno', name, says='Ticket expired')
        [row] = k.caches()
        assert not row['valid'], row
        assert 'expired' in k.good('credguardctl', 'list')
        text = k.refused('credguardctl', 'renew', says='credguardctl logon')
        assert 'expired' in text, text
        logon()
        assert k.run('klist', '-s').returncode == 0
        k.good('kvno', HOST, HTTP)


@k.test
def a_domains_ticket_of_seconds_is_refused_by_the_domain_itself():
    """Samba takes a TGT of less than two minutes for one of kpasswd."""
    k.kinit(more=('-l', '10s'))
    k.refused('kvno', k.CIFS, says='Ticket expired')
    k.refused('credguardctl', 'logon', '--password-fd', '0', '-l', '10s',
              'alice', input=labtest.password('alice') + '\n',
              says='has expired')
    k.kinit(host='ws2', more=('-l', '10s'))
    k.refused('kvno', k.CIFS, host='ws2', says='Ticket expired')


@k.test
def a_clock_that_is_wrong_is_told_with_the_time_here():
    for clock in '+10m', '-10m':
        with second.up(clock):
            text = k.refused('credguardctl', 'logon', '--password-fd', '0',
                             second.ALICE, input=second.SECRET + '\n',
                             says='clocks')
            here = time.strftime('%Y-%m-%d %H:')
            assert here in text and 'timedatectl' in text, text
            assert k.caches() == []
            # kinit takes over the KDC's time; the vault does not.
            k.kinit(second.ALICE, secret=second.SECRET)
            k.refused('kvno', HOST, says='Clock skew too great')
            k.good('kdestroy')


@k.test
def a_clock_that_is_a_little_wrong_is_no_matter():
    for clock in '+2m', '-2m':
        with second.up(clock):
            for sign_in in k.SIGN_IN:
                sign_in(second.ALICE, secret=second.SECRET)
                k.good('kvno', HOST)
                k.good('kdestroy')


k.main()
