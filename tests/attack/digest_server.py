# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server that asks for HTTP Digest (RFC 7616) and prints what it is
answered, a line each.

    digest_server.py PORT
"""
import http.server
import sys

CHALLENGE = 'Digest realm="EXAMPLE", nonce="00112233", qop="auth"'


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.headers.get('Authorization', 'none'), flush=True)
        self.send_response(401)
        self.send_header('WWW-Authenticate', CHALLENGE)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
print('ready', flush=True)
server.serve_forever()
