# SPDX-License-Identifier: GPL-3.0-or-later
"""An MIT KDC in a directory of the test."""
import errno
import socket
import subprocess

from tests.component.place import await_true, new_dir

REALM = 'COMP.TEST'
PASSWORDS = {'alice': 'Alice-1-Password', 'bob': 'Bob-2-Password'}
SERVICES = ('host/comp.test', 'HTTP/web.comp.test')


def krb5_conf(kdc, kcm_socket):
    realm = kdc.realm_stanza() if kdc else ''
    return f'''[libdefaults]
	default_realm = {REALM}
	dns_lookup_kdc = false
	dns_lookup_realm = false
	dns_canonicalize_hostname = false
	rdns = false
	kcm_socket = {kcm_socket}
[realms]
{realm}
[domain_realm]
	.comp.test = {REALM}
	comp.test = {REALM}
'''


def free_port():
    """Of both protocols; the KDC takes it at once."""
    while True:
        with socket.socket() as tcp, socket.socket(
                type=socket.SOCK_DGRAM) as udp:
            tcp.bind(('127.0.0.1', 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(('127.0.0.1', port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            return port


class Kdc:
    """krb5kdc of MIT on a loopback port: realm COMP.TEST, alice, bob and
    SERVICES, whose keys are in .keytab; .kadmin('...') changes it."""

    def __init__(self):
        self.dir = new_dir('kdc')
        self.port = free_port()
        self.keytab = self.dir / 'keytab'
        self.env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin',
                    'KRB5_CONFIG': str(self.dir / 'krb5.conf'),
                    'KRB5_KDC_PROFILE': str(self.dir / 'kdc.conf')}
        self.process = None

    def realm_stanza(self):
        return f'\t{REALM} = {{\n\t\tkdc = 127.0.0.1:{self.port}\n\t}}'

    def password(self, name):
        """With the newline that kinit reads."""
        return PASSWORDS[name] + '\n'

    def kadmin(self, *commands):
        done = subprocess.run(['kadmin.local', '-r', REALM], env=self.env,
                              input='\n'.join(commands) + '\n', text=True,
                              capture_output=True, check=True)
        return done.stdout + done.stderr

    def __enter__(self):
        (self.dir / 'krb5.conf').write_text(krb5_conf(self, '/nonexistent'))
        (self.dir / 'kdc.conf').write_text(f'''[kdcdefaults]
	kdc_listen = 127.0.0.1:{self.port}
	kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
	{REALM} = {{
		database_name = {self.dir}/principal
		key_stash_file = {self.dir}/stash
		acl_file = {self.dir}/acl
		max_life = 10h
		max_renewable_life = 7d
	}}
[logging]
	kdc = FILE:{self.dir}/kdc.log
''')
        subprocess.run(['kdb5_util', 'create', '-s', '-r', REALM, '-P',
                        'Master-Password'], env=self.env, check=True,
                       stdout=subprocess.DEVNULL)
        self.kadmin(
            f'modprinc -maxrenewlife 7d krbtgt/{REALM}',
            *(f'addprinc -pw {word} +requires_preauth -maxrenewlife 7d {name}'
              for name, word in PASSWORDS.items()),
            *(f'addprinc -randkey {name}' for name in SERVICES),
            f'ktadd -k {self.keytab} {" ".join(SERVICES)}')
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(['krb5kdc', '-n', '-r', REALM],
                                        env=self.env,
                                        stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL)
        await_true(self.answers, 'krb5kdc', 10)

    def answers(self):
        try:
            socket.create_connection(('127.0.0.1', self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_):
        self.stop()
