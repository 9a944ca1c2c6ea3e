#!/usr/bin/env bash
# The proof that the service of install-service runs under a real systemd user manager: it starts
# behind all of its walls, comes back when it is killed, and is restarted by the watchdog when the
# sound server hangs.
#
#   tests/user_manager.sh
#
# Makes a user who exists only in a mount namespace of this script, clones the committed HEAD into
# that user's home, sets it up there and starts `systemd --user` with a PulseAudio that has a
# microphone of silence. Needs root, systemd (not as the first process), dbus, pulseaudio,
# python3-venv, a network for the set-up, and five minutes. Nothing of it is left.
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
name=kramproof uid=64200
export name uid

# A corner of the control groups that belongs to the user, as a login would give.
groups=()
for top in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [ -e "$top/cgroup.procs" ] || continue
    mkdir -p "$top/$name"
    chown -R $uid "$top/$name"
    groups+=("$top/$name")
done
leave() {
    for group in "${groups[@]}"; do
        while pids=$(find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null) && [ -n "$pids" ]; do
            kill -KILL $pids 2>/dev/null || true
            sleep 0.2
        done
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
}
trap leave EXIT

inside=$(cat <<'INSIDE'
set -euo pipefail
mount -t tmpfs tmpfs /run
mount -t tmpfs -o size=3G tmpfs /home
mkdir -p /run/systemd/system /run/systemd/unit-root "/run/user/$uid" "/home/$name"
for file in passwd group; do cp /etc/$file /run/$file; done
echo "$name:x:$uid:$uid::/home/$name:/bin/sh" >> /run/passwd
echo "$name:x:$uid:" >> /run/group
for file in passwd group; do mount --bind /run/$file /etc/$file; done
git clone -q "$1" "/home/$name/kram"
chown -R $uid:$uid "/run/user/$uid" "/home/$name"
chmod 700 "/run/user/$uid"
as_user() {
    setpriv --reuid $uid --regid $uid --clear-groups env -i HOME="/home/$name" USER="$name" \
        PATH=/usr/bin:/bin LANG=C.UTF-8 XDG_RUNTIME_DIR="/run/user/$uid" \
        DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" "$@"
}
export -f as_user
as_user sh -euc '
    mkdir -p ~/.config/pulse ~/.config/systemd/user/kram.service.d
    cat > ~/.config/pulse/default.pa <<END
load-module module-native-protocol-unix
load-module module-null-sink sink_name=spk
load-module module-null-sink sink_name=micpipe rate=16000 channels=1
load-module module-remap-source source_name=vmic master=micpipe.monitor
set-default-sink spk
set-default-source vmic
END
    # there is no journal here
    printf "[Service]\nStandardOutput=append:%s/kram.log\nStandardError=append:%s/kram.log\n" ~ ~ \
        > ~/.config/systemd/user/kram.service.d/log.conf
    cd ~/kram && /usr/bin/python3 run.py install-service > ~/install.log'
for group in "${@:2}"; do echo $$ > "$group/cgroup.procs"; done
as_user /lib/systemd/systemd --user --log-level=warning 2>"/home/$name/manager.log" &
for _ in $(seq 50); do as_user systemctl --user is-system-running >/dev/null 2>&1 && break; sleep 0.2; done
as_user systemctl --user restart pulseaudio.service
show() { as_user systemctl --user show kram.service -p "$1" --value; }
expect() {  # WHAT VALUE SECONDS
    for _ in $(seq $(($3 * 2))); do [ "$(show "$1")" != "$2" ] || { echo "ok    $1 is $2"; return; }; sleep 0.5; done
    echo "FAIL  $1 is $(show "$1"), not $2"; cat "/home/$name"/*.log; exit 1
}
echo "systemd $(systemctl --version | awk 'NR == 1 { print $2 }')"
as_user systemctl --user enable --quiet --now kram.service
expect ActiveState active 60
pid=$(show MainPID)
seen() { nsenter -t "$pid" -n -- sh -c "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"; }
[ "$(seen)" = lo ] && echo "ok    its network has nothing but itself"
kept=$(nsenter -t "$pid" -m -- sh -c "touch /home/$name/x 2>&1 || true")
case $kept in *Read-only*) echo "ok    the home is read-only" ;; *) echo "FAIL  $kept"; exit 1 ;; esac
kill -KILL "$pid"
expect NRestarts 1 40
expect ActiveState active 60
sound=$(as_user systemctl --user show pulseaudio.service -p MainPID --value)
kill -STOP "$sound"
expect Result watchdog 120
kill -CONT "$sound"
expect NRestarts 2 40
expect ActiveState active 60
as_user sh -c 'cd ~/kram && systemctl --user disable --quiet --now kram.service && /usr/bin/python3 run.py install-service --remove' >/dev/null
expect ActiveState inactive 20
expect Result success 1
as_user systemctl --user exit
wait
echo "the service works under a real user manager"
INSIDE
)
unshare --mount --propagation private bash -c "$inside" inside "$repository" "${groups[@]}"
