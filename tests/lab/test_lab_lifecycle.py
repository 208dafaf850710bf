#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab comes up and goes without a trace, as often as one likes, also when it
was killed on its way. Uses a second lab beside the one that may be up."""
import os
import pathlib
import signal
import subprocess
import time

os.environ['CG_LAB'] = 'life'

from tests import tap                                   # noqa: E402
from tests.lab import guarding, hosts, labtest, state   # noqa: E402

LAB = str(state.TOP / 'tests/lab/lab')
# What the hosts have in their own /run; others may use the machine's.
RUN_NAMES = {state.STATE.name, '.heim_org.h5l.kcm-socket', 'apache2.pid',
             'apache2-delegated', 'credguard', 'lab', 'netns', 'sshd.pid'}
OWN_FOLDERS = ('/etc', '/var/lib/samba', '/var/cache/samba', '/home')


def lab(*words, check=True):
    done = subprocess.run([LAB, *words], text=True, capture_output=True,
                          stdin=subprocess.DEVNULL)
    if check and done.returncode != 0:
        raise AssertionError(f'lab {" ".join(words)}: {done.stderr}')
    return done


def processes():
    """{number: parent's number} of every process of the machine."""
    found = {}
    for entry in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            text = (entry / 'stat').read_text(errors='replace')
        except OSError:
            continue
        found[int(entry.name)] = int(text[text.rindex(')') + 2:].split()[1])
    return found


def inside():
    """(number, start) of all processes in the hosts: the keepers' tree."""
    parents = processes()
    found = {state.read(f'{host}.keeper')['pid']
             for host in state.hosts_there()}
    size = 0
    while len(found) > size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return {(pid, state.start_time(pid)) for pid in found}


def keepers():
    return [state.keeper(host) for host in state.hosts_there()]


def still_there(known):
    """Of these processes, and of those that `lab` started outside."""
    left = {pid for pid, start in known
            if start and state.start_time(pid) == start}
    for pid in processes():
        try:
            words = pathlib.Path(f'/proc/{pid}/cmdline').read_bytes()
            env = pathlib.Path(f'/proc/{pid}/environ').read_bytes()
        except OSError:     # it has ended, or is none of ours
            continue
        ours = b'CG_LAB=life' in env.split(b'\0')
        if pid != os.getpid() and (ours or bytes(state.STATE) in words):
            left.add((pid, words))
    return left


def files_of(folder):
    return {(str(path), path.lstat().st_mtime_ns)
            for path in pathlib.Path(folder).rglob('*')}


def machine():
    """What a lab might change outside; other labs may come and go."""
    run = RUN_NAMES & set(os.listdir('/run'))
    mounts = [line for line in
              pathlib.Path('/proc/self/mounts').read_text().splitlines()
              if f'/run/credguard-lab-{state.NAME} ' in line]
    links = set(os.listdir('/sys/class/net'))
    return run, mounts, links, [files_of(path) for path in OWN_FOLDERS]


BEFORE = machine()


def nothing_is_left(known=frozenset()):
    end = time.monotonic() + 20
    while still_there(known) and time.monotonic() < end:
        time.sleep(0.05)
    assert not still_there(known), still_there(known)
    run, *rest = machine()
    assert run <= BEFORE[0], (BEFORE[0], run)
    for old, new in zip(BEFORE[1:], rest):
        assert old == new, (old, new)


@tap.test
def without_a_lab_every_command_says_so():
    lab('down')
    assert lab('status', check=False).returncode == 1
    for words in (('on', 'ws1', '--', 'true'), ('users',),
                  ('scan', 'ws1', '00' * 16), ('guard', 'ws1')):
        done = lab(*words, check=False)
        assert done.returncode == 1 and 'is not up' in done.stderr, done
    nothing_is_left()


@tap.test
def an_option_that_it_does_not_know_is_refused():
    for word in '--sambo', '--samba=heimdal', '--samba', 'ws1':
        done = lab('up', word, check=False)
        assert done.returncode == 1 and f'unknown option {word};' \
            in done.stderr, done
    nothing_is_left()


@tap.test
def it_comes_up_and_goes_several_times_in_a_row():
    seen = set()
    for _ in range(3):
        begun = time.monotonic()
        lab('up')
        print(f'# up after {time.monotonic() - begun:.1f} s')
        seen.add(labtest.password('alice'))
        assert labtest.on('ws2', 'whoami', user='alice').stdout == 'alice\n'
        if guarding.is_guarded('ws1'):
            print('# with Credguard on ws1')
        found = inside()
        assert len(found) > 50 and len(still_there(found)) > 50
        lab('down')
        nothing_is_left(found)
    assert len(seen) == 3, 'passwords are new for each lab'


@tap.test
def a_lab_killed_on_its_way_up_goes_without_a_trace():
    for delay in (0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 1, 3, 5, 6, 7, 8):
        child = subprocess.Popen([LAB, 'up'], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        found = inside()
        lab('down')
        nothing_is_left(found)


@tap.test
def a_half_made_lab_is_not_taken_for_one():
    child = subprocess.Popen([LAB, 'up'], stdout=subprocess.DEVNULL)
    time.sleep(2)
    child.kill()
    child.wait()
    done = lab('up', check=False)
    assert done.returncode == 1 and 'half up' in done.stderr, done
    lab('down')


@tap.test
def after_that_it_comes_up_and_crosses_the_trust():
    begun = time.monotonic()
    lab('up', '--trust')
    print(f'# up with trust after {time.monotonic() - begun:.1f} s')
    for service in ('cifs/dc2.other.test', 'host/dc2.other.test@OTHER.TEST'):
        labtest.kinit('ws2')
        assert 'kvno = ' in labtest.on('ws2', 'kvno', service,
                                       user='alice').stdout
    assert 'krbtgt/OTHER.TEST@EXAMPLE.TEST' in labtest.on(
        'ws2', 'klist', user='alice').stdout
    labtest.on('ws2', 'smbclient', '//dc2.other.test/sysvol', '-N',
               '--use-kerberos=required', '-c', 'ls', user='alice')


@tap.test
def a_second_up_changes_nothing():
    before = labtest.password('alice'), keepers()
    done = lab('up')
    assert 'is up already' in done.stdout
    done = lab('up', '--samba=mit', check=False)
    assert done.returncode == 1 and 'another Samba' in done.stderr, done
    assert (labtest.password('alice'), keepers()) == before


@tap.test
def what_does_not_start_is_named_with_its_log():
    labtest.path('ws2', '/var/log/some.log').write_text('the reason\n')
    try:
        hosts.await_true('ws2', 'somed', lambda: False, '/var/log/some.log',
                         limit_s=0.1)
    except state.LabError as error:
        assert 'ws2: somed did not start' in str(error)
        assert f'{state.STATE}/ws2/var/log/some.log\nthe reason' in str(error)
        return
    raise AssertionError('no error')


@tap.test
def a_host_whose_first_process_died_is_called_dead():
    os.kill(state.keeper('ws2'), signal.SIGKILL)
    time.sleep(0.5)
    done = lab('on', 'ws2', '--', 'true', check=False)
    assert done.returncode == 1 and 'ws2 has died' in done.stderr
    assert 'dead' in lab('status').stdout
    assert lab('on', 'ws1', '--', 'true').returncode == 0


@tap.test
def a_down_that_was_killed_is_finished_by_the_next():
    found = inside()
    child = subprocess.Popen([LAB, 'down'])
    time.sleep(0.08)
    child.kill()
    child.wait()
    lab('down')
    lab('down')
    nothing_is_left(found)


try:
    tap.main()
finally:
    subprocess.run([LAB, 'down'], check=False)
