#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl check: for each check trees of files where it finds nothing
and trees where it must, and how all of it is told."""
import json
import os
import re
import shutil

from tests import tap
from tests.component.ctl import Terminal, done, program
from tests.component.place import TOP, new_dir, run_as

ENV = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}
RELEASE = 'proc/sys/kernel/osrelease'
LOCKDOWN = 'sys/kernel/security/lockdown'
SMB, KRB5 = 'etc/samba/smb.conf', 'etc/krb5.conf'
PAM, PAM_CONF = 'etc/pam.d/common-auth', 'etc/security/pam_winbind.conf'
SWAPS = 'proc/swaps'
SWAP_TITLE = 'Filename\tType\tSize\tUsed\tPriority\n'
WANTS = 'etc/systemd/system'
PLAIN = '[global]\n\tworkgroup = EXAMPLE\n'
LIBDEFAULTS = '[libdefaults]\n\tdefault_ccache_name = KCM:\n'
WINBIND = 'auth [success=1 default=ignore] pam_winbind.so krb5_auth'

# A machine on which nothing is found.
GOOD = {
    RELEASE: '6.12.1-amd64\n',
    'sys/module/secretmem/parameters/enable': 'Y\n',
    'sys/kernel/security/lsm': 'lockdown,capability,landlock,yama\n',
    LOCKDOWN: 'none integrity [confidentiality]\n',
    'proc/cmdline': 'quiet proc_mem.force_override=never ro\n',
    'proc/filesystems': 'nodev\tproc\nnodev\ttracefs\n',
    'proc/sys/kernel/yama/ptrace_scope': '1\n',
    'proc/sys/kernel/perf_event_paranoid': '3\n',
    'proc/sys/kernel/unprivileged_bpf_disabled': '2\n',
    'proc/sys/kernel/core_pattern': '|/bin/false\n',
    SWAPS: SWAP_TITLE,
    'sys/power/state': 'freeze mem disk\n',
    'sys/power/disk': '[disabled]\n',
    'sys/class/tpm/tpm0/tpm_version_major': '2\n',
    SMB: PLAIN,
    KRB5: LIBDEFAULTS,
    PAM: f'{WINBIND} try_first_pass\n',
}
REMOVE = None
CONF = 'etc/credguard/credguard.conf'

# check: [what is put over the good tree, and the state that it makes].
OTHERS = {
    'kernel': [({RELEASE: '6.1.0-13-amd64\n'}, 'warn'),
               ({RELEASE: '5.10.0-8-amd64\n'}, 'bad'),
               ({RELEASE: '4.19.0\n'}, 'bad'),
               ({RELEASE: 'new\n'}, 'na')],
    'secret-memory': [
        ({'sys/module/secretmem/parameters/enable': 'N\n'}, 'bad'),
        ({'sys/module/secretmem/parameters/enable': REMOVE}, 'bad')],
    'landlock': [({'sys/kernel/security/lsm': 'yama,apparmor\n'}, 'warn'),
                 ({'sys/kernel/security/lsm': 'landlocked\n'}, 'warn')],
    'lockdown': [({LOCKDOWN: '[none] integrity confidentiality\n'}, 'warn'),
                 ({LOCKDOWN: 'none [integrity] confidentiality\n'}, 'warn'),
                 ({LOCKDOWN: REMOVE}, 'warn')],
    'proc-mem': [({'proc/cmdline': 'quiet\n'}, 'warn'),
                 ({'proc/cmdline': 'proc_mem.force_override=ptrace\n'},
                  'warn'),
                 ({'proc/cmdline': 'quiet\n', 'boot/config-6.12.1-amd64':
                   'CONFIG_X=y\nCONFIG_PROC_MEM_NO_FORCE=y\n'}, 'ok'),
                 ({RELEASE: '6.11.0\n'}, 'warn')],
    'yama': [({'proc/sys/kernel/yama/ptrace_scope': '0\n'}, 'warn'),
             ({'proc/sys/kernel/yama/ptrace_scope': REMOVE}, 'warn')],
    'perf': [({'proc/sys/kernel/perf_event_paranoid': '1\n'}, 'warn'),
             ({'proc/sys/kernel/perf_event_paranoid': '-1\n'}, 'warn'),
             ({'proc/sys/kernel/perf_event_paranoid': '2\n'}, 'ok'),
             ({'proc/sys/kernel/perf_event_paranoid': REMOVE}, 'na')],
    'bpf': [({'proc/sys/kernel/unprivileged_bpf_disabled': '0\n'}, 'bad')],
    'tracefs': [({LOCKDOWN: '[none]\n'}, 'warn'),
                ({LOCKDOWN: '[none]\n', 'proc/filesystems': 'nodev\tproc\n'},
                 'ok'),
                ({'sys/kernel/tracing/uprobe_events': '\n'}, 'bad')],
    'swap': [({SWAPS: SWAP_TITLE + '/dev/sda2 partition 9 0 -2\n'}, 'bad'),
             ({SWAPS: SWAP_TITLE + '/dev/zram0 partition 9 0 -2\n'}, 'ok'),
             ({SWAPS: SWAP_TITLE + '/dev/zram0 partition 9 0 1\n'
               '/dev/sda2 partition 9 0 -2\n'}, 'bad'),
             ({SWAPS: SWAP_TITLE + '/dev/dm-0 partition 9 0 -2\n',
               'sys/class/block/dm-0/dm/uuid': 'CRYPT-PLAIN-swap\n'}, 'ok'),
             ({SWAPS: SWAP_TITLE + '/dev/dm-1 partition 9 0 -2\n',
               'sys/class/block/dm-1/dm/uuid': 'LVM-x\n',
               'sys/class/block/dm-1/slaves/dm-0/dm/uuid': 'CRYPT-LUKS2\n'},
              'ok'),
             ({SWAPS: SWAP_TITLE + '/dev/dm-1 partition 9 0 -2\n',
               'sys/class/block/dm-1/dm/uuid': 'LVM-x\n',
               'sys/class/block/dm-1/slaves/sda2/size': '9\n'}, 'bad'),
             ({SWAPS: SWAP_TITLE + '/swapfile file 9 0 -2\n',
               'swapfile': 'x'}, 'bad'),
             ({SWAPS: REMOVE}, 'na')],
    'core-files': [
        ({'proc/sys/kernel/core_pattern': 'core\n'}, 'warn'),
        ({'proc/sys/kernel/core_pattern':
          '|/lib/systemd/systemd-coredump %P\n'}, 'warn'),
        ({'proc/sys/kernel/core_pattern': '\n'}, 'ok')],
    'hibernation': [({'sys/power/disk': '[platform] shutdown reboot\n'},
                     'warn'),
                    ({'sys/power/state': 'freeze mem\n',
                      'sys/power/disk': REMOVE}, 'ok')],
    'tpm': [({'sys/class/tpm/tpm0/tpm_version_major': REMOVE}, 'warn'),
            ({'sys/class/tpm/tpm0/tpm_version_major': '1\n'}, 'warn'),
            ({CONF: '[sealing]\nprotect = file\n'}, 'warn'),
            ({CONF: '[sealing]\nprotect = auto\n'}, 'ok'),
            ({CONF: '[other]\nprotect = file\n'}, 'ok')],
    'winbind-refresh': [
        ({SMB: PLAIN + '\tWinbindRefresh tickets = 1\n'}, 'bad'),
        ({SMB: PLAIN + '\twinbind refresh tickets = yes\n'}, 'bad'),
        ({SMB: PLAIN + '; winbind refresh tickets = yes\n'}, 'ok'),
        ({SMB: PLAIN + 'include = {root}/etc/samba/more.conf\n',
          'etc/samba/more.conf': 'winbind refresh tickets = true\n'}, 'bad'),
        ({SMB: '[global\n'}, 'warn'),
        ({SMB: REMOVE}, 'na')],
    'winbind-offline': [
        ({SMB: PLAIN + 'winbind offline logon = yes\n'}, 'ok'),
        ({SMB: PLAIN + 'winbind offline logon = yes\n',
          PAM: f'{WINBIND} cached_login try_first_pass\n'}, 'bad'),
        ({SMB: PLAIN + 'winbind offline logon = yes\n',
          PAM_CONF: '[global]\ncached_login = yes\n'}, 'bad')],
    'winbind-ntlm': [
        ({SMB: PLAIN + 'client ntlmv2 auth = no\n'}, 'bad')],
    'pam-cached-login': [
        ({PAM: f'{WINBIND} cached_login\n'}, 'bad'),
        ({PAM: f'{WINBIND} \\\n cached_login\n'}, 'bad'),
        ({PAM: f'# {WINBIND} cached_login\n'}, 'ok'),
        ({'etc/pam.d/sshd': 'auth required /lib/security/pam_winbind.so '
          'cached_login\n'}, 'bad'),
        ({'etc/pam.d/sshd.dpkg-old': f'{WINBIND} cached_login\n'}, 'ok'),
        ({PAM_CONF: '[global]\n; a comment\ncached_login = yes\n'}, 'bad'),
        ({PAM_CONF: '[global]\n;cached_login = yes\n'}, 'ok'),
        ({PAM: REMOVE, 'etc/pam.d': REMOVE}, 'na')],
    'pam-ticket-files': [
        ({PAM: f'{WINBIND} krb5_ccache_type=FILE\n'}, 'bad'),
        ({PAM: f'{WINBIND} krb5_ccache_type=KEYRING cached\n'}, 'bad'),
        ({PAM: f'{WINBIND} krb5_ccache_type=KCM\n'}, 'ok'),
        ({PAM: 'auth optional pam_krb5.so minimum_uid=1000\n'}, 'bad'),
        ({PAM_CONF: '[global]\nkrb5_ccache_type = DIR:/tmp\n'}, 'bad')],
    'krb5-cache': [
        ({KRB5: '[libdefaults]\n'}, 'bad'),
        ({KRB5: LIBDEFAULTS.replace('KCM:', 'FILE:/tmp/x')}, 'bad'),
        ({KRB5: LIBDEFAULTS.replace('KCM:', 'KEYRING:persistent:0')}, 'bad'),
        ({KRB5: 'include {root}/etc/krb5.more\n',
          'etc/krb5.more': LIBDEFAULTS}, 'ok'),
        ({KRB5: 'includedir {root}/etc/krb5.d\n[libdefaults]\n',
          'etc/krb5.d/keep': LIBDEFAULTS.replace('KCM:', 'DIR:/tmp/x')},
         'bad'),
        ({KRB5: '[libdefaults\n'}, 'warn'),
        ({KRB5: REMOVE}, 'na')],
    'krb5-weak': [
        ({KRB5: LIBDEFAULTS + 'allow_weak_crypto = yes\n'}, 'bad'),
        ({KRB5: LIBDEFAULTS + 'allow_weak_crypto = no\n'}, 'ok'),
        ({KRB5: LIBDEFAULTS + 'permitted_enctypes = aes rc4-hmac\n'}, 'bad'),
        ({KRB5: LIBDEFAULTS + 'permitted_enctypes = DEFAULT -rc4\n'}, 'ok'),
        ({KRB5: LIBDEFAULTS + 'default_tkt_enctypes = arcfour-hmac\n'},
         'bad')],
    'krb5-forwardable': [
        ({KRB5: LIBDEFAULTS + 'forwardable = true\n'}, 'warn'),
        ({KRB5: LIBDEFAULTS + 'forwardable = no\n'}, 'ok')],
    'krb5-socket': [
        ({KRB5: LIBDEFAULTS + 'kcm_socket = /run/other\n'}, 'bad'),
        ({KRB5: LIBDEFAULTS + 'kcm_socket = -\n'}, 'bad'),
        ({KRB5: LIBDEFAULTS +
          'kcm_socket = /var/run/.heim_org.h5l.kcm-socket\n'}, 'ok'),
        ({KRB5: LIBDEFAULTS + 'kcm_socket = /run/other\n',
          'etc/credguard/credguard.conf':
          '[launch]\nkcm_socket = /run/other\n'}, 'ok'),
        ({'etc/credguard/credguard.conf':
          '[launch]\nkcm_socket = /run/other\n'}, 'bad')],
    'ticket-files': [
        ({'tmp/krb5cc_1000': 'x'}, 'bad'),
        ({'tmp/krb5cc_1000_aB/tkt': 'x'}, 'bad'),
        ({'run/user/1000/krb5cc': 'x'}, 'bad')],
    'other-kcm': [
        ({f'{WANTS}/sockets.target.wants/sssd-kcm.socket': 'x'}, 'bad'),
        ({f'{WANTS}/multi-user.target.wants/heimdal-kcm.service': 'x'},
         'bad'),
        ({'proc/77/comm': 'sssd_kcm\n'}, 'bad'),
        ({'proc/77/comm': 'kcm\n'}, 'bad'),
        ({'proc/77/comm': 'sssd\n'}, 'ok')],
}


def tree(changes=None):
    """The folder of a good machine with CHANGES."""
    root = new_dir('root')
    for name, text in {**GOOD, **(changes or {})}.items():
        path = root / name
        if text is REMOVE:
            shutil.rmtree(path, ignore_errors=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace('{root}', str(root)))
    (root / 'sys/kernel/tracing').mkdir(parents=True, exist_ok=True)
    return root


def check(*words, user='root'):
    return run_as(user, [program(), 'check', *words], ENV)


def findings(root):
    result = check('--json', '--root', root)
    report = json.loads(result.stdout)
    assert report['schema'] == 1 and not result.stderr, result
    return {row['name']: row for row in report['checks']}


def names():
    rows = check('--list').stdout.splitlines()
    return [row.split()[0] for row in rows]


@tap.test
def on_a_good_machine_every_check_is_ok():
    states = {name: row['state'] for name, row in findings(tree()).items()}
    assert set(states.values()) == {'ok'}, states
    done(check('--root', tree()), 0, f'{len(names())} ok, 0 warnings, 0 bad')


@tap.test
def every_check_has_a_tree_where_it_finds_something():
    found = {name for name, cases in OTHERS.items()
             if any(state in ('warn', 'bad') for _, state in cases)}
    assert found == set(names()), found ^ set(names())


def each_case():
    for name, cases in OTHERS.items():
        for changes, state in cases:
            yield name, changes, state


@tap.test
def every_check_sees_what_is_wrong_and_what_only_looks_so():
    wrong = []
    for name, changes, state in each_case():
        row = findings(tree(changes))[name]
        if row['state'] != state:
            wrong.append((changes, state, row))
    assert not wrong, wrong


@tap.test
def whatever_is_bad_has_a_reason_and_a_command_that_mends_it():
    for name, changes, state in each_case():
        row = findings(tree(changes))[name]
        assert len(row['reason']) > 10, row
        if state == 'bad':
            assert row['mend'], row
        if state in ('ok', 'na'):
            assert row['mend'] is None, row


@tap.test
def the_commands_mend_what_they_promise():
    """Those that only edit files, run below the tree."""
    for name, changes, state in each_case():
        if not name.startswith(('krb5', 'pam')) or state != 'bad' or \
                'pam_krb5' in str(changes) or 'include' in str(changes) or \
                'etc/pam.d/sshd' in changes:
            continue
        root = tree({'usr/share/pam-configs/winbind': '', PAM_CONF: '',
                     'etc/credguard/credguard.conf': '', **changes})
        mend = re.sub(r' /(etc|usr)/', rf' {root}/\1/',
                      findings(root)[name]['mend'])
        run_as('root', ['sh', '-c', mend], ENV, check=True)
        after = findings(root)[name]
        assert after['state'] == 'ok', (changes, mend, after)


@tap.test
def the_exit_code_tells_the_worst():
    assert check('--root', tree()).returncode == 0
    assert check('--root', tree(OTHERS['tpm'][0][0])).returncode == 4
    assert check('--json', '--root',
                 tree(OTHERS['bpf'][0][0])).returncode == 5
    assert check('--root', new_dir('empty')).returncode == 5


@tap.test
def what_may_not_be_read_is_not_called_good():
    root = tree()
    (root / 'proc/sys/kernel/perf_event_paranoid').chmod(0)
    result = check('--root', root, user='alice')
    assert re.search(r'^perf +n\.a\. [^#]*?as root', result.stdout,
                     re.M), result


@tap.test
def a_fifo_in_the_place_of_a_file_does_not_keep_it():
    root = tree({SWAPS: REMOVE})
    os.mkfifo(root / SWAPS)
    assert findings(root)['swap']['state'] == 'na'


@tap.test
def on_this_machine_every_check_says_something():
    for user in ('root', 'alice'):
        result = check('--json', user=user)
        report = json.loads(result.stdout)
        assert result.returncode in (0, 4, 5) and not result.stderr, result
        assert [row['name'] for row in report['checks']] == names()
        assert sum(report['counts'].values()) == len(names())


@tap.test
def it_fits_a_terminal_and_has_colours_only_there():
    root = tree({**OTHERS['bpf'][0][0], **OTHERS['swap'][0][0]})
    plain = check('--root', root).stdout
    assert '\033' not in plain
    terminal = Terminal('root', [program(), 'check', '--root', root],
                        {**ENV, 'TERM': 'xterm'})
    shown = terminal.end()
    assert '\033[31mBAD' in shown, shown
    bare = re.sub(r'\033\[\d*m', '', shown)
    assert all(len(line) < 80 for line in bare.splitlines()
               if not line.lstrip().startswith('# ')), bare


@tap.test
def the_manual_says_what_the_exit_codes_are():
    manual = (TOP / 'config/man/credguardctl.8').read_text()
    assert re.search(r'\.It 4\n\.Cm check', manual)
    assert re.search(r'\.It 5\n\.Cm check', manual)


tap.main()
