# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests as sentences, printed as TAP (the Test Anything Protocol).

    from tests import tap

    @tap.test
    def a_wrong_password_is_refused():
        assert ...

    tap.main()

A test fails by raising, is skipped by raising tap.Skip(reason). The docstring
of a test may add detail; its name is the sentence.
"""
import sys
import traceback

TESTS = []


class Skip(Exception):
    pass


def test(function):
    TESTS.append(function)
    return function


def main():
    only = sys.argv[1:]
    tests = [t for t in TESTS if not only or t.__name__ in only]
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, function in enumerate(tests, 1):
        name = function.__name__.replace('_', ' ')
        try:
            function()
            print(f'ok {number} - {name}', flush=True)
        except Skip as reason:
            print(f'ok {number} - {name} # SKIP {reason}', flush=True)
        except BaseException as error:      # also SystemExit of a helper
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f'# {line}')
            print(f'not ok {number} - {name}', flush=True)
            if isinstance(error, KeyboardInterrupt):
                raise
    sys.exit(1 if failed else 0)
