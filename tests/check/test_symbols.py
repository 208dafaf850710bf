#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the built programs can reach: imports, libraries, names, and how the
linker left them."""
import os
import pathlib
import re
import subprocess

from tests import tap
from tests.check import sources

VAULT = sources.BUILD / 'isolated-helper/vault'
PROGRAM = sources.BUILD / 'credguard-vault'
PROGRAMS = ('credguard-vault', 'credguard-launch', 'credguardd',
            'credguardctl', 'credguard-winbind')
# Each is loaded into processes of others.
PLUGINS = {'pam_credguard.so': 'pam.exports'}

# Not one of them, whatever the golden list says.
NEVER = set('''memcmp bcmp printf fprintf dprintf puts syslog getenv
    secure_getenv setenv open openat fopen fdopen creat socket connect bind
    accept sendmsg recvmsg sendto recvfrom system popen execve execv execvp
    fork vfork clone posix_spawn dlopen dlsym pthread_create kill ptrace
    signal sigaction time localtime rand random strcpy strcat sprintf gets
    scanf alloca'''.split())

# Of idl/, and of the guardian, the broker and credguardctl alone.
OF_OTHERS = ('policy_compare', 'policy_strength', 'policy_text')

# Exported names that do not begin with cg_ and the stem of their file.
OTHER_NAMES = {
    'store': ('cg_entry_', 'cg_bytes_'),    # what the store is made of
    'secret': ('cg_wipe',),
    'malloc': ('malloc', 'free', 'calloc', 'realloc', 'memalign',
               'aligned_alloc', 'posix_memalign'),
    'main': ('main',),
}


def run(*argv, **kw):
    return subprocess.run([str(word) for word in argv], check=True, text=True,
                          capture_output=True, **kw).stdout


def objects():
    """{stem: path} of the vault's own; of main.c and the like those that are
    linked into the shipped program."""
    found = {}
    for path in sorted(VAULT.glob('*.o')):
        found.setdefault(path.name.split('.')[0], path)
    return found


def symbols(path, *options):
    return {line.split()[-1] for line in
            run('nm', *options, path).splitlines()
            if line.strip() and not line.endswith(':')}


def shared_objects():
    """Those of idl/ that the linker takes into the vault."""
    paths = {path.name.split('.')[0]: path for path in
             sorted((sources.BUILD / 'idl').glob('*.c.[0-9].o'))}
    return [path for stem, path in paths.items() if stem not in OF_OTHERS]


@tap.test
def the_vault_has_of_the_policy_what_decides_only():
    inside = symbols(PROGRAM, '--defined-only')
    assert 'cg_policy_decide' in inside
    sources.fail_with([name for name in inside for stem in OF_OTHERS
                       if name.startswith(f'cg_{stem}_')])


@tap.test
def every_source_of_the_vault_was_built():
    written = {pathlib.PurePath(path).stem
               for path in sources.product('.c')
               if path.startswith('isolated-helper/vault/')}
    assert written == set(objects())


@tap.test
def the_vault_imports_what_is_listed_and_nothing_else():
    own, used = set(), set()
    for path in objects().values():
        own |= symbols(path, '--defined-only', '--extern-only')
        used |= symbols(path, '--undefined-only')
    for path in shared_objects():
        own |= symbols(path, '--defined-only', '--extern-only')
        used |= symbols(path, '--undefined-only')
    listed = set(sources.golden('vault.imports'))
    imports = used - own
    assert not imports & NEVER, imports & NEVER
    assert not listed & NEVER, listed & NEVER
    sources.fail_with([f'not in golden/vault.imports: {name}'
                       for name in sorted(imports - listed)])


@tap.test
def the_list_of_imports_is_sorted_and_has_no_double():
    listed = sources.golden('vault.imports')
    assert listed == sorted(set(listed))


@tap.test
def a_name_begins_with_that_of_its_file():
    wrong = []
    for stem, path in objects().items():
        short = stem.removeprefix('krb5_')
        allowed = (f'cg_{stem}', f'cg_{short}',
                   *OTHER_NAMES.get(stem, ()))
        wrong += [f'{stem}.c: {name}' for name in
                  symbols(path, '--defined-only', '--extern-only')
                  if not name.startswith(allowed)]
    sources.fail_with(wrong)


# Answers older than NTLMv2, and what they are made of.
OLD = re.compile(r'des(_|3|cbc|ecb|$)|md4|lmv2|lm_?hash|ntlmv1|ntlm2|ntv1'
                 r'|mschap|lanman|legacy', re.I)


@tap.test
def no_code_of_the_vault_is_for_des_or_an_answer_before_ntlmv2():
    names = set()
    for path in objects().values():
        names |= symbols(path)
    names |= symbols(PROGRAM)
    assert len(names) > 300 and 'cg_ntlm_answer_prove' in names
    sources.fail_with(sorted(name for name in names if OLD.search(name)))


@tap.test
def the_words_of_old_answers_are_not_in_the_vault_s_sources():
    wrong = []
    for path in sources.product('.c', '.h'):
        if path.startswith('isolated-helper/vault/'):
            text = sources.without_comments(sources.read(path))
            wrong += [f'{path}: {word}' for word in
                      re.findall(r'\w*(?:MD4|DES_|_DES|_des_|legacy|LMv2|'
                                 r'NTLMv1|OSSL_PROVIDER)\w*', text)]
    sources.fail_with(wrong)


@tap.test
def the_vault_loads_the_libraries_that_are_listed():
    loaded = {line.split()[0] for line in run('ldd', PROGRAM).splitlines()}
    names = {os.path.basename(name) for name in loaded} - {'linux-vdso.so.1'}
    assert names == set(sources.golden('vault.libraries')), sorted(names)


def hardened(path):
    """What is missing, in words."""
    head = run('readelf', '-hW', path)
    parts = run('readelf', '-lW', path)
    dynamic = run('readelf', '-dW', path)
    now = 'NOW' if path.suffix == '.so' else 'NOW PIE'
    wanted = (('position independent', r'Type:\s+DYN', head),
              ('RELRO', r'GNU_RELRO', parts),
              ('no executable stack', r'GNU_STACK .* RW\s', parts),
              ('BIND_NOW', r'FLAGS.*BIND_NOW', dynamic),
              (now, fr'FLAGS_1.*{now}', dynamic))
    missing = [word for word, pattern, text in wanted
               if not re.search(pattern, text)]
    if re.search(r'RPATH|RUNPATH|TEXTREL', dynamic):
        missing.append('no RPATH, no TEXTREL')
    if re.search(r'LOAD.* RWE ', parts):
        missing.append('no segment to write and execute')
    return missing


@tap.test
def the_programs_are_linked_for_defence():
    wrong = []
    for name in (*PROGRAMS, *PLUGINS):
        if (sources.BUILD / name).exists():
            wrong += [f'{name}: {word}'
                      for word in hardened(sources.BUILD / name)]
    sources.fail_with(wrong)


@tap.test
def a_plug_in_exports_what_is_listed_and_nothing_else():
    for name, golden in PLUGINS.items():
        found = symbols(sources.BUILD / name, '-D', '--defined-only')
        assert found == set(sources.golden(golden)), (name, sorted(found))


@tap.test
def a_plug_in_has_no_variable_that_two_threads_could_share():
    """What is writable when it is loaded, but for the linker's own."""
    own = ('completed', '__')
    for name in PLUGINS:
        rows = [row.split() for row in
                run('objdump', '-t', sources.BUILD / name).splitlines()]
        found = [row[-1] for row in rows
                 if {'.data', '.bss', '.tdata', '.tbss'} & set(row[2:5])
                 and row[-1] not in row[2:5]
                 and not row[-1].startswith(own)]
        assert not found, (name, found)


@tap.test
def the_guardian_has_the_libraries_of_the_vault_bound_at_once():
    """Debian's libkrb5 is bound lazily. The resolver saves vector registers
    on the stack, among them keys that were just copied (test_vault_memory)."""
    lazy = [path for path in re.findall(r'=> (\S+)', run('ldd', PROGRAM))
            if 'BIND_NOW' not in run('readelf', '-d', path)]
    spawn = sources.read('isolated-helper/launch/spawn_vault.c')
    assert not lazy or 'LD_BIND_NOW=1' in spawn, lazy


tap.main()
