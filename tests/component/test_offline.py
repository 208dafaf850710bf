#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T11, T12, T17: offline logon, from the typed password to the file and back,
with the real guardian, broker, vault and client library."""
import json
import os
import shutil
import signal

from tests import tap
from tests.component import offline as o
from tests.component.client_calls import Client
from tests.component.ctl import ctl, done
from tests.component.kdc import PASSWORDS, Kdc
from tests.component.place import uid_of
from tests.component.vault_session import Refused

SID2 = 'S-1-5-21-1-2-3-1105'


def with_verifier(offline='', state=None, **kw):
    return o.guarded(KDC, KEYTAB, offline, state, **kw)


@tap.test
def the_right_password_is_right_and_the_wrong_one_is_not():
    with with_verifier() as cg:
        assert o.check(cg) == 'not found'
        o.sign_in(cg)
        assert o.store(cg) == 'ok', cg.log()
        assert o.check(cg) == 'ok', cg.log()
        assert o.check(cg, 'wrong') == 'denied'
        assert o.check(cg, by='alice') == 'ok'
        assert o.check(cg, names=(o.SID, o.DOMAIN)) == 'ok'
        assert f'audit: offline logon uid={ALICE} ' in cg.log()


@tap.test
def only_the_verified_password_of_the_user_makes_a_verifier():
    with with_verifier() as cg:
        refused = 'refused by policy'
        assert o.store(cg) == refused           # not signed in
        o.sign_in(cg)
        assert o.store(cg, password='another') == refused
        assert o.store(cg, user='bob') == refused
        with Client(cg) as root:
            root.logon('bob@COMP.TEST', PASSWORDS['bob'], uid_of('bob'))
        assert o.store(cg) == 'ok'
        assert o.listed(cg).keys() == {ALICE}
        for user in ('alice', 'bob'):           # nobody but root
            with Client(cg, uid_of(user)) as client:
                assert why(client, 'client_store_verifier', uid=ALICE,
                           client=b'x') == 'DENIED'
                assert why(client, 'client_make_offline_challenge',
                           uid=uid_of(user), fresh=1) == 'DENIED'


@tap.test
def an_unverified_logon_makes_no_verifier():
    with o.Credguard(kdc=KDC, config='[machine]\nkeytab = /nonexistent\n'
                                     f'[offline]\n{o.CHEAP}') as cg:
        with Client(cg) as root:
            assert root.logon(o.NAME, o.PASSWORD, ALICE).verified == 0
        assert o.store(cg) == 'refused by policy', cg.log()


def why(by, op, **fields):
    try:
        by.call(op, **fields)
    except Refused as refused:
        return refused.status
    return 'OK'


@tap.test
def a_user_sees_and_checks_only_its_own():
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        assert o.check(cg, by='bob') == 'refused by policy'
        assert o.listed(cg, BOB) == {}
        mine = o.listed(cg, ALICE)[ALICE]
        assert (mine.is_usable, mine.sid.decode(), mine.domain.decode()) == \
            (1, o.SID, o.DOMAIN)
        assert mine.expires - mine.made == 30 * 86400
        with Client(cg, BOB) as bob:
            assert why(bob, 'client_forget_offline', uid=ALICE) == 'DENIED'
        with Client(cg, ALICE) as alice:
            assert alice.call('client_forget_offline', uid=ALICE
                              ).n_forgotten == 1
        assert o.check(cg) == 'not found' and not o.record(cg).exists()


@tap.test
def too_many_wrong_ones_lock_and_a_restart_does_not_help():
    with with_verifier('max_failures = 3\n') as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        assert o.check(cg, 'wrong') == 'denied'
        os.kill(cg.vault_pid, signal.SIGKILL)
        cg.await_new_pair(1)
        assert o.check(cg, 'wrong') == 'denied'
    with with_verifier('max_failures = 3\n', cg.state) as again:
        assert o.listed(again)[ALICE].n_failures == 2
        assert o.check(again, 'wrong') == 'denied'
        assert o.check(again) == 'locked'
        again.process.kill()
        again.process.wait()
        o.await_end(again)
        again.launch()
        again.await_new_pair(1)
        assert o.check(again) == 'locked'
        until = o.listed(again)[ALICE].locked_until
        assert 800 < until - o.now() <= 900, until


@tap.test
def a_right_one_counts_anew():
    with with_verifier('max_failures = 3\n') as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        for _ in range(3):
            assert o.check(cg, 'wrong') == 'denied'
            assert o.check(cg, 'wrong') == 'denied'
            assert o.check(cg) == 'ok'
        assert o.listed(cg)[ALICE].n_failures == 0


def bring_back(cg, old):
    """While nothing runs."""
    path = o.record(cg)
    sb = path.stat()
    path.write_bytes(old)
    os.chown(path, sb.st_uid, sb.st_gid)


@tap.test
def T12_an_old_copy_of_a_record_is_refused():
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        old = o.record(cg).read_bytes()
        assert o.check(cg, 'wrong') == 'denied'
        new = o.record(cg).read_bytes()
        assert old != new
    bring_back(cg, old)
    with with_verifier(state=cg.state) as again:
        assert o.listed(again)[ALICE].is_usable == 0
        assert f'uid {ALICE} is of no use: an old copy' in again.log()
        assert o.check(again) == 'refused by policy'
    bring_back(cg, new)
    with with_verifier(state=cg.state) as again:
        assert o.check(again) == 'ok'
    bring_back(cg, new)
    with with_verifier(state=cg.state) as again:
        assert o.check(again) == 'refused by policy'
        o.sign_in(again)
        assert o.store(again) == 'ok' and o.check(again) == 'ok'


@tap.test
def T12_the_verifier_of_an_old_password_does_not_come_back():
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        old = o.record(cg).read_bytes()
        KDC.kadmin('cpw -pw another-one-1 alice')
        try:
            o.sign_in(cg, password='another-one-1')
            assert o.store(cg) == 'refused by policy'
            assert o.store(cg, password='another-one-1') == 'ok'
        finally:
            KDC.kadmin(f'cpw -pw {o.PASSWORD} alice')
        assert o.check(cg) == 'denied'
    bring_back(cg, old)
    with with_verifier(state=cg.state) as again:
        assert o.check(again) == 'refused by policy'


@tap.test
def names_that_have_changed_are_refused_without_a_guess():
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        for names in ((SID2, o.DOMAIN), (o.SID, 'OTHER')):
            assert o.check(cg, names=names) == 'refused by policy'
        assert o.listed(cg)[ALICE].n_failures == 0


@tap.test
def another_host_key_opens_nothing():
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
    key = cg.state / 'host.key'
    assert o.shut_off(key) and key.stat().st_size == 32
    key.unlink()
    with with_verifier(state=cg.state) as again:
        assert o.check(again) == 'could not be decrypted'
        assert o.listed(again)[ALICE].is_usable == 0
        o.sign_in(again)
        assert o.store(again) == 'ok' and o.check(again) == 'ok'


@tap.test
def a_host_key_that_others_may_have_read_is_refused():
    with with_verifier() as cg:
        pass
    for spoil in (lambda key: key.chmod(0o640),
                  lambda key: os.chown(key, ALICE, 0),
                  lambda key: key.write_bytes(b'short'),
                  lambda key: os.link(key, key.parent / 'copy'),
                  lambda key: (key.rename(key.parent / 'k'),
                               key.symlink_to('k'))):
        shutil.rmtree(cg.state)
        with with_verifier(state=cg.state):
            pass
        spoil(cg.state / 'host.key')
        again = with_verifier(state=cg.state)
        code, log = again.run_to_end()
        assert code == 1 and 'host.key: ' in log, (code, log)


@tap.test
def the_state_directory_must_be_roots():
    for spoil in (lambda path: path.chmod(0o777),
                  lambda path: os.chown(path, ALICE, 0),
                  lambda path: os.chown(path / 'verifiers', ALICE, 0),
                  lambda path: (path / 'verifiers').chmod(0o770),
                  lambda path: (path / 'seen').chmod(0o666)):
        with with_verifier() as cg:
            pass
        spoil(cg.state)
        code, log = with_verifier(state=cg.state).run_to_end()
        assert code == 1 and 'refused: ' in log, (code, log)


@tap.test
def the_least_recently_used_goes():
    with with_verifier('count = 1\n') as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        o.sign_in(cg, 'bob@COMP.TEST', PASSWORDS['bob'], BOB)
        os.utime(o.record(cg), (1, 1))
        assert o.store(cg, 'bob', sid=SID2) == 'ok'
        assert o.listed(cg).keys() == {BOB}
        assert not o.record(cg).exists()
    with with_verifier('count = 0\n', cg.state) as again:
        assert o.listed(again) == {}
        assert not o.record(again, BOB).exists()
        o.sign_in(again)
        assert o.store(again) == 'refused by policy'


@tap.test
def credguardctl_shows_and_erases_verifiers():
    with with_verifier('max_failures = 2\n') as cg:
        done(ctl(cg, 'root', 'list', '--offline'), 0, 'no verifiers')
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        done(ctl(cg, 'root', 'list', '--offline'), 0, o.NAME, 'good')
        done(ctl(cg, 'bob', 'list', '--offline'), 0, 'no verifiers')
        for _ in range(2):
            assert o.check(cg, 'wrong') == 'denied'
        done(ctl(cg, 'alice', 'list', '--offline'), 0, 'locked')
        one, = json.loads(ctl(cg, 'root', 'list', '--offline',
                              '--json').stdout)['verifiers']
        assert (one['uid'], one['state'], one['failures'], one['sid']) == \
            (ALICE, 'locked', 2, o.SID), one
        assert one['expires'] - one['made'] == 30 * 86400
        told = json.loads(ctl(cg, 'root', 'status', '--json').stdout)
        assert told['offline'] == {'sealing_key': 'host-key-file',
                                   'rollback': 'file', 'verifiers': 1}
        done(ctl(cg, 'bob', 'status'), 0, 'Offline logon', 'host.key',
             'old copy of the')
        done(ctl(cg, 'bob', 'forget', 'alice'), 1, 'policy')
        done(ctl(cg, 'root', 'forget', 'nobody-of-this-name'), 1, 'no user')
        done(ctl(cg, 'root', 'forget', 'alice'), 0, 'verifier erased')
        done(ctl(cg, 'alice', 'forget'), 0, 'there was no verifier')
        done(ctl(cg, 'root', 'list', '--offline', '--all'), 2, 'neither')


ALICE, BOB = uid_of('alice'), uid_of('bob')
with Kdc() as KDC:
    KEYTAB = o.keytab_of(KDC)
    tap.main()
