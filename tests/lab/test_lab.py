#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab is a domain in which stock programs work, and its scan finds what
is there: without that, no other test in it means anything."""
import os
import subprocess

from tests import tap
from tests.lab import guarding, labtest, scan, state

MEMBERS = ('fs1', 'ws1', 'ws2')
HOSTS = ('dc1', *MEMBERS)


def name_of(host):
    return f'{host}.{state.domain_of(host)}'


@tap.test
def every_host_is_up_with_its_own_name_and_processes():
    for host in HOSTS:
        assert labtest.on(host, 'hostname').stdout == f'{host}\n'
        assert labtest.on(host, 'hostname', '-f').stdout.strip() \
            == name_of(host)
        pids = labtest.on(host, 'ps', '-eo', 'pid=').stdout.split()
        assert pids[0] == '1'


@tap.test
def names_resolve_in_both_directions_on_every_host():
    for host in HOSTS:
        for other in HOSTS:
            address = state.HOSTS[other]
            row = labtest.on(host, 'getent', 'ahostsv4', name_of(other)).stdout
            assert row.split()[0] == address, row
            row = labtest.on(host, 'getent', 'hosts', address).stdout
            assert row.split()[1] == name_of(other), row


@tap.test
def no_host_sees_the_machine_outside():
    for host in HOSTS:
        links = labtest.on(host, 'ls', '/proc/sys/net/ipv4/conf').stdout
        assert links.split() == ['all', 'default', 'eth0', 'lo'], links
        assert labtest.on(host, 'ip', 'route', 'show',
                          'default').stdout == ''
        assert labtest.on(host, 'ls', str(state.STATE),
                          check=False).returncode != 0


@tap.test
def domain_users_have_the_same_numbers_and_a_home_on_every_member():
    for name in state.USERS:
        rows = {labtest.on(host, 'getent', 'passwd', name).stdout
                for host in MEMBERS}
        assert len(rows) == 1, rows
        for host in MEMBERS:
            assert labtest.on(host, 'pwd', user=name).stdout.strip() \
                == f'/home/{name}'
            assert 'domain users' in labtest.on(host, 'id', name).stdout


@tap.test
def the_users_of_the_product_are_there_and_own_nothing():
    for host in HOSTS:
        for name in ('credguard', 'credguard-vault'):
            row = labtest.on(host, 'getent', 'passwd', name).stdout.strip()
            assert row.endswith(':/nonexistent:/usr/sbin/nologin'), row


@tap.test
def exit_code_input_and_user_pass_through():
    assert labtest.on('ws2', 'sh', '-c', 'exit 7', check=False).returncode == 7
    assert labtest.on('ws2', 'sh', '-c', 'kill -9 $$',
                      check=False).returncode == 137
    assert labtest.on('ws2', 'no-such-program', check=False).returncode == 127
    done = labtest.on('ws2', 'sh', '-c', 'cat; whoami; env', user='bob',
                      input='in\n')
    assert done.stdout.startswith('in\nbob\n')
    assert 'HOME=/home/bob\n' in done.stdout
    assert 'PYTHONPATH' not in done.stdout


@tap.test
def a_command_dies_with_the_lab_on_that_started_it():
    child = labtest.start('ws2', 'sleep', '4321')
    probe = ('pgrep', '-f', 'sleep 4321')
    while labtest.on('ws2', *probe, check=False).returncode != 0:
        pass
    child.kill()
    child.wait()
    for _ in range(50):
        if labtest.on('ws2', *probe, check=False).returncode != 0:
            return
    raise AssertionError('it lives on')


def product_processes(host):
    out = labtest.on(host, 'ps', '-eo', 'comm=').stdout.split('\n')
    return [name for name in out if name.startswith('credguard')]


@tap.test
def ws1_is_guarded_and_ws2_is_not():
    assert guarding.is_guarded('ws1') and guarding.answers('ws1')
    assert len(product_processes('ws1')) >= 3
    assert product_processes('ws2') == []


@tap.test
def a_host_can_be_guarded_and_unguarded_again():
    labtest.guard('ws2')
    try:
        assert guarding.answers('ws2')
        assert len(product_processes('ws2')) >= 3
    finally:
        labtest.unguard('ws2')
    assert not guarding.is_guarded('ws2') and not guarding.answers('ws2')
    assert product_processes('ws2') == []


@tap.test
def kinit_gets_a_ticket_from_dc1_and_refuses_a_wrong_password():
    labtest.kinit('ws2')
    assert 'krbtgt/EXAMPLE.TEST@EXAMPLE.TEST' in labtest.on(
        'ws2', 'klist', user='alice').stdout
    assert labtest.on('ws2', 'kinit', '-c', 'MEMORY:', 'alice', user='alice',
                      input='wrong\n', check=False).returncode != 0


@tap.test
def smbclient_works_by_kerberos_by_alias_and_by_ntlm():
    put = 'put /etc/hosts from-alice; ls; rm from-alice'
    for server in ('fs1', name_of('fs1'), 'files.example.test'):
        assert 'from-alice' in labtest.on(
            'ws2', 'smbclient', f'//{server}/share', '-N',
            '--use-kerberos=required', '-c', put, user='alice').stdout
    assert 'from-alice' in labtest.on(
        'ws2', 'smbclient', '//fs1/share', '--use-kerberos=off',
        '-U', f'alice%{labtest.password("alice")}', '-c', put).stdout
    assert labtest.on('ws2', 'smbclient', '//fs1/share', '-U', 'alice%wrong',
                      '--use-kerberos=off', '-c', 'ls',
                      check=False).returncode != 0


@tap.test
def ssh_with_gssapi_works_and_forwards_the_ticket_when_asked():
    for server in ('fs1', name_of('fs1'), 'files.example.test'):
        assert labtest.on('ws2', 'ssh', server, 'hostname; id -un',
                          user='alice').stdout == 'fs1\nalice\n'
    assert labtest.on('ws2', 'ssh', 'fs1', 'klist -s', user='alice',
                      check=False).returncode != 0
    labtest.on('ws2', 'ssh', '-K', 'fs1', 'klist -s', user='alice')


@tap.test
def the_web_server_names_the_kerberos_user_and_nobody_else():
    for server in (name_of('fs1'), 'files.example.test'):
        url = f'http://{server}/'
        assert 'You are alice@EXAMPLE.TEST.' in labtest.on(
            'ws2', 'curl', '-s', '--negotiate', '-u', ':', url,
            user='alice').stdout
        assert '401' in labtest.on('ws2', 'curl', '-sI', url).stdout


@tap.test
def ldapsearch_works_by_gssapi():
    out = labtest.on('ws2', 'ldapsearch', '-Q', '-Y', 'GSSAPI', '-H',
                     'ldap://dc1.example.test', '-b', 'dc=example,dc=test',
                     '(cn=bob)', 'dn', user='alice').stdout
    assert 'dn: CN=bob,CN=Users,DC=example,DC=test' in out, out


def log_on(host, name):
    return labtest.on(host, 'pamtester', 'login', name, 'authenticate',
                      'setcred', input=labtest.password(name) + '\n')


@tap.test
def a_logon_on_the_stock_ws2_leaves_ticket_password_and_hash():
    """T1: if this fails, the attacks on ws1 fail for a wrong reason."""
    secrets = (labtest.password('bob').encode(), labtest.nt_hash('bob'))
    log_on('ws2', 'bob')
    report = labtest.scan('ws2', *secrets)
    for number in range(2):
        found = labtest.hits(report, number)
        assert found and {name for _, name, *_ in found} == {'winbindd'}, found
    assert labtest.on('ws2', 'klist', '-s', user='bob').returncode == 0
    labtest.on('ws2', 'kdestroy', user='bob')


def planted(place, *pieces):
    """A process of ws2 with each of PIECES once in its memory."""
    child = labtest.start('ws2', '/usr/bin/python3', '-B',
                          f'{labtest.TREE}/tests/lab/plant.py',
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True)
    for data in pieces:
        masked = bytes(byte ^ 0x5a for byte in data).hex()
        child.stdin.write(f'{place} {masked}\n')
    child.stdin.write('\n')
    child.stdin.flush()
    return child, int(child.stdout.readline())


def every_form_is_found(place, pattern):
    """Planted once each, so found once each: no more, no less."""
    wanted = scan.forms(pattern)
    child, pid = planted(place, *wanted.values())
    try:
        report = labtest.scan('ws2', os.urandom(100), pattern)
    finally:
        child.stdin.close()
        child.wait()
    hits = labtest.hits(report, 1)
    assert {hit[:2] for hit in hits} == {(pid, 'python3')}, hits
    assert sorted(form for _, _, form, _ in hits) == sorted(wanted), hits
    assert not labtest.hits(report, 0)
    return report


@tap.test
def the_scan_finds_a_pattern_once_in_each_form():
    for pattern in (os.urandom(32), os.urandom(31), b'Pass-word-9', bytes(
            (0, 255, 0, 0, 7, 0, 0, 129, 0, 0))):
        every_form_is_found('far', pattern)


@tap.test
def the_scan_finds_a_pattern_across_a_border_of_two_mappings():
    for length in (16, 1500):
        every_form_is_found('mapping', os.urandom(length))


@tap.test
def the_scan_finds_a_pattern_across_a_border_of_two_reads():
    every_form_is_found('chunk', os.urandom(9000))


@tap.test
def the_scan_finds_a_pattern_in_one_of_two_copies_of_a_file():
    """The scan skips what it has just seen in another process; only that."""
    child, pid = planted('file', b'-')
    try:
        for _ in range(2):
            report = every_form_is_found('file', os.urandom(32))
            names = {one['mapping'] for row in report['processes']
                     for one in row['found']}
            assert names == {'/etc/services'}, names
            assert pid in [row['pid'] for row in report['processes']]
    finally:
        child.stdin.close()
        child.wait()


@tap.test
def the_forms_of_a_password_are_these():
    assert scan.forms(b'Passw0rd?') == {
        'raw': b'Passw0rd?',
        'utf-16le': b'P\0a\0s\0s\0w\0' b'0\0r\0d\0?',
        'hex': b'50617373773072643f',
        'HEX': b'50617373773072643F',
        'base64+0': b'UGFzc3cwcmQ/',
        'base64+1': b'Bhc3N3MHJkP',
        'base64+2': b'QYXNzdzByZD',
    }


@tap.test
def the_base64_forms_are_what_an_encoder_writes_around_them():
    import base64
    for length in range(8, 40):
        pattern = os.urandom(length)
        for before in range(9):
            text = base64.b64encode(os.urandom(before) + pattern
                                    + os.urandom(length % 5))
            part = scan.forms(pattern)[f'base64+{before % 3}']
            assert part in text and len(part) > 4 * length // 3 - 4


@tap.test
def the_scan_names_what_it_could_not_read():
    report = every_form_is_found('far', os.urandom(32))
    rows = [row for row in report['unreadable'] if not row['kernel']]
    assert len(rows) == 1 and '/tmp/shortened-' in rows[0]['mapping'], rows
    assert rows[0]['end'] - rows[0]['start'] == 3 * 4096
    kernel = {row['mapping'] for row in report['unreadable'] if row['kernel']}
    assert kernel <= {'[vvar]', '[vvar_vclock]', '[vsyscall]'}


@tap.test
def the_command_scan_prints_a_line_for_each_process():
    pattern = os.urandom(32)
    child, pid = planted('far', pattern)
    try:
        out = subprocess.run([str(state.TOP / 'tests/lab/lab'), 'scan', 'ws2',
                              pattern.hex()], text=True, check=True,
                             stdout=subprocess.PIPE).stdout
    finally:
        child.stdin.close()
        child.wait()
    rows = [row for row in out.splitlines() if row.endswith(' hits')]
    assert f'{pid} python3 1 hits' in rows
    assert len(rows) == out.count(' hits\n') and out.count(' 0 hits') \
        == len(rows) - 1
    assert '/tmp/shortened-' in out


tap.main()
