# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of each host, as text.

ws2 is what Debian's own packages make of a domain member, with the offline
logon that laptops have: its PAM profile keeps credentials. ws1 is the guarded
one: pam_credguard signs people in, caches are KCM, and winbindd is asked to
keep nothing.
"""
from tests.lab import state

SMB_MEMBER = """[global]
	workgroup = EXAMPLE
	realm = EXAMPLE.TEST
	security = ads
	kerberos method = secrets and keytab
	interfaces = lo eth0
	bind interfaces only = yes
	logging = file
	log file = /var/log/samba/log.%m
	max log size = 0
	load printers = no
	disable spoolss = yes
	template shell = /bin/bash
	template homedir = /home/%U
	winbind use default domain = yes
	winbind offline logon = {offline}
	winbind refresh tickets = {refresh}
	idmap config * : backend = tdb
	idmap config * : range = 3000-7999
	idmap config EXAMPLE : backend = rid
	idmap config EXAMPLE : range = 10000-999999
	idmap config OTHER : backend = rid
	idmap config OTHER : range = 1000000-1999999
"""
# A second name of fs1: the join makes its service principals, host/ and so
# also cifs/ and HTTP/ by the domain's mapping; DNS has it as a CNAME.
ALIAS = 'files.example.test'
SMB_SERVER = f"""	additional dns hostnames = {ALIAS}

[share]
	path = /var/share
	read only = no
	valid users = +EXAMPLE\\"domain users"
"""
KRB5 = """[libdefaults]
	default_realm = {realm}
	dns_lookup_realm = false
	dns_lookup_kdc = true
	rdns = false
	forwardable = true
{cache}
[domain_realm]
	.example.test = EXAMPLE.TEST
	.other.test = OTHER.TEST
"""
NSSWITCH = """passwd:         files winbind
group:          files winbind
shadow:         files
hosts:          files dns
networks:       files
protocols:      files
services:       files
rpc:            files
"""
# As pam-auth-update makes them of Debian's profile for pam_winbind, and of
# ours. To pam_unix an account of NSS without a shadow entry is a good one, so
# pam_credguard has its say after it.
PAM_STOCK = {
    'common-auth': """auth [success=2 default=ignore] pam_unix.so nullok
auth [success=1 default=ignore] pam_winbind.so krb5_auth \
	krb5_ccache_type=FILE cached_login try_first_pass
auth requisite pam_deny.so
auth required pam_permit.so
""",
    'common-account': """\
account [success=2 new_authtok_reqd=done default=ignore] pam_unix.so
account [success=1 new_authtok_reqd=done default=ignore] pam_winbind.so
account requisite pam_deny.so
account required pam_permit.so
""",
    'common-password': """\
password [success=2 default=ignore] pam_unix.so obscure yescrypt
password [success=1 default=ignore] pam_winbind.so try_authtok try_first_pass
password requisite pam_deny.so
password required pam_permit.so
""",
    'common-session': """session [default=1] pam_permit.so
session requisite pam_deny.so
session required pam_permit.so
session required pam_unix.so
session optional pam_winbind.so
""",
}
CREDGUARD = '/run/lab/bin/pam_credguard.so'     # copied there by guarding.py
PAM_GUARDED = {
    'common-auth': f"""auth [success=2 default=ignore] pam_unix.so nullok
auth [success=1 default=ignore] {CREDGUARD} try_first_pass
auth requisite pam_deny.so
auth required pam_permit.so
""",
    'common-account': f"""\
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
account [default=bad success=ok new_authtok_reqd=ok ignore=ignore \
	user_unknown=ignore] {CREDGUARD}
""",
    'common-password': f"""\
password [success=2 default=ignore] pam_unix.so obscure yescrypt
password [success=1 default=ignore] {CREDGUARD} try_first_pass
password requisite pam_deny.so
password required pam_permit.so
""",
    'common-session': f"""session [default=1] pam_permit.so
session requisite pam_deny.so
session required pam_permit.so
session required pam_unix.so
session optional {CREDGUARD}
""",
}

SSH_SERVERS = ('fs1', 'ws1', 'ws2')
SSHD = """HostKey /etc/ssh/ssh_host_ed25519_key
ListenAddress {address}
PasswordAuthentication {password}
KbdInteractiveAuthentication {password}
GSSAPIAuthentication yes
GSSAPICleanupCredentials yes
GSSAPIStrictAcceptorCheck no
UsePAM yes
UseDNS no
PrintMotd no
PidFile /run/sshd.pid
MaxStartups 300
"""
SSH = """Host *
	GSSAPIAuthentication yes
	StrictHostKeyChecking yes
	HashKnownHosts no
"""
MODULES = ('mpm_event', 'authn_core', 'authz_core', 'authz_user',
           'auth_gssapi', 'include', 'filter', 'mime', 'dir')
# A forwarded ticket would be seen as a file in the GssapiDelegCcacheDir.
APACHE = """ServerName fs1.example.test
Listen {address}:80
PidFile /run/apache2.pid
ErrorLog /var/log/apache2/error.log
User www-data
Group www-data
StartServers 1
TypesConfig /etc/mime.types
DirectoryIndex index.shtml
DocumentRoot /var/www
<Directory /var/www>
	Options +Includes
	SetOutputFilter INCLUDES
	AuthType GSSAPI
	AuthName lab
	GssapiCredStore keytab:/etc/apache2/http.keytab
	GssapiDelegCcacheDir /run/apache2-delegated
	GssapiAllowedMech krb5
	GssapiSSLonly off
	Require valid-user
</Directory>
"""
PAGE = '<p>You are <!--#echo var="REMOTE_USER" -->.</p>\n'


def texts(host):
    """Path to text of all that HOST has besides the machine's own files."""
    domain = state.domain_of(host)
    address = state.HOSTS[host]
    server = state.HOSTS[state.dc_of(host)]
    guarded = host == state.GUARDED
    cache = '\tdefault_ccache_name = KCM:\n' if guarded else ''
    stack = PAM_GUARDED if guarded else PAM_STOCK
    found = {
        '/etc/hostname': f'{host}\n',
        '/etc/hosts': f'127.0.0.1 localhost\n{address} {host}.{domain}'
                      f' {host}\n',
        '/etc/resolv.conf': f'search {domain}\nnameserver {server}\n'
                            'options timeout:2 attempts:2\n',
        '/etc/nsswitch.conf': NSSWITCH,
        '/etc/krb5.conf': KRB5.format(realm=domain.upper(), cache=cache),
        '/etc/ssh/ssh_config': SSH,
    }
    for name, text in stack.items():
        found[f'/etc/pam.d/{name}'] = text
    found['/etc/pam.d/common-session-noninteractive'] = \
        stack['common-session']
    if not host.startswith('dc'):
        found['/etc/samba/smb.conf'] = smb_conf(host)
    if host == 'fs1':
        found.update(server_texts(address))
    if host in SSH_SERVERS:
        people = 'yes' if host.startswith('ws') else 'no'
        found['/etc/ssh/sshd_config'] = SSHD.format(address=address,
                                                    password=people)
    return found


def smb_conf(host):
    text = SMB_MEMBER.format(offline='yes' if host.startswith('ws') else 'no',
                             refresh='yes' if host == 'ws2' else 'no')
    return text + SMB_SERVER if host == 'fs1' else text


def server_texts(address):
    load = ''.join(f'LoadModule {name}_module'
                   f' /usr/lib/apache2/modules/mod_{name}.so\n'
                   for name in MODULES)
    return {
        '/etc/apache2/lab.conf': load + APACHE.format(address=address),
        '/var/www/index.shtml': PAGE,
    }


# Only what a workstation asks for: a quick start, and no name service whose
# broadcasts or replication would wait for peers that are not there.
DC_LINES = """	interfaces = lo eth0
	bind interfaces only = yes
	server services = s3fs rpc ldap cldap kdc winbindd dns
	tls enabled = no
	prefork children = 2
	template shell = /bin/bash
"""


def dc_conf(text):
    """smb.conf of a DC: what provision wrote, with our lines."""
    kept = [line for line in text.splitlines() if 'dns forwarder' not in line]
    text = '\n'.join(kept) + '\n'
    return text.replace('[global]\n', f'[global]\n{DC_LINES}')
