# SPDX-License-Identifier: GPL-3.0-or-later
"""waf build of Credential Guard for Linux; ./waf --help lists the commands."""
import os
import re
import sys

from waflib import Options

APPNAME = 'credguard'
VERSION = '0.1'
top = '.'
out = 'build'

FOLDERS = ['idl', 'isolated-helper/vault', 'isolated-helper/broker',
           'isolated-helper/launch', 'isolated-helper/tpm',
           'isolated-helper/fetch', 'plugin/client', 'plugin/pam',
           'plugin/samba', 'plugin/winbind', 'tests']

WARNINGS = '''-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wcast-qual
    -Wcast-align -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings
    -Wpointer-arith -Wvla -Wundef -Wformat=2 -Wswitch-enum -Wnull-dereference
    -Wimplicit-fallthrough -Wframe-larger-than=4096'''.split()
HARDENING = '''-D_FORTIFY_SOURCE=3 -fstack-protector-strong
    -fstack-clash-protection -fcf-protection -fvisibility=hidden'''.split()
# Each is used where the compiler knows it: gcc has them all, clang 14 few.
PROBED = '''-Wlogical-op -Wduplicated-cond -Wduplicated-branches
    -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr'''.split()
LINK = '-Wl,-z,now,-z,relro,-z,noexecstack'.split()
SANITIZE = '-fsanitize=address,undefined -fno-sanitize-recover=all'.split()


def options(opt):
    opt.load('compiler_c')
    group = opt.add_option_group('Credential Guard options')
    group.add_option('--cc', default=None, help='the C compiler [gcc]')
    group.add_option('--sanitize', action='store_true', default=False,
                     help='build unit tests and fuzzers with ASan and UBSan')
    group.add_option('--werror', action='store_true', default=False,
                     help='warnings are errors (CI)')
    group.add_option('--only', default='', metavar='GROUPS',
                     help='check: unit,component,lab,attack,fuzz,checks,mit')
    group.add_option('--full', action='store_true', default=False,
                     help='check: also the lab with an MIT-built Samba')
    group.add_option('--keep', action='store_true', default=False,
                     help='demo: leave the lab up')
    group.add_option('--quick', action='store_true', default=False,
                     help='bench: fewer rounds')
    group.add_option('--pam-modules', default=None, metavar='DIR',
                     help='where libpam looks for modules [as the compiler'
                          ' names this machine: /usr/lib/TRIPLET/security]')


def configure(conf):
    if Options.options.cc:
        conf.env.CC = Options.options.cc.split()
    conf.load('compiler_c')
    conf.env.append_value('CFLAGS', ['-std=gnu11', '-g', '-pipe', *WARNINGS])
    for flag in PROBED:
        conf.check_cc(cflags=['-Werror', flag], mandatory=False,
                      msg=f'Compiler knows {flag}',
                      uselib_store='PROBED', define_name='')
        if conf.env.CFLAGS_PROBED:
            conf.env.append_value('CFLAGS', flag)
            conf.env.CFLAGS_PROBED = []
    if Options.options.werror:
        conf.env.append_value('CFLAGS', '-Werror')
    conf.env.SANITIZED = Options.options.sanitize
    if Options.options.sanitize:
        conf.env.append_value('CFLAGS', ['-O1', *SANITIZE])
        conf.env.append_value('LINKFLAGS', SANITIZE)
    else:
        conf.env.append_value('CFLAGS', ['-O2', *HARDENING])
    conf.env.append_value('LINKFLAGS', LINK)
    conf.env.append_value('DEFINES',
                          ['_GNU_SOURCE', f'CG_VERSION="{VERSION}"'])
    conf.env.append_value('CFLAGS', '-fPIE')
    conf.env.append_value('CFLAGS_cshlib', '-fPIC')
    conf.env.append_value('LINKFLAGS_cprogram', '-pie')
    for name in ('talloc', 'tevent', 'wbclient', 'krb5', 'k5crypto',
                 'libcrypto', 'inih', 'jansson', 'samba-credentials',
                 'tss2-esys', 'tss2-mu', 'tss2-rc', 'tss2-tctildr'):
        library(conf, name)
    if has_tests():
        library(conf, 'cmocka')
        library(conf, 'smbclient')
    conf.check_cc(lib='pam', header_name='security/pam_modules.h',
                  uselib_store='PAM', define_name='')
    conf.env.PAM_MODULES = Options.options.pam_modules or pam_modules(conf)
    samba(conf)
    conf.env.PYTHON = ['/usr/bin/python3', '-B']


def samba(conf):
    """The Samba that is installed: its source, and where it loads modules
    from (a Samba of Debian's tells with `smbd -b`)."""
    conf.env.SAMBA_SOURCE = os.environ['CG_SAMBA_SOURCE']
    conf.start_msg('Folder of Samba\'s modules')
    found = re.search(r'MODULESDIR: (\S+)', conf.cmd_and_log(['smbd', '-b']))
    if not found:
        conf.fatal('smbd -b names none')
    conf.env.SAMBA_PRIVATE = found.group(1)
    conf.env.SAMBA_MODULES = f'{found.group(1)}/gensec'
    conf.end_msg(conf.env.SAMBA_MODULES)
    bindings(conf)


def bindings(conf):
    """Whether that Samba hands a TLS channel's bindings to its mechanisms;
    their hash is then made with the library that it uses itself."""
    conf.start_msg('Channel bindings of applications')
    header = f'{conf.env.SAMBA_SOURCE}/auth/gensec/gensec_internal.h'
    with open(header, encoding='utf-8') as file:
        has_them = 'struct gensec_channel_bindings {' in file.read()
    conf.env.SAMBA_BINDINGS = 'gensec' if has_them else 'none'
    conf.env.SAMBA_MD5 = ['gnutls'] if has_them else []
    conf.end_msg('yes' if has_them else 'no')
    if has_them:
        conf.check_cc(lib='gnutls', header_name='gnutls/crypto.h',
                      define_name='')


def pam_modules(conf):
    triplet = conf.cmd_and_log([*conf.env.CC, '-print-multiarch']).strip()
    return f'/usr/lib/{triplet}/security'


def library(conf, name):
    """use='TALLOC' and so on in the folders' wscripts."""
    store = {'libcrypto': 'CRYPTO'}.get(name, name.upper().replace('-', '_'))
    if name in ('k5crypto',):
        conf.check_cc(lib=name, uselib_store=store)
        return
    conf.check_cfg(package=name, args='--cflags --libs', uselib_store=store)
    # Headers of others are not ours to warn about.
    paths = conf.env['INCLUDES_' + store]
    conf.env['INCLUDES_' + store] = []
    conf.env.append_value('CFLAGS_' + store,
                          [f'-isystem{path}' for path in paths
                           if path != '/usr/include'])


def has_tests():
    """Not in the tarball: they need pidl, root and a domain."""
    return os.path.isdir(os.path.join(os.environ['CG_SAMBA_SOURCE'], 'pidl'))


def build(bld):
    bld.env.append_value('INCLUDES', [bld.srcnode.abspath(),
                                      bld.bldnode.abspath()])
    for folder in FOLDERS:
        if folder == 'tests' and not has_tests():
            continue
        if os.path.exists(os.path.join(folder, 'wscript')):
            bld.recurse(folder)


def script(*argv):
    """Become a script of ours, the last thing a command does: what it prints
    last is the last line, and its exit code is ours."""
    sys.stdout.flush()
    os.execv('/usr/bin/python3', ['python3', '-B', *argv])


def built(ctx):
    Options.commands.insert(0, ctx.after)
    Options.commands.insert(0, 'build')


def check(ctx):
    """builds and runs the tests"""
    ctx.after = 'run_tests'
    built(ctx)


def run_tests(ctx):
    argv = ['tests/run.py']
    if Options.options.only:
        argv.append(f'--only={Options.options.only}')
    if Options.options.full:
        argv.append('--full')
    script(*argv)


def demo(ctx):
    """shows on a real domain what a thief gets, before and after"""
    ctx.after = 'run_demo'
    built(ctx)


def run_demo(ctx):
    script('tests/lab/demo.py',
           *(['--keep'] if Options.options.keep else []))


def bench(ctx):
    """measures speed against Heimdal's kcm and sssd-kcm"""
    ctx.after = 'run_bench'
    built(ctx)


def run_bench(ctx):
    script('tests/bench/bench.py',
           *(['--quick'] if Options.options.quick else []))


def dist(ctx):
    """makes the tarball that packages are built from"""
    script('config/dist.py', VERSION)


def deb(ctx):
    """builds Debian packages from the tarball"""
    script('config/dist.py', VERSION, '--deb')
