# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys of credguard.conf the tests of a folder set, by their text: a
file has the [section] in one of its strings, and "key = value" in a line of
one. A value that is put in later is empty here."""
import ast
import re

from tests.check import sources

LINE = re.compile(r'^(\w+) = ?(.*)$', re.M)
SECTION = re.compile(r'^\[(\w+)[^\]\n]*\]$', re.M)


def in_file(path):
    """{(section, key): {value, ...}}"""
    texts = [node.value for node in ast.walk(ast.parse(sources.read(path)))
             if isinstance(node, ast.Constant)
             and isinstance(node.value, str)]
    sections = {name for text in texts for name in SECTION.findall(text)}
    found = {}
    for text in texts:
        for key, value in LINE.findall(text):
            for section in sections:
                found.setdefault((section, key), set()).add(value)
    return found


def in_folders(*folders):
    found = {}
    for path in sources.files():
        if path.startswith(folders) and path.endswith('.py'):
            for key, values in in_file(path).items():
                found.setdefault(key, set()).update(values)
    return found
