# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a new domain's database, before Samba serves it: users, DNS.

Runs on the domain controller, with Samba's Python. Standard input is JSON:
  users      {name: password}
  hosts      {full name: address}, with their reverse records
  aliases    {full name: full name}
  reverse    the reverse zone
  foreign    {domain: [its DC's full name, address]}: zones of trusted forests
"""
import json
import sys

import ldb
from samba import auth
from samba.dcerpc import dnsp
from samba.ndr import ndr_pack
from samba.param import LoadParm
from samba.samdb import SamDB

SERVICES = (        # what a client or a trusting DC asks for
    ('_ldap._tcp', 389), ('_ldap._tcp.dc._msdcs', 389),
    ('_ldap._tcp.pdc._msdcs', 389), ('_ldap._tcp.gc._msdcs', 3268),
    ('_ldap._tcp.default-first-site-name._sites.dc._msdcs', 389),
    ('_gc._tcp', 3268), ('_kpasswd._tcp', 464), ('_kpasswd._udp', 464),
    ('_kerberos._tcp', 88), ('_kerberos._udp', 88),
    ('_kerberos._tcp.dc._msdcs', 88),
    ('_kerberos._tcp.default-first-site-name._sites.dc._msdcs', 88),
)


def record(kind, data):
    entry = dnsp.DnssrvRpcRecord()
    entry.wType = kind
    entry.rank = dnsp.DNS_RANK_ZONE
    entry.dwTtlSeconds = 900
    entry.dwSerial = 1
    entry.data = data
    return entry


def service(target, port):
    data = dnsp.srv()
    data.nameTarget, data.wPort = target, port
    data.wPriority, data.wWeight = 0, 100
    return record(dnsp.DNS_TYPE_SRV, data)


class Zones:
    def __init__(self, samdb, domain):
        self.samdb = samdb
        base = f'CN=MicrosoftDNS,DC=DomainDnsZones,{samdb.domain_dn()}'
        self.base = base
        self.top = samdb.search(f'DC=@,DC={domain},{base}',
                                ldb.SCOPE_BASE, attrs=['dnsRecord'])[0]

    def zone(self, name):
        """A zone of ours, with the same SOA and NS as the domain's."""
        self.samdb.add({'dn': f'DC={name},{self.base}',
                        'objectClass': 'dnsZone', 'name': name})
        self.samdb.add({'dn': f'DC=@,DC={name},{self.base}',
                        'objectClass': 'dnsNode',
                        'dnsRecord': [bytes(v) for v in
                                      self.top['dnsRecord']]})

    def node(self, zone, name, *records):
        self.samdb.add({'dn': f'DC={name},DC={zone},{self.base}',
                        'objectClass': 'dnsNode',
                        'dnsRecord': [ndr_pack(r) for r in records]})


def add_names(zones, domain, wanted):
    reverse = wanted['reverse']
    zones.zone(reverse)
    for name, address in wanted['hosts'].items():
        last = address.rsplit('.', 1)[1]
        zones.node(reverse, last, record(dnsp.DNS_TYPE_PTR, name))
        host, _, rest = name.partition('.')
        if rest == domain and not host.startswith('dc'):
            zones.node(domain, host, record(dnsp.DNS_TYPE_A, address))
    for name, target in wanted['aliases'].items():
        zones.node(domain, name.partition('.')[0],
                   record(dnsp.DNS_TYPE_CNAME, target))


def add_foreign(zones, foreign):
    """Static copies, instead of two servers that forward to each other."""
    for domain, (server, address) in foreign.items():
        zones.zone(domain)
        zones.node(domain, server.partition('.')[0],
                   record(dnsp.DNS_TYPE_A, address))
        zones.node(domain, 'gc._msdcs', record(dnsp.DNS_TYPE_A, address))
        for name, port in SERVICES:
            zones.node(domain, name, service(server, port))


def main():
    wanted = json.load(sys.stdin)
    params = LoadParm()
    params.load_default()
    samdb = SamDB(session_info=auth.system_session(), lp=params)
    samdb.transaction_start()
    domain = samdb.domain_dns_name()
    change = ldb.Message(ldb.Dn(samdb, samdb.domain_dn()))
    for name in ('minPwdAge',):     # tests change passwords at once
        change[name] = ldb.MessageElement('0', ldb.FLAG_MOD_REPLACE, name)
    samdb.modify(change)
    for name, password in wanted['users'].items():
        samdb.newuser(name, password)
    zones = Zones(samdb, domain)
    add_names(zones, domain, wanted)
    add_foreign(zones, wanted['foreign'])
    samdb.transaction_commit()


main()
