#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Much of everything at once on ws1: tickets, caches, programs, and programs
that end in the middle."""
from tests.lab import kerbtest as k, labtest

DOMAIN = 'example.test'
LOG = '/var/log/credguard.log'


def spellings(number):
    """So many names of one service: a KDC does not look at the case."""
    letters = [i for i, c in enumerate(DOMAIN) if c.isalpha()]
    for bits in range(number):
        name = list(DOMAIN)
        for shift, place in enumerate(letters):
            if bits >> shift & 1:
                name[place] = name[place].upper()
        yield 'cifs/fs1.' + ''.join(name)


def script(text, user='alice', check=True):
    return labtest.on('ws1', 'sh', '-c', text, user=user, check=check,
                      input=labtest.password(user) + '\n').stdout


@k.test
def three_hundred_tickets_in_one_cache_work():
    names = list(spellings(300))
    k.kinit()
    k.good('kvno', '-q', *names)
    assert sorted(k.tickets()) \
        == sorted([k.TGT, *(f'{name}@{k.REALM}' for name in names)])
    assert k.status()['vault']['entries'] == 1
    assert 'You are alice' in k.good('curl', '-s', '--negotiate', '-u', ':',
                                     f'http://{k.FS1}/')
    k.good('credguardctl', 'renew')
    assert len(k.tickets()) == 302
    k.good('kdestroy')
    assert k.status()['tickets'] == 0


@k.test
def many_who_want_the_same_ticket_get_it_by_one_request():
    k.logon()
    log = labtest.path('ws1', LOG)
    before = log.read_text().count('audit: service ticket')
    out = script(f'for i in $(seq 30); do kvno {k.CIFS} & done; wait')
    assert out == f'{k.CIFS}@{k.REALM}: kvno = 1\n' * 30, out
    assert log.read_text().count('audit: service ticket') == before + 1
    assert len(k.tickets()) == 2


@k.test
def many_who_want_different_tickets_get_each_their_own():
    k.kinit()
    names = list(spellings(60))
    out = script('for n in {}; do kvno $n & done; wait'.format(
        ' '.join(names)))
    assert sorted(out.splitlines()) \
        == sorted(f'{name}@{k.REALM}: kvno = 1' for name in names)
    assert len(k.tickets()) == 61


@k.test
def signing_out_while_others_ask_is_success_or_a_clear_no():
    """kinit, kdestroy and kvno of one user, all at once, for a while."""
    allowed = ('kvno = 1', 'not found', 'Matching credential',
               'No credentials cache')
    out = script(f"""
read -r password
end=$(mktemp -u)
for n in 1 2 3; do
	while [ ! -e $end ]; do
		x=$(kvno {k.CIFS} 2>&1)
		echo "$x"
	done &
done
while [ ! -e $end ]; do x=$(klist -A 2>&1); done &
for i in $(seq 25); do
	echo "$password" | kinit alice >/dev/null || echo failed: kinit
	kvno -q {k.CIFS} || echo failed: kvno
	kdestroy || echo failed: kdestroy
done
touch $end
wait
rm $end
""")
    lines = out.splitlines()
    strange = [line for line in lines
               if not any(word in line for word in allowed)]
    assert not strange, strange[:10]
    assert lines, 'nobody asked'
    k.clean()
    left = k.status()
    assert left['vault']['entries'] == 0 and left['caches'] == 0, left


@k.test
def many_sign_in_at_once():
    out = script(f"""
read -r password
for i in $(seq 12); do
	echo "$password" | kinit -c KCM:$(id -u):k$i alice >/dev/null &
	echo "$password" | credguardctl logon --password-fd 0 \
		-c KCM:$(id -u):c$i alice &
done
wait
""")
    assert out.count('signed in as alice@') == 12, out
    assert len(k.collection()) == 24, k.collection()
    assert k.status()['vault']['entries'] == 24
    k.good('kdestroy', '-A')
    assert k.status()['vault']['entries'] == 0


@k.test
def the_limit_of_caches_is_told_and_ends_with_them():
    out = script("""
read -r password
for i in $(seq 70); do
	echo "$password" | kinit -c KCM:$(id -u):n$i alice 2>&1 >/dev/null
done
true""")
    assert out.count('kinit: ') == 6 and out.count('quota') == 6, out
    text = k.run('credguardctl', 'logon', '--password-fd', '0', '-c',
                 f'KCM:{k.uid("alice")}:more', 'alice',
                 input=labtest.password('alice') + '\n').text
    assert 'limit' in text and 'logoff' in text, text
    assert len(k.caches()) == 64
    k.kinit('bob', user='bob')      # another user has own places
    k.good('kvno', k.CIFS, user='bob')
    k.good('credguardctl', 'logoff', '--all')
    assert k.status()['vault']['entries'] == 1
    k.kinit()


@k.test
def programs_that_are_killed_leave_nothing_behind():
    """In the middle of all they do, at any moment."""
    k.logon()
    before = k.status()
    script(f"""
for i in $(seq 40); do
	timeout -s KILL 0.0$((i % 10))$((i % 7)) kvno cifs/FS1.example.test
	timeout -s KILL 0.0$((i % 10))$((i % 7)) klist -A
	timeout -s KILL 0.0$((i % 10))$((i % 7)) credguardctl list
done >/dev/null 2>&1; true""")
    k.until(lambda: k.status()['vault'] | {'memory_used': 0}
            == before['vault'] | {'memory_used': 0}, 15, 'the vault is as '
            'before')
    k.good('kvno', k.CIFS)


@k.test
def memory_does_not_grow_with_use():
    """Of the vault: a thousand tickets later it is where it was."""
    names = list(spellings(250))

    def round_trip():
        k.kinit()
        k.good('kvno', '-q', *names)
        k.good('kdestroy')
        return k.status()['vault']['memory_used']

    first = round_trip()
    last = [round_trip() for _ in range(4)][-1]
    assert last <= first + 64 * 1024, (first, last)


k.main()
