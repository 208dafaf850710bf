#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""lock = yes in [policy]: no weaker policy after it, until the kernel is
booted with the word that takes it away."""
import os
import re
import shutil
import signal

from tests import tap
from tests.component.locking import (LOCK, WORD, command_line, give, machine,
                                     refuses, starts)
from tests.component.place import await_true

RULE = '[rule nas]\ntarget = cifs/nas\nallow = no\n'


@tap.test
def a_weaker_key_is_refused_also_without_the_lock_in_the_file():
    cg = machine(LOCK)
    starts(cg, LOCK, 'the policy is locked from now on')
    log = starts(cg, LOCK)
    assert 'locked' not in log, log
    refuses(cg, LOCK + 'ntlm_without_target = yes\n',
            'ntlm_without_target = yes in [policy] is weaker than no')
    refuses(cg, LOCK + 'linger = yes\n', 'linger = yes in [policy]')
    refuses(cg, LOCK + '[offline]\nscrypt_log_n = 14\n',
            'scrypt_log_n = 14 in [offline] is weaker than 16')
    refuses(cg, '[sealing]\nprotect = file\n',
            'lock = no in [policy] is weaker than yes')
    starts(cg, LOCK)


@tap.test
def a_stronger_policy_takes_its_place():
    cg = machine(LOCK)
    starts(cg, LOCK)
    starts(cg, LOCK + 'ntlm = no\n')
    refuses(cg, LOCK, 'ntlm = yes in [policy] is weaker than no')


@tap.test
def a_rule_that_refuses_may_come_and_not_go():
    cg = machine(LOCK)
    starts(cg, LOCK)
    starts(cg, LOCK + RULE)
    refuses(cg, LOCK, '[rule nas] went or was changed')
    refuses(cg, LOCK + RULE + 'mode = audit\n', '[rule nas]')
    refuses(cg, LOCK + '[rule may]\nallow = yes\n' + RULE, '[rule may] came')
    starts(cg, LOCK + RULE + '[rule b]\nuser = bob\nallow = no\n')


@tap.test
def without_the_lock_the_policy_may_become_weaker():
    cg = machine('')
    starts(cg, '[policy]\nntlm = no\n')
    starts(cg, '[policy]\nlinger = yes\n')


@tap.test
def a_record_that_was_altered_does_not_open_the_lock():
    cg = machine(LOCK)
    starts(cg, LOCK)
    (ledger,) = cg.state.glob('ledger*')
    data = bytearray(ledger.read_bytes())
    data[len(data) // 2] ^= 1
    ledger.write_bytes(data)
    refuses(cg, LOCK, 'is lost')
    refuses(cg, LOCK, 'to what is not known')


@tap.test
def without_a_place_for_the_record_a_locked_policy_does_not_start():
    cg = machine(LOCK)
    starts(cg, LOCK)
    shutil.rmtree(cg.state)
    cg.state.write_text('no directory')
    refuses(cg, LOCK, 'there is no sealing key')


@tap.test
def as_many_rules_as_a_policy_can_have_are_locked():
    rules = ''.join(f'[rule r{i}]\ntarget = {"t" * 154}{i}\nallow = no\n'
                    for i in range(60))
    cg = machine(LOCK + rules)
    starts(cg, LOCK + rules, 'locked from now on')
    refuses(cg, LOCK + rules.replace('allow = no', 'allow = yes'),
            '[rule r59]')
    starts(cg, LOCK + rules)


@tap.test
def a_file_that_becomes_weaker_meanwhile_gets_no_new_broker():
    cg = machine(LOCK + RULE)
    with cg:
        give(cg, LOCK + RULE.replace('no', 'yes'))
        os.kill(cg.broker_pid, signal.SIGKILL)
        await_true(lambda: '[rule nas] went or was' in cg.log(), 'a refusal',
                   10)
        assert len(cg.pairs()) == 1
        give(cg, LOCK + RULE)
        cg.await_new_pair(1)


@tap.test
def the_word_on_the_kernels_command_line_takes_the_lock_away():
    cg = machine(LOCK + 'ntlm = no\n')
    starts(cg, LOCK + 'ntlm = no\n')
    with command_line(f'ro quiet x{WORD} {WORD}ed'):
        refuses(cg, LOCK, 'ntlm = yes')
    with command_line(f'ro {WORD} quiet'):
        starts(cg, LOCK, 'the lock of the policy is taken away')
    log = starts(cg, LOCK)
    assert re.search('locked from now on', log), log


tap.main()
