# SPDX-License-Identifier: GPL-3.0-or-later
"""A second realm beside the domain: MIT's KDC on fs1, known to ws1 by its
krb5.conf. Its clock may be wrong and its tickets may live for seconds, which
Samba's may not.

    with second_realm.up(clock='+10m'):
        k.kinit(second_realm.ALICE, secret=second_realm.SECRET)
"""
import contextlib

from tests.lab import hosts, labtest, state

REALM = 'SECOND.TEST'
ALICE = f'alice@{REALM}'
SECRET = 'Word-of-the-second-7'
SERVICES = (f'host/fs1.second.test@{REALM}', f'HTTP/fs1.second.test@{REALM}')
TGT = f'krbtgt/{REALM}@{REALM}'
PORT = 8888
PLACE = '/var/lib/second'
FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

CLEAR = f'test ! -e {PLACE}/pid || kill $(cat {PLACE}/pid); rm -rf {PLACE}'
MAKE = f"""set -e
{CLEAR}
mkdir -p {PLACE}
cd {PLACE}
cat >krb5.conf <<END
[libdefaults]
	default_realm = {REALM}
	clockskew = 300
END
cat >kdc.conf <<END
[kdcdefaults]
	kdc_listen = ""
	kdc_tcp_listen = {state.HOSTS['fs1']}:{PORT}
[realms]
	{REALM} = {{
		database_name = {PLACE}/principal
		key_stash_file = {PLACE}/stash
		supported_enctypes = aes256-cts:normal aes128-cts:normal
		default_principal_flags = +preauth
	}}
[logging]
	kdc = FILE:{PLACE}/log
END
kdb5_util create -s -P {SECRET}
kadmin.local <<END
addprinc -pw {SECRET} alice
addprinc -randkey {SERVICES[0]}
addprinc -randkey {SERVICES[1]}
END
"""
# Ours alone is preloaded, so that the shell and its children have true time.
START = ('setsid env {env} krb5kdc -n -P {place}/pid </dev/null'
         ' >{place}/out 2>&1 &')
KNOWN = f"""[realms]
	{REALM} = {{
		kdc = {state.HOSTS['fs1']}:{PORT}
	}}
"""


def listens():
    here = hosts.on('fs1', 'ss', '-Hltn').split()
    return f'{state.HOSTS["fs1"]}:{PORT}' in here


def start(clock):
    env = f'LD_PRELOAD={FAKETIME} FAKETIME={clock}' if clock else ''
    labtest.on('fs1', 'env', f'KRB5_CONFIG={PLACE}/krb5.conf',
               f'KRB5_KDC_PROFILE={PLACE}/kdc.conf', 'sh', '-c',
               START.format(env=env, place=PLACE))
    hosts.await_true('fs1', 'krb5kdc', listens, f'{PLACE}/out', limit_s=60)


def stop():
    labtest.on('fs1', 'sh', '-c', f'kill $(cat {PLACE}/pid); rm {PLACE}/pid')
    hosts.await_true('fs1', 'the end of krb5kdc', lambda: not listens(),
                     f'{PLACE}/log', limit_s=60)


@contextlib.contextmanager
def up(clock=None, skew_s=300):
    """CLOCK as faketime has it: '+10m' is ten minutes fast; SKEW_S is how
    wrong other clocks may be to it."""
    conf = labtest.path('ws1', '/etc/krb5.conf')
    before = conf.read_text().replace(KNOWN, '')     # of a run that was killed
    try:
        labtest.on('fs1', 'env', f'KRB5_CONFIG={PLACE}/krb5.conf',
                   f'KRB5_KDC_PROFILE={PLACE}/kdc.conf', 'sh', '-c',
                   MAKE.replace('= 300', f'= {skew_s}'))
        start(clock)
        conf.write_text(before + KNOWN)
        yield
        stop()
    finally:
        conf.write_text(before)
        labtest.on('fs1', 'sh', '-c', CLEAR)
