# SPDX-License-Identifier: GPL-3.0-or-later
"""MIT realms for the vault's own tests: several at a time, trusting each
other, with principals that are old, expired or weak. No libkrb5 of the test
talks to them; messages come as bytes."""
import re
import socket
import struct
import subprocess
import time

from tests.component.kdc import free_port
from tests.component.place import await_true, new_dir

WEAK = 'aes256-cts:normal aes128-cts:normal rc4-hmac:normal'


class Realm:
    """krb5kdc of realm NAME. hosts: {domain: realm} of other realms, to which
    it refers."""

    def __init__(self, name, hosts=()):
        self.name, self.hosts = name, dict(hosts)
        self.dir = new_dir('realm')
        self.port = free_port()
        self.keytab = self.dir / 'keytab'
        self.log = self.dir / 'kdc.log'
        self.env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin',
                    'KRB5_CONFIG': str(self.dir / 'krb5.conf'),
                    'KRB5_KDC_PROFILE': str(self.dir / 'kdc.conf')}
        self.admin_port, self.kpasswd_port = free_port(), free_port()
        self.process, self.admin = None, None

    def write(self):
        hosts = '\n'.join(f'\t.{domain} = {realm}'
                          for domain, realm in self.hosts.items())
        (self.dir / 'krb5.conf').write_text(f'''[libdefaults]
	default_realm = {self.name}
	dns_lookup_kdc = false
	dns_canonicalize_hostname = false
	allow_weak_crypto = true
	allow_rc4 = true
[domain_realm]
{hosts}
''')
        (self.dir / 'kdc.conf').write_text(f'''[kdcdefaults]
	kdc_listen = ""
	kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
	{self.name} = {{
		database_name = {self.dir}/principal
		key_stash_file = {self.dir}/stash
		acl_file = {self.dir}/acl
		max_life = 10h
		max_renewable_life = 7d
		supported_enctypes = {WEAK}
		host_based_services = *
		kadmind_port = {self.admin_port}
		kpasswd_port = {self.kpasswd_port}
		kpasswd_listen = 127.0.0.1:{self.kpasswd_port}
		kadmind_listen = 127.0.0.1:{self.admin_port}
	}}
[logging]
	kdc = FILE:{self.log}
''')

    def __enter__(self):
        self.write()
        subprocess.run(['kdb5_util', 'create', '-s', '-r', self.name, '-P',
                        'Master-Password'], env=self.env, check=True,
                       stdout=subprocess.DEVNULL)
        self.kadmin(f'modprinc -maxrenewlife 7d krbtgt/{self.name}')
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            ['krb5kdc', '-n', '-r', self.name], env=self.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        await_true(self.answers, 'krb5kdc', 10)

    def __exit__(self, *_):
        for process in (self.process, self.admin):
            if process:
                process.kill()
                process.wait()

    def start_kadmind(self):
        """For changes of passwords."""
        (self.dir / 'acl').write_text('')
        self.admin = subprocess.Popen(
            ['kadmind', '-nofork', '-r', self.name], env=self.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        await_true(lambda: self.answers(self.kpasswd_port), 'kadmind', 10)

    def answers(self, port=None):
        try:
            socket.create_connection(('127.0.0.1', port or self.port),
                                     1).close()
        except OSError:
            return False
        return True

    def kadmin(self, *commands):
        done = subprocess.run(['kadmin.local', '-r', self.name], env=self.env,
                              input='\n'.join(commands) + '\n', text=True,
                              capture_output=True, check=True)
        return done.stdout + done.stderr

    def add_user(self, name, password, *options):
        self.kadmin(f'addprinc -pw {password} +requires_preauth '
                    f'-maxrenewlife 7d {" ".join(options)} {name}')

    def add_service(self, name, *options):
        self.kadmin(f'addprinc -randkey {" ".join(options)} {name}',
                    f'ktadd -norandkey -k {self.keytab} {name}')

    def trust(self, other, password='Trust-1-Password'):
        """Both ways."""
        for realm in (self, other):
            realm.kadmin(*(
                f'addprinc -pw {password} -e aes256-cts:normal krbtgt/{a}@{b}'
                for a, b in ((self.name, other.name),
                             (other.name, self.name))))

    def exchange(self, message, port=None):
        """RFC 4120 7.2.2: a length, then the message; both ways."""
        with socket.create_connection(('127.0.0.1', port or self.port),
                                      10) as kdc:
            kdc.sendall(struct.pack('>I', len(message)) + message)
            data = b''
            while len(data) < 4 or len(data) < 4 + struct.unpack(
                    '>I', data[:4])[0]:
                more = kdc.recv(65536)
                assert more, 'the KDC closed'
                data += more
        return data[4:]

    def lines(self, *words):
        """Of its log, those with all of the words."""
        time.sleep(0.05)
        return [line for line in self.log.read_text().splitlines()
                if all(re.search(word, line) for word in words)]
