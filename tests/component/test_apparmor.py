# SPDX-License-Identifier: GPL-3.0-or-later
"""The AppArmor profiles compile, one for each program that runs for long or
reads what others send. Whether a kernel likes them is not seen here."""
import pathlib
import re
import subprocess

from tests import tap

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / 'config/apparmor'
# Becomes another program at once, with that one's profile; a script of root's.
WITHOUT = {'credguard-fetch', 'credguard-tell'}


def compiled(text):
    """The binary, from a profile's text; nothing is loaded."""
    return subprocess.run(['apparmor_parser', '--skip-kernel-load',
                           '--skip-cache', '--stdout'], input=text.encode(),
                          capture_output=True)


@tap.test
def each_profile_compiles():
    for path in sorted(FOLDER.iterdir()):
        done = compiled(path.read_text())
        assert done.returncode == 0, (path.name, done.stderr)
        assert len(done.stdout) > 1000, path.name


@tap.test
def a_wrong_rule_is_noticed():
    for path in sorted(FOLDER.iterdir()):
        text = path.read_text().replace('signal (', 'signals (', 1)
        assert compiled(text).returncode != 0, path.name


@tap.test
def each_installed_program_has_one():
    text = ''.join(path.read_text() for path in
                   [*TOP.glob('isolated-helper/*/wscript'),
                    *TOP.glob('plugin/*/wscript')])
    programs = set(re.findall(r"target='\.\./\.\./(credguard[-a-z]*)'", text))
    programs -= {'credguardctl'} | WITHOUT
    assert len(programs) > 4, programs
    for program in programs:
        name = f'usr.libexec.credguard.{program}'
        profile = (FOLDER / name).read_text()
        assert f'\nprofile {program} /usr/libexec/credguard/{program} ' \
            in profile, name
        assert f'include if exists <local/{name}>' in profile, name


tap.main()
