#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's own Samba programs with NTLMv2 answers from the vault, and who gets
none: nobody who gave, or is, something else."""
from tests.lab import kerbtest as k, labtest, sambatest as s

OFF = (s.NTLM, '-N')


def answers():
    """How many the broker has told the log of."""
    log = labtest.path('ws1', '/var/log/credguard.log').read_text()
    return log.count('audit: ntlm answer')


@s.test
def smbclient_lists_puts_and_gets():
    before = answers()
    s.put_and_get(s.NTLM)
    assert answers() > before
    assert not any('cifs' in name for name in k.tickets()), k.tickets()


@s.test
def smbclient_signs_and_encrypts_with_every_protocol():
    for protection in ('sign', 'encrypt'):
        for protocol in ('SMB3', 'SMB3_02'):
            s.put_and_get(s.NTLM, f'--client-protection={protection}',
                          '-m', protocol)
    s.put_and_get(s.NTLM, '--client-protection=sign', '-m', 'SMB2')


@s.test
def a_server_by_its_address_gets_no_answer():
    """The vault answers only to the server that the CHALLENGE names; an
    address could be anybody's. Kerberos has no tickets for one either."""
    done = s.smbclient('-N', '-c', 'ls', share='//10.99.0.20/share')
    assert done.returncode != 0 and 'blocks' not in done.text, done.text
    s.good_smbclient('-N', '-c', 'quit')


@s.test
def rpcclient_net_and_ldbsearch_use_it():
    for protection in ('seal', 'sign'):
        done = k.run('rpcclient', *OFF, f'ncacn_ip_tcp:{s.DC1}'
                     f'[ntlm,{protection}]', '-c', 'enumdomusers')
        assert 'user:[alice]' in done.text, done.text
    assert s.who(*OFF, target=f'ncacn_np:{s.DC1}[spnego,seal]') == 'alice'
    assert 'Num users' in k.good('net', 'rpc', 'info', *OFF, '-S', s.DC1)
    for protection in ('sign', 'encrypt'):
        assert s.ldap_base(*OFF, f'--client-protection={protection}')


@s.test
def the_ccache_of_winbind_is_not_asked_where_the_vault_answers():
    before = answers()
    s.good_smbclient('-N', s.NTLM, '--use-winbind-ccache', '-c', 'quit')
    assert answers() == before + 1


@s.test
def without_options_the_prompt_comes_and_enter_means_the_vault():
    terminal = k.Terminal('smbclient', s.SHARE, s.NTLM, '-c', 'ls')
    terminal.expect('Password for [EXAMPLE\\alice]:')
    terminal.type('\n')
    code, text = terminal.end(30)
    assert code == 0 and 'blocks available' in text, text


@s.test
def a_password_at_the_prompt_is_used_and_not_the_vault():
    before = answers()
    for secret, good in ((labtest.password('alice'), True), ('wrong', False)):
        terminal = k.Terminal('smbclient', s.SHARE, s.NTLM, '-c', 'ls')
        terminal.expect('Password for [EXAMPLE\\alice]:')
        terminal.type(f'{secret}\n')
        code, text = terminal.end(30)
        assert (code == 0) == good, text
    assert answers() == before


@s.test
def an_empty_password_is_none():
    s.good_smbclient('-U', 'alice%', s.NTLM, '-c', 'quit')


@s.test
def the_vault_does_not_answer_for_another_name():
    for words in (('-U', 'bob'), ('-U', 'bob%'), ('-U', 'EXAMPLE\\bob')):
        done = s.smbclient('-N', *words, s.NTLM, '-c', 'ls')
        assert done.returncode != 0, done.text
    s.good_smbclient('-N', '-U', 'ALICE', s.NTLM, '-c', 'ls')


@s.test
def who_has_not_signed_in_gets_nothing():
    before = answers()
    for user in ('bob', 'root'):
        done = s.smbclient('-N', s.NTLM, '-c', 'ls', user=user)
        assert done.returncode != 0, done.text
    k.good('kdestroy', '-A')
    assert s.smbclient('-N', s.NTLM, '-c', 'ls').returncode != 0
    log = labtest.path('ws1', '/var/log/credguard.log').read_text()
    last = [line for line in log.splitlines() if 'ntlm answer' in line]
    assert 'result="success"' not in ''.join(last[before:]), last[before:]


@s.test
def a_tgt_that_kinit_brought_has_no_nt_hash():
    k.clean()
    k.kinit()
    assert s.smbclient('-N', s.NTLM, '-c', 'ls').returncode != 0
    s.good_smbclient('-N', s.KERBEROS, '-c', 'quit')


s.main()
