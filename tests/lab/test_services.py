#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""From ws1 people use what the domain offers by Kerberos, with the programs
they have, whatever name of a host they type."""
from tests.lab import kerbtest as k, labtest

SSH = ('ssh', '-o', 'GSSAPIAuthentication=yes',
       '-o', 'PreferredAuthentications=gssapi-with-mic')
CURL = ('curl', '-s', '--negotiate', '-u', ':')
LDAP = ('ldapsearch', '-LLL', '-Y', 'GSSAPI', '-H')
ASK_BOB = ('-b', 'dc=example,dc=test', '(cn=bob)', 'dn')


def signed_in():
    for sign_in in k.SIGN_IN:
        k.clean()
        sign_in()
        yield sign_in


@k.test
def ssh_logs_in_by_gssapi():
    for _ in signed_in():
        out = k.good(*SSH, k.FS1, 'id; hostname')
        assert f'uid={k.uid("alice")}(alice)' in out and '\nfs1\n' in out, out
        assert k.tickets() == [k.TGT, f'host/{k.FS1}@{k.REALM}']


@k.test
def ssh_says_why_without_a_ticket():
    done = k.run(*SSH, '-v', k.FS1, 'id')
    assert done.returncode == 255 and 'No Kerberos credentials' in done.text, \
        done
    assert 'Permission denied' in done.text, done


@k.test
def asked_to_forward_the_tgt_ssh_works_and_forwards_nothing():
    for _ in signed_in():
        for words in (('-K',), ('-o', 'GSSAPIDelegateCredentials=yes')):
            out = k.good(*SSH, *words, k.FS1,
                         'id -un; klist -s || echo none')
            assert out == 'alice\nnone\n', out


@k.test
def curl_is_known_to_the_web_server():
    for _ in signed_in():
        assert k.good(*CURL, f'http://{k.FS1}/') \
            == f'<p>You are alice@{k.REALM}.</p>\n'
        assert k.tickets() == [k.TGT, f'HTTP/{k.FS1}@{k.REALM}']
    k.clean()
    assert '401' in k.good(*CURL, '-I', f'http://{k.FS1}/')


@k.test
def curl_delegates_nothing():
    k.kinit()
    assert 'You are alice' in k.good(*CURL, '--delegation', 'always',
                                     f'http://{k.FS1}/')
    left = labtest.on('fs1', 'ls', '/run/apache2-delegated').stdout
    assert left == '', left


@k.test
def ldapsearch_signs_and_seals():
    for _ in signed_in():
        done = k.run(*LDAP, 'ldap://dc1.example.test', *ASK_BOB)
        assert 'dn: CN=bob,CN=Users,DC=example,DC=test' in done.stdout, done
        assert f'SASL username: alice@{k.REALM}' in done.stderr, done
        assert 'data security layer' in done.stderr, done
    k.clean()
    done = k.run(*LDAP, 'ldap://dc1.example.test', *ASK_BOB)
    assert done.returncode != 0 and 'credentials' in done.text, done


@k.test
def any_name_of_a_host_will_do():
    """Short, full, the alias (a CNAME), in any case, by address for those
    who look it up."""
    k.kinit()
    for server in ('fs1', k.FS1, 'files', 'files.example.test',
                   'FS1.EXAMPLE.TEST', 'Fs1', 'FILES.Example.Test'):
        assert k.good(*SSH, server, 'hostname') == 'fs1\n', server
        assert f'You are alice@{k.REALM}' in k.good(
            *CURL, f'http://{server}/'), server
    for server in ('dc1', 'DC1.Example.Test', '10.99.0.10'):
        assert 'dn: CN=bob' in k.good(*LDAP, f'ldap://{server}',
                                      *ASK_BOB), server


@k.test
def every_way_of_libkrb5_to_complete_a_name_works():
    """Of `fallback` its client would ask a decoy for one name only."""
    own = '/tmp/krb5-names.conf'
    change = (f"sed 's/rdns = .*/dns_canonicalize_hostname = {{}}/' "
              f'/etc/krb5.conf >{own}')
    for way in 'fallback', 'false', 'true':
        said = []
        for host in ('ws1', 'ws2'):
            k.good('sh', '-c', change.format(way), host=host)
            conf = ('env', f'KRB5_CONFIG={own}')
            k.good(*conf, 'kinit', 'alice', host=host,
                   input=labtest.password('alice') + '\n')
            said.append([k.run(*conf, *words, host=host).text
                         for server in ('files', 'FS1')
                         for words in (('kvno', '-S', 'cifs', server),
                                       (*SSH, server, 'hostname'))])
        assert said[0] == said[1] and said[0][1] == 'fs1\n', (way, said)


@k.test
def the_kdcs_own_words_reach_the_user_of_a_wrong_host():
    for _ in signed_in():
        wrong = 'Server not found in Kerberos database'
        assert wrong in k.run(*SSH, '-v', '10.99.0.20', 'id').text
        assert wrong in k.run(*CURL, '-v', 'http://10.99.0.20/').text
        k.refused('kvno', 'cifs/no-such-host.example.test', says=wrong)
        assert k.good(*SSH, k.FS1, 'hostname') == 'fs1\n'


# What stock programs ask for, and what only a curious user would.
NAMES = (
    'cifs/fs1', 'cifs/FS1', 'CIFS/fs1.EXAMPLE.test', 'host/fs1.example.test',
    'HOST/fs1.example.test', 'http/fs1.example.test', 'HTTP/fs1.example.test',
    'cifs/files.example.test', 'cifs/FILES.example.test',
    'ldap/dc1.example.test/example.test', 'GC/dc1.example.test/example.test',
    'cifs/fs1.example.test@EXAMPLE.TEST', 'cifs/no-such-host.example.test',
    'no-such-service/fs1.example.test', 'cifs/fs1.example.test.', 'cifs/.',
    'cifs/10.99.0.20', 'a/b/c/d/e', '/', 'cifs/', 'a\\/b/c', 'nobody-here',
    'alice', 'cifs/ümlaut.example.test', 'cifs/файл.example.test',
    'cifs/' + 'x' * 200, 'cifs/' + 'x' * 2000, 'cifs/fs1 .example.test',
    'cifs/fs1.example.test\\n', "cifs/'; drop", 'cifs/%s%n%p',
)
# An account's own name may name a key as good as a TGT: it stays (DESIGN.md).
ONLY_STOCK = ('fs1$', 'ws2$@EXAMPLE.TEST', 'krbtgt', 'kadmin/changepw',
              'krbtgt/EXAMPLE.TEST', 'KRBTGT/EXAMPLE.TEST',
              'krbtgt/OTHER.TEST', 'krbtgt\\/EXAMPLE.TEST')


@k.test
def each_name_gets_the_answer_that_it_gets_on_a_stock_workstation():
    k.kinit()
    k.kinit(host='ws2')
    differ = []
    for name in NAMES:
        ours, stock = (k.run('kvno', name, host=host)
                       for host in ('ws1', 'ws2'))
        if (ours.returncode, ours.text) != (stock.returncode, stock.text):
            differ.append((name, ours.text, stock.text))
    assert not differ, '\n'.join(map(str, differ))
    k.good('kvno', k.CIFS)


@k.test
def a_name_longer_than_any_is_refused():
    k.kinit()
    for length in (4000, 60000):
        k.refused('kvno', 'cifs/' + 'x' * length, says='kvno: ')
    k.good('kvno', k.CIFS)


@k.test
def what_may_be_as_good_as_a_tgt_does_not_leave():
    for _ in signed_in():
        for name in ONLY_STOCK:
            done = k.run('kvno', name)
            assert done.returncode == 1, (name, done)
            assert k.DECOY_REFUSED in done.text \
                or 'not found in Kerberos database' in done.text, (name, done)
        assert k.tickets() == [k.TGT]


k.main()
