#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The winbind pipe front on ws1, before Debian's own winbindd: every stock
client works as before, what used winbindd's cached passwords is answered by
the vault, and winbindd has none."""
import base64
import os
import re
import shutil
import signal
import struct
import subprocess
import threading
import time

from samba.credentials import CLI_CRED_NTLMv2_AUTH, Credentials

from tests import tap
from tests.lab import fronting, hosts, labtest, state
from tests.lab.events import new_events

SHARE = '//fs1.example.test/share'
LOOK_UPS = (
    ('wbinfo', '-p'), ('wbinfo', '-n', 'alice'), ('wbinfo', '-i', 'alice'),
    ('wbinfo', '-u'), ('wbinfo', '-g'), ('wbinfo', '-t'),
    ('wbinfo', '-r', 'alice'), ('wbinfo', '--own-domain'),
    ('wbinfo', '-D', 'EXAMPLE'), ('wbinfo', '-m'), ('wbinfo', '--ping-dc'),
    ('getent', 'passwd', 'alice'), ('getent', 'group', 'domain users'),
    ('getent', 'initgroups', 'alice'), ('id', 'bob'))
CLIENT = f'{labtest.BUILD}/tests/bench/ntlm_client'
# A Samba built with MIT's Kerberos has tickets from the vault without asking
# winbindd, and waits for a broker that hangs; here it is to find no cache.
NO_CACHE = ('env', 'KRB5CCNAME=FILE:/nowhere') \
    if state.read('status')['samba'] == 'mit' else ()
WITHOUT_MIC = 'ntlm answer without mic '
KILL_S = 20             # how long the front is killed again and again


def run(*argv, user='root', host='ws1', **options):
    return labtest.on(host, *argv, user=user, check=False, **options)


def good(*argv, **options):
    done = run(*argv, **options)
    assert done.returncode == 0, (argv, done.stdout, done.stderr)
    return done.stdout


def refused(*argv, **options):
    done = run(*argv, **options)
    assert done.returncode != 0, (argv, done.stdout)
    return done.stdout + done.stderr


def with_password(name):
    return f'{name}%{labtest.password(name.rpartition(chr(92))[2])}'


def save(user='alice', name=None):
    return run('wbinfo', '--ccache-save', with_password(name or user),
               user=user)


def saved(user='alice'):
    done = save(user)
    assert done.returncode == 0, done
    return done


def smbclient(*more, user='alice'):
    return run(*NO_CACHE, 'smbclient', SHARE, '--use-winbind-ccache', *more,
               '-c', 'ls', user=user)


def forget(*users):
    for user in users or ('alice', 'bob'):
        run('credguardctl', 'logoff', '--all', user=user)


def log():
    return labtest.path('ws1', '/var/log/credguard.log').read_text()


def last_event(words):
    return [line for line in log().splitlines() if words in line][-1]


class NtlmAuth:
    """Samba's helper for browsers and proxies, by lines."""

    def __init__(self, host, user, *options):
        self.child = labtest.start(
            host, 'ntlm_auth', *options, user=user, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def say(self, line):
        self.child.stdin.write(line + '\n')
        self.child.stdin.flush()
        return self.child.stdout.readline().strip()

    def close(self):
        self.child.stdin.close()
        self.child.wait(10)


def helpers_meet(user, name):
    """What the server says in the end of a browser that is NAME's."""
    client = NtlmAuth('ws1', user, '--helper-protocol=ntlmssp-client-1',
                      '--use-cached-creds', f'--username={name}',
                      '--domain=EXAMPLE')
    server = NtlmAuth('fs1', 'root', '--helper-protocol=squid-2.5-ntlmssp')
    try:
        hello = client.say('YR')
        if not hello.startswith('YR '):
            return hello
        challenge = server.say(hello)
        assert challenge.startswith('TT '), challenge
        answer = client.say(challenge)
        if not answer.startswith(('KK ', 'AF ')):
            return answer
        return server.say('KK ' + answer.split()[1])
    finally:
        client.close()
        server.close()


@tap.test
def look_ups_and_logins_are_the_same_with_and_without_it():
    before = {words: run(*words) for words in LOOK_UPS}
    fronting.on()
    for words, old in before.items():
        new = run(*words)
        assert (new.returncode, new.stdout) == (old.returncode, old.stdout), \
            (words, old, new)
    good('wbinfo', '-a', with_password('EXAMPLE\\alice'))
    good('wbinfo', '--pam-logon', with_password('EXAMPLE\\alice'))
    refused('wbinfo', '-a', 'EXAMPLE\\alice%wrong')
    done = run('pamtester', 'login', 'alice', 'authenticate', 'open_session',
               'close_session', input=labtest.password('alice') + '\n')
    assert done.returncode == 0, done
    assert run('pamtester', 'login', 'alice', 'authenticate',
               input='wrong\n').returncode != 0
    assert fronting.pids() != []


@tap.test
def by_default_nobody_gets_an_answer_that_names_no_server():
    saved()
    assert 'NT_STATUS' in smbclient().stdout + smbclient().stderr
    assert smbclient().returncode != 0
    assert not helpers_meet('alice', 'alice').startswith('AF')
    last = last_event('ntlm answer')
    assert 'result="refused by policy"' in last, last
    forget()


@tap.test
def with_the_policy_stock_programs_authenticate():
    fronting.on(fronting.NTLM)
    saved()
    for more in ((), ('--client-protection=sign',),
                 ('--client-protection=encrypt',), ('-m', 'SMB2_10')):
        done = smbclient(*more)
        assert done.returncode == 0 and 'blocks available' in done.stdout, \
            (more, done)
    good(*NO_CACHE, 'rpcclient', '--use-winbind-ccache',
         'ncacn_np:fs1.example.test[ntlm,seal]',
         '-c', 'srvinfo', user='alice')
    met = helpers_meet('alice', 'alice')
    assert met == 'AF alice', met


def gss_meets(host):
    """What a server on fs1 says in the end to gss-ntlmssp's client, or what
    that says itself."""
    # Only here: with it curl would try NTLM wherever Kerberos does not help.
    shutil.copy('/etc/gss/mech.d/mech.ntlmssp.conf',
                labtest.path(host, '/tmp/mech.conf'))
    client = NtlmAuth.__new__(NtlmAuth)
    client.child = labtest.start(
        host, 'env', 'GSS_MECH_CONFIG=/tmp/mech.conf',
        f'{labtest.BUILD}/tests/lab/gss_ntlm', 'EXAMPLE\\alice',
        user='alice', stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    server = NtlmAuth('fs1', 'root', '--helper-protocol=squid-2.5-ntlmssp')
    try:
        hello = client.child.stdout.readline().strip()
        if hello.startswith('failed'):
            return hello
        challenge = server.say('YR ' + base64.b64encode(
            bytes.fromhex(hello)).decode())
        answer = client.say(base64.b64decode(
            challenge.removeprefix('TT ')).hex())
        if answer.startswith('failed'):
            return answer
        return server.say('KK ' + base64.b64encode(
            bytes.fromhex(answer)).decode())
    finally:
        client.close()
        server.close()


@tap.test
def gss_ntlmssp_hides_its_first_message_and_is_refused():
    """It hands it over as initial_blob, which libwbclient ignores since 4.4;
    stock winbindd then answers without a MIC, the vault by policy only."""
    good('wbinfo', '--ccache-save', with_password('EXAMPLE\\alice'),
         host='ws2', user='alice')
    stock, guarded = gss_meets('ws2'), gss_meets('ws1')
    print(f'# on ws2: {stock}; on ws1: {guarded}')
    assert stock == 'AF alice', stock
    assert not guarded.startswith('AF'), guarded
    assert 'result="refused by policy"' in last_event(WITHOUT_MIC)


@tap.test
def with_a_policy_for_it_gss_ntlmssp_authenticates():
    fronting.on('[policy]\nntlm_without_mic = yes\n')
    saved()
    assert not gss_meets('ws1').startswith('AF')
    assert 'result="refused by policy"' in last_event(WITHOUT_MIC)
    fronting.on(f'{fronting.NTLM}ntlm_without_mic = yes\n')
    saved()
    assert gss_meets('ws1') == 'AF alice'
    assert 'result="success"' in last_event(WITHOUT_MIC)
    # Who has its first message is answered as before, and logged as before.
    assert helpers_meet('alice', 'alice') == 'AF alice'
    assert 'ntlm answer uid=' in last_event('ntlm answer')
    fronting.on(fronting.NTLM)
    saved()


@tap.test
def T9_nobody_answers_for_another():
    assert smbclient(user='bob').returncode != 0
    assert not helpers_meet('bob', 'alice').startswith('AF')
    assert not helpers_meet('bob', 'bob').startswith('AF')
    # Whoever has credentials does not get in under another's name.
    assert not helpers_meet('alice', 'bob').startswith('AF')
    # uid 0 as itself is refused, even with credentials of its own.
    good('wbinfo', '--ccache-save', with_password('alice'))
    assert run(*NO_CACHE, 'smbclient', SHARE, '--use-winbind-ccache', '-U',
               'alice', '-N', '-c', 'ls').returncode != 0
    run('credguardctl', 'logoff', '--all')


@tap.test
def T1_winbindd_keeps_nothing_to_answer_with():
    """The password passes through it, and it does not wipe what it frees: such
    leftovers are counted, and only pam_credguard does without them."""
    secret, digest = labtest.password('bob').encode(), labtest.nt_hash('bob')
    stock = 'krb5_auth krb5_ccache_type=FILE cached_login'
    pam = labtest.path('ws1', '/etc/pam.d/common-auth')
    was = pam.read_text()
    pam.write_text(was.replace('pam_winbind.so krb5_auth',
                               f'pam_winbind.so {stock}'))
    assert stock in pam.read_text()
    try:
        for host in ('ws1', 'ws2'):
            labtest.on(host, 'pamtester', 'login', 'bob', 'authenticate',
                       input=labtest.password('bob') + '\n')
    finally:
        pam.write_text(was)
    saved('bob')
    reports = {host: labtest.scan(host, secret, digest)
               for host in ('ws1', 'ws2')}
    assert not labtest.hits(reports['ws1'], 1)
    assert any('winbindd' in hit[1]
               for hit in labtest.hits(reports['ws2'], 1))
    left = labtest.hits(reports['ws1'], 0)
    assert all(hit[1].startswith('winbindd') for hit in left), left
    print(f'# passwords in memory: {len(left)} left over on ws1, '
          f'{len(labtest.hits(reports["ws2"], 0))} on ws2')
    refused(*fronting.AROUND, 'bob', CLIENT, 'ntlm', '1', 'bob')
    good(CLIENT, 'ntlm', '1', 'bob', host='ws2', user='bob')
    good(CLIENT, 'ntlm', '1', 'bob', user='bob')
    assert good('sh', '-c', 'ls /tmp | grep -c krb5cc_ || true') == '0\n'
    forget('bob')


@tap.test
def a_saved_password_is_checked_and_signs_in():
    forget()
    assert save('alice', 'EXAMPLE\\alice').returncode == 0
    assert 'krbtgt/' in good('klist', user='alice')
    forget('alice')
    assert save('alice', 'alice').returncode == 0
    forget('alice')
    for text in ('alice%wrong', 'EXAMPLE\\alice%', 'NOWHERE\\alice%x',
                 'no-such-user%x'):
        refused('wbinfo', '--ccache-save', text, user='alice')
        assert run('klist', '-s', user='alice').returncode != 0


@tap.test
def everybody_logs_off_only_themselves():
    uid = {name: good('id', '-u', name).strip() for name in ('alice', 'bob')}
    program = f'{labtest.BUILD}/tests/lab/wbc_logoff'
    good(program, 'alice', uid['alice'], user='alice')
    good(program, 'alice', uid['alice'])
    text = refused(program, 'alice', uid['alice'], user='bob')
    assert 'NT_STATUS_NO_SUCH_USER' in text, text


@tap.test
def it_does_not_wait_for_vault_or_broker():
    saved()
    broker = fronting.pid('credguardd')
    os.kill(broker, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        for _ in range(10):
            good('wbinfo', '-i', 'alice')
        assert time.monotonic() - begun < 10
        begun = time.monotonic()
        assert smbclient().returncode != 0
        assert time.monotonic() - begun < 30
    finally:
        os.kill(broker, signal.SIGCONT)
    assert smbclient().returncode == 0


@tap.test
def T17_the_end_of_vault_or_broker_is_not_the_fronts():
    front = fronting.pid()
    for number in (0, 1):
        pair = re.findall(r'vault is pid (\d+), broker is pid (\d+)', log())
        good('kill', '-KILL', pair[-1][number])
        good('wbinfo', '-i', 'alice')
        hosts.await_true('ws1', 'the next broker', lambda: save()
                         .returncode == 0, '/var/log/credguard.log')
        assert smbclient().returncode == 0
    assert fronting.pid() == front


@tap.test
def T17_killing_it_again_and_again_loses_no_look_up():
    over, killed = threading.Event(), []

    def kill():
        while not over.is_set():
            for pid in fronting.pids():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.15)

    script = f"""end=$(( $(date +%s) + {KILL_S} )); n=0; bad=0
while [ $(date +%s) -lt $end ]; do
	for name in alice bob; do
		n=$((n + 2))
		id $name >/dev/null 2>&1 || bad=$((bad + 1))
		getent passwd $name >/dev/null || bad=$((bad + 1))
	done
done
echo $n $bad"""
    thread = threading.Thread(target=kill)
    thread.start()
    try:
        count, bad = good('sh', '-c', script).split()
    finally:
        over.set()
        thread.join()
    print(f'# {count} look-ups, {len(killed)} kills, {bad} failed')
    assert int(bad) == 0 and int(count) > 100 and len(killed) > 20
    assert smbclient().returncode == 0


def radius_server_accepts(password):
    """What FreeRADIUS or a proxy asks for somebody who signs in there."""
    creds = Credentials()
    creds.parse_string(f'EXAMPLE\\alice%{password}')
    challenge = os.urandom(8)
    answer = creds.get_ntlm_response(
        CLI_CRED_NTLMv2_AUTH, challenge,
        struct.pack('<HH14sHH', 2, 14, 'EXAMPLE'.encode('utf-16-le'), 0, 0))
    done = run('ntlm_auth', '--username=alice', '--domain=EXAMPLE',
               f'--challenge={challenge.hex()}',
               f'--nt-response={answer["nt_response"].hex()}')
    return done.returncode == 0, done.stdout + done.stderr


@tap.test
def others_may_be_checked_here_unless_policy_says_no():
    assert radius_server_accepts(labtest.password('alice'))[0]
    assert not radius_server_accepts('wrong')[0]
    fronting.on('auth_crap = no\n' + fronting.NTLM)
    found = new_events(
        lambda: radius_server_accepts(labtest.password('alice')))
    [event] = [e for e in found if e['event'] == 'validation for others']
    assert (event['id'], event['uid'], event['result']) == \
        (4013, 0, 'refused'), event
    ok, text = radius_server_accepts(labtest.password('alice'))
    assert not ok and 'ACCESS_DENIED' in text, text
    assert 'refused by policy (auth_crap): uid 0 asks' in log()
    # Who is signed in is not meant.
    saved()
    assert smbclient().returncode == 0
    fronting.on(fronting.NTLM)


@tap.test
def winbindd_itself_may_come_and_go():
    fronting.stop_winbindd()
    refused('wbinfo', '-p')
    fronting.start_winbindd(fronting.UPSTREAM)
    fronting.await_names()
    good('wbinfo', '-i', 'alice')


def main():
    assert state.GUARDED == 'ws1'
    try:
        tap.main()
    finally:
        forget()
        fronting.off()


main()
