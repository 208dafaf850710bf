#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much code there is, and how long its files, functions and lines are."""
import re
import statistics

from tests import tap
from tests.check import sources

VAULT_BUDGET = 9600     # lines that are neither blank nor comment
# Of idl/, and not linked into the vault: see test_symbols.py.
OF_OTHERS = ('idl/policy_compare', 'idl/policy_strength', 'idl/policy_text')
# (lines of a file, lines of a function): a list of cases may be longer.
PRODUCT, TESTS = (400, 60), (800, 80)
WIDTH = 79
C = ('.c', '.h')
TEXT = C + ('.py', 'wscript', '.sh', 'waf')


def budgets():
    """Of the C of product and tests: (path, lines, lines of a function)."""
    return [(path, *(PRODUCT if path.startswith(sources.PRODUCT) else TESTS))
            for path in sources.files() if path.endswith(C)]


def code_lines(path):
    text = sources.without_comments(sources.read(path))
    return sum(1 for line in text.splitlines() if line.strip())


def functions(path):
    """(name, lines) by the style: a function's braces are in column 0."""
    begin, name = None, None
    text = sources.without_comments(sources.read(path))
    for number, line in enumerate(text.splitlines(), 1):
        named = re.match(r'(?!typedef|struct|enum|union)\w.*?(\w+)\(', line)
        if named:
            name = named.group(1)
        if line == '{':
            begin = number
        elif line == '}' and begin:
            yield name, number - begin - 1
            begin = None


@tap.test
def what_the_vault_is_made_of_stays_small():
    """The codec is generated and has tests of its own."""
    counted = [path for path in sources.files()
               if path.startswith(('isolated-helper/vault/', 'idl/'))
               and path.endswith(C + ('.idl',))
               and not path.startswith(OF_OTHERS)]
    total = sum(map(code_lines, counted))
    print(f'# {total} of {VAULT_BUDGET} lines in {len(counted)} files')
    assert 1000 < total <= VAULT_BUDGET, total


@tap.test
def no_file_is_too_long():
    sources.fail_with([
        f'{path}: {n} lines' for path, most, _ in budgets()
        for n in [len(sources.read(path).splitlines())] if n > most])


@tap.test
def no_function_is_too_long():
    sizes = []
    wrong = []
    for path, _, most in budgets():
        for name, size in functions(path):
            sizes.append(size)
            if size > most:
                wrong.append(f'{path}: {name} has {size} lines')
    assert len(sizes) > 500, len(sizes)
    print(f'# {len(sizes)} functions, median '
          f'{statistics.median(sizes):.0f} lines, longest {max(sizes)}')
    sources.fail_with(wrong)


@tap.test
def no_line_is_too_wide():
    wrong = []
    for path in sources.files():
        if not path.endswith(TEXT):
            continue
        for number, line in enumerate(sources.read(path).splitlines(), 1):
            width = len(line.expandtabs(8))
            if width > WIDTH and 'http' not in line:
                wrong.append(f'{path}:{number}: {width} columns')
    sources.fail_with(wrong)


@tap.test
def no_line_ends_in_blanks_and_every_file_in_a_newline():
    wrong = []
    for path in sources.files():
        if not path.endswith(TEXT):
            continue
        text = sources.read(path)
        if text and (not text.endswith('\n') or text.endswith('\n\n')):
            wrong.append(f'{path}: its end')
        wrong += [f'{path}:{number}' for number, line in
                  enumerate(text.split('\n'), 1) if line != line.rstrip()]
    sources.fail_with(wrong)


tap.main()
