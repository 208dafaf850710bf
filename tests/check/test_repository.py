#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the repository, and what must not be."""
import pathlib
import re
import subprocess

from tests import tap
from tests.check import sources

# Written in pieces, so that this file does not hold them.
MACHINE_PATHS = re.compile('|'.join((
    '/wor' 'k/', '/tm' 'p/[wh][-/]', r'(?<![\w}])/roo' 't/', '/opt' '/wheels',
    '/tm' 'p/src')))
UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
PEOPLE = re.compile(r'\b(carol|charlie|dave|eve|mallory|trent|oscar|peggy)\b',
                    re.I)
LICENCE = 'SPDX-License-Identifier: GPL-3.0-or-later'
SOURCE = ('.c', '.h', '.py', '.sh', '.idl', 'wscript')
GENERATED = re.compile(r'(^|/)cg_idl\.|\.(o|a|so|pyc|d|gcno|gcda)$'
                       r'|(^|/)(compile_commands\.json|c4che|core)(/|$)')
PACKAGES = 'config/packages.txt'


def lines():
    """Of every text file: (path, number, line)."""
    for path in sources.files():
        if path == 'LICENSE':
            continue
        text = (sources.TOP / path).read_text(errors='replace')
        for number, line in enumerate(text.splitlines(), 1):
            yield path, number, line


def find(pattern, but=()):
    sources.fail_with([f'{path}:{number}: {line.strip()}'
                       for path, number, line in lines()
                       if pattern.search(line) and path not in but])


@tap.test
def no_path_of_a_machine_is_in_it():
    find(MACHINE_PATHS)


@tap.test
def nothing_is_marked_as_unfinished():
    find(UNFINISHED)


@tap.test
def the_only_made_up_people_are_alice_and_bob():
    find(PEOPLE, but=['tests/check/test_repository.py'])


@tap.test
def no_binary_is_in_it():
    sources.fail_with([path for path in sources.files()
                       if b'\0' in (sources.TOP / path).read_bytes()])


@tap.test
def no_generated_file_is_in_it():
    sources.fail_with([path for path in sources.files()
                       if GENERATED.search(path)])


def is_script(path):
    return (sources.TOP / path).read_bytes()[:2] == b'#!'


@tap.test
def every_source_names_its_licence_and_what_it_is_for():
    """Within its first lines; an empty __init__.py has nothing to say."""
    wrong = []
    for path in sources.files():
        text = (sources.TOP / path).read_bytes().decode(errors='replace')
        is_source = path.endswith(SOURCE) or is_script(path)
        if is_source and text and LICENCE not in \
                '\n'.join(text.splitlines()[:3]) and \
                not path.endswith('.idl'):
            wrong.append(path)
    sources.fail_with(wrong)


@tap.test
def what_begins_like_a_script_can_be_run():
    wrong = []
    for path in sources.files():
        runs = (sources.TOP / path).stat().st_mode & 0o100 != 0
        name = pathlib.PurePath(path).name
        if runs and not is_script(path):
            wrong.append(f'{path}: executable, and no script')
        if is_script(path) and not runs and not name.endswith('.py'):
            wrong.append(f'{path}: a script that is not executable')
    sources.fail_with(wrong)


def packages():
    named = [line.split('#')[0].strip()
             for line in sources.read(PACKAGES).splitlines()]
    return [name for name in named if name]


@tap.test
def a_package_is_listed_once_and_debian_has_it():
    names = packages()
    assert len(names) == len(set(names)), sorted(names)
    known = subprocess.run(
        ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', *names],
        capture_output=True, text=True).stdout
    sources.fail_with([f'{name} is not installed' for name in names
                       if f'{name} installed' not in known.splitlines()])


def imported_tools():
    """Programs that tests start by name, and the package of each."""
    return {'krb5kdc': 'krb5-kdc', 'kadmin.local': 'krb5-admin-server',
            'kinit': 'krb5-user', 'clang-tidy': 'clang-tidy',
            'cppcheck': 'cppcheck', 'gdb': 'gdb', 'strace': 'strace',
            'smbclient': 'smbclient', 'pamtester': 'pamtester',
            'sshd': 'openssh-server', 'ldapsearch': 'ldap-utils',
            'tcpdump': 'tcpdump', 'valgrind': 'valgrind'}


@tap.test
def what_the_tests_start_comes_from_a_listed_package():
    text = ''.join(sources.read(path) for path in sources.files()
                   if path.startswith('tests/') and path.endswith('.py'))
    listed = packages()
    sources.fail_with([
        f'{tool} needs {package}' for tool, package in imported_tools().items()
        if f"'{tool}'" in text and package not in listed])


tap.main()
