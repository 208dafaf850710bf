#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-tidy (.clang-tidy) and cppcheck find nothing in the product's C.

What is suppressed for all is in .clang-tidy or CPPCHECK; for one file, in
KNOWN. Each with its reason.
"""
import concurrent.futures
import fnmatch
import os
import re
import subprocess

from tests import tap
from tests.check import sources

INCLUDES = ['-I.', '-Ibuild', '-Ibuild/plugin/samba']
# Not -isystem: the analyzer takes a function of a system header for one that
# frees nothing.
LIBRARIES = ['-I/usr/include/mit-krb5', '-I/usr/include/samba-4.0',
             *[f'-I{path}' for samba in (sources.BUILD / 'tools').glob(
                 'samba-*') for path in (samba / 'auth', samba)]]
DEFINES = ['-D_GNU_SOURCE', '-DCG_VERSION="0"', '-DCG_SAMBA_MODULE="m"']
FINDING = re.compile(r'^(\S+?):(\d+):(?:\d+:)? (?:warning|error|style|'
                     r'performance|portability): (.*?) \[([\w.,-]+)\]$')

# (file, check, reason)
KNOWN = [
    ('isolated-helper/vault/malloc.c',
     'readability-inconsistent-declaration-parameter-name',
     'the C library has its own names for the parameters of malloc'),
    ('isolated-helper/broker/*', 'readability-function-size',
     'tevent fixes the parameters of its handlers'),
    ('plugin/winbind/*', 'readability-function-size',
     'tevent fixes the parameters of its handlers'),
]

# They need headers that the installed Samba does not have.
NEWER_SAMBA = ['plugin/samba/bindings_gensec.c']

CPPCHECK = [
    'missingIncludeSystem',     # it is not given the system's headers
    'unusedStructMember',       # of structs that the kernel reads
    'uninitvar',                # it does not know what talloc's macros do;
    'ctuuninitvar',             # both compilers and the analyzer look for it
    'variableScope',            # declarations stand first, as in Samba
]


def known(path, check):
    return any(fnmatch.fnmatch(path, pattern) and name in check
               for pattern, name, _ in KNOWN)


def findings(output, checked=None):
    """checked: the file that was given to the tool; what it finds may be in
    a header."""
    found = []
    for line in output.splitlines():
        match = FINDING.match(line)
        if match:
            path, number, text, check = match.groups()
            check = check.removesuffix(',-warnings-as-errors')
            path = os.path.relpath(os.path.join(sources.TOP, path),
                                   sources.TOP)
            if not known(checked or path, check):
                found.append(f'{path}:{number}: {text} [{check}]')
    return found


def tidy(path):
    done = subprocess.run(
        ['clang-tidy', '--quiet', path, '--', '-std=gnu11', *INCLUDES,
         *LIBRARIES, *DEFINES], cwd=sources.TOP, capture_output=True,
        text=True)
    found = findings(done.stdout, path)
    if done.returncode != 0 and 'error:' not in done.stdout:
        found.append(f'{path}: {done.stderr[-500:]}')
    return found


@tap.test
def clang_tidy_finds_nothing():
    paths = [path for path in sources.product('.c')
             if path not in NEWER_SAMBA]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = {line for lines in pool.map(tidy, paths) for line in lines}
    print(f'# {len(paths)} files')
    sources.fail_with(sorted(found))


@tap.test
def clang_tidy_would_find_something():
    """A planted double free and a missing brace."""
    text = '''#include <stdlib.h>
void cg_planted(char *p);
void cg_planted(char *p)
{
	free(p);
	if (p != NULL)
		free(p);
}
'''
    path = sources.BUILD / 'planted.c'
    path.write_text(text)
    try:
        found = '\n'.join(tidy(str(path)))
    finally:
        path.unlink()
    assert 'braces-around-statements' in found, found
    assert 'unix.Malloc' in found, found


@tap.test
def cppcheck_finds_nothing():
    done = subprocess.run(
        ['cppcheck', '-q', '-j', str(os.cpu_count()), '--std=c11',
         '--enable=warning,performance,portability,style', '--inline-suppr',
         '--error-exitcode=1', '-D__x86_64__', *INCLUDES, *DEFINES,
         *[f'--suppress={name}' for name in CPPCHECK],
         '--template={file}:{line}: error: {message} [{id}]',
         *sources.product('.c')], cwd=sources.TOP, capture_output=True,
        text=True)
    found = findings(done.stderr)
    assert found or done.returncode == 0 or done.stderr, done
    sources.fail_with(sorted(set(found)))


tap.main()
