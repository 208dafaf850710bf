#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T8 with real client programs: whatever a client asks for, nothing here
answers with DES of the NT hash, or with something made of the password. alice
is signed in on both hosts; ws2's winbindd keeps her password, as it can be
asked to, and both are configured for the oldest protocols that there are.

Where a protocol ends in an answer that a server would take, the test shows
with the password that its set-up works. Which of them can reach Credguard at
all: what is asked of winbind, of Samba's NTLMSSP and of libkrb5. HTTP Digest,
SASL's, EAP and RDP clients ask none of them; they have no password, and there
is no event.
"""
import base64
import contextlib
import shutil
import subprocess

from tests import tap
from tests.attack import old_protocols as old, wiretap
from tests.lab import config, fronting, hosts, kerbtest as k, labtest, ntlm
from tests.lab.events import events

OLD = '\tclient NTLMv2 auth = no\n\tclient lanman auth = yes\n'
# More of NTLMSSP that a client can be told to do without.
WITHOUT = {
    'session security': '--option=ntlmssp_client:ntlm2=no',
    'unicode': '--option=ntlmssp_client:unicode=no',
}
SHARE = '//fs1.example.test/share'
HERE = f'{labtest.TREE}/tests/attack'
RDP, WEB, RADIUS = 13389, 18080, 18120
ALICE = {'user': 'alice'}


def secret():
    return labtest.password('alice')


def save(host, name):
    labtest.on(host, 'wbinfo', f'--ccache-save={name}%{secret()}', **ALICE)


def configure_ws2(more):
    """As fronting does it with ws1's; winbindd reads it once."""
    pid = labtest.path('ws2', '/run/samba/winbindd.pid').read_text().strip()
    labtest.on('ws2', 'kill', pid)
    hosts.await_true('ws2', 'the end of winbindd',
                     lambda: not hosts.succeeds('ws2', 'kill', '-0', pid),
                     '/var/log/samba/log.winbindd')
    labtest.path('ws2', '/etc/samba/smb.conf').write_text(
        config.smb_conf('ws2') + more)
    labtest.on('ws2', 'winbindd', '-D')
    hosts.await_true('ws2', 'winbindd', lambda: hosts.succeeds(
        'ws2', 'wbinfo', '-i', 'alice'), '/var/log/samba/log.winbindd')


def talk(host, *argv, user='alice', **options):
    return labtest.start(host, *argv, user=user, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True, **options)


@contextlib.contextmanager
def running(*argv, **options):
    child = talk(*argv, **options)
    try:
        yield child
    finally:
        child.stdin.close()
        child.terminate()
        child.wait(10)


def say(child, line):
    child.stdin.write(line + '\n')
    child.stdin.flush()
    return child.stdout.readline().strip()


def browser_helper(host, *options):
    """(CHALLENGE, what ntlm_auth then says) without a password."""
    with running(host, 'ntlm_auth', '--helper-protocol=ntlmssp-client-1',
                 '--use-cached-creds', '--username=alice', '--domain=EXAMPLE',
                 *options, stderr=subprocess.DEVNULL) as client:
        hello = say(client, 'YR').split()
        assert hello[0] == 'YR', hello
        with ntlm.Server() as server:
            challenge = server.challenge(base64.b64decode(hello[1]))
        said = say(client, 'TT ' + base64.b64encode(challenge).decode())
    return challenge, said


def message_in(said):
    words = said.split()
    return old.Authenticate(base64.b64decode(words[1])) \
        if words[0] in ('AF', 'KK') else None


def is_des(message, challenge):
    """NTLMv1, or NTLM2 session security, whose LM field has the client's
    challenge."""
    return message.nt in old.des_answers(labtest.nt_hash('alice'),
                                         challenge[24:32], message.lm[:8])


def is_v2(message):
    return message.nt[16:24] == b'\1\1\0\0\0\0\0\0' and \
        message.lm == bytes(24)


def refusals(action):
    before = len(events())
    action()
    return [event for event in events()[before:]
            if event['event'] == 'ntlm answer'
            and event['result'] == 'refused']


@tap.test
def T8_ntlm_auth_gets_des_of_the_hash_on_the_stock_host():
    for options in ((), *((option,) for option in WITHOUT.values())):
        challenge, said = browser_helper('ws2', *options)
        assert is_des(message_in(said), challenge), (options, said)


@tap.test
def T8_ntlm_auth_gets_ntlmv2_or_nothing_and_an_event():
    challenge, said = browser_helper('ws1')
    assert is_v2(message_in(said)), said
    for what, option in WITHOUT.items():
        told = []
        found = refusals(lambda: told.append(browser_helper('ws1', option)))
        assert message_in(told[0][1]) is None, (what, told)
        assert [event['id'] for event in found] == [4013], (what, found)
        assert found[0]['uid'] == k.uid('alice'), found


def on_the_wire(host, *words):
    """What smbclient sends in the end, when it is not anonymous."""
    with wiretap.Wiretap(host, 'tcp port 445') as tap_:
        k.run('smbclient', SHARE, *words, '--use-kerberos=off',
              '--option=client NTLMv2 auth=no',
              '--option=client lanman auth=yes', '-c', 'ls', host=host)
    return [message for message in old.in_stream(tap_.raw) if message.nt]


@tap.test
def T8_smbclient_sends_ntlmv2_or_nothing_and_an_event():
    """Samba's own, through the gensec module."""
    for option in WITHOUT.values():
        sent = on_the_wire('ws2', '-U', f'alice%{secret()}', option)
        assert [len(message.nt) for message in sent] == [24], sent
    labtest.add_module('ws1')
    try:
        sent = on_the_wire('ws1', '-N')
        assert len(sent) == 1 and is_v2(sent[0]), sent
        for what, option in WITHOUT.items():
            told = []
            found = refusals(lambda: told.extend(
                on_the_wire('ws1', '-N', option)))
            assert not told, (what, [message.nt for message in told])
            assert [event['id'] for event in found] == [4013], (what, found)
    finally:
        labtest.remove_module('ws1')


def eap_is_accepted(host, line=''):
    folder = labtest.path(host, '/tmp/eap')
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in (
            ('server', 'driver=none\ninterface=lo\neap_server=1\n'
                       f'radius_server_auth_port={RADIUS}\n'
                       'radius_server_clients=/tmp/eap/clients\n'
                       'eap_user_file=/tmp/eap/users\n'),
            ('clients', '127.0.0.1/32 shared\n'),
            ('users', f'"alice" MSCHAPV2 "{secret()}"\n'),
            ('client', 'network={\nkey_mgmt=WPA-EAP\neap=MSCHAPV2\n'
                       f'identity="alice"\n{line}\n}}\n')):
        (folder / name).write_text(text)
    with running(host, 'hostapd', '/tmp/eap/server', user='root') as server:
        while 'AP-ENABLED' not in server.stdout.readline():
            assert server.poll() is None
        done = labtest.on(host, 'eapol_test', '-c', '/tmp/eap/client', '-a',
                          '127.0.0.1', '-p', str(RADIUS), '-s', 'shared',
                          '-t', '5', check=False, **ALICE)
    shutil.rmtree(folder)
    assert 'method 26 (MSCHAPV2) selected' in done.stdout, done
    return done.stdout.endswith('SUCCESS\n'), done.stdout


@tap.test
def T8_wpa_supplicants_mschapv2_finds_nobody_to_ask():
    """EAP-MSCHAPv2, as for wireless networks and VPNs (RFC 2759's answer is
    DES of the hash)."""
    assert eap_is_accepted('ws2', f'password="{secret()}"')[0]
    for host in ('ws2', 'ws1'):
        before = len(events())
        ok, said = eap_is_accepted(host)
        assert not ok and 'Password not configured' in said, said
        assert len(events()) == before


def digest_answer(host, *more):
    with running(host, 'python3', '-B', f'{HERE}/digest_server.py', str(WEB),
                 user='root') as server:
        assert server.stdout.readline() == 'ready\n'
        k.run('curl', '-s', '--digest', *more, f'http://127.0.0.1:{WEB}/',
              host=host)
        assert server.stdout.readline() == 'none\n'
        return server.stdout.readline().strip()


@tap.test
def T8_curls_digest_is_not_of_the_password():
    for host, user, is_hers in (('ws2', f'alice:{secret()}', True),
                                ('ws2', 'alice:', False),
                                ('ws1', 'alice:', False)):
        header = digest_answer(host, '-u', user)
        assert header.startswith('Digest username="alice"'), header
        response = f'response="{old.digest("alice", secret(), header)}"'
        assert (response in header) == is_hers, (host, header)


@tap.test
def T8_ldapsearchs_digest_md5_is_not_to_be_had():
    for host in ('ws2', 'ws1'):
        done = k.run('ldapsearch', '-Y', 'DIGEST-MD5', '-U', 'alice', '-w',
                     '', '-H', 'ldap://dc1.example.test', '-b', '', '-s',
                     'base', host=host)
        assert done.returncode != 0 and 'result: 0' not in done.text, done


def credssp_verdict(host, *password):
    """What a server that is the domain's says to xfreerdp in the end."""
    folder = labtest.path(host, '/tmp/rdp')
    folder.mkdir(exist_ok=True)
    labtest.on(host, 'openssl', 'req', '-x509', '-newkey', 'rsa:2048',
               '-nodes', '-subj', '/CN=rdp.example.test', '-keyout',
               '/tmp/rdp/key', '-out', '/tmp/rdp/certificate')
    with running(host, 'Xvfb', '-displayfd', '1', '-nolisten', 'tcp',
                 stderr=subprocess.DEVNULL) as screen, \
            running(host, 'python3', '-B', f'{HERE}/rdp_server.py', str(RDP),
                    '/tmp/rdp/certificate', '/tmp/rdp/key',
                    user='root') as rdp, ntlm.Server() as server:
        assert rdp.stdout.readline() == 'ready\n'
        display = f'DISPLAY=:{screen.stdout.readline().strip()}'
        with running(host, 'env', 'HOME=/tmp', display,
                     'xfreerdp', f'/v:127.0.0.1:{RDP}', '/u:alice',
                     '/d:EXAMPLE', '/sec:nla', '/cert:ignore', *password,
                     stderr=subprocess.DEVNULL) as client:
            client.stdin.close()    # it would ask there for a password
            hello = bytes.fromhex(rdp.stdout.readline())
            answer = say(rdp, server.challenge(hello).hex())
            return answer if answer in ('', 'none') \
                else server.verdict(bytes.fromhex(answer))


@tap.test
def T8_xfreerdps_credssp_has_no_answer_of_hers():
    """CredSSP ends with the password itself on its way to the server."""
    assert credssp_verdict('ws2', f'/p:{secret()}') == 'AF alice'
    for host in ('ws2', 'ws1'):
        before = len(events())
        verdict = credssp_verdict(host)
        assert not verdict.startswith('AF'), verdict
        assert len(events()) == before
        print(f'# {host}: {verdict or "it hung up"}')


def main():
    configure_ws2(OLD)
    fronting.on(fronting.NTLM, OLD)
    try:
        save('ws2', 'EXAMPLE\\alice')
        save('ws1', 'alice')
        tap.main()
    finally:
        labtest.on('ws1', 'credguardctl', 'logoff', '--all', check=False,
                   **ALICE)
        fronting.off()
        configure_ws2('')


main()
