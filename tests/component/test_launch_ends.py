# SPDX-License-Identifier: GPL-3.0-or-later
"""How the guardian ends, restarts, and does not start at all."""
import errno
import os
import re
import signal
import time

from tests import tap
from tests.component.deny import Deny
from tests.component.launching import (fails, greeting, guarded, standin,
                                       words)
from tests.component.place import await_true, is_alive


def dies_and_comes_back(which):
    with guarded() as cg:
        before, key = cg.pairs()[-1], (cg.runtime / 'vault.pub').read_text()
        os.kill(before[which], signal.SIGKILL)
        await_true(lambda: not any(map(is_alive, before)), 'end of both', 2)
        client = cg.connect()       # nobody is there, and none is refused
        cg.await_new_pair(1)
        after = cg.pairs()[-1]
        assert not set(before) & set(after)
        assert int(client.recv(64).split()[0]) == after[1]
        assert (cg.runtime / 'vault.pub').read_text() != key
        assert 'killed by signal 9' in cg.log()


@tap.test
def a_killed_vault_takes_its_broker_along_and_both_come_back():
    dies_and_comes_back(0)


@tap.test
def a_killed_broker_takes_its_vault_along_and_both_come_back():
    dies_and_comes_back(1)


@tap.test
def nothing_outlives_a_killed_guardian():
    with guarded() as cg:
        pair = cg.pairs()[-1]
        cg.process.kill()
        cg.process.wait()
        await_true(lambda: not any(map(is_alive, pair)), 'end of both', 2)


@tap.test
def a_guardian_follows_a_killed_one_at_once():
    with guarded() as cg:
        cg.stop(signal.SIGKILL)
        cg.launch()
        cg.await_new_pair(1)
        assert greeting(cg)[0] == cg.broker_pid


@tap.test
def a_stopped_guardian_leaves_nothing_behind():
    for how in (signal.SIGTERM, signal.SIGINT):
        with guarded() as cg:
            pair = cg.pairs()[-1]
            assert cg.stop(how) == 0, cg.log()
            assert not cg.kcm_socket.exists() and not cg.runtime.exists()
            assert not any(map(is_alive, pair))


@tap.test
def a_runtime_directory_that_was_there_stays():
    cg = guarded()
    cg.runtime.mkdir()
    with cg:
        pass
    assert os.listdir(cg.runtime) == []


@tap.test
def a_hangup_is_ignored():
    with guarded() as cg:
        cg.process.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        assert cg.process.poll() is None and len(cg.pairs()) == 1


@tap.test
def who_dies_again_and_again_is_started_less_and_less_often():
    with guarded(vault=standin('vault_forbidden')) as cg:
        cg.await_new_pair(3)
        delays = re.findall(r'a new pair in (\d+) ms', cg.log())
        assert delays[:3] == ['100', '200', '400'], delays
        begun = time.monotonic()
        assert cg.stop() == 0 and time.monotonic() - begun < 0.5


@tap.test
def a_vault_that_broke_its_filter_is_said_to_have():
    with guarded(vault=standin('vault_forbidden')) as cg:
        cg.await_new_pair(1)
        assert 'credguard-vault ended: killed by its system call filter' \
            in cg.log()


@tap.test
def a_vault_that_does_not_answer_ends_the_start_after_ten_seconds():
    begun = time.monotonic()
    fails('did not answer its birth pack within 10 s', limit_s=15,
          vault=standin('vault_mute'))
    assert 9.5 < time.monotonic() - begun < 12


@tap.test
def a_vault_that_refuses_its_birth_pack_ends_the_start():
    fails('birth pack', vault=standin('vault_refuses'))


@tap.test
def a_vault_that_babbles_ends_the_start():
    fails('birth pack', vault=standin('vault_babbles'))


@tap.test
def a_vault_without_a_protection_of_every_kernel_is_refused():
    fails('lacks: no capabilities', 'refused',
          vault=standin('vault_weak'))


@tap.test
def a_kernel_without_memfd_secret_is_refused_with_a_way_out():
    fails('kernel 6.5', 'secretmem.enable=1', 'secret_memory = mlock',
          deny=[Deny('memfd_secret', errno.ENOSYS)])


@tap.test
def locked_memory_is_taken_where_the_configuration_allows_it():
    with guarded(config='[vault]\nsecret_memory = mlock\n',
                 deny=[Deny('memfd_secret', errno.ENOSYS)]) as cg:
        assert 'the vault lacks: secret memory' in cg.log()
        assert words(cg.vault_pid, 'cmdline')[2] == '--memory=mlock'


@tap.test
def kernels_without_landlock_and_mdwe_are_served_and_told():
    with guarded(deny=[
            Deny('landlock_create_ruleset', errno.ENOSYS),
            Deny('prctl', errno.EINVAL, argument=0, value=65)]) as cg:
        assert 'the vault lacks: Landlock' in cg.log()
        assert 'the vault lacks: no new executable memory' in cg.log()


@tap.test
def switched_off_user_namespaces_are_named():
    fails('user.max_user_namespaces', 'kernel.unprivileged_userns_clone',
          'kernel.apparmor_restrict_unprivileged_userns',
          deny=[Deny('unshare', errno.ENOSPC)])


tap.main()
