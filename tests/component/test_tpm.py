#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sealing key in a TPM: what opens it, what does not, and which copies of
the state directory are refused. A real KDC, a real TPM in software."""
import json
import os
import signal
import subprocess
import time

from tests import tap
from tests.component import offline as o
from tests.component.ctl import ctl
from tests.component.kdc import Kdc
from tests.component.place import await_true, uid_of
from tests.component.small_disk import SmallDisk
from tests.component.tpm import Tpm, bring_back, copy_of, replace


def guarded(tpm, state=None, more=''):
    return o.guarded(KDC, KEYTAB, f'{tpm.config}{more}', state)


def signed_in(tpm, **kw):
    """With a verifier, and the instance has ended."""
    with guarded(tpm, **kw) as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok' and o.check(cg) == 'ok'
    return cg


def told(cg):
    return json.loads(ctl(cg, 'root', 'status', '--json').stdout)


@tap.test
def it_seals_and_opens_across_starts_and_vaults():
    with Tpm() as tpm:
        cg = signed_in(tpm)
        assert (cg.state / 'host.tpm').exists()
        assert o.shut_off(cg.state / 'host.tpm')
        assert not (cg.state / 'host.key').exists()
        for _ in range(2):
            tpm.reboot()
            with guarded(tpm, state=cg.state) as again:
                assert o.check(again) == 'ok'
                os.kill(again.pairs()[-1][0], signal.SIGKILL)
                await_true(lambda: len(again.pairs()) == 2, 'a new pair', 20)
                await_true(lambda: o.check(again) == 'ok', 'the key', 20)
                assert told(again)['offline'] == {
                    'sealing_key': 'tpm', 'rollback': 'tpm', 'verifiers': 1}


@tap.test
def T12_the_disk_without_its_tpm_is_of_no_use():
    with Tpm() as tpm, Tpm() as other:
        cg = signed_in(tpm)
        bring_back(copy_of(cg.state), cg.state)
        with guarded(other, state=cg.state) as stolen:
            assert 'this TPM does not open the key' in stolen.log()
            assert o.check(stolen) == 'could not be decrypted'


@tap.test
def T12_an_old_copy_of_all_of_it_is_refused_after_a_start():
    with Tpm() as tpm:
        cg = signed_in(tpm)
        copy = copy_of(cg.state)
        with guarded(tpm, state=cg.state) as again:
            assert o.check(again, 'wrong') == 'denied'
        bring_back(copy, cg.state)
        with guarded(tpm, state=cg.state) as old:
            assert 'the state directory is an old copy' in old.log()
            assert o.check(old) == 'could not be decrypted'
            assert o.check(old, 'wrong') == 'could not be decrypted'
            # It goes on: one logon with a KDC makes a new verifier.
            o.sign_in(old)
            assert o.store(old) == 'ok' and o.check(old) == 'ok'


@tap.test
def without_a_tpm_such_a_copy_is_taken():
    """What README says of it; and that the test above can fail."""
    cg = o.guarded(KDC, KEYTAB)
    with cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
    copy = copy_of(cg.state)
    with o.guarded(KDC, KEYTAB, state=cg.state) as again:
        assert o.check(again, 'wrong') == 'denied'
    bring_back(copy, cg.state)
    with o.guarded(KDC, KEYTAB, state=cg.state) as old:
        assert o.listed(old)[ALICE].n_failures == 0
        assert o.check(old) == 'ok'


@tap.test
def other_firmware_settings_do_not_open_it():
    for pcrs, ok in (('7', False), ('0,7', False), ('4', True), ('', True)):
        with Tpm(pcrs) as tpm:
            cg = signed_in(tpm)
            tpm.extend(7)
            with guarded(tpm, state=cg.state) as again:
                found = o.check(again)
                assert (found == 'ok') == ok, (pcrs, found, again.log())


@tap.test
def a_cleared_tpm_begins_anew():
    with Tpm() as tpm:
        cg = signed_in(tpm)
        tpm.clear()
        with guarded(tpm, state=cg.state) as again:
            assert 'a new sealing key' in again.log()
            assert o.check(again) == 'could not be decrypted'
            o.sign_in(again)
            assert o.store(again) == 'ok' and o.check(again) == 'ok'


@tap.test
def a_tpm_that_is_away_is_no_reason_for_a_file():
    tpm = Tpm()
    with tpm:
        cg = signed_in(tpm)
        blob = (cg.state / 'host.tpm').read_bytes()
        tpm.stop()
        with guarded(tpm, state=cg.state) as without:
            assert 'the TPM cannot be used' in without.log()
            o.sign_in(without)
            assert o.check(without) == 'refused by policy'
            assert told(without)['offline']['sealing_key'] == 'none'
        assert not (cg.state / 'host.key').exists()
        assert (cg.state / 'host.tpm').read_bytes() == blob
        tpm.start()
        with guarded(tpm, state=cg.state) as again:
            assert o.check(again) == 'ok'


@tap.test
def T12_old_records_beside_the_key_of_today_are_refused():
    """Whoever leaves host.tpm in its place, and brings back the rest."""
    rest = ('verifiers', 'seen')
    for brought, why in ((rest, 'refused by policy'),
                         (('verifiers',), 'refused by policy'),
                         (rest + ('ledger.0', 'ledger.1'),
                          'could not be decrypted')):
        with Tpm() as tpm:
            cg = signed_in(tpm)
            copy = copy_of(cg.state)
            with guarded(tpm, state=cg.state) as again:
                assert o.check(again, 'wrong') == 'denied'
            for name in brought:
                replace(copy / name, cg.state / name)
            with guarded(tpm, state=cg.state) as old:
                assert o.check(old) == why, (brought, old.log())
                assert o.check(old, 'wrong') == why


@tap.test
def T12_a_ledger_that_is_taken_away_takes_the_key_with_it():
    with Tpm() as tpm:
        cg = signed_in(tpm)
        for name in ('ledger.0', 'ledger.1', 'seen'):
            (cg.state / name).unlink(missing_ok=True)
        with guarded(tpm, state=cg.state) as again:
            assert 'is an old copy or gone' in again.log()
            assert o.check(again) == 'could not be decrypted'


@tap.test
def T12_a_guess_is_in_the_ledger_within_seconds():
    """A power cut later, and with all else from before it."""
    with Tpm() as tpm:
        cg = signed_in(tpm)
        copy = copy_of(cg.state)
        with guarded(tpm, state=cg.state) as again:
            before = (cg.state / 'host.tpm').read_bytes()
            assert o.check(again, 'wrong') == 'denied'
            await_true(lambda: before != (cg.state / 'host.tpm').read_bytes(),
                       'a new epoch', 5)
            time.sleep(1)
            cut_off(again)
        for name in ('verifiers', 'seen'):
            replace(copy / name, cg.state / name)
        with guarded(tpm, state=cg.state) as old:
            assert o.check(old) == 'refused by policy', old.log()


@tap.test
def who_guesses_all_day_does_not_wear_out_the_tpm():
    with Tpm() as tpm:
        cg = signed_in(tpm)
        with guarded(tpm, state=cg.state) as again:
            file, seen = cg.state / 'host.tpm', set()
            until = time.monotonic() + 40
            while time.monotonic() < until:
                assert o.check(again) == 'ok'
                seen.add(file.read_bytes())
                time.sleep(0.5)     # the vault opens 128 boxes in a minute
            assert 15 < len(seen) <= 21, len(seen)
        # What was not told meanwhile is told at the end.
        assert file.read_bytes() not in seen


def cut_off(cg):
    cg.process.kill()
    cg.process.wait()
    o.await_end(cg)


@tap.test
def T12_a_copy_of_a_start_that_was_cut_off_is_old_as_well():
    """The file is written, the counter has not risen yet: as often as the
    power goes just then, that is one and the same start."""
    with Tpm() as tpm:
        cg = signed_in(tpm)
        earlier = (cg.state / 'host.tpm').read_bytes()
        with open(os.devnull, 'wb') as nothing:
            torn = torn_start(tpm, cg.state, earlier, nothing)
            copy = copy_of(cg.state)
            assert run_tpm(tpm, cg.state, 'begin', nothing).wait(60) == 0
            assert (cg.state / 'host.tpm').read_bytes() != torn
            bring_back(copy, cg.state)
        with guarded(tpm, state=cg.state) as old:
            assert 'the state directory is an old copy' in old.log()


def torn_start(tpm, state, earlier, nothing):
    """Stopped before its first command after the file is in its place."""
    process = subprocess.Popen(
        ['strace', '-qq', '-o', os.devnull, '-e', 'trace=fsync',
         '-e', 'inject=fsync:signal=KILL:when=2',    # the directory's
         *argv_of(tpm, state, 'begin')],
        stdout=nothing, stderr=nothing)
    assert process.wait(60) != 0
    tpm.reboot()
    torn = (state / 'host.tpm').read_bytes()
    assert torn != earlier
    return torn


@tap.test
def T17_killed_at_any_moment_of_a_start_nothing_is_lost():
    """The program is killed later and later, past its end."""
    with Tpm() as tpm:
        cg = signed_in(tpm)
        with open(os.devnull, 'wb') as nothing:
            begin = time.monotonic()
            assert run_tpm(tpm, cg.state, 'begin', nothing).wait(60) == 0
            whole = time.monotonic() - begin
            for i in range(60):
                process = run_tpm(tpm, cg.state, 'begin', nothing)
                time.sleep(whole * i / 50)
                process.kill()
                process.wait()
                tpm.reboot()    # it has no memory for what is left over
        assert not (cg.state / 'host.key').exists()
        with guarded(tpm, state=cg.state) as again:
            assert o.check(again) == 'ok', again.log()


def argv_of(tpm, state, command):
    """As credguard-launch does."""
    return ['sh', '-c', 'exec "$@" 3< "$0"', state,
            o.TOP / 'build/credguard-tpm', '--tcti', tpm.tcti, '--pcrs', '7',
            command]


def run_tpm(tpm, state, command, out):
    return subprocess.Popen(argv_of(tpm, state, command), stdout=out,
                            stderr=subprocess.DEVNULL)


@tap.test
def T17_a_full_disk_does_not_stop_a_start_and_loses_no_key():
    disk = SmallDisk('256k')
    with Tpm() as tpm:
        signed_in(tpm, state=disk.state)
        with guarded(tpm, state=disk.state):
            pass                # each of the two files has its blocks now
        disk.fill()
        for _ in range(3):
            with guarded(tpm, state=disk.state) as full:
                assert o.check(full) == 'ok', full.log()
                assert o.check(full, 'wrong') == 'denied'
        disk.room()
        with guarded(tpm, state=disk.state) as again:
            assert o.listed(again)[ALICE].n_failures == 1
            assert o.check(again) == 'ok'


@tap.test
def a_tpm_that_hangs_stops_nothing_but_offline_logon():
    with Tpm() as tpm:
        cg = signed_in(tpm)
        os.kill(tpm.process.pid, signal.SIGSTOP)
        again = guarded(tpm, state=cg.state)
        again.launch()
        await_true(again.pairs, 'a pair', 60)
        try:
            assert 'no answer from the TPM within 30 s' in again.log()
            o.sign_in(again)
            assert o.check(again) == 'refused by policy'
        finally:
            os.kill(tpm.process.pid, signal.SIGCONT)
            again.stop()
        tpm.reboot()
        with guarded(tpm, state=cg.state) as later:
            assert o.check(later) == 'ok', later.log()


@tap.test
def a_file_becomes_a_tpm_and_back():
    """With a new key each: what others may have seen is not taken over."""
    with Tpm() as tpm:
        cg = o.guarded(KDC, KEYTAB, '[sealing]\nprotect = file\n')
        with cg:
            o.sign_in(cg)
            assert o.store(cg) == 'ok'
        assert (cg.state / 'host.key').exists()
        with guarded(tpm, state=cg.state) as sealed:
            assert o.check(sealed) == 'could not be decrypted'
            o.sign_in(sealed)
            assert o.store(sealed) == 'ok'
        assert not (cg.state / 'host.key').exists()
        back = '[sealing]\nprotect = file\n'
        with o.guarded(KDC, KEYTAB, back, state=cg.state) as file:
            assert o.check(file) == 'could not be decrypted'
        assert not (cg.state / 'host.tpm').exists()


@tap.test
def settings_that_are_wrong_say_so():
    for text, why in (('protect = yes', 'must be auto, tpm2 or file'),
                      ('tcti =', 'must have 1 to 255 characters'),
                      ('keys = 1', '[sealing] has no key "keys"')):
        cg = o.guarded(KDC, KEYTAB, f'[sealing]\n{text}\n')
        code, log = cg.run_to_end()
        assert code == 1 and why in log, (code, log)
    for pcrs in ('24', '7,', 'x', '7/8'):
        with Tpm(pcrs) as tpm, guarded(tpm) as cg:
            assert 'must be numbers from 0 to 23' in cg.log(), cg.log()
            assert told(cg)['offline']['sealing_key'] == 'none'


ALICE = uid_of('alice')
with Kdc() as KDC:
    KEYTAB = o.keytab_of(KDC)
    tap.main()
