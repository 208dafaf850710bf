# SPDX-License-Identifier: GPL-3.0-or-later
"""Keytabs of the tests, as MIT's klist reads them."""
import re
import subprocess

ENCTYPES = {'aes256-cts-hmac-sha1-96': 18, 'aes128-cts-hmac-sha1-96': 17}
LINE = re.compile(r'^ *(\d+) (\S+) \((\S+)\)  \(0x([0-9a-f]+)\)$', re.M)


def keys_of(keytab, server):
    """[(server, kvno, enctype, key)] of the AES keys of SERVER."""
    out = subprocess.run(['klist', '-k', '-K', '-e', str(keytab)], text=True,
                         capture_output=True, check=True).stdout
    return [(name, int(kvno), ENCTYPES[enctype], bytes.fromhex(key))
            for kvno, name, enctype, key in LINE.findall(out)
            if name == server and enctype in ENCTYPES]
