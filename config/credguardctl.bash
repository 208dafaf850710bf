# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of credguardctl for bash.

_credguardctl_caches()
{
	credguardctl list --json 2>/dev/null |
		sed -n 's/^ *"cache": "\(.*\)",*$/\1/p'
}

# Readline takes a colon for the end of a word.
_credguardctl_after_colon()
{
	local prefix=${1%"${1##*:}"} i

	[[ $1 == *:* && $COMP_WORDBREAKS == *:* ]] || return
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$prefix"}
	done
}

_credguardctl()
{
	local line=${COMP_LINE:0:COMP_POINT}
	local cur=${line##*[[:space:]]} command= words= word
	local before=${line%"$cur"} last=

	for word in ${before#*[[:space:]]}; do
		[[ -z $command && $word != -* ]] && command=$word
		last=$word
	done
	case $command in
	'') words='logon passwd list renew logoff forget status check audit
		policy enable disable help --help --version' ;;
	help) words='logon passwd list renew logoff forget status check audit
		policy enable disable' ;;
	logon) words='--cache --enterprise --lifetime --renewable
		--password-fd --help' ;;
	passwd) words='--enterprise --password-fd --help' ;;
	list) words='--sessions --offline --all --json --help' ;;
	status) words='--json --help' ;;
	enable | disable) words='--dry-run --help' ;;
	audit) words='--follow --json --since --file --help' ;;
	check) words='--json --list --root --help' ;;
	policy) words='check show explain diff --json --file --help' ;;
	renew | forget) words='--help' ;;
	logoff) words='--all --help' ;;
	esac
	case $last in
	--lifetime | --renewable | --since | -l | -r) words='10h 1d 7d' ;;
	--password-fd) words='0 3' ;;
	--file) words=$(compgen -f -- "$cur") ;;
	diff) [[ $cur == -* ]] || words=$(compgen -f -- "$cur") ;;
	check) [[ $command != policy || $cur == -* ]] ||
		words=$(compgen -f -- "$cur") ;;
	--root) words=$(compgen -d -- "$cur") ;;
	--cache | -c | renew | logoff)
		[[ $cur == -* ]] || words=$(_credguardctl_caches) ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	_credguardctl_after_colon "$cur"
}

complete -F _credguardctl credguardctl
