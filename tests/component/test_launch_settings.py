# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardian's configuration, options, units and trust in files."""
import os
import shutil
import signal
import subprocess

from tests import tap
from tests.component.fixture import Credguard
from tests.component.launching import fails, guarded, standin, words
from tests.component.place import TOP, new_dir, place, uid_of
from tests.component.units import capabilities, confined


BAD_LINES = {
    '[vault]\narena_mb = 64\n': ':2: [vault] has no key "arena_mb"',
    '[valut]\narena_mib = 64\n': ':2: [valut] has no key "arena_mib"',
    '[vault]\n\narena_mib = 65\n': ':3: arena_mib = "65": must be a power',
    '[vault]\narena_mib = 4\n': 'from 8 to 4096',
    '[vault]\nsecret_memory = yes\n': 'must be require or mlock',
    '[vault]\nmax_entries = 1x\n': 'must be a number from 1 to 1048576',
    '[vault]\nmax_entries = -1\n': 'must be a number from 1 to 1048576',
    '[vault]\nmax_entries = 99999999999999999999\n': 'must be a number',
    '[vault]\nmax_entries_per_uid = 0\n': 'from 1 to 65536',
    '[vault]\nclock_skew_s = 3601\n': 'from 0 to 3600',
    '[policy]\nntlm = maybe\n': ':2: ntlm = "maybe": must be yes or no',
    '[policy]\nntlm_without_target = 1\n': 'must be yes or no',
    '[policy]\nlm = no\n': '[policy] has no key "lm"',
    '[launch]\nvault_user =\n': 'vault_user: must have 1 to 32 characters',
    '[vault\n': ':1: neither a [section] nor key = value',
    'arena_mib = 64\n': ':1: [] has no key',
    '[vault]\nnonsense\n': ':2: neither a [section] nor key = value',
}


@tap.test
def a_wrong_line_is_named_with_its_file_and_number():
    for text, want in BAD_LINES.items():
        cg = fails(want, config=text)
        assert str(cg.config) + ':' in cg.log()


@tap.test
def what_is_the_brokers_business_is_left_to_the_broker():
    with guarded(config='[broker]\nanything = goes\n[vault]\narena_mib = 8\n'
                        '[kdc]\nx = y\n[kdcs]\nCOMP.TEST = 127.0.0.1\n') as cg:
        assert '--arena-mib=8' in words(cg.vault_pid, 'cmdline')


@tap.test
def the_configuration_that_ships_says_what_holds_without_it():
    text = (TOP / 'config/credguard.conf').read_text()
    with guarded(config=text) as cg:
        assert words(cg.vault_pid, 'cmdline') == [
            'credguard-vault', '--arena-mib=64', '--memory=secret']


def with_state(cg):
    """As systemd-tmpfiles leaves it."""
    cg.state.mkdir(mode=0o700)
    (cg.state / 'verifiers').mkdir(mode=0o700)
    os.chown(cg.state / 'verifiers', uid_of('credguard'),
             uid_of('credguard'))
    return cg


@tap.test
def the_capabilities_of_the_systemd_unit_are_enough_and_all_needed():
    needed = capabilities()
    with with_state(guarded(prefix=confined(needed))) as cg:
        assert '--arena-mib=64' in words(cg.vault_pid, 'cmdline')
        os.kill(cg.vault_pid, signal.SIGKILL)
        cg.await_new_pair(1)
    for name in needed:
        fails(prefix=confined(set(needed) - {name}))
    with Credguard(prefix=confined(needed)) as cg:
        assert 'no offline logon: ' in cg.log(), cg.log()
    with with_state(Credguard(prefix=confined(needed))) as cg:
        assert 'no offline logon: ' not in cg.log(), cg.log()


@tap.test
def a_missing_configuration_that_was_asked_for_is_an_error():
    fails('/nonexistent.conf', args=['--config', '/nonexistent.conf'])


@tap.test
def missing_and_wrong_users_are_named():
    fails('there is no user nobody-at-all', 'useradd --system',
          args=['--vault-user', 'nobody-at-all'])
    fails('must not be root', args=['--broker-user', 'root'])
    fails('must differ', args=['--vault-user', 'credguard'])


@tap.test
def unknown_options_are_errors_and_help_is_not():
    program = str(place().bin / 'credguard-launch')
    for argv, code, text in ((['--help'], 0, 'Usage: credguard-launch'),
                             (['--version'], 0, 'credguard-launch '),
                             (['--nonsense'], 1, 'nonsense'),
                             (['x'], 1, '"x" is not an option')):
        done = subprocess.run([program, *argv], capture_output=True,
                              text=True, timeout=5)
        assert done.returncode == code, done
        assert text in done.stdout + done.stderr, done


@tap.test
def only_root_may_start_it():
    cg = guarded()
    done = cg.run_as('alice', cg.argv)
    assert done.returncode == 1 and 'must be started as root' in done.stderr


@tap.test
def programs_that_others_may_change_are_refused_outside_a_build_tree():
    real = {'vault': place().bin / 'credguard-vault',
            'broker': standin('broker')}
    for which, program in real.items():
        copy = new_dir('loose') / program.name
        shutil.copy(program, copy)
        for spoil in (lambda: copy.parent.chmod(0o777),
                      lambda: (copy.parent.chmod(0o755),
                               os.chown(copy, 12345, 0)),
                      lambda: (os.chown(copy, 0, 0), copy.chmod(0o775))):
            spoil()
            fails('others than root may change', **{which: copy})
        with guarded(**{which: copy}, args=['--dev']):
            pass


@tap.test
def a_program_that_is_missing_or_no_program_is_an_error():
    text = new_dir('text') / 'text'
    text.write_text('x')
    for which in ('vault', 'broker'):
        fails('/nonexistent/program', **{which: '/nonexistent/program'})
        fails('cannot start', **{which: text})


tap.main()
