#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T18: ct1, a container on ws1 that got the guard's sockets. Stock programs in
it use the tickets of alice, who has a uid there; its root is not root, and can
be alice but nobody else."""
import json
import re

from tests import tap
from tests.lab import container, kerbtest as k, labtest, sambatest as s

CT = container.NAME
KCM_PROBE = f'{labtest.TREE}/tests/attack/container_root.py'


def inside(*argv, user='alice', **options):
    return k.run(*argv, user=user, host=CT, **options)


def test(function):
    """alice and bob are signed in on ws1, and root has a ticket too."""
    def wrapper():
        for name in ('alice', 'bob'):
            k.logon(name, user=name)
        k.kinit('alice', user='root')
        function()
    wrapper.__name__ = function.__name__
    return k.test(wrapper)


@test
def a_user_with_a_uid_there_has_the_same_tickets():
    assert k.tickets(host=CT) == [k.TGT]
    assert k.CIFS in inside('kvno', k.CIFS, check=True).stdout
    assert any(k.CIFS in name for name in k.tickets()), k.tickets()
    assert f'KCM:{k.uid("alice")}' in inside('klist', check=True).stdout


@test
def sambas_and_our_programs_work_there():
    done = s.smbclient(s.KERBEROS, '-N', '-c', 'ls', host=CT)
    assert done.returncode == 0 and 'blocks' in done.text, done.text
    done = s.smbclient(s.NTLM, '-N', '-c', 'ls', host=CT)
    assert done.returncode == 0 and 'blocks' in done.text, done.text
    rows = json.loads(inside('credguardctl', 'list', '--json',
                             check=True).stdout)['caches']
    assert [row['principal'] for row in rows] == [f'alice@{k.REALM}'], rows


@test
def who_signs_in_there_is_signed_in_outside_too():
    k.clean()
    k.logon(host=CT)
    assert k.tickets() == [k.TGT]
    inside('kdestroy', check=True)
    assert k.caches() == []
    k.kinit(host=CT)
    assert k.tickets() == [k.TGT]


@test
def its_root_is_not_root():
    """Neither by KCM nor by the client protocol."""
    done = inside('klist', user='root')
    assert done.returncode == 1 and 'not found' in done.text, done
    done = inside('credguardctl', 'list', '--all', user='root')
    assert done.returncode == 1, done
    assert 'alice' not in done.text and 'bob' not in done.text, done
    done = inside('credguardctl', 'list', '--json', user='root')
    assert json.loads(done.stdout)['caches'] == [], done
    # Outside, root sees everybody: the refusal was for ct1's root.
    out = k.good('credguardctl', 'list', '--all', '--json', user='root')
    assert len(json.loads(out)['caches']) == 3, out


@test
def its_root_becomes_everybody_it_can_and_sees_no_other():
    """All uids of its map, and bob's, its own outside, root's and the
    overflow's, which it must not get."""
    outside = [k.uid('bob'), k.uid('alice'), container.FIRST, 65534]
    found = json.loads(inside(
        '/usr/bin/python3', '-B', KCM_PROBE, k.REALM,
        str(container.INSIDE + 1), *map(str, outside), user='root',
        check=True).stdout)
    assert found['refused'] == sorted([container.INSIDE + 1, *outside])
    assert found['tried'] == container.COUNT + 1, found
    assert found['seen'] == {str(container.INSIDE): ['alice']}, found
    # The same program as ws1's root does become bob.
    found = json.loads(k.good('/usr/bin/python3', '-B', KCM_PROBE, k.REALM,
                              str(k.uid('bob')), user='root'))
    assert 'bob' in found['seen'][str(k.uid('bob'))], found


@test
def a_tgt_does_not_get_out_there_either():
    thief = f'{labtest.TREE}/tests/attack/kcm_thief.py'
    out = inside('/usr/bin/python3', '-B', thief, str(k.uid('alice')),
                 k.REALM, check=True).stdout
    rows = [line.split() for line in out.splitlines()]
    assert any(row[0] == 'GET_CRED_LIST' and row[1] == '0' for row in rows)
    assert not any(row[0] == 'RETRIEVE' and row[1] == '0' for row in rows)


@test
def the_log_names_the_real_user_and_process():
    done = inside('sh', '-c', 'echo $$; exec kinit alice', check=True,
                  input=f'{labtest.password("alice")}\n')
    log = labtest.path('ws1', '/var/log/credguard.log').read_text()
    *_, found = re.findall(fr'store uid={k.uid("alice")} pid=(\d+) ', log)
    assert 0 < int(done.stdout.split()[0]) < int(found), (done, found)


@test
def only_there_is_the_machines_root_believed_by_another_uid():
    """Who calls himself so in the machine's own namespace is refused: a
    directory of nobody's is no guard's."""
    made = '/tmp/of_nobody'
    labtest.on('ws1', 'cp', '-a', '/run/credguard/vault.pub', '/tmp/pub')
    labtest.on('ws1', 'sh', '-c', f'mkdir -p {made}; mv /tmp/pub {made}/'
               f'vault.pub; chown -R nobody {made}')
    done = k.run('credguardctl', '--runtime-dir', made, 'list')
    labtest.on('ws1', 'rm', '-r', made)
    assert done.returncode == 1 and 'not owned by root' in done.text, done


labtest.guard('ws1')
labtest.add_module('ws1')
container.start()
try:
    k.main()
finally:
    container.stop()
