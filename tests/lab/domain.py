# SPDX-License-Identifier: GPL-3.0-or-later
"""The domain: domain controllers, joined members, services."""
import json
import secrets
import string

from tests.lab import config, hosts, state

REVERSE = '0.99.10.in-addr.arpa'
DC_PORTS = (53, 88, 135, 389, 445, 464)


def password():
    letters = string.ascii_letters + string.digits
    while True:
        word = ''.join(secrets.choice(letters) for _ in range(20))
        if any(c.isupper() for c in word) and any(c.isdigit() for c in word):
            return word


def new_users():
    names = (*state.USERS, 'administrator')
    users = {name: password() for name in names}
    state.write('users', users)
    return users


def listens(host, *ports):
    here = hosts.on(host, 'ss', '-Hltn').split()
    return all(f'{state.HOSTS[host]}:{port}' in here for port in ports)


def start_dc(host, users, names):
    domain = state.domain_of(host)
    short = domain.split('.')[0].upper()
    hosts.on(host, 'samba-tool', 'domain', 'provision',
             f'--realm={domain.upper()}', f'--domain={short}',
             '--server-role=dc', '--dns-backend=SAMBA_INTERNAL',
             f'--host-name={host}', f'--host-ip={state.HOSTS[host]}',
             f'--adminpass={users["administrator"]}')
    conf = state.STATE / host / 'etc/samba/smb.conf'
    conf.write_text(config.dc_conf(conf.read_text()))
    fill_dc(host, users, names)
    hosts.on(host, 'samba', '-D')
    hosts.await_true(host, 'samba', lambda: listens(host, *DC_PORTS),
                     '/var/log/samba/log.samba')


def fill_dc(host, users, names):
    domain = state.domain_of(host)
    first = domain == 'example.test'
    others = {state.domain_of(dc): [f'{dc}.{state.domain_of(dc)}',
                                    state.HOSTS[dc]]
              for dc in names if dc.startswith('dc') and dc != host}
    wanted = {
        'users': {name: users[name] for name in state.USERS} if first else {},
        'hosts': {f'{name}.{state.domain_of(name)}': state.HOSTS[name]
                  for name in names},
        'aliases': {config.ALIAS: 'fs1.example.test'} if first else {},
        'reverse': REVERSE,
        'foreign': others,
    }
    hosts.on(host, '/usr/bin/python3', '-B',
             f'{state.TREE}/tests/lab/dc_setup.py', stdin=json.dumps(wanted))
    hosts.on(host, 'samba_spnupdate')


def start_member(host, users):
    """Joined, names resolve, homes are there."""
    join(host, users['administrator'])
    if host == 'fs1':
        start_services(host)
    hosts.on(host, 'winbindd', '-D')
    hosts.await_true(
        host, 'winbindd',
        lambda: hosts.succeeds(host, 'getent', 'passwd', *state.USERS),
        '/var/log/samba/log.winbindd')
    for name in state.USERS:
        hosts.on(host, 'install', '-d', '-m', '700', '-o', name, '-g',
                 'domain users', f'/home/{name}')
    if host in config.SSH_SERVERS:
        start(host, 'sshd', 22, '/var/log/sshd.log',
              ('/usr/sbin/sshd', '-E', '/var/log/sshd.log'))


def start(host, name, port, log, argv):
    hosts.on(host, *argv)
    hosts.await_true(host, name, lambda: listens(host, port), log)


def join(host, admin, tries=3):
    """A DC that has just started may refuse once."""
    argv = ('net', 'ads', 'join', '--no-dns-updates', '-U',
            f'administrator%{admin}')
    for _ in range(tries - 1):
        if hosts.succeeds(host, *argv):
            return
    hosts.on(host, *argv)


def start_services(host):
    keytab = '/etc/apache2/http.keytab'
    for name in ('fs1.example.test', config.ALIAS):
        hosts.on(host, 'net', 'ads', 'keytab', 'add', f'HTTP/{name}', '-P',
                 '--option=kerberos method = dedicated keytab',
                 f'--option=dedicated keytab file = {keytab}')
    hosts.on(host, 'install', '-d', '-m', '700', '-o', 'www-data',
             '/run/apache2-delegated')
    hosts.on(host, 'chown', 'www-data', keytab)
    for name, port, log, argv in (
            ('smbd', 445, '/var/log/samba/log.smbd', ('smbd', '-D')),
            ('apache2', 80, '/var/log/apache2/error.log',
             ('apache2', '-f', '/etc/apache2/lab.conf', '-k', 'start'))):
        start(host, name, port, log, argv)


def trust(users):
    """A forest trust, both ways, made from dc1."""
    hosts.on('dc1', 'samba-tool', 'domain', 'trust', 'create', 'OTHER.TEST',
             '--type=forest', '--direction=both', '--create-location=both',
             '-U', f'administrator@OTHER.TEST%{users["administrator"]}')
