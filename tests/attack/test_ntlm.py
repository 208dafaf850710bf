#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T1, T8, T9 and T10 for the NT hash, in the lab: alice's, which is known from
her password, and answers that somebody would like to have."""
import struct

from tests import tap
from tests.lab import kerbtest as k, labtest, ntlm

NOT_FOUND, DENIED, INVALID, LIMIT = 4, 5, 6, 3
CONFIG = '/etc/credguard-ntlm.conf'


def asked(change=lambda challenge: challenge, target=ntlm.SPN, user='alice',
          flags=ntlm.FLAGS):
    """Status of an answer to what CHANGE makes of a fresh CHALLENGE."""
    sent = ntlm.negotiate(flags)
    with ntlm.Server() as server:
        return ntlm.ask(sent, change(server.challenge(sent)), target,
                        user=user).status


def without_pair(number):
    def change(challenge):
        return ntlm.with_pairs(challenge, [
            pair for pair in ntlm.pairs(challenge) if pair[0] != number])
    return change


def without_flag(flag):
    def change(challenge):
        flags = struct.unpack_from('<I', challenge, 20)[0]
        return challenge[:20] + struct.pack('<I', flags & ~flag) \
            + challenge[24:]
    return change


def with_flag(flag):
    return lambda challenge: without_flag(0)(
        challenge[:20] + struct.pack('<I', struct.unpack_from(
            '<I', challenge, 20)[0] | flag) + challenge[24:])


@tap.test
def T1_the_nt_hash_is_in_no_memory_that_can_be_read():
    """On ws2 winbindd has it, as soon as it is asked to keep it."""
    wanted = labtest.nt_hash('alice')
    labtest.on('ws2', 'wbinfo', '--ccache-save='
               f'EXAMPLE\\alice%{labtest.password("alice")}', user='alice')
    found = labtest.hits(labtest.scan('ws2', wanted))
    assert 'winbindd' in {hit[1] for hit in found}, found
    k.clean()
    k.logon()
    for _ in range(3):
        assert asked() is None
    report = labtest.scan('ws1', wanted)
    assert not labtest.hits(report), labtest.hits(report)
    assert {row[1] for row in labtest.unreadable(report)} \
        == {'credguard-vault'}


@tap.test
def T8_no_flag_leads_to_an_older_answer():
    k.logon()
    assert asked() is None
    for flag in (ntlm.UNICODE, ntlm.NTLM, ntlm.EXTENDED, ntlm.TARGET_INFO):
        assert asked(without_flag(flag)) == DENIED, hex(flag)
        if flag != ntlm.TARGET_INFO:
            assert ntlm.ask(ntlm.negotiate(ntlm.FLAGS & ~flag),
                            ntlm.fresh()).status == DENIED, hex(flag)
    assert asked(with_flag(0x80)) == DENIED     # LM_KEY


@tap.test
def T8_a_chosen_challenge_gets_an_answer_that_holds_for_nobody_else():
    """The answer that Pass-the-Challenge needs is DES of the hash, 24 bytes;
    what comes instead has our random in it, and a target."""
    k.logon()
    chosen = bytes.fromhex('1122334455667788')
    sent = ntlm.negotiate()
    challenge = ntlm.fresh()
    answer = ntlm.ask(sent, challenge[:24] + chosen + challenge[32:])
    assert answer.status is None and len(answer.response) > 100
    assert answer.response[16:24] == b'\1\1\0\0\0\0\0\0'
    assert ntlm.SPN.encode('utf-16-le') in answer.response
    for old in (b'\0' * 24, labtest.nt_hash('alice')):
        assert old not in answer.response


@tap.test
def T9_root_as_itself_and_others_get_no_answer():
    k.logon()
    assert asked(user='root') == DENIED
    assert asked(user='bob') == NOT_FOUND
    text = labtest.path('ws1', '/var/log/credguard.log').read_text()
    last = [line for line in text.splitlines() if 'ntlm answer' in line][-2:]
    assert 'uid=0 ' in last[0] and 'refused by policy' in last[0], last


@tap.test
def T9_a_replayed_challenge_gets_no_answer():
    k.logon()
    sent, challenge = ntlm.negotiate(), ntlm.fresh()
    assert ntlm.ask(sent, challenge).status is None
    assert ntlm.ask(sent, challenge).status == DENIED
    # Nor with anything else changed in it.
    again = ntlm.with_pairs(challenge, ntlm.pairs(challenge)
                            + [(99, b'more')])
    assert ntlm.ask(sent, again).status == DENIED
    assert ntlm.ask(sent, ntlm.fresh()).status is None


@tap.test
def T9_a_stripped_challenge_gets_no_answer():
    k.logon()
    for number in (1, 2, 7):
        assert asked(without_pair(number)) == DENIED, number
    assert asked(lambda challenge: ntlm.with_pairs(challenge, [])) == DENIED


@tap.test
def T9_an_answer_for_one_server_is_not_had_for_another():
    k.logon()
    for target in ('cifs/dc1.example.test', 'cifs/ws2', 'cifs/fs1.evil.test',
                   'cifs/example.test', 'cifs/198.18.0.9'):
        assert asked(target=target) == DENIED, target
    assert asked(target='cifs') == INVALID
    sent = ntlm.negotiate()
    with ntlm.Server('fs1') as fs1, ntlm.Server('dc1') as dc1:
        challenge = fs1.challenge(sent)
        dc1.challenge(sent)
        answer = ntlm.ask(sent, challenge)
        assert dc1.verdict(ntlm.authenticate(answer, sent, challenge)) \
            .startswith('NA ')


@tap.test
def T9_who_changes_the_names_in_a_challenge_fails_at_the_mic():
    """The relay names itself in FS1's CHALLENGE; the vault's answer is for
    it, and FS1 sees that this is not what it has sent."""
    k.logon()
    sent = ntlm.negotiate()
    with ntlm.Server() as server:
        challenge = server.challenge(sent)
        forged = ntlm.with_pairs(challenge, [
            (number, {1: 'EVIL', 3: 'evil.example.test'}[number].encode(
                'utf-16-le') if number in (1, 3) else value)
            for number, value in ntlm.pairs(challenge)])
        answer = ntlm.ask(sent, forged, 'cifs/evil.example.test')
        assert answer.status is None
        assert server.verdict(ntlm.authenticate(answer, sent, forged)) \
            .startswith('NA ')


@tap.test
def T9_a_uid_gets_so_many_answers_a_minute_and_no_more():
    labtest.path('ws1', CONFIG).write_text('[broker]\nntlm_per_minute = 5\n')
    labtest.unguard('ws1')
    try:
        labtest.guard('ws1', options=('--config', CONFIG))
        k.logon()
        k.logon('bob', user='bob')
        got = [ntlm.ask(ntlm.negotiate(), ntlm.fresh()).status
               for _ in range(8)]
        assert got[:5] == [None] * 5 and got[-1] == LIMIT, got
        assert asked(user='bob') is None
    finally:
        labtest.unguard('ws1')
        labtest.path('ws1', CONFIG).unlink()
        labtest.guard('ws1')


@tap.test
def T10_nothing_tells_whether_a_guess_is_right():
    """A right and a wrong guess of the hash lead to the same: what is asked
    for is made with the vault's own, and no operation takes a hash."""
    k.logon()
    from tests.component import vault_session
    taken = {member.name for name, members in vault_session.STRUCTS.items()
             if name.endswith('_in') for member in members if member.secret}
    # A ticket's; the others are the guardian's, and of no user.
    assert taken == {'session_key', 'machine_key', 'handover_key',
                     'sealing_key'}, taken
    shapes = set()
    for _ in range(3):
        answer = ntlm.ask(ntlm.negotiate(), ntlm.fresh())
        shapes.add((answer.status, len(answer.response),
                    len(answer.session_base_key)))
    assert len(shapes) == 1, shapes


tap.main()
