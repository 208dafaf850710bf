#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""NTLM from the vault of ws1, with Samba's servers as the judge: ntlm_auth on
the member and on the DC, which checks the MIC as smbd does."""
from tests.lab import guarding, kerbtest as k, labtest, ntlm

EXCHANGE = ntlm.FLAGS | ntlm.SIGN | ntlm.SEAL | ntlm.KEY_EXCH
CONFIG = '/etc/credguard-ntlm.conf'
NOT_FOUND, DENIED, LIMIT = 4, 5, 3


class Policy:
    """ws1 guarded by another configuration for a while."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        labtest.path('ws1', CONFIG).write_text(self.text)
        labtest.unguard('ws1')
        labtest.guard('ws1', options=('--config', CONFIG))

    def __exit__(self, *_):
        labtest.unguard('ws1')
        labtest.path('ws1', CONFIG).unlink()
        labtest.guard('ws1')


def log_lines(word):
    text = labtest.path('ws1', guarding.LOG).read_text(errors='replace')
    return [line for line in text.splitlines() if word in line]


def accepted(user, host, flags=ntlm.FLAGS):
    """The verdict on USER's answer to HOST."""
    sent = ntlm.negotiate(flags)
    with ntlm.Server(host) as server:
        challenge = server.challenge(sent)
        answer = ntlm.ask(sent, challenge, f'cifs/{host}.example.test',
                          user=user)
        assert answer.status is None, answer.status
        return server.verdict(ntlm.authenticate(answer, sent, challenge))


@k.test
def a_member_and_a_controller_accept_the_answer():
    k.logon()
    k.logon('bob', user='bob')
    for user in ('alice', 'bob'):
        assert accepted(user, 'fs1') == f'AF {user}'
        assert accepted(user, 'dc1') == f'AF EXAMPLE\\{user}'


@k.test
def the_server_insists_on_the_mic():
    k.logon()
    sent = ntlm.negotiate()
    with ntlm.Server() as server:
        challenge = server.challenge(sent)
        message = ntlm.authenticate(ntlm.ask(sent, challenge), sent,
                                    challenge)
        at = ntlm.MIC_AT
        spoiled = message[:at] + bytes(16) + message[at + 16:]
        assert server.verdict(spoiled).startswith('NA ')


@k.test
def after_a_renewal_it_still_answers():
    k.logon()
    k.good('credguardctl', 'renew')
    assert accepted('alice', 'fs1') == 'AF alice'


@k.test
def after_a_logoff_nothing_answers():
    k.logon()
    k.good('credguardctl', 'logoff')
    sent = ntlm.negotiate()
    with ntlm.Server() as server:
        assert ntlm.ask(sent, server.challenge(sent)).status == NOT_FOUND


@k.test
def a_tgt_of_kinit_brings_no_hash():
    k.kinit()
    sent = ntlm.negotiate()
    with ntlm.Server() as server:
        assert ntlm.ask(sent, server.challenge(sent)).status == NOT_FOUND
    assert not k.caches()[0]['ntlm']
    k.clean()
    k.logon()
    assert k.caches()[0]['ntlm']


@k.test
def letters_of_any_language_are_upper_cased_as_samba_does():
    secret, name = 'Пароль-ß-9-密码', 'übungïζя'
    labtest.on('dc1', 'samba-tool', 'user', 'create', name, secret)
    try:
        k.logon(name, secret=secret)
        assert accepted('alice', 'dc1') == f'AF EXAMPLE\\{name}'
    finally:
        labtest.on('dc1', 'samba-tool', 'user', 'delete', name)


@k.test
def every_answer_is_in_the_log_with_its_target():
    k.logon()
    before = len(log_lines('ntlm answer'))
    assert accepted('alice', 'fs1') == 'AF alice'
    sent = ntlm.negotiate()
    with ntlm.Server() as server:
        assert ntlm.ask(sent, server.challenge(sent),
                        'cifs/"x"\nfake line').status == DENIED
    good, bad = log_lines('ntlm answer')[before:]
    assert f'client=alice@{k.REALM}' in good
    assert f'target="{ntlm.SPN}" result="success"' in good
    assert 'target="cifs/?x??fake line" result="refused by policy"' in bad


@k.test
def without_a_target_only_the_policy_gives_an_answer():
    k.logon()
    sent = ntlm.negotiate()
    with ntlm.Server() as server:
        challenge = server.challenge(sent)
        assert ntlm.ask_whole(sent, challenge).status == DENIED
    with Policy('[policy]\nntlm_without_target = yes\n'):
        k.logon()
        for flags in (ntlm.FLAGS, EXCHANGE):
            for host, says in (('fs1', 'alice'), ('dc1', 'EXAMPLE\\alice')):
                sent = ntlm.negotiate(flags)
                with ntlm.Server(host) as server:
                    answer = ntlm.ask_whole(sent, server.challenge(sent))
                    assert answer.status is None, answer.status
                    verdict = server.verdict(answer.authenticate)
                    assert verdict == f'AF {says}', verdict


@k.test
def with_ntlm_switched_off_nothing_is_answered_and_no_hash_is_made():
    with Policy('[policy]\nntlm = no\n'):
        k.logon()
        assert not k.caches()[0]['ntlm']
        sent = ntlm.negotiate()
        with ntlm.Server() as server:
            assert ntlm.ask(sent, server.challenge(sent)).status == DENIED
        k.good('kvno', k.CIFS)


@k.test
def a_ticket_for_a_plug_in_is_the_one_of_the_cache():
    k.logon()
    first = ntlm.ticket(k.CIFS)
    assert first.status is None and first.fields['enctype'] == '18'
    assert k.CIFS.encode().split(b'/')[1] in first.server
    assert ntlm.ticket(k.CIFS).ticket == first.ticket
    assert f'{k.CIFS}@' in k.good('klist')
    short = ntlm.ticket('cifs/FS1')
    assert short.status is None and len(short.session_key) == 32
    for name in (f'krbtgt/{k.REALM}', f'krbtgt/{k.REALM}@{k.REALM}',
                 f'kadmin/changepw@{k.REALM}'):
        assert ntlm.ticket(name).status == DENIED, name
    assert ntlm.ticket(k.CIFS, user='bob').status == NOT_FOUND


k.main()
