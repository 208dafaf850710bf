# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the project, for the checks."""
import os
import pathlib
import re
import subprocess

TOP = pathlib.Path(os.environ.get('CG_TOP', '.')).resolve()
BUILD = TOP / 'build'
GOLDEN = TOP / 'tests/check/golden'
PRODUCT = ('idl/', 'isolated-helper/', 'plugin/')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
                     r"|'(?:\\.|[^'\\\n])*'", re.S)


def files():
    """Paths relative to the top: what git has or would take."""
    if (TOP / '.git').exists():
        out = subprocess.run(
            ['git', '-c', f'safe.directory={TOP}', 'ls-files', '-z', '-co',
             '--exclude-standard'], cwd=TOP, check=True,
            capture_output=True).stdout.decode().split('\0')
        found = {path for path in out if path and (TOP / path).is_file()}
    else:
        found = {str(path.relative_to(TOP)) for path in TOP.rglob('*')
                 if path.is_file()}
    return sorted(path for path in found
                  if not path.startswith(('build/', '.lock-waf'))
                  and '__pycache__' not in path)


def product(*endings):
    return [path for path in files()
            if path.startswith(PRODUCT) and path.endswith(endings)]


def read(path):
    return (TOP / path).read_text()


def without_comments(text):
    """C, with comments blank; lines keep their numbers."""
    def blank(match):
        word = match.group()
        return word if word[0] in '"\'' else re.sub(r'[^\n]', '', word)

    return COMMENT.sub(blank, text)


def golden(name):
    lines = (GOLDEN / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def fail_with(findings):
    assert not findings, '\n'.join(['', *findings])
