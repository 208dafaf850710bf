# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a lab: namespaces, their network, and taking them down."""
import os
import shutil
import signal
import subprocess
import sys
import time

from tests.lab import files, kernel, state

HERE = state.TOP / 'tests/lab'
UNSHARE = ['/usr/bin/unshare', '--mount', '--uts', '--ipc', '--net', '--pid',
           '--fork', '--']


def make_state():
    state.STATE.mkdir(mode=0o700)
    kernel.mount(f'credguard-lab-{state.NAME}', state.STATE, 'tmpfs',
                 kernel.MS_NOSUID | kernel.MS_NODEV, 'mode=0700,nr_inodes=0')


def run(*argv, stdin=None):
    done = subprocess.run(argv, input=stdin, text=True, capture_output=True)
    if done.returncode != 0:
        raise state.LabError(f'{" ".join(argv)}: {done.stderr.strip()}')
    return done.stdout


def start(names, overlay=''):
    """Namespaces and files of all hosts, then the network between them. The
    members have OVERLAY over their /usr; DCs stay as the machine is."""
    for host in names:
        files.prepare(host)
    files.host_keys(names)
    members = [host for host in names if not host.startswith('dc')]
    keepers = {host: spawn(host, overlay if host in members else '')
               for host in (state.LAN, *names)}
    for host, child in keepers.items():
        await_ready(host, child)
    connect(names)


def spawn(host, overlay):
    return subprocess.Popen(
        [*UNSHARE, '/usr/bin/python3', '-B', str(HERE / 'keeper.py'),
         str(state.STATE), host, str(state.TOP), overlay],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True)


def await_ready(host, child):
    """Writes down who to kill before the keeper may go on."""
    pid = child.stdout.readline().strip()
    if pid:
        record = {'pid': int(pid), 'start': state.start_time(pid)}
        state.write(f'{host}.keeper', record)
        child.stdin.write('go\n')
        child.stdin.flush()
    if child.stdout.readline() != 'ready\n':
        raise state.LabError(f'{host}: {child.stderr.read().strip()}')


def connect(names):
    """A bridge in the namespace `lan`, one cable to eth0 of each host."""
    lines = ['link set lo up', f'link add {state.LAN} type bridge',
             f'link set {state.LAN} up']
    ip_batch(state.LAN, lines)
    for host in names:
        connect_one(host, state.HOSTS[host])


def connect_one(host, address):
    ip_batch(state.LAN, [f'link add {host} type veth peer name eth0'
                         f' netns {state.keeper(host)}',
                         f'link set {host} master {state.LAN} up'])
    ip_batch(host, ['link set lo up', 'link set eth0 up',
                    f'addr add {address}/24 dev eth0'])


def ip_batch(host, lines):
    run('nsenter', '-t', str(state.keeper(host)), '-n',
        'ip', '-batch', '-', stdin='\n'.join(lines))


def stop():
    """What a lab, whole or half made, left on this machine; idempotent."""
    hosts = state.hosts_there()
    for host in hosts:
        end(state.read(f'{host}.keeper'))
    for host in hosts:
        await_end(host, state.read(f'{host}.keeper'))
    while os.path.ismount(state.STATE):
        kernel.detach(state.STATE)
    if state.STATE.exists():
        shutil.rmtree(state.STATE)


def end(seen):
    if state.start_time(seen['pid']) == seen['start']:
        os.kill(seen['pid'], signal.SIGKILL)


def await_end(host, seen):
    """The kernel ends a first process last, so its host is gone with it."""
    end = time.monotonic() + 60
    while state.start_time(seen['pid']) == seen['start']:
        if time.monotonic() > end:
            raise state.LabError(f'{host}: process {seen["pid"]} does not die')
        time.sleep(0.01)


def on_argv(host, argv, user='root'):
    """The command that runs ARGV on HOST."""
    return [sys.executable, '-B', str(HERE / 'lab'), 'on', host, '--as', user,
            '--', *argv]


def on(host, *argv, stdin=''):
    """The output of ARGV as root on HOST; LabError if it fails."""
    done = subprocess.run(on_argv(host, argv), input=stdin, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        words = ' '.join(argv[:4])
        raise state.LabError(f'{host}: "{words}" failed with exit code '
                             f'{done.returncode}:\n{done.stdout.strip()}')
    return done.stdout


def succeeds(host, *argv):
    done = subprocess.run(on_argv(host, argv), stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
    return done.returncode == 0


def await_true(host, what, probe, log, limit_s=90):
    """Polls PROBE; if WHAT does not come, the error tells where to read."""
    end = time.monotonic() + limit_s
    while not probe():
        if time.monotonic() > end:
            path = state.STATE / host / log.lstrip('/')
            raise state.LabError(f'{host}: {what} did not start in {limit_s} s'
                                 f'; its log is {path}\n{tail(path)}')
        time.sleep(0.1)


def tail(path, lines=8):
    try:
        return '\n'.join(path.read_text(errors='replace')
                         .splitlines()[-lines:])
    except OSError as error:
        return f'({error.strerror})'
