# SPDX-License-Identifier: GPL-3.0-or-later
"""lab up, down, status, guard and unguard."""
import time
from concurrent.futures import ThreadPoolExecutor

from tests.lab import domain, guarding, hosts, mit_samba, state


def options(words):
    """Which lab is asked for, as it is kept in `status`."""
    wanted = {'trust': False, 'samba': 'stock'}
    for word in words:
        if word == '--trust':
            wanted['trust'] = True
        elif word in ('--samba=stock', '--samba=mit'):
            wanted['samba'] = word.split('=')[1]
        else:
            raise state.LabError(f'unknown option {word}; see lab --help')
    return wanted


def serves(was, wanted):
    return (was['phase'] == 'up' and was['trust'] >= wanted['trust']
            and was['samba'] == wanted['samba'])


def up(words):
    wanted = options(words)
    held = state.lock()     # kept until this process ends
    was = state.read('status')
    if was and serves(was, wanted):
        print(f'lab "{state.NAME}" is up already')
        return held and 0
    if state.STATE.exists():
        raise state.LabError(f'there is a lab "{state.NAME}" that is half up,'
                             ' has no trust or another Samba: '
                             'tests/lab/lab down')
    overlay = overlay_of(wanted['samba'])
    begun = time.monotonic()
    hosts.make_state()
    state.write('status', {'phase': 'starting', **wanted})
    try:
        bring_up(wanted['trust'], overlay)
    except state.LabError as error:
        raise state.LabError(f'{error}\nThe lab is left as it is, to look at;'
                             ' then: tests/lab/lab down')
    state.write('status', {'phase': 'up', **wanted})
    print(f'lab "{state.NAME}" is up after {time.monotonic() - begun:.0f} s')
    return 0


def overlay_of(samba):
    """What the members have over their /usr."""
    if samba == 'stock':
        return ''
    try:
        return str(mit_samba.get())
    except mit_samba.BuildError as error:
        raise state.LabError(str(error))


def bring_up(trust, overlay):
    names = [host for host in state.HOSTS if trust or host != 'dc2']
    members = [host for host in names if not host.startswith('dc')]
    users = domain.new_users()
    hosts.start(names, overlay)
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
    print(f'lab "{state.NAME}": {was["phase"]}, {was["samba"]} Samba')
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
