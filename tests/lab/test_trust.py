#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second forest with a trust: alice uses its services through referrals,
and the referral tickets stay in the vault like the TGT itself. Uses a lab of
its own, with dc2 in OTHER.TEST, and takes it down."""
import os
import subprocess
import time

os.environ['CG_LAB'] = (os.environ.get('CG_LAB') or 'lab')[:11] + 'trust'

from tests.lab import kerbtest as k, labtest, state     # noqa: E402

LAB = str(state.TOP / 'tests/lab/lab')
DC2 = 'dc2.other.test'
OTHER = 'OTHER.TEST'
ADMIN = f'administrator@{OTHER}'
REFERRALS = (f'krbtgt/{OTHER}', f'krbtgt/{OTHER}@{k.REALM}',
             f'krbtgt/{OTHER}@{OTHER}', f'krbtgt/{k.REALM}@{OTHER}',
             f'KRBTGT/{OTHER}', 'other$', f'OTHER$@{k.REALM}',
             f'EXAMPLE$@{OTHER}', f'kadmin/changepw@{OTHER}')
NAMES = (f'ldap/{DC2}', f'cifs/{DC2}', f'cifs/DC2.Other.Test',
         f'host/{DC2}@{OTHER}', f'ldap/dc2@{OTHER}', 'cifs/dc2',
         'ldap/wrong.other.test', f'ldap/wrong.other.test@{OTHER}',
         'cifs/fs1.example.test@OTHER.TEST', 'cifs/x@NOWHERE.TEST',
         f'{k.CIFS}@{k.REALM}')


def no_referral_is_shown():
    out = k.good('klist', '-f')
    krbtgts = [name for name in k.tickets() if 'krbtgt' in name.lower()]
    assert krbtgts == [k.TGT], out


def entries():
    return k.status()['vault']['entries']


@k.test
def a_service_of_the_other_forest_works_and_no_referral_is_seen():
    for sign_in in k.SIGN_IN:
        k.clean()
        sign_in()
        assert k.good('kvno', f'ldap/{DC2}') \
            == f'ldap/{DC2}@{k.REALM}: kvno = 1\n'
        no_referral_is_shown()
        assert f'Ticket server: ldap/{DC2}@{OTHER}' in k.good('klist')
        assert entries() == 2, 'the TGT and a referral'
        k.good('kvno', f'cifs/{DC2}@{OTHER}')
        no_referral_is_shown()
        assert entries() == 2, 'the same referral'
        k.good('kdestroy')
        assert entries() == 0


@k.test
def stock_programs_use_the_other_forest():
    k.kinit()
    out = k.good('ldapsearch', '-Q', '-LLL', '-Y', 'GSSAPI', '-H',
                 f'ldap://{DC2}', '-b', 'dc=other,dc=test',
                 '(cn=administrator)', 'dn')
    assert 'dn: CN=Administrator,CN=Users,DC=other,DC=test' in out, out
    no_referral_is_shown()


@k.test
def a_known_referral_is_used_again_without_asking_the_own_dc():
    k.logon()
    k.good('kvno', f'ldap/{DC2}')
    with labtest.cut_off('dc1'):
        begun = time.monotonic()
        k.good('kvno', f'host/{DC2}@{OTHER}')
        assert time.monotonic() - begun < 2.5
        k.refused('kvno', k.CIFS, says='Cannot contact any KDC')
    k.until(lambda: k.run('kvno', k.CIFS).returncode == 0, 10, 'dc1')


@k.test
def without_the_other_dc_the_own_forest_works_on():
    k.logon()
    with labtest.cut_off('dc2'):
        child = labtest.start('ws1', 'kvno', f'ldap/{DC2}', user='alice',
                              stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT)
        begun = time.monotonic()
        k.good('kvno', k.CIFS)
        assert time.monotonic() - begun < 2.5
        out = child.communicate()[0]
        assert child.returncode == 1 and 'Cannot contact any KDC' in out, out
        assert time.monotonic() - begun < 15
    k.until(lambda: k.run('kvno', f'ldap/{DC2}').returncode == 0, 10, 'dc2')


@k.test
def referral_tickets_do_not_leave():
    k.kinit()
    k.good('kvno', f'ldap/{DC2}')
    for name in REFERRALS:
        done = k.run('kvno', name)
        assert done.returncode == 1, (name, done)
        assert k.DECOY_REFUSED in done.text or 'not found' in done.text, done
    no_referral_is_shown()


@k.test
def each_name_gets_the_answer_that_it_gets_on_a_stock_workstation():
    k.kinit()
    k.kinit(host='ws2')
    differ = []
    for name in NAMES:
        ours, stock = (k.run('kvno', name, host=host)
                       for host in ('ws1', 'ws2'))
        if (ours.returncode, ours.text) != (stock.returncode, stock.text):
            differ.append((name, ours.text, stock.text))
    assert not differ, '\n'.join(map(str, differ))


@k.test
def a_user_of_the_other_forest_signs_in_here():
    for sign_in in k.SIGN_IN:
        k.clean()
        sign_in(ADMIN, secret=labtest.password('administrator'))
        assert k.default_principal().lower() == ADMIN.lower()
        k.good('kvno', f'ldap/{DC2}@{OTHER}', f'{k.CIFS}@{k.REALM}')
        assert [name for name in k.tickets() if 'krbtgt' in name] \
            == [f'krbtgt/{OTHER}@{OTHER}']
        assert entries() == 2
    k.refused('credguardctl', 'logon', '--password-fd', '0', ADMIN,
              input='wrong\n', says='wrong password')


try:
    subprocess.run([LAB, 'down'], check=True)   # of a run that was killed
    subprocess.run([LAB, 'up', '--trust'], check=True,
                   stdout=subprocess.DEVNULL)
    k.main()
finally:
    subprocess.run([LAB, 'down'], check=True)
