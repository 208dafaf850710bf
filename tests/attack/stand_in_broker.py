#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Started by the guardian in the broker's place, as its user: hands the vault
channel to a test and ends when the test does."""
import configparser
import socket
import sys

CHANNEL_FD = 3

config = configparser.ConfigParser()
config.read(sys.argv[2])
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as test:
    test.connect('\0' + config['broker']['test_socket'])
    socket.send_fds(test, [b'channel'], [CHANNEL_FD])
    socket.close(CHANNEL_FD)
    test.recv(1)
