#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left in the vault after everything was used and its user signed
off: nothing. The arena cannot be read, so this is the build with ordinary
memory, in which the same scan finds what it should before that."""
import hashlib
import hmac
import os
import secrets
import struct
import time

from tests import tap
from tests.attack import guardian, wire
from tests.attack.stealing import steal
from tests.component.keytabs import keys_of
from tests.component.realms import Realm
from tests.component.vault_session import LOCALHOST, UID, Vault, principal

NAME, MACHINE = 'alice@ONE.TEST', 'host/ws.one.test@ONE.TEST'
SERVICE, TGS = 'host/a.one.test@ONE.TEST', 'krbtgt/ONE.TEST@ONE.TEST'
AES256, RENEWABLE = 18, 0x00800000
SID, DOMAIN = b'S-1-5-21-1-2-3-1104', b'ONE'
ONE = Realm('ONE.TEST')
NEGOTIATE_FLAGS = 0xa2888205
POLICY = '''[machine]
keytab = {keytab}
[policy]
reacquire = yes
[offline]
scrypt_log_n = 14
'''


class Plain(Vault):
    """The vault of a guardian of this test's, in ordinary memory."""

    def __init__(self, config):
        super().__init__([ONE])
        self.guardian = guardian.Guardian('credguard-vault-plain',
                                          args=['--dev'], more=config)

    def __enter__(self):
        self.guardian.__enter__()
        self.channel = self.guardian.channel.socket
        self.channel.settimeout(30)
        self.key = self.guardian.public_key()
        self.call('hello', version=1)
        return self

    def __exit__(self, *error):
        self.guardian.__exit__(*error)

    def memory(self):
        return steal('mem', self.guardian.vault_pid)[0]

    # With libkrb5's sealing in a process of its own: not in this one's way.
    def sealed(self, text, client=principal(NAME)):
        return wire.seal(text, self.key, UID, client)


def user_keys():
    """The AES keys that the KDC has of alice now."""
    path = ONE.dir / f'alice{time.monotonic_ns()}'
    ONE.kadmin(f'ktadd -norandkey -k {path} alice')
    found = {f'AES key {enctype}': key
             for _, _, enctype, key in keys_of(path, NAME)}
    assert len(found) == 2, found
    return found


def nt_hash(password):
    from samba.credentials import Credentials
    creds = Credentials()
    creds.set_password(password)
    return bytes(creds.get_nt_hash())


def of_password(word, what):
    return {f'{what} password': word.encode(),
            f'{what} password, UTF-16': word.encode('utf-16-le'),
            f'{what} NT hash': nt_hash(word),
            **{f'{what} {name}': key for name, key in user_keys().items()}}


def found(memory, known):
    """Eight bytes in a row of anything are a find."""
    return sorted({name for name, secret in known.items()
                   for at in range(0, len(secret) - 7, 8)
                   if secret[at:at + 8] in memory})


def av_pair(kind, value):
    return struct.pack('<HH', kind, len(value)) + value


def challenge():
    """[MS-NLMP] 2.2.1.2."""
    name = 'ONE'.encode('utf-16-le')
    stamp = int((time.time() + 11644473600) * 10**7)
    info = (av_pair(2, name) + av_pair(1, 'FS1'.encode('utf-16-le'))
            + av_pair(7, struct.pack('<Q', stamp)) + av_pair(0, b''))
    at = 56
    return (b'NTLMSSP\0' + struct.pack('<IHHII', 2, len(name), len(name), at,
                                       NEGOTIATE_FLAGS)
            + os.urandom(8) + bytes(8)
            + struct.pack('<HHI', len(info), len(info), at + len(name))
            + bytes(8) + name + info)


def ntlm(vault, tgt):
    negotiate = (b'NTLMSSP\0' + struct.pack('<II', 1, NEGOTIATE_FLAGS)
                 + bytes(24))
    answer = vault.call('make_ntlm_response', uid=UID, tgt=tgt,
                        negotiate=negotiate, challenge=challenge(),
                        target=b'cifs/fs1.one.test')
    assert len(answer.session_base_key) == 16


def hkdf(secret, info):
    key = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(key, info + b'\1', hashlib.sha256).digest()


def proof(told, password):
    return hashlib.scrypt(password.encode(),
                          salt=told.salt + SID + b'\0' + DOMAIN,
                          n=1 << told.log_n, r=told.r, p=told.p, dklen=32,
                          maxmem=1 << 26)


def make_verifier(vault, password):
    told = vault.call('make_verifier_salt')
    own, client = proof(told, password), principal(NAME)
    mark = hkdf(password.encode(), b'credguard typed 1')
    made = vault.call('seal_verifier', uid=UID, log_n=told.log_n, r=told.r,
                      p=told.p, client=client, sid=SID, domain=DOMAIN,
                      salt=told.salt,
                      sealed=vault.sealed(own + mark, client + told.salt))
    return made.record, own


def check_verifier(vault, record, password):
    told = vault.call('list_verifier', uid=UID, record=record)
    attempt = vault.call('make_verifier_attempt', uid=UID, record=record)
    assert attempt.result == 0
    own = proof(told, password)
    done = vault.call('check_verifier', uid=UID, record=attempt.record,
                      sealed=vault.sealed(own, principal(NAME) + told.salt))
    assert done.result == 0


def import_tgt(vault):
    """One that a program brings, whose session key this test knows."""
    now, key = int(time.time()), os.urandom(32)
    vault.call('import_ticket', uid=UID, ticket_flags=RENEWABLE,
               enctype=AES256, authtime=now, starttime=now,
               endtime=now + 36000, renew_till=now + 86400,
               client=principal(NAME), server=principal(TGS, 2),
               session_key=key, ticket=wire.ticket(os.urandom(256)))
    return key


def use_all(vault, password):
    """Everything that a session does with a password; the proof that was
    made of it."""
    tgt = vault.logon(NAME, password, renewable_s=86400, verify=1)
    assert tgt.verified == tgt.has_ntlm == tgt.has_long_term == 1
    vault.ticket(tgt.tgt, SERVICE)
    ntlm(vault, tgt.tgt)
    record, own = make_verifier(vault, password)
    check_verifier(vault, record, password)
    vault.ticket(tgt.tgt)                           # renewed
    assert vault.again(tgt.tgt, renewable_s=86400).tgt == tgt.tgt
    ntlm(vault, tgt.tgt)
    return own


def with_plain(function):
    with Plain(POLICY.format(keytab=ONE.keytab)) as vault:
        function(vault)


def new_password():
    word = 'Aa1-' + secrets.token_hex(12)
    ONE.kadmin(f'cpw -pw {word} alice')
    return word


@tap.test
def after_the_log_off_no_secret_is_left():
    def act(vault):
        old, new = new_password(), 'Bb2-' + secrets.token_hex(12)
        known = of_password(old, 'old')
        proof_of_old = use_all(vault, old)
        assert vault.change(NAME, old, new, local=LOCALHOST)[0] == 0
        known |= of_password(new, 'new')
        known['proof of the old one'] = proof_of_old
        known['proof of the new one'] = use_all(vault, new)
        known['session key'] = import_tgt(vault)
        held = vault.import_password(NAME, new, held=1)
        seen = found(vault.memory(), known)
        for name in ('new NT hash', 'new AES key 18', 'session key',
                     'new password'):
            assert name in seen, f'the scan does not find the {name}: {seen}'
        assert not [name for name in seen if 'old' in name], seen
        assert vault.again(held).has_long_term == 1
        vault.call('forget_uid', uid=UID)
        assert vault.entries() == [] and vault.usage().n_exchanges == 0
        assert found(vault.memory(), known) == []

    with_plain(act)


@tap.test
def a_password_is_gone_when_its_logon_is_over():
    """Signed in: the NT hash and the key are there, the password is not."""
    def act(vault):
        word = new_password()
        known = of_password(word, 'the')
        vault.logon(NAME, word, verify=1)
        assert found(vault.memory(), known) == ['the AES key 18',
                                                'the NT hash']

    with_plain(act)


@tap.test
def what_fails_leaves_nothing_either():
    def act(vault):
        word = new_password()
        known = of_password(word, 'the')
        wrong = 'Cc3-' + secrets.token_hex(12)
        known |= {'wrong': wrong.encode(), 'wrong, hash': nt_hash(wrong),
                  'wrong, UTF-16': wrong.encode('utf-16-le')}
        for attempt in (lambda: vault.logon(NAME, wrong, verify=1),
                        lambda: vault.change(NAME, wrong, word)):
            try:
                attempt()
            except Exception as why:        # noqa: BLE001, which is no matter
                assert why.status == 'KRB5', why
            else:
                raise AssertionError('a wrong password was right')
        tgt = vault.logon(NAME, word, verify=1).tgt
        ONE.kadmin('modprinc -allow_tix alice')
        try:
            vault.again(tgt)
        except Exception as why:            # noqa: BLE001
            assert why.status == 'KRB5', why
        finally:
            ONE.kadmin('modprinc +allow_tix alice')
        seen = found(vault.memory(), known)
        assert seen == ['the NT hash'], seen
        vault.call('forget_uid', uid=UID)
        assert found(vault.memory(), known) == []

    with_plain(act)


with ONE:
    ONE.add_user('alice', 'To-be-changed-1')
    for name in (MACHINE, SERVICE):
        ONE.add_service(name.partition('@')[0])
    ONE.start_kadmind()
    tap.main()
