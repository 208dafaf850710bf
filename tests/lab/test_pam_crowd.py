#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hundred people sign in at once. How long it takes is printed, for
pam_credguard on ws1 and for pam_winbind on ws2."""
import json
import secrets

from tests.lab import kerbtest as k, labtest, pamtest as p
from tests.lab.accounts import SECRET

N = 200
RUN = f'c{secrets.token_hex(3)}'     # winbind remembers whose a name was
NAMES = [f'{RUN}-{number}' for number in range(N)]
MAKE = """
import json, sys
from samba import auth
from samba.param import LoadParm
from samba.samdb import SamDB
wanted = json.load(sys.stdin)
params = LoadParm()
params.load_default()
db = SamDB(session_info=auth.system_session(), lp=params)
db.transaction_start()
for name in wanted['names']:
    if wanted['secret']:
        db.newuser(name, wanted['secret'])
    else:
        db.deleteuser(name)
db.transaction_commit()
"""
# A line for each: exit code, milliseconds of login and logout, last words.
SIGN_IN = f"""
read -r secret
for n in {' '.join(NAMES)}; do (
	begun=$(date +%s%3N)
	printf '%s\\n' "$secret" | pamtester login $n authenticate acct_mgmt \\
		setcred open_session close_session >/tmp/$n 2>&1
	echo $? $(($(date +%s%3N) - begun)) $(tr "\\n" " " </tmp/$n)
	rm /tmp/$n
) & done
wait
"""


def crowd(secret):
    labtest.on('dc1', '/usr/bin/python3', '-B', '-c', MAKE, timeout=300,
               input=json.dumps({'names': NAMES, 'secret': secret}))


def sign_in(host):
    """Names are looked up before: that is winbind's affair on both."""
    labtest.on(host, 'getent', 'passwd', *NAMES, timeout=300)
    out = labtest.on(host, 'sh', '-c', SIGN_IN, input=SECRET + '\n',
                     timeout=300).stdout
    rows = [line.split(' ', 2) for line in out.splitlines()]
    assert len(rows) == N, len(rows)
    failed = [words for code, _, words in rows if code != '0']
    times = sorted(int(ms) for _, ms, _ in rows)
    print(f'# {host}: {len(failed)} of {N} failed; median {times[N // 2]} ms,'
          f' p99 {times[N * 99 // 100 - 1]} ms')
    return failed


@k.test
def two_hundred_users_sign_in_at_once():
    crowd(SECRET)
    try:
        before = len(p.audited())
        failed = sign_in('ws1')
        seen = p.audited(before)
        stock = sign_in('ws2')
        good = [line for line in seen if 'audit: logon ' in line
                and 'result="success"' in line]
        print(f'# ws1: {len(good)} logons, {len(stock)} failed on ws2')
        assert not failed, failed
        assert len(good) == N and p.n_logons(seen) == N
        p.nothing_is_left()
    finally:
        crowd('')


k.main()
