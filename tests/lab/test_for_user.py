#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon that root runs in a named cgroup uses a user's service tickets
where a rule lets it (for_user), and nothing more of theirs."""
from tests.lab import kerbtest as k, labtest
from tests.lab.cgroups import groups, within
from tests.lab.events import new_events
from tests.lab.ruling import rules

LDAP = 'ldap/dc1.example.test'
PROXY = f"""[rule proxy]
program = cgroup:/*/proxy
protocol = for_user
user = alice
target = {k.CIFS}
allow = yes
"""


def cache(name='alice'):
    return f'KCM:{k.uid(name)}'


def by_root(*argv, group='proxy', name='alice'):
    return k.run(*within(group), *argv, user='root', cache=cache(name))


def told(action):
    return [e for e in new_events(action) if e['event'] == 'for user']


@k.test
def root_in_that_cgroup_uses_them_for_the_targets_of_the_rule():
    with rules(PROXY), groups('proxy'):
        k.logon()
        [event] = told(lambda: by_root('kvno', k.CIFS))
        assert (event['id'], event['result']) == (5044, 'allowed'), event
        assert event['uid'] == 0 and event['cgroup'].endswith('/proxy'), event
        assert event['client'] == f'alice@{k.REALM}', event
        assert event['rule'] == 'proxy', event
        assert event['server'] == f'{k.CIFS}@{k.REALM}', event
        shown = by_root('klist')
        assert shown.returncode == 0 and k.CIFS in shown.text, shown
        # A ticket that alice has, and that no rule names.
        k.good('kvno', LDAP)
        assert LDAP in k.good('klist')
        assert LDAP not in by_root('klist').text
        [event] = told(lambda: by_root('kvno', LDAP))
        assert (event['id'], event['result']) == (4014, 'refused'), event
        assert by_root('kvno', LDAP).returncode == 1


@k.test
def a_share_is_opened_for_her_by_root():
    """A stock program, MIT's libkrb5 in curl: a page of fs1's."""
    with rules(PROXY.replace(k.CIFS, f'HTTP/{k.FS1}')), groups('proxy'):
        k.logon()
        words = ('curl', '-s', '--negotiate', '-u', ':', f'http://{k.FS1}/')
        assert by_root(*words).stdout == f'<p>You are alice@{k.REALM}.</p>\n'
        assert 'alice' not in by_root(*words, group='other').text


@k.test
def the_tgt_and_the_cache_itself_stay_hers():
    with rules(PROXY), groups('proxy'):
        k.logon()
        before = [c['principal'] for c in k.caches()]
        assert by_root('kvno', k.TGT).returncode == 1
        assert by_root('kinit', '-R').returncode == 1
        assert by_root('kdestroy').returncode == 1
        # kinit makes one of root's own beside it, as for each collection.
        k.good(*within('proxy'), 'kinit', 'bob', user='root', cache=cache(),
               input=f'{labtest.password("bob")}\n')
        k.good('kdestroy', '-A', user='root')
        assert [c['principal'] for c in k.caches()] == before
        assert k.run('klist', '-s').returncode == 0


def attack(program, *words, **options):
    out = k.good(*options.pop('around', ()), '/usr/bin/python3', '-B',
                 f'{labtest.TREE}/tests/attack/{program}',
                 str(k.uid('alice')), k.REALM, *words, **options)
    return [line.split() for line in out.splitlines()]


@k.test
def raw_messages_bring_neither_the_tgt_nor_a_change():
    with rules(PROXY), groups('proxy'):
        k.logon()
        before = k.tickets()
        here = {'around': within('proxy'), 'user': 'root'}
        rows = attack('kcm_thief.py', **here)
        assert any(row[:2] == ['GET_CRED_LIST', '0'] for row in rows)
        assert not any(row[:2] == ['RETRIEVE', '0'] for row in rows)
        rows = attack('kcm_writes.py', **here)
        assert len(rows) == 6 and all(row[1] != '0' for row in rows), rows
        assert k.tickets() == before
        # The same bytes are good for who owns the cache.
        assert attack('kcm_writes.py', '21', '23') == [['21', '0'],
                                                       ['23', '0']]


@k.test
def nobody_else_may():
    with rules(PROXY), groups('proxy'):
        k.logon()
        k.logon('bob', user='bob')
        for group, name in (('other', 'alice'), ('proxy', 'bob')):
            [event, *_] = told(lambda: by_root('kvno', k.CIFS, group=group,
                                               name=name))
            assert event['result'] == 'refused' and event['uid'] == 0, event
            assert by_root('klist', group=group, name=name).returncode == 1
        # A user in that cgroup is no root.
        assert k.run(*within('proxy'), 'kvno', k.CIFS, user='bob',
                     cache=cache()).returncode == 1
        assert k.run(*within('proxy'), 'klist', user='bob',
                     cache=cache()).returncode == 1


@k.test
def without_a_rule_root_gets_nothing_and_is_told_of():
    with groups('proxy'):
        k.logon()
        [event, *_] = told(lambda: by_root('kvno', k.CIFS))
        assert event['result'] == 'refused', event
        assert by_root('klist').returncode == 1


k.main()
