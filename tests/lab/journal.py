# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands where systemd-journald listens, and prints what it gets: run on a
host of the lab, which has none."""
import os
import socket

PATH = '/run/systemd/journal/socket'


def main():
    os.makedirs(os.path.dirname(PATH), exist_ok=True)
    if os.path.exists(PATH):
        os.unlink(PATH)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(PATH)
        os.chmod(PATH, 0o666)
        print('listening', flush=True)
        while True:
            print(listener.recv(65536).decode(), flush=True)


main()
