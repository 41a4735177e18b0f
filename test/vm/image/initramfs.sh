#!/bin/busybox sh
# First program of the machine: loads the kernel's drivers in their order and hands over to the read-only root.
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sysfs /sys
$busybox mount -t devtmpfs dev /dev
watchdog=$($busybox sed -n 's/.*watchdog=\([0-9]*\).*/heartbeat=\1/p' /proc/cmdline)
for module in /modules/*.ko; do
  case $module in
  *i6300esb*) [ -z "$watchdog" ] || $busybox insmod "$module" "$watchdog" ;;
  *) $busybox insmod "$module" ;;
  esac
done
$busybox mount -t ext4 -o ro /dev/vda /new
$busybox mount -t ext4 -o ro /dev/vdb /new/opt/stillruf
for folder in proc sys dev; do $busybox mount -o move /$folder /new/$folder; done
exec $busybox switch_root /new /opt/stillruf/start.sh
