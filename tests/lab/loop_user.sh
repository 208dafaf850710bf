# SPDX-License-Identifier: GPL-3.0-or-later
# loop_user.sh NAME ROUNDS <PASSWORD: signs in, uses tickets, signs out, again
# and again. Prints a line for each thing that is not NAME's own.
name=$1
rounds=$2
read -r password
wanted="$name@EXAMPLE.TEST"
i=0
while [ $i -lt "$rounds" ]; do
	i=$((i + 1))
	if [ $((i % 2)) -eq 0 ]; then
		echo "$password" | kinit "$name" >/dev/null || echo "kinit $i"
	else
		echo "$password" | credguardctl logon --password-fd 0 "$name" \
			>/dev/null || echo "logon $i"
	fi
	kvno -q cifs/fs1.example.test HTTP/fs1.example.test || echo "kvno $i"
	klist | grep -q "^Default principal: $wanted\$" || klist
	[ "$(klist -l | grep -c @)" = 1 ] || klist -l
	curl -s --negotiate -u : http://fs1.example.test/ |
		grep -q "You are $wanted" || echo "curl $i"
	kdestroy || echo "kdestroy $i"
	klist -s && echo "klist $i"
done
echo "$i rounds"
