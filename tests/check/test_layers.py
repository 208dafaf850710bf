#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who includes whom: the rule of the design, as a table with reasons."""
import fnmatch
import pathlib
import re

from tests import tap
from tests.check import sources

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
VAULT, BROKER = 'isolated-helper/vault/', 'isolated-helper/broker/'
LAUNCH, CLIENT = 'isolated-helper/launch/', 'plugin/client/'
PAM = 'plugin/pam/'
FILTER = 'plugin/winbind/confine_filter.c'
TPM = 'isolated-helper/tpm/'
FETCH = 'isolated-helper/fetch/'

# The first match counts. Nobody but the vault itself sees the vault.
LAYERS = {
    'idl/': ('idl/',),
    VAULT: ('idl/', VAULT),
    BROKER: ('idl/', BROKER),
    LAUNCH: ('idl/', LAUNCH),
    TPM: ('idl/', TPM),
    FETCH: ('idl/', FETCH),
    CLIENT: ('idl/', CLIENT),
    'plugin/samba/': ('idl/', CLIENT, 'plugin/samba/'),
    'plugin/winbind/': ('idl/', CLIENT, 'plugin/winbind/'),
    PAM: ('idl/', CLIENT, PAM),
}

# A header, the only files that may include it, and why.
RESERVED = [
    ('openssl/*', [VAULT + 'crypto.c', VAULT + 'crypto_ntlm.c',
                   VAULT + 'sealer.c', CLIENT + 'sealing.c',
                   CLIENT + 'kdf.c', LAUNCH + 'handover_seal.c',
                   LAUNCH + 'ledger_seal.c'],
     'sealing passwords, machine keys and records on the disk; HMAC-MD5;'
     ' scrypt in the login program; the ledger; seven files to review'),
    ('krb5.h', [VAULT + 'krb5_*', BROKER + 'krb5_*', BROKER + 'kcm_*',
                CLIENT + 'krb5_*', PAM + 'krb5_*'],
     'libkrb5 is known where the name says so'),
    ('profile.h', [VAULT + 'krb5_env.c', BROKER + 'krb5_kdc_conf.c',
                   CLIENT + 'krb5_conf_file.c'],
     'the in-memory configuration of libkrb5; what krb5.conf says'),
    ('linux/seccomp.h', [VAULT + 'seccomp.c', FILTER], 'the filter'),
    ('linux/filter.h', [VAULT + 'seccomp.h', FILTER], 'the filter'),
    ('linux/audit.h', [VAULT + 'seccomp.c', FILTER], 'the filter'),
    ('linux/futex.h', [VAULT + 'seccomp.c'], 'the filter'),
    ('tss2/*', [TPM + '*'], 'no more than one short-lived program'),
    ('linux/capability.h', [VAULT + 'sandbox.c', LAUNCH + '*',
                            TPM + 'main.c'],
     'giving up capabilities'),
    ('sys/mman.h', [VAULT + 'arena*.c', LAUNCH + 'image.c',
                    LAUNCH + 'front.c', CLIENT + 'password.c',
                    CLIENT + 'prompt.c', 'plugin/winbind/book.c',
                    'plugin/winbind/scratch.c', FILTER],
     'memory that is not malloc\'s'),
    ('spawn.h', [CLIENT + 'ctl_setup_programs.c',
                 CLIENT + 'ctl_check_smbconf.c', BROKER + 'child.c'],
     'starting programs'),
    ('sys/ptrace.h', [], 'nobody'),
    ('dlfcn.h', [CLIENT + 'ctl_samba_probe.c'],
     'nobody loads code at run time, but to see whether Samba could'),
    ('pthread.h', [], 'there is one thread'),
    ('syslog.h', [PAM + '*.c'], 'log lines go to standard error, which '
     'belongs to the application where libpam is'),
]

# Only in the vault: what it must not even be able to name.
NOT_IN_THE_VAULT = ('sys/socket.h', 'stdio.h', 'netdb.h', 'arpa/*',
                    'netinet/*', 'fcntl.h', 'dirent.h', 'pwd.h', 'grp.h',
                    'signal.h', 'talloc.h', 'tevent.h', 'poll.h',
                    'sys/stat.h', 'spawn.h')

# Many files with one header that is not called after their first word.
FAMILIES = [(VAULT + 'op_*.c', VAULT + 'ops.h'),
            (BROKER + 'call_*.c', BROKER + 'vault_calls.h'),
            (CLIENT + 'call_*.c', CLIENT + 'calls.h'),
            (PAM + 'step_*.c', PAM + 'steps.h')]


def includes(path):
    """(quote, header) in order."""
    return INCLUDE.findall(sources.without_comments(sources.read(path)))


def each():
    for path in sources.product('.c', '.h'):
        for quote, header in includes(path):
            yield path, quote, header


def matches(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


@tap.test
def every_folder_includes_only_what_is_below_it():
    wrong = []
    for path, quote, header in each():
        folder = next(f for f in LAYERS if path.startswith(f))
        if quote == '"' and not header.startswith(LAYERS[folder]):
            wrong.append(f'{path} includes {header}')
    sources.fail_with(wrong)


@tap.test
def headers_are_named_from_the_top_and_exist():
    wrong = []
    for path, quote, header in each():
        there = (sources.TOP / header).is_file() or header == 'idl/cg_idl.h'
        if quote == '"' and (not there or '..' in header):
            wrong.append(f'{path}: no {header}')
        if quote == '<' and header.startswith(sources.PRODUCT):
            wrong.append(f'{path}: "{header}" needs quotes')
    sources.fail_with(wrong)


def own_headers(path, headers):
    """x_more.h of x_more.c; without one, the family's or any x*.h; {}: there
    is none, as for a main()."""
    if path[:-1] + 'h' in headers:
        return {path[:-1] + 'h'}
    for pattern, header in FAMILIES:
        if fnmatch.fnmatch(path, pattern):
            return {header}
    name = pathlib.PurePath(path)
    word = name.stem.split('_')[0]
    return {h for h in headers if pathlib.PurePath(h).parent == name.parent
            and pathlib.PurePath(h).stem.split('_')[0] == word}


@tap.test
def a_file_includes_its_own_header_first():
    headers, wrong = set(sources.product('.h')), []
    for path in sources.product('.c'):
        if '\nint main(' in sources.read(path):
            continue
        own = own_headers(path, headers)
        first = includes(path)[0]
        if own and first[1] not in own:
            wrong.append(f'{path}: {first[1]} before its own header')
    sources.fail_with(wrong)


@tap.test
def reserved_headers_are_where_they_belong():
    wrong = []
    for path, _, header in each():
        for pattern, allowed, why in RESERVED:
            if fnmatch.fnmatch(header, pattern) and \
                    not matches(path, allowed):
                wrong.append(f'{path} includes {header} ({why})')
    sources.fail_with(wrong)


@tap.test
def the_vault_includes_nothing_that_reaches_outside():
    sources.fail_with([f'{path} includes {header}'
                       for path, _, header in each()
                       if path.startswith(VAULT)
                       and matches(header, NOT_IN_THE_VAULT)])


def cycle(graph):
    done, way = set(), []

    def visit(node):
        if node in way:
            return way[way.index(node):] + [node]
        if node not in done:
            way.append(node)
            for other in sorted(graph.get(node, ())):
                found = visit(other)
                if found:
                    return found
            done.add(way.pop())
        return None

    for node in sorted(graph):
        found = visit(node)
        if found:
            return found
    return None


@tap.test
def no_header_includes_itself_by_a_detour():
    graph = {}
    for path, quote, header in each():
        if quote == '"' and path.endswith('.h'):
            graph.setdefault(path, set()).add(header)
    found = cycle(graph)
    assert not found, ' -> '.join(found)


@tap.test
def every_header_has_its_guard():
    wrong = []
    for path in sources.product('.h'):
        name = pathlib.PurePath(path)
        guard = f'CG_{name.parent.name}_{name.stem}_H'.upper()
        text = sources.read(path)
        if f'#ifndef {guard}\n#define {guard}\n' not in text:
            wrong.append(f'{path}: no {guard}')
    sources.fail_with(wrong)


tap.main()
