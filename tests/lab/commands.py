# SPDX-License-Identifier: GPL-3.0-or-later
"""lab up, down, status, guard and unguard."""
import time
from concurrent.futures import ThreadPoolExecutor

from tests.lab import domain, guarding, hosts, state


def options(words):
    trust = '--trust' in words
    rest = [word for word in words if word != '--trust']
    if rest == ['--samba=mit']:
        raise state.LabError('the MIT-built Samba is not built yet')
    if rest not in ([], ['--samba=stock']):
        raise state.LabError(f'unknown option {rest[0]}; see lab --help')
    return trust


def up(words):
    trust = options(words)
    held = state.lock()     # kept until this process ends
    was = state.read('status')
    if was and was['phase'] == 'up' and was['trust'] >= trust:
        print(f'lab "{state.NAME}" is up already')
        return held and 0
    if state.STATE.exists():
        raise state.LabError(f'there is a lab "{state.NAME}" that is half up '
                             'or has no trust: tests/lab/lab down')
    begun = time.monotonic()
    hosts.make_state()
    state.write('status', {'phase': 'starting', 'trust': trust})
    try:
        bring_up(trust)
    except state.LabError as error:
        raise state.LabError(f'{error}\nThe lab is left as it is, to look at;'
                             ' then: tests/lab/lab down')
    state.write('status', {'phase': 'up', 'trust': trust})
    print(f'lab "{state.NAME}" is up after {time.monotonic() - begun:.0f} s')
    return 0


def bring_up(trust):
    names = [host for host in state.HOSTS if trust or host != 'dc2']
    members = [host for host in names if not host.startswith('dc')]
    users = domain.new_users()
    hosts.start(names)
    with ThreadPoolExecutor() as pool:
        dcs = [pool.submit(domain.start_dc, host, users, names)
               for host in names if host.startswith('dc')]
        dcs[0].result()
        joined = [pool.submit(domain.start_member, host, users)
                  for host in members]
        for job in dcs[1:] + joined:
            job.result()
    if trust:
        domain.trust(users)
    guarding.guard(state.GUARDED, must=False)


def down(words):
    held = state.lock()
    hosts.stop()
    return held and 0


def status(words):
    was = state.read('status')
    if was is None:
        print(f'lab "{state.NAME}" is not up')
        return 1
    print(f'lab "{state.NAME}": {was["phase"]}')
    for host in state.hosts_there():
        try:
            text = f'process {state.keeper(host)}'
        except state.LabError:
            text = 'dead'
        print(f'{host:4} {state.HOSTS.get(host, "bridge"):11} {text}'
              f'{", guarded" if guarding.is_guarded(host) else ""}')
    return 0


def guard(words):
    guarding.guard(one_host(words))
    return 0


def unguard(words):
    guarding.unguard(one_host(words))
    return 0


def one_host(words):
    if len(words) != 1:
        raise state.LabError('name one host')
    return words[0]
