# SPDX-License-Identifier: GPL-3.0-or-later
"""T1, T2, T5, T6, T7, T13 for the TGT. Each theft runs on the stock ws2, where
it must succeed, and on the guarded ws1, where its last step must be refused;
what is looked for is the real key, known from the domain's own krbtgt key."""
from tests import tap
from tests.attack import thefts
from tests.lab import labtest

SIGNED_IN = {'kinit': thefts.by_kinit, 'credguardctl': thefts.by_credguardctl}
# A build of ours whose heap and stack are ordinary memory; --dev lets the
# guardian start it although it does not have what it should.
PLAIN = ('--vault', '/run/lab/bin/credguard-vault-plain', '--dev')
state = {}


def stock():
    """alice on ws2, in a file cache as Debian sets it up."""
    if 'stock' not in state:
        state['stock'] = thefts.Victim('ws2', thefts.by_kinit)
    return state['stock']


def guarded(how):
    labtest.guard('ws1')
    labtest.on('ws1', 'kdestroy', '-A', user='alice', check=False)
    return thefts.Victim('ws1', SIGNED_IN[how])


def both(theft):
    loot = theft(stock())
    assert loot, 'the theft failed on the stock host: it proves nothing'
    for how in SIGNED_IN:
        victim = guarded(how)
        victim.on('kvno', f'host/{thefts.FS1}')     # it is in use, too
        loot = theft(victim)
        assert loot is None, f'after {how}: {loot}'


@tap.test
def T5_no_file_of_the_guarded_host_has_the_tgt():
    both(thefts.copy_files)


@tap.test
def T5_T6_a_copy_of_the_cache_has_no_tgt():
    both(thefts.copy_cache)


@tap.test
def T5_a_copy_of_the_cache_is_of_no_use_on_another_host():
    both(thefts.use_copy_elsewhere)


@tap.test
def T13_ssh_with_delegation_gets_no_forwarded_ticket():
    both(thefts.forward)


def kcm_has_nothing(how, user):
    victim = guarded(how)
    victim.on('kvno', f'host/{thefts.FS1}')
    lines, looted = thefts.kcm_reads(victim, user)
    assert not looted, looted
    return lines


@tap.test
def T6_no_read_of_kcm_by_the_owner_returns_the_tgt():
    for how in SIGNED_IN:
        lines = kcm_has_nothing(how, 'alice')
        served = {line[0] for line in lines if line[1] == '0' and line[2]}
        # The reads did read: the cache was listed, with its decoy.
        assert {'GET_CRED_LIST', 'GET_CRED_BY_UUID'} <= served, served


@tap.test
def T6_no_read_of_kcm_by_root_returns_the_tgt():
    for how in SIGNED_IN:
        lines = kcm_has_nothing(how, 'root')
        assert all(line[1] != '0' for line in lines
                   if line[0] in ('RETRIEVE', 'GET_CRED_BY_UUID')), lines


@tap.test
def T7_no_other_name_of_the_tgt_is_given_out():
    lines = kcm_has_nothing('credguardctl', 'alice')
    asked = [line for line in lines if line[0] == 'RETRIEVE']
    assert len(asked) > 1000, len(asked)
    given = [line for line in asked if line[1] == '0']
    assert not given, given
    for name in ('krbtgt/EXAMPLE.TEST', 'krbtgt', 'kadmin/changepw'):
        done = labtest.on('ws1', 'kvno', name, user='alice', check=False)
        assert done.returncode != 0, f'{name}: {done.stdout}'
    # Stock libkrb5 gets these tickets, so the refusals are ours.
    stock().on('kvno', 'krbtgt/EXAMPLE.TEST')


def guarded_at_work(how):
    labtest.guard('ws1')
    labtest.on('ws1', 'kdestroy', '-A', user='alice', check=False)
    return thefts.at_work('ws1', SIGNED_IN[how])


@tap.test
def T1_T2_the_real_session_key_is_in_no_process_of_the_guarded_host():
    for how in SIGNED_IN:
        with guarded_at_work(how) as victim:
            victim.on('kvno', f'cifs/{thefts.FS1}')
            report = labtest.scan('ws1', *victim.patterns())
        assert not labtest.hits(report), labtest.hits(report)
        closed = labtest.unreadable(report)
        for pid, name, mapping in closed:
            print(f'# could not be read: {pid} {name} {mapping}')
        assert closed, 'the arena should be unreadable'
        assert {name for _, name, _ in closed} == {'credguard-vault'}, closed
        assert all('secretmem' in mapping for _, _, mapping in closed), closed


@tap.test
def T1_the_same_scan_finds_the_key_on_the_stock_host():
    with thefts.at_work('ws2') as victim:
        assert thefts.read_memory(victim)


@tap.test
def T2_the_same_scan_finds_the_key_in_a_vault_with_ordinary_memory():
    labtest.unguard('ws1')
    try:
        labtest.guard('ws1', options=PLAIN)
        victim = thefts.Victim('ws1', thefts.by_credguardctl)
        loot = thefts.read_memory(victim)
        assert loot and 'credguard-vault' in loot, loot
    finally:
        labtest.unguard('ws1')
        labtest.guard('ws1')


@tap.test
def T2_no_core_file_of_the_guarded_host_has_the_tgt():
    with thefts.at_work('ws2') as victim:
        assert thefts.dump_processes(victim)
    for how in SIGNED_IN:
        with guarded_at_work(how) as victim:
            assert thefts.dump_processes(victim) is None


tap.main()
