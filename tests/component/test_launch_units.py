# SPDX-License-Identifier: GPL-3.0-or-later
"""Guardian, broker and pipe front as units of their own, each started by
somebody else, as systemd does: what they fetch, who may not, and what happens
when one of them is killed."""
import contextlib
import os
import signal
import time

from tests import tap
from tests.component import pipe as p
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.launching import (descriptors, greeting, guarded,
                                       standin, status, words)
from tests.component.place import await_true, is_alive, uid_of
from tests.component.units import (Fronted, Unit, capabilities, confined,
                                   fetch_as)


@contextlib.contextmanager
def split(broker=None, **kw):
    """(guarded, its broker's unit), both running."""
    cg = guarded(args=['--units'], **kw)
    unit = Unit(cg, 'broker', 'credguard', broker or standin('broker'))
    cg.launch()
    try:
        unit.keep()
        await_true(lambda: cg.pairs() or cg.process.poll() is not None,
                   'the first pair', 15)
        assert cg.process.poll() is None, cg.log()
        yield cg, unit
    finally:
        unit.is_over = True
        cg.stop()
        unit.stop()


@tap.test
def a_broker_that_systemd_starts_gets_what_a_spawned_one_gets():
    with guarded() as cg:
        spawned = (words(cg.broker_pid, 'cmdline'),
                   sorted(words(cg.broker_pid, 'environ')),
                   list(range(8)))
        await_true(lambda: descriptors(cg.broker_pid) == spawned[2],
                   'these descriptors')
    with split() as (cg, unit):
        pid = greeting(cg)[0]
        assert pid == cg.broker_pid == unit.process.pid
        found = words(pid, 'cmdline'), sorted(words(pid, 'environ'))
        assert [str(word).replace(str(cg.dir), '') for word in found[0][:2]] \
            == [str(word) for word in spawned[0][:2]], found
        assert [word.partition('=')[0] for word in found[1]] == \
            [word.partition('=')[0] for word in spawned[1]], found
        await_true(lambda: descriptors(pid) == spawned[2],
                   f'the descriptors {spawned[2]}')
        assert status(pid)['NoNewPrivs'] == '1'
        assert status(pid)['Uid'].split() == [str(uid_of('credguard'))] * 4


@tap.test
def a_user_signs_in_through_units():
    with Kdc() as kdc:
        cg = Credguard(kdc=kdc, args=['--units'])
        unit = Unit(cg, 'broker', 'credguard', cg.place.bin / 'credguardd')
        cg.launch()
        try:
            unit.keep()
            await_true(cg.pairs, 'the first pair', 15)
            done = cg.run_as('alice', ['kinit', 'alice'],
                             input=kdc.password('alice'))
            assert done.returncode == 0, done.stderr + unit.log() + cg.log()
            done = cg.run_as('alice', ['kvno', 'host/comp.test'])
            assert done.returncode == 0, done.stderr
        finally:
            unit.is_over = True
            cg.stop()
            unit.stop()


def dies_and_comes_back(which):
    with split() as (cg, unit):
        before = cg.pairs()[-1]
        number = (unit.dir / 'number').read_bytes()
        os.kill(before[which], signal.SIGKILL)
        await_true(lambda: not any(map(is_alive, before)), 'end of both', 2)
        cg.await_new_pair(1)
        assert not set(before) & set(cg.pairs()[-1])
        assert (unit.dir / 'number').read_bytes() != number
        assert greeting(cg)[0] == cg.broker_pid


@tap.test
def a_killed_vault_takes_its_broker_along_and_both_come_back():
    dies_and_comes_back(0)


@tap.test
def a_killed_broker_takes_its_vault_along_and_both_come_back():
    dies_and_comes_back(1)


@tap.test
def a_broker_that_hangs_is_ended_by_the_guardian():
    with split() as (cg, _):
        vault, broker = cg.pairs()[-1]
        os.kill(broker, signal.SIGSTOP)
        os.kill(vault, signal.SIGKILL)
        await_true(lambda: not is_alive(broker), 'its end', 3)
        cg.await_new_pair(1)


@tap.test
def what_hangs_is_ended_with_the_capabilities_and_the_umask_of_the_unit():
    closed = ['sh', '-c', 'umask 077 && exec "$@"', 'sh',
              *confined(capabilities())]
    with Kdc() as kdc:
        cg = Credguard(kdc=kdc, args=['--units'], prefix=closed)
        unit = Unit(cg, 'broker', 'credguard', cg.place.bin / 'credguardd')
        cg.launch()
        try:
            unit.keep()
            await_true(cg.pairs, 'the first pair', 15)
            vault, broker = cg.pairs()[-1]
            os.kill(vault, signal.SIGSTOP)
            os.kill(broker, signal.SIGKILL)
            await_true(lambda: not is_alive(vault), 'the end of the vault', 3)
            cg.await_new_pair(1)
            done = cg.run_as('alice', ['kinit', 'alice'],
                             input=kdc.password('alice'))
            assert done.returncode == 0, done.stderr + unit.log() + cg.log()
            broker = cg.broker_pid
            os.kill(broker, signal.SIGSTOP)
            os.kill(cg.vault_pid, signal.SIGKILL)
            await_true(lambda: not is_alive(broker), 'the end of the broker',
                       3)
        finally:
            unit.is_over = True
            cg.stop()
            unit.stop()


@tap.test
def the_vault_of_a_unit_has_namespaces_of_its_own():
    def own(pid, name):
        return os.readlink(f'/proc/{pid}/ns/{name}') != \
            os.readlink(f'/proc/self/ns/{name}')

    with split() as (cg, _):
        assert all(own(cg.vault_pid, name) for name in ('user', 'pid', 'mnt'))
        assert not own(cg.vault_pid, 'net')     # the unit's, PrivateNetwork=
    with guarded() as cg:
        assert all(own(cg.vault_pid, name) for name in (
            'user', 'pid', 'mnt', 'net', 'ipc', 'uts', 'cgroup'))


@tap.test
def nothing_outlives_a_killed_guardian():
    with split() as (cg, unit):
        pair = cg.pairs()[-1]
        unit.is_over = True
        cg.process.kill()
        cg.process.wait()
        await_true(lambda: not any(map(is_alive, pair)), 'end of both', 2)


@tap.test
def only_the_brokers_user_comes_as_far_as_the_socket():
    with split() as (cg, unit):
        number = (unit.dir / 'number').read_bytes()
        done = fetch_as('alice', unit, number)
        assert done.returncode == 1 and 'Permission denied' in done.stderr
        for path in (unit.dir, unit.dir / 'number'):
            assert path.stat().st_uid == 0
        assert (unit.dir / 'number').stat().st_mode & 0o777 == 0o600


def refused(cg, unit, user, number, text):
    """While the guardian waits for a broker."""
    done = fetch_as(user, unit, number)
    assert done.returncode == 1, done
    assert any(word in done.stderr for word in (
        'the guardian gave nothing', 'Broken pipe')), done.stderr
    assert text in cg.log(), cg.log()
    assert 'uid=' not in done.stdout


@tap.test
def who_has_not_the_number_of_this_start_gets_no_vault():
    cg = guarded(args=['--units'])
    unit = Unit(cg, 'broker', 'credguard', standin('broker'))
    cg.launch()
    try:
        await_true(lambda: (unit.dir / 'number').exists(), 'a number', 15)
        used = (unit.dir / 'number').read_bytes()
        refused(cg, unit, 'credguard', bytes(32), 'without the number')
        refused(cg, unit, 0, used, 'a start by uid 0')
        unit.start()
        await_true(cg.pairs, 'the first pair', 15)
        os.kill(cg.broker_pid, signal.SIGKILL)
        unit.process.wait()
        # One that was taken over, and has left a child behind.
        refused(cg, unit, 'credguard', used, 'without the number')
        assert len(cg.pairs()) == 1
        unit.start()
        cg.await_new_pair(1)
    finally:
        cg.stop()
        unit.stop()


@tap.test
def the_pipe_front_is_a_unit_with_a_life_of_its_own():
    f = Fronted()
    with split(config=f.config) as (cg, _):
        front = Unit(cg, 'winbind', 'credguard-winbind',
                     cg.place.bin / 'credguard-winbind',
                     groups=['winbindd_priv'])
        front.keep()
        try:
            assert f.ask() == p.OK
            os.kill(front.process.pid, signal.SIGKILL)
            assert f.ask() == p.OK      # waits in the listening socket
            assert len(cg.pairs()) == 1
            os.kill(cg.vault_pid, signal.SIGKILL)
            cg.await_new_pair(1)
            begun = time.monotonic()
            assert f.ask() == p.OK
            assert time.monotonic() - begun < 2
        finally:
            front.is_over = True
            front.stop()
    f.winbindd.close()


@tap.test
def where_no_front_is_wanted_there_is_nothing_to_fetch():
    with split() as (cg, _):
        assert not (cg.runtime / 'start-winbind').exists()


@tap.test
def a_stopped_guardian_takes_its_numbers_along():
    with split() as (cg, unit):
        unit.is_over = True
        cg.stop()
        assert not unit.dir.exists()


tap.main()
