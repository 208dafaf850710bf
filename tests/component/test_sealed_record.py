#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T12, T17: the guardian's sealed records, with a TPM in software and with a
host key."""
import os
import signal
import subprocess
import time

from tests import tap
from tests.component.place import TOP, new_dir
from tests.component.tpm import Tpm, copy_of, replace

DRIVER = TOP / 'build/tests/component/record_driver'
RECORD_MAX = 16384      # CG_SEALED_RECORD_MAX


def record_argv(state, tcti, *words):
    return [DRIVER, state, tcti,
            *map(str, words)]


def record(state, tcti, *words):
    done = subprocess.run(record_argv(state, tcti, *words), check=True,
                          text=True, capture_output=True, timeout=60)
    return done.stdout.strip()


@tap.test
def T17_a_record_is_the_old_or_the_new_wherever_its_write_is_killed():
    """At 100 points, from the write of the file to the rise of the counter;
    the program that asks the TPM dies with it."""
    with Tpm('') as tpm:
        state = new_dir('state')
        assert record(state, tpm.tcti, 'write', 'n', 0, 'n', 1) == 'ok\nok'
        begin = time.monotonic()
        assert record(state, tpm.tcti, 'write', 'n', 2) == 'ok'
        whole = time.monotonic() - begin
        found = {'old': 0, 'new': 0}
        last = 2
        for i in range(100):
            last = killed_write(tpm, state, last, whole * i / 90, found)
        print(f'# {found}', flush=True)
        assert min(found.values()) > 5, found


def killed_write(tpm, state, last, after_s, found):
    process = subprocess.Popen(
        record_argv(state, tpm.tcti, 'write', 'n', last + 1),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True)
    time.sleep(after_s)
    kill_all(process.pid)
    told = process.communicate()[0]
    tpm.reboot()
    value = record(state, tpm.tcti, 'read', 'n')
    assert value in (str(last), str(last + 1)), (value, last)
    assert told != b'ok\n' or value == str(last + 1), (told, value, last)
    found['new' if value == str(last + 1) else 'old'] += 1
    return int(value)


def kill_all(pid):
    """With its children, which have sessions of their own."""
    try:
        with open(f'/proc/{pid}/task/{pid}/children') as file:
            children = [int(word) for word in file.read().split()]
    except OSError:
        children = []
    for each in (pid, *children):
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            pass


@tap.test
def records_are_kept_and_old_or_altered_ones_are_not_read():
    with Tpm('') as tpm:
        for tcti in ('file', tpm.tcti):
            state = new_dir('state')
            assert record(state, tcti, 'read', 'lock') == 'not found'
            assert record(state, tcti, 'write', 'lock', 'off') == 'ok'
            copy = copy_of(state)
            assert record(state, tcti, 'write', 'lock', 'on', 'b', 'c') == \
                'ok\nok'
            assert record(state, tcti, 'read', 'lock') == 'on'
            assert record(state, tcti, 'read', 'b') == 'c'
            assert record(state, tcti, 'write', 'b', '') == 'ok'
            assert record(state, tcti, 'read', 'b') == 'not found'
            most = 'x' * RECORD_MAX
            assert record(state, tcti, 'write', 'l', most + 'x') == \
                record(state, tcti, 'write', 'n' * 32, 'x')
            assert record(state, tcti, 'write', 'l', most) == 'ok'
            for name in ('ledger.0', 'ledger.1'):
                replace(copy / name, state / name)
            old = record(state, tcti, 'read', 'lock')
            # As THREATS has it: without a TPM nobody notices.
            assert old == ('off' if tcti == 'file' else
                           'could not be decrypted'), (tcti, old)
            altered = new_dir('state')
            assert record(altered, tcti, 'write', 'lock', 'on') == 'ok'
            for path in altered.glob('ledger.*'):
                data = bytearray(path.read_bytes())
                data[-40] ^= 1
                path.write_bytes(data)
            assert record(altered, tcti, 'read', 'lock') == \
                'could not be decrypted'


tap.main()
