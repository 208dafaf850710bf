#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""pam-auth-update makes stacks of our profiles: those that the other tests
sign in with."""
import re
import shutil

from tests.lab import config, kerbtest as k, labtest, pamtest as p

KINDS = ('auth', 'account', 'password', 'session')
TEMPLATES = '/var/lib/dpkg/info/libpam-runtime.templates'
# In folders of its own: what ws1 has stays as it is.
MAKE = f"""set -e
new=$(mktemp -d)
cp /usr/share/pam-configs/* {labtest.TREE}/config/pam-configs/* $new
mount --bind $new /usr/share/pam-configs
stacks=$(mktemp -d)
mount --bind $stacks /etc/pam.d
mkdir -p /var/cache/debconf /var/lib/pam
mount -t tmpfs none /var/cache/debconf
mount -t tmpfs none /var/lib/pam
perl -MDebconf::Db -MDebconf::Template -e 'Debconf::Db->load; \
	Debconf::Template->load("/var/tmp/templates", "libpam-runtime"); \
	Debconf::Db->save'
export DEBIAN_FRONTEND=noninteractive
pam-auth-update --force --enable unix --enable "$1" --disable winbind >&2
cat $stacks/common-{{auth,account,password,session}}
rm -r $new $stacks
"""


def made(profile):
    """{kind: its lines} of PROFILE and pam_unix."""
    shutil.copy(TEMPLATES, labtest.path('ws1', '/var/tmp/templates'))
    text = labtest.on('ws1', 'unshare', '-m', 'bash', '-c', MAKE, '-',
                      profile).stdout
    labtest.path('ws1', '/var/tmp/templates').unlink()
    return lines_of(text)


def lines_of(text):
    """Without comments and modules that are none of ours; one blank each."""
    kept = [re.sub(r'\s+', ' ', line).strip() for line in text.splitlines()
            if line.startswith(KINDS)]
    return {kind: [line for line in kept if line.startswith(kind)
                   and not re.search('pam_(cap|systemd|mkhomedir)', line)]
            for kind in KINDS}


@k.test
def the_profile_is_the_stack_of_ws1():
    ours = ''.join(config.PAM_GUARDED.values()).replace('/run/lab/bin/', '')
    assert made('credguard') == lines_of(ours)


@k.test
def the_profile_after_pam_winbind_signs_in_with_one_password():
    lines = {kind: '\n'.join(rows).replace('pam_credguard.so',
                                           config.CREDGUARD) + '\n'
             for kind, rows in made('credguard-after-winbind').items()}
    assert lines['auth'].count('pam_winbind') == 1, lines
    steps = ('authenticate', 'acct_mgmt', 'setcred', 'open_session')
    secret = labtest.password('alice')
    with p.stack('profile', **lines):
        before = len(p.audited())
        ok, text = p.pamtester('profile', 'alice', *steps, secret=secret)
        assert ok and p.NOTE not in text, text
        assert p.n_logons(p.audited(before)) == 1
        assert not p.pamtester('profile', 'alice', *steps, secret='wrong')[0]
        assert p.n_logons(p.audited(before)) == 1
    p.nothing_is_left()


k.main()
