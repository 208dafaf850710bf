# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program as if the kernel had no memfd_secret: its arguments."""
import errno
import os
import sys

from tests.component.deny import Deny, install

install([Deny('memfd_secret', errno.ENOSYS)])
os.execv(sys.argv[1], sys.argv[1:])
