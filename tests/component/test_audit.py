#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of the real service: in the file, after it was moved away, on a full
disk, too many of them; credguardctl audit; the metrics."""
import grp
import json
import os
import pathlib
import re
import stat
import subprocess
import time

from tests import tap
from tests.component.client_calls import Client
from tests.component.ctl import ctl, done, program
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import (TOP, await_true, mount, new_dir, run_as,
                                   uid_of)
from tests.component.vault_session import Refused

FOLDER = pathlib.Path('/var/log/credguard')
EVENTS = FOLDER / 'audit.jsonl'
MANUAL = TOP / 'config/man/credguard-audit.5'


def events(path=EVENTS):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def logon(word='Alice-1-Password', user='alice'):
    return ctl(CG, user, 'logon', '--password-fd', '0', input=f'{word}\n')


def new_events(action):
    before = len(events())
    action()
    return events()[before:]


def one(found, name):
    [event] = [e for e in found if e['event'] == name]
    return event


def logons(found):
    return [e for e in found if e['event'] == 'logon']


@tap.test
def the_folder_is_the_brokers_and_the_groups_to_read():
    folder, file = FOLDER.stat(), EVENTS.stat()
    assert stat.S_IMODE(folder.st_mode) == 0o2750, oct(folder.st_mode)
    assert folder.st_uid == file.st_uid == uid_of('credguard')
    assert folder.st_gid == file.st_gid == grp.getgrnam('adm').gr_gid
    assert stat.S_IMODE(file.st_mode) == 0o640, oct(file.st_mode)


@tap.test
def the_start_is_the_first_event():
    assert (events()[0]['id'], events()[0]['event']) == (13, 'started')


@tap.test
def a_logon_is_told_with_who_and_what():
    event = one(new_events(logon), 'logon')
    assert event['id'] == 5001 and event['result'] == 'allowed', event
    assert event['uid'] == uid_of('alice'), event
    assert event['client'] == 'alice@COMP.TEST', event
    assert event['protocol'] == 'kerberos' and event['mode'] == 'enforce'
    assert event['pid'] > 1, event
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z',
                        event['time'])


@tap.test
def a_wrong_password_is_told_and_never_written():
    found = new_events(lambda: logon('Canary-5b7c-Password'))
    event = one(found, 'logon')
    assert event['result'] == 'failed' and event['kdc_error'] == 24, event
    for text in (EVENTS.read_text(), CG.log()):
        assert 'Canary-5b7c' not in text and 'Alice-1' not in text


@tap.test
def a_service_ticket_and_a_refused_tgt_are_told():
    logon()
    found = new_events(lambda: done(
        CG.run_as('alice', ['kvno', 'host/comp.test']), 0))
    assert one(found, 'service ticket')['server'] == \
        'host/comp.test@COMP.TEST'
    found = new_events(lambda: CG.run_as(
        'alice', ['kvno', 'krbtgt/COMP.TEST']))
    assert 4014 in [e['id'] for e in found], found
    assert all(e['result'] == 'refused' for e in found if e['id'] == 4014)
    found = new_events(lambda: done(ctl(CG, 'alice', 'logoff'), 0))
    assert one(found, 'logoff')['id'] == 5002


@tap.test
def nobody_but_the_pipe_front_tells_what_others_were_refused():
    def tell(uid):
        with Client(CG, uid) as client:
            try:
                client.call('client_tell_refused', what=1)
            except Refused as why:
                return why.status
        return 'OK'

    for uid in (0, uid_of('alice'), uid_of('credguard')):
        found = new_events(lambda uid=uid: tell(uid))
        assert tell(uid) == 'DENIED' and not found, (uid, found)


@tap.test
def after_rotation_a_new_file_is_made_and_nothing_is_missing():
    before = len(events())
    moved = FOLDER / 'audit.jsonl.1'
    EVENTS.rename(moved)
    logon()
    assert len(events(moved)) == before
    assert [e['event'] for e in events()] == ['logon']
    moved.unlink()


@tap.test
def a_full_disk_loses_no_service_and_tells_what_is_missing():
    """The folder becomes a disk of 16 KiB."""
    mount('tmpfs', FOLDER, 'tmpfs',
          data=f'mode=0750,size=16k,uid={uid_of("credguard")}')
    try:
        filler = FOLDER / 'filler'
        filler.write_bytes(b'x' * 12288)
        for _ in range(30):
            done(logon(), 0)
        # Each line parses: none was cut. Where there is no room for a logon,
        # the shorter line that counts what is lost can still find some.
        assert 0 < len(logons(events())) < 30
        assert 1 <= CG.log().count('cannot be written') <= 3
        filler.unlink()
        done(logon(), 0)
        found = events()
        assert found[-1]['event'] == 'logon', found[-1]
        lost = [e for e in found if e['event'] == 'lost']
        assert {e['id'] for e in lost} == {5101}, lost
        assert len(logons(found)) + sum(e['count'] for e in lost) == 31, lost
    finally:
        subprocess.run(['umount', '--lazy', FOLDER], check=True)


@tap.test
def a_flood_is_summed_up_and_hides_nobody_else():
    with Credguard('[audit]\nevents_per_second = 1\n', kdc=KDC) as cg:
        before = len(events())
        ctl(cg, 'alice', 'logon', '--password-fd', '0',
            input='Alice-1-Password\n')
        for _ in range(30):
            ctl(cg, 'alice', 'logoff')
            ctl(cg, 'alice', 'logon', '--password-fd', '0',
                input='Alice-1-Password\n')
        ctl(cg, 'bob', 'logon', '--password-fd', '0',
            input='Bob-2-Password\n')

        def told():
            found = events()[before:]
            mine = [e for e in found if e['uid'] == uid_of('alice')]
            written = sum(e['event'] in ('logon', 'logoff') for e in mine)
            return written + sum(e['count'] for e in mine
                                 if e['event'] == 'suppressed') == 61 and \
                written < 60
        await_true(told, 'all of 61 events, one by one or in number', 12)
        assert [e for e in events()[before:] if e['event'] == 'logon' and
                e['uid'] == uid_of('bob')]


def audit(*words, user='root'):
    return run_as(user, [program(), 'audit', *words],
                  {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC'})


@tap.test
def credguardctl_shows_them_to_root_and_not_to_users():
    shown = done(audit(), 0).stdout
    assert re.search(r'allowed logon, uid \d+, \S+ pid \d+, alice@COMP.TEST',
                     shown), shown
    raw = done(audit('--json'), 0).stdout
    assert raw == EVENTS.read_text()
    done(audit(user='alice'), 1, 'root and the group adm')


@tap.test
def since_leaves_out_what_is_older():
    old = new_dir('old') / 'old.jsonl'
    lines = EVENTS.read_text().splitlines()
    ancient = re.sub(r'"time":"\d{4}', '"time":"2001', lines[0])
    old.write_text('\n'.join([ancient, lines[-1], 'half a li']))
    assert len(audit('--file', old).stdout.splitlines()) == 2
    shown = audit('--json', '--since', '1h', '--file', old).stdout
    assert shown == lines[-1] + '\n'
    done(audit('--since', 'yesterday'), 2, 'not a usable duration')


@tap.test
def a_name_cannot_drive_the_terminal():
    evil = new_dir('evil') / 'evil.jsonl'
    evil.write_text(json.dumps({'time': '2026-01-01T00:00:00.000Z',
                                'event': 'logon', 'uid': 1,
                                'program': 'x\x1b[2J\n'}) + '\n')
    shown = audit('--file', evil).stdout
    assert '\x1b' not in shown and shown.count('\n') == 1, shown


@tap.test
def follow_goes_over_to_a_new_file():
    child = subprocess.Popen([program(), 'audit', '--follow', '--json'],
                             stdout=subprocess.PIPE)
    os.set_blocking(child.stdout.fileno(), False)
    seen = b''

    def sees(text):
        nonlocal seen
        seen += child.stdout.read() or b''
        return text in seen
    try:
        last = EVENTS.read_bytes().splitlines()[-1]
        await_true(lambda: sees(last), 'what was there')
        EVENTS.rename(FOLDER / 'audit.jsonl.1')
        logon()
        await_true(lambda: sees(EVENTS.read_bytes()), 'the new event')
    finally:
        child.kill()
        child.wait()


@tap.test
def the_metrics_are_counted_and_replaced_at_once():
    path = CG.runtime / 'metrics/credguard.prom'

    def value(name):
        return int(re.search(rf'^{re.escape(name)} (\d+)$', path.read_text(),
                             re.M).group(1))
    name = 'credguard_audit_events_total{event="logon",result="failed"}'
    await_true(path.exists, 'the first metrics', 8)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    before, inode = value(name), path.stat().st_ino
    logon('wrong')
    logon('wrong')
    await_true(lambda: value(name) == before + 2, 'two more', 8)
    assert path.stat().st_ino != inode
    assert value('credguard_start_time_seconds') <= time.time()
    samples = [line for line in path.read_text().splitlines()
               if not re.match(r'# (HELP|TYPE) credguard_\w+ ', line)]
    assert all(re.fullmatch(r'credguard_[a-z_]+(\{event="[^"]+",'
                            r'result="[a-z]+"\})? \d+', line)
               for line in samples), samples


@tap.test
def without_a_file_the_service_says_it_in_its_log():
    before = EVENTS.read_bytes()
    with Credguard('[audit]\nfile = none\n', kdc=KDC) as cg:
        ctl(cg, 'alice', 'logon', '--password-fd', '0', input='x\n')
        assert 'audit: logon uid=' in cg.log()
    assert EVENTS.read_bytes() == before
    with Credguard('[audit]\nfile = audit.jsonl\n', kdc=KDC) as cg:
        await_true(lambda: 'neither a whole path nor none' in cg.log(),
                   'the complaint')


@tap.test
def the_manual_has_the_same_table():
    source = (TOP / 'isolated-helper/broker/audit_kinds.c').read_text()
    named = re.findall(r'^\t\{ \w+, "([^"]+)"', source, re.M)
    numbers = re.findall(r'^\t\{ (\d+), "([^"]+)"', source, re.M)
    page = MANUAL.read_text()
    assert len(named) > 15
    for name in named[1:]:
        assert re.search(rf'^\.It \d+ Ta {name} Ta', page, re.M), name
    for number, name in numbers[1:]:
        assert f'.It {number} Ta {name} Ta' in page, name


with Kdc() as KDC, Credguard(kdc=KDC) as CG:
    await_true(EVENTS.exists, 'the first event', 15)
    tap.main()
