#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl policy: what it says of a file, and what of a thousand bad
ones."""
import json
import random
import re
import subprocess

from tests import tap
from tests.component.ctl import program
from tests.component.place import TOP, new_dir

GOLDEN = TOP / 'tests/component/golden'
CONFIG = TOP / 'config/credguard.conf'
ENV = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}
PLACE = new_dir('policy')
RULES = '''[policy]
ntlm = yes

[rule no-lab]
user = bob
target = */*.lab.test
allow = no

[rule backup]
program = cgroup:/system.slice/backup.service, label:backup_t*
target = cifs/nas.example.test
allow = yes
rc4 = yes

[rule nas]
target = cifs/nas.example.test
allow = no

[rule web]
protocol = ntlm
target = HTTP/*
allow = yes
channel_binding = require

[rule trial]
protocol = ntlm
allow = no
mode = audit

[rule unused]
user = alice
allow = no
mode = off

[rule front]
protocol = delegation
user = alice@EXAMPLE.TEST
target = cifs/fs1.example.test
allow = yes
'''


def put(text, name='credguard.conf'):
    path = PLACE / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def policy(*words):
    return subprocess.run([program(), 'policy', *words], env=ENV,
                          cwd=PLACE, capture_output=True, text=True,
                          errors='surrogateescape', check=False)


def check(text):
    """(exit code, [(line, kind, text)])"""
    put(text)
    got = policy('check', '--json', 'credguard.conf')
    assert not got.stderr, got.stderr
    found = json.loads(got.stdout)['findings']
    return got.returncode, [(f['line'], f['kind'], f['text']) for f in found]


def one(text, kind='error'):
    code, found = check(text)
    assert code == (5 if kind == 'error' else 4), (code, found)
    assert len(found) == 1 and found[0][1] == kind, found
    return found[0][0], found[0][2]


@tap.test
def the_file_that_is_installed_is_good_and_shows_all_defaults():
    """With every default written out, and with none."""
    text = CONFIG.read_text()
    code, found = check(text)
    assert (code, found) == (0, []), found
    given = re.sub(r'^#(\w+ = |\[rule)', r'\1', text, flags=re.M)
    code, found = check(given)
    assert (code, found) == (0, []), found
    put(given)
    full = json.loads(policy('show', '--json', '--file',
                             'credguard.conf').stdout)['keys']
    put('')
    empty = json.loads(policy('show', '--json', '--file',
                              'credguard.conf').stdout)['keys']
    assert full.keys() == empty.keys() and len(full) > 8
    for section, keys in full.items():
        for key, value in keys.items():
            if key == 'netbios_name':       # by default the host's
                continue
            assert value['line'] is not None, f'[{section}] {key}'
            other = empty[section][key]
            assert other['line'] is None
            assert other['value'] in (value['value'], None), key


@tap.test
def a_mistake_is_told_with_its_line_and_the_way_out():
    for text, line, words in (
            ('[policy]\nntml = no\n', 2, 'did you mean ntlm?'),
            ('[vault]\n\nverify_kdc = no\n', 3, 'verify_kdc of [policy]?'),
            ('[policy]\nntlm = maybe\n', 2, 'one of yes|no'),
            ('[offline]\ncount = 51\n', 2, 'from 0 to 50'),
            ('[vault]\narena_mib = 65\n', 2, 'power of two from 8 to 4096'),
            ('[audit]\nfile = here\n', 2, 'whole path or none'),
            ('[polcy]\n', 1, 'there is no section [polcy]'),
            ('[policy]\nntlm\n', 2, 'neither [section] nor key = value'),
            ('[policy]\nntlm = yes\nntlm = no\n', 3, 'first in line 2'),
            ('[rule a]\n[policy]\n', 1, 'needs allow'),
            ('[rule a]\nuser = bob\n\n[policy]\nntlm = no\n', 1,
             'neither allow = yes nor'),
            ('[rule a]\nallow = no\nprogramm = cgroup:/x\n', 3, 'no key'),
            ('[rule a]\nprogram = smbclient\nallow = no\n', 2,
             'must be cgroup:/PATH'),
            ('[rule a]\nallow = no\nrc4 = yes\n', 1, 'for rules that allow'),
            ('[rule a]\nallow = no\n[rule a]\nallow = yes\n', 4, 'twice'),
            ('[rule A]\nallow = no\n', 2, 'a name has'),
            ('[rule a]\nallow = no\nmode = on\n', 3, 'enforce, audit or off'),
            (f'[rule a]\nallow = no\nuser = {"x" * 300}\n', 3, 'longer than'),
            ('[rule a]\nallow = no\nuser = a,,b\n', 3, 'between two commas')):
        where, why = one(text)
        assert where == line and words in why, (text, where, why)


@tap.test
def all_mistakes_are_told_at_once():
    code, found = check('[policy]\nntml = no\nrenew = on\n[rule a]\n'
                        'allow = perhaps\n[rule b]\nuser = bob\n')
    assert code == 5
    assert [f[0] for f in found] == [2, 3, 5, 6], found


@tap.test
def a_rule_that_does_nothing_is_warned_of():
    above = '[rule a]\ntarget = cifs/*, HTTP/*\nallow = yes\n'
    for text, line, words in (
            (above + '[rule b]\nuser = bob\ntarget = HTTP/*\nallow = no\n',
             4, 'can never match: [rule a] in line 1'),
            ('[rule a]\nprotocol = ntlm\nrc4 = yes\nallow = yes\n', 1,
             'rc4 is about Kerberos'),
            ('[rule a]\nprotocol = kerberos\nchannel_binding = require\n'
             'allow = yes\n', 1, 'about NTLM'),
            ('[policy]\nntlm = no\n[rule a]\nprotocol = ntlm\nallow = yes\n',
             3, 'ntlm = no'),
            ('[rule a]\nuser = EXAMPLE\\bob\nallow = no\n', 1,
             'USER@REALM')):
        where, why = one(text, 'warning')
        assert where == line and words in why, (text, where, why)
    for text in (above + '[rule b]\ntarget = ldap/*\nallow = no\n',
                 '[rule a]\nprogram = cgroup:/a\nallow = yes\n'
                 '[rule b]\nallow = no\n', RULES):
        assert check(text) == (0, []), text


@tap.test
def explain_says_what_happens_and_which_rule_decides():
    put(RULES)
    want = (GOLDEN / 'policy_explain.txt').read_text().splitlines()
    got = []
    for line in want:
        if line.startswith('$ '):
            words = line[2:].split()
            result = policy('explain', '--file', 'credguard.conf', *words)
            assert result.returncode == 0, result
            got += [line, *result.stdout.splitlines()]
    assert got == want, '\n'.join(got)


@tap.test
def explain_has_json_and_knows_the_default():
    put('[policy]\nntlm = no\n[rule a]\nprotocol = ntlm\nallow = yes\n')
    words = ('--json', '--file', 'credguard.conf', 'bob@R', '-', 'cifs/x')
    off = json.loads(policy('explain', *words, 'ntlm').stdout)
    assert (off['verdict'], off['key'], off['line']) == ('deny', 'ntlm', 2)
    none = json.loads(policy('explain', *words, 'kerberos').stdout)
    assert (none['verdict'], none['rule']) == ('allow', None)
    none = json.loads(policy('explain', *words, 'delegation').stdout)
    assert (none['verdict'], none['rule']) == ('deny', None)
    for wrong in (('a', 'b', 'c', 'ntlm'), ('a', '-', 'c', 'smb'), ('a',)):
        assert policy('explain', *wrong).returncode == 2


def diff(old, new):
    put(old, 'old')
    put(new, 'new')
    got = policy('diff', '--json', 'old', 'new')
    assert not got.stderr, got.stderr
    found = json.loads(got.stdout)
    assert got.returncode == (5 if found['weaker'] else 0)
    return found


KEYS = (('policy', 'ntlm', 'yes', 'no'),
        ('policy', 'ntlm_without_target', 'yes', 'no'),
        ('policy', 'verify_kdc', 'no', 'yes'),
        ('policy', 'linger', 'yes', 'no'),
        ('policy', 'renew', 'yes', 'no'),
        ('policy', 'logon_grace_s', '121', '120'),
        ('vault', 'secret_memory', 'mlock', 'require'),
        ('vault', 'clock_skew_s', '301', '300'),
        ('winbind', 'front', 'no', 'yes'),
        ('broker', 'ntlm_per_minute', '301', '300'),
        ('sealing', 'protect', 'file', 'tpm2'),
        ('sealing', 'protect', 'auto', 'tpm2'),
        ('offline', 'count', '10', '0'),
        ('offline', 'max_failures', '6', '5'),
        ('offline', 'lockout_minutes', '14', '15'),
        ('offline', 'max_age_days', '0', '3650'),
        ('offline', 'max_age_days', '31', '30'),
        ('offline', 'scrypt_log_n', '15', '16'),
        ('offline', 'scrypt_r', '7', '8'),
        ('offline', 'scrypt_p', '1', '2'))


@tap.test
def diff_knows_the_weaker_value_of_every_key_that_protects():
    for section, key, weak, strong in KEYS:
        texts = [f'[{section}]\n{key} = {value}\n' for value in
                 (weak, strong)]
        for old, new, word in ((*texts, 'stronger'),
                               (*texts[::-1], 'weaker')):
            found = diff(old, new)
            assert [(f['section'], f['key'], f['change'])
                    for f in found['keys']] == [(section, key, word)], found
            assert found['weaker'] == (word == 'weaker') and \
                not found['rules']
    assert diff('', CONFIG.read_text())['keys'] == []


def rule(name, allow, **keys):
    lines = [f'{k} = {v}' for k, v in keys.items()]
    return '\n'.join([f'[rule {name}]', *lines, f'allow = {allow}', ''])


NO_NAS = rule('nas', 'no', target='cifs/nas')
NO_WEB = rule('web', 'no', target='HTTP/*')
TRIAL = rule('nas', 'no', target='cifs/nas', mode='audit')
BOTH = rule('nas', 'no', target='HTTP/*, cifs/nas')
MAY_NAS = rule('may', 'yes', target='cifs/nas')
RC4 = rule('may', 'yes', target='cifs/nas', rc4='yes')
SERVE = rule('serve', 'yes', protocol='for_user', program='cgroup:/p')
BOUND = rule('may', 'yes', target='cifs/nas', channel_binding='require')
PASS_ON = rule('on', 'yes', protocol='delegation', target='cifs/nas')


@tap.test
def diff_tells_rules_that_may_let_more_through():
    for old, new in ((NO_NAS, ''), (NO_NAS, TRIAL), (BOTH, NO_NAS),
                     ('', RC4), ('', PASS_ON), ('', SERVE),
                     (BOUND, ''), (BOUND, MAY_NAS),
                     (NO_NAS, MAY_NAS + NO_NAS), (NO_NAS, NO_WEB),
                     (NO_NAS + MAY_NAS, MAY_NAS + NO_NAS)):
        assert diff(old, new)['weaker'], (old, new)
    for old, new in (('', NO_NAS), (TRIAL, NO_NAS), (NO_NAS, BOTH),
                     (RC4, ''), (PASS_ON, ''), (SERVE, ''), ('', BOUND),
                     (MAY_NAS, BOUND), (MAY_NAS + NO_NAS, NO_NAS),
                     (NO_NAS, NO_WEB + NO_NAS), (RULES, RULES),
                     (NO_NAS, NO_NAS + BOUND)):
        assert not diff(old, new)['weaker'], (old, new)


@tap.test
def diff_tells_people_for_whom():
    put(NO_NAS, 'old')
    put('', 'new')
    got = policy('diff', 'old', 'new')
    assert got.returncode == 5 and 'weaker: a rule that went' in got.stdout
    assert '  - target = cifs/nas\n' in got.stdout, got.stdout
    assert policy('diff', 'old', 'old').stdout == \
        'nothing is weaker or stronger\n'


def made_up(dice):
    """A good file of up to nine rules."""
    words = ('alice', 'bob@*', '*', 'cifs/n?s', 'HTTP/*.test', 'host/x@R')
    text = f'[policy]\nntlm = {dice.choice(("yes", "no"))}\n'
    for i in range(dice.randrange(10)):
        keys = {k: ', '.join(dice.choices(words, k=dice.randrange(1, 5)))
                for k in ('user', 'target') if dice.randrange(2)}
        if dice.randrange(3) == 0:
            keys['program'] = dice.choice(('cgroup:/a*', 'label:?',
                                           'label:x, cgroup:/y'))
        if dice.randrange(2):
            words_of = ('ntlm', 'kerberos, delegation') + \
                ('for_user, ntlm',) * ('program' in keys)
            keys['protocol'] = dice.choice(words_of)
        if dice.randrange(3) == 0:
            keys['mode'] = dice.choice(('enforce', 'audit', 'off'))
        allow = dice.choice(('yes', 'no'))
        if allow == 'yes' and dice.randrange(2):
            keys['rc4'] = 'yes'
        text += rule(f'r{i}', allow, **keys)
    return text


def spoilt(dice, text):
    data = bytearray(text.encode())
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data))
        what = dice.randrange(4)
        if what == 0:
            data[at] = dice.randrange(256)
        elif what == 1:
            del data[at:at + dice.randrange(1, 40)]
        elif what == 2:
            data[at:at] = data[at:at + dice.randrange(1, 400)]
        else:
            data[at:at] = dice.choice((b'[rule x]\n', b'=', b',', b'\n',
                                       b'\0', b'allow = yes\n'))
        data = data or bytearray(b'\n')
    return bytes(data)


@tap.test
def random_files_are_good_and_a_mutation_is_told_by_its_line():
    """No crash, no silence: each has an exit code, and a bad one a line."""
    dice = random.Random(20260105)
    seen = {0: 0, 4: 0, 5: 0}
    for _ in range(500):
        text = made_up(dice)
        put(text)
        got = policy('check', 'credguard.conf')
        assert got.returncode in (0, 4) and not got.stderr, (got, text)
        data = spoilt(dice, text if dice.randrange(3) else RULES)
        put(data)
        got = policy('check', 'credguard.conf')
        assert got.returncode in seen and not got.stderr, (got, data)
        assert got.returncode == 0 or 'credguard.conf:' in got.stdout
        seen[got.returncode] += 1
    print(f'# mutations: {seen[0]} good, {seen[4]} warned of, {seen[5]} bad')
    assert seen[0] + seen[4] > 20 and seen[5] > 20, seen


tap.main()
