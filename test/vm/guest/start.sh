#!/bin/sh
# What systemd and udev do on a board, as far as the device needs it: folders, rights, network, and the device as an account of its
# own that is started again whenever it ends. Then it runs each line of its console: `ID COMMAND`; output and exit status come back as
# `=ID TEXT` and `=ID #STATUS`.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run LC_ALL=C
exec </dev/console >/dev/console 2>&1
stty -echo

setting() { sed -n "s/.*\b$1=\([^ ]*\).*/\1/p" /proc/cmdline; }

mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /run/stillruf && tar -x -f /dev/vdc -C /run/stillruf
chown -R stillruf:stillruf /run/stillruf
# As after any cut: the file system repairs itself from its own journal while it is mounted.
mount -t ext4 -o "$(setting data),noatime" /dev/vdd /var/lib/stillruf
chgrp gpio /dev/gpiochip* && chmod 660 /dev/gpiochip*
[ ! -e /dev/watchdog ] || chown stillruf /dev/watchdog /dev/watchdog0
hostname tresengeraet
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2

flags=$(sed -n '1s/.* node //p' /opt/stillruf/firmware/dist/main.js)
# /run/account: who runs the device. Lines through sysfs belong to root here: what udev does for a group on a board is left out.
echo stillruf >/run/account
unprivileged="setpriv --reuid stillruf --regid stillruf --init-groups --inh-caps=-all --bounding-set=-all"
stillruf() { node $flags /opt/stillruf/firmware/dist/main.js "$@"; }
device() {
  while :; do
    [ "$(cat /run/account)" = root ] && as= || as=$unprivileged
    $as node $flags $(setting preload) /opt/stillruf/firmware/dist/main.js run --config /etc/stillruf/device.yaml &
    echo $! >/run/device.pid
    wait $!
    echo "device ended with $?"
    sleep 1
  done
}
device &

echo "machine started, Linux $(uname -r)"
while read -r id command; do
  { { (eval "$command"); echo "#$?"; } 2>&1 | while IFS= read -r text; do echo "=$id $text"; done; } &
done
