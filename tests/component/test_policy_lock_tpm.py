#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""lock = yes in [policy] on a machine with a TPM (one in software): who may
write and delete every file does not get a weaker policy."""
import contextlib
import json
import os
import shutil
import subprocess

from tests import tap
from tests.component.ctl import ctl
from tests.component.fixture import Credguard
from tests.component.locking import (WORD, command_line, give, machine,
                                     refuses, starts)
from tests.component.place import new_dir, place
from tests.component.tpm import Tpm, bring_back, copy_of, replace

LOCK = '[policy]\nlock = yes\n'
WEAKER = '[policy]\nntlm_without_target = yes\n'
FILE = '[sealing]\nprotect = file\n'
LOST = 'the TPM says that the policy is locked, and what it was locked to is'


@contextlib.contextmanager
def locked():
    """(its TPM, the machine, and a copy of its disk before the lock)"""
    with Tpm() as tpm:
        cg = machine(tpm.config)
        starts(cg, tpm.config)
        before = copy_of(cg.state)
        starts(cg, tpm.config + LOCK, 'the policy is locked from now on')
        yield tpm, cg, before


def erase(cg):
    shutil.rmtree(cg.state)


@tap.test
def a_weaker_policy_is_refused_across_restarts():
    with locked() as (tpm, cg, _):
        for _ in range(2):
            tpm.reboot()
            refuses(cg, tpm.config + WEAKER + 'lock = yes\n',
                    'ntlm_without_target = yes in [policy] is weaker than no')
            refuses(cg, tpm.config, 'lock = no in [policy] is weaker')
        log = starts(cg, tpm.config + LOCK)
        assert 'locked' not in log, log


@tap.test
def an_old_copy_of_the_state_directory_is_refused():
    with locked() as (tpm, cg, before):
        for config in (tpm.config + WEAKER, tpm.config + LOCK):
            bring_back(before, cg.state)
            refuses(cg, config, LOST)


@tap.test
def an_old_ledger_beside_the_key_of_today_is_refused():
    with locked() as (tpm, cg, before):
        for name in ('ledger.0', 'ledger.1'):
            replace(before / name, cg.state / name)
        refuses(cg, tpm.config + WEAKER, LOST)


@tap.test
def without_its_record_it_is_refused_whatever_the_file_says():
    with locked() as (tpm, cg, _):
        for config in (WEAKER, LOCK, WEAKER + 'lock = yes\n'):
            for name in ('ledger.0', 'ledger.1'):
                (cg.state / name).unlink(missing_ok=True)
            refuses(cg, tpm.config + config, LOST)
            erase(cg)
            refuses(cg, tpm.config + config, LOST)


@tap.test
def a_key_in_a_file_is_no_way_around_it():
    with locked() as (tpm, cg, _):
        file = tpm.config.replace('[sealing]', '[sealing]\nprotect = file')
        refuses(cg, file + WEAKER, LOST)
        erase(cg)
        refuses(cg, file + LOCK, LOST)


@tap.test
def nor_is_a_record_that_another_key_sealed():
    weaker = FILE + WEAKER + 'lock = yes\n'
    forged = machine(weaker)
    starts(forged, weaker, 'the policy is locked from now on')
    with locked() as (tpm, cg, _):
        bring_back(forged.state, cg.state)
        refuses(cg, weaker.replace('[policy]', f'tcti = {tpm.tcti}\n[policy]'),
                LOST)


@tap.test
def nor_are_pcrs_that_do_not_exist():
    with locked() as (tpm, cg, _):
        other = tpm.config.replace('pcrs = 7', 'pcrs = x')
        refuses(cg, other + WEAKER, LOST)


@tap.test
def nor_is_another_tpm():
    with locked() as (tpm, cg, _), Tpm() as other, machines_own(tpm):
        for config in (FILE, other.config,
                       other.config.replace(str(other.socket), '/none')):
            erase(cg)
            refuses(cg, config + WEAKER, LOST)
        with command_line(WORD):
            starts(cg, FILE, 'the lock of the policy is taken away')
        starts(cg, other.config + WEAKER)


@tap.test
def a_machine_that_was_never_locked_starts_without_its_files():
    with Tpm() as tpm:
        cg = machine(tpm.config)
        starts(cg, tpm.config)
        before = copy_of(cg.state)
        starts(cg, tpm.config)
        bring_back(before, cg.state)
        starts(cg, tpm.config, 'is an old copy')
        erase(cg)
        starts(cg, tpm.config + WEAKER)
        erase(cg)
        starts(cg, tpm.config + LOCK, 'the policy is locked from now on')


@tap.test
def the_kernels_command_line_takes_it_away():
    with locked() as (tpm, cg, before):
        with command_line(f'ro {WORD}'):
            starts(cg, tpm.config, 'the lock of the policy is taken away')
        starts(cg, tpm.config + WEAKER)
        starts(cg, tpm.config + LOCK, 'the policy is locked from now on')
        bring_back(before, cg.state)
        with command_line(WORD):            # the record is lost as well
            starts(cg, tpm.config, 'the lock of the policy is taken away')
        starts(cg, tpm.config + LOCK, 'the policy is locked from now on')
        refuses(cg, tpm.config + WEAKER, 'lock = no')


@tap.test
def killed_before_the_tpm_is_told_it_is_locked_and_tells_it_next_time():
    with Tpm() as tpm:
        cg = machine(tpm.config)
        with program('*" lock") kill -9 $PPID; exit 1;;'):
            killed(cg, tpm.config + LOCK)
        refuses(cg, tpm.config, 'lock = no in [policy] is weaker')
        starts(cg, tpm.config + LOCK)
        erase(cg)
        refuses(cg, tpm.config, LOST)


@tap.test
def killed_after_the_tpm_was_told_it_is_locked():
    with Tpm() as tpm:
        cg = machine(tpm.config)
        with program('*" lock") "$REAL" "$@"; kill -9 $PPID;;'):
            killed(cg, tpm.config + LOCK)
        refuses(cg, tpm.config, 'lock = no in [policy] is weaker')
        starts(cg, tpm.config + LOCK)


@tap.test
def killed_while_it_is_unlocked_it_stays_locked_and_can_be_unlocked():
    for when in ('kill -9 $PPID', '"$REAL" "$@"; kill -9 $PPID'):
        with locked() as (tpm, cg, _):
            with command_line(WORD), program(f'*" unlock") {when};;'):
                killed(cg, tpm.config)
            refuses(cg, tpm.config, 'lock = no in [policy] is weaker')
            starts(cg, tpm.config + LOCK)
            with command_line(WORD):
                starts(cg, tpm.config, 'is taken away')
            starts(cg, tpm.config + WEAKER)


@tap.test
def a_tpm_that_does_not_clear_leaves_all_of_it():
    with locked() as (tpm, cg, _):
        with command_line(WORD), program('*" unlock") exit 1;;'):
            starts(cg, tpm.config, 'the policy stays locked')
        refuses(cg, tpm.config, 'lock = no in [policy] is weaker')


@tap.test
def status_tells_what_holds_it():
    with Tpm() as tpm:
        for config, word, text in (
                (f'{tpm.config}{LOCK}', 'tpm', 'yes, by the TPM'),
                (f'{FILE}{LOCK}', 'file', 'yes, but root can undo it'),
                (FILE, 'none', 'no: who may write credguard.conf')):
            with Credguard(config) as cg:
                told = ctl(cg, 'root', 'status', '--json').stdout
                assert json.loads(told)['policy_lock'] == word, told
                told = ' '.join(ctl(cg, 'root', 'status').stdout.split())
                assert f'locked {text}' in told, told
            if word == 'tpm':
                with command_line(WORD), Credguard(config) as cg:
                    told = ctl(cg, 'root', 'status', '--json').stdout
                    assert json.loads(told)['policy_lock'] == 'none', told


def killed(cg, config):
    give(cg, config)
    code, log = cg.run_to_end(20)
    assert code == -9, (code, log)
    cg.runtime.rmdir()


@contextlib.contextmanager
def program(case):
    """What credguard-tpm does instead, where its arguments are such."""
    directory, there = new_dir('tpm'), place().bin / 'credguard-tpm'
    real, fake = directory / 'credguard-tpm', directory / 'fake'
    shutil.copy(there, real)
    fake.write_text(f'#!/bin/sh\nREAL={real}\ncase " $*" in\n{case}\nesac\n'
                    'exec "$REAL" "$@"\n')
    fake.chmod(0o755)
    subprocess.run(['mount', '--bind', fake, there], check=True)
    try:
        yield
    finally:
        subprocess.run(['umount', there], check=True)


@contextlib.contextmanager
def machines_own(tpm):
    """It is the one at /dev/tpmrm0."""
    dev = new_dir('dev')
    for name in ('null', 'urandom', 'random', 'zero'):
        (dev / name).touch()
        subprocess.run(['mount', '--bind', f'/dev/{name}', dev / name],
                       check=True)
    (dev / 'tpmrm0').touch()
    os.symlink('/proc/self/fd', dev / 'fd')
    subprocess.run(['mount', '--rbind', dev, '/dev'], check=True)
    try:
        with program(f'*device:/dev/tpmrm0*) shift 2; exec "$REAL" --tcti '
                     f'{tpm.tcti} "$@";;'):
            yield
    finally:
        subprocess.run(['umount', '-l', '/dev'], check=True)


tap.main()
