#!/usr/bin/env bash
# ./dev fresh [--keep] [COMMAND...]: the committed tree (HEAD) in a Debian 12 that holds git and certificates, and nothing else.
# Runs COMMAND there, else the two commands of the README; its exit code is theirs.
# It takes along how this machine reaches its registries: Debian's mirrors, apt's configuration, npm's, certificates, proxies.
# It does not take along what is installed or cached here.
# Each run begins with a copy of the same bare system; with --keep, with what the last --keep left (the clone is new all the same).
# All mounts are made in a mount namespace of the run: they end with its processes, however those end.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=bookworm
cache=${WUTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wuts}/fresh
bare=$cache/$suite tree=/root/wuts

lacks() { echo "./dev fresh: $*" >&2; exit 2; }

# Inside the namespaces: mounts, then the commands. This shell is process 1 there; when it ends, all others do.
inside() {  # inside ROOT COMMAND...
  local root=$1 code=0
  shift
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  if [ $# -gt 0 ]; then
    enter "$root" "$@" || code=$?
  else
    enter "$root" ./dev demo --once || code=$?
    [ $code -ne 0 ] || enter "$root" ./dev test || code=$?
  fi
  exit $code
}

enter() {  # enter ROOT COMMAND...: in the tree, with a clean environment but for how to reach registries
  local root=$1 variables=() name
  shift
  for name in $(compgen -e); do
    case ${name,,} in npm_config_cache | npm_config_prefix | npm_config_userconfig | npm_config_globalconfig) continue ;; esac  # paths
    case ${name,,} in http_proxy | https_proxy | ftp_proxy | no_proxy | all_proxy | npm_config_* | ci) variables+=("$name=${!name}") ;; esac
  done
  [ ! -f "$root/etc/ssl/extra.pem" ] || variables+=(NODE_EXTRA_CA_CERTS=/etc/ssl/extra.pem)
  env -i HOME=/root USER=root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}" "${variables[@]}" \
    chroot "$root" /bin/sh -c "cd $tree && exec \"\$@\"" sh "$@"
}

if [ "${1:-}" = --inside ]; then inside "${@:2}"; fi

keep='' root=$cache/run
if [ "${1:-}" = --keep ]; then keep=yes root=$cache/kept; shift; fi
[ "$(id -u)" -eq 0 ] || lacks "wants root, for chroot and debootstrap"
command -v debootstrap >/dev/null || lacks "wants debootstrap (apt-get install debootstrap)"
command -v unshare >/dev/null || lacks "wants unshare (apt-get install util-linux)"
unshare --mount --pid --fork --propagation private mount -t tmpfs tmpfs /mnt 2>/dev/null || lacks "may not mount here (a container without CAP_SYS_ADMIN?)"
git rev-parse -q --verify HEAD >/dev/null || lacks "wants a git clone: it tests what is committed"
mkdir -p "$cache"
exec 9>"$cache/lock"
flock --nonblock 9 || lacks "another one is running"

# Nothing is removed through a mount: a root below which anything is mounted stays.
remove() {
  ! grep -qF " $1/" /proc/self/mountinfo || lacks "something is mounted in $1"
  rm -rf --one-file-system "$1"
}

# Debian's mirrors as this machine's apt has them: "SUITE URI", a line each.
mirrors() {
  apt-get indextargets --format '$(RELEASE) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null | LC_ALL=C sort -u |
    awk -v suite=$suite '$3 == "main" && ($1 == suite || $1 == suite "-updates" || $1 == suite "-security") {print $1, $2}' || true
}

make_bare() {
  local mirror
  mirror=$(mirrors | awk -v suite=$suite '$1 == suite {print $2; exit}')
  remove "$bare.new"
  debootstrap --variant=minbase --include=git,ca-certificates $suite "$bare.new" ${mirror:+"$mirror"} >"$cache/debootstrap.log" 2>&1 ||
    { tail -n 20 "$cache/debootstrap.log"; lacks "debootstrap failed; its log is $cache/debootstrap.log"; }
  rm -f "$bare.new"/var/cache/apt/archives/*.deb "$bare.new"/var/cache/apt/*.bin
  mv "$bare.new" "$bare"
}

configure() {  # how this machine reaches its registries
  local file mirrors list=$root/etc/apt/sources.list
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  mirrors=$(mirrors)
  if [ -n "$mirrors" ]; then
    sed 's|\(.*\) \(.*\)|deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \2 \1 main|' <<<"$mirrors" >"$list"
  fi
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d /etc/apt/auth.conf /etc/apt/auth.conf.d; do
    [ ! -e $file ] || cp -rL $file "$root/etc/apt/"
  done
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  [ ! -f "${NODE_EXTRA_CA_CERTS:-}" ] || cp "$NODE_EXTRA_CA_CERTS" "$root/etc/ssl/extra.pem"
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
  # The settings of the machine first: those of the user come later and win.
  for file in /etc/npmrc /usr/etc/npmrc /usr/local/etc/npmrc "${NPM_CONFIG_GLOBALCONFIG:-}" "${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}"; do
    [ ! -f "$file" ] || { cat "$file"; echo; }
  done | grep -vE '^ *(nodedir|prefix|cache|ignore-scripts)' >"$root/root/.npmrc" || true
}

began=$SECONDS
say() { if [ -t 1 ]; then printf '\033[1m== %s\033[0m\n' "$*"; else echo "== $*"; fi; }
# Older than a week, its packages would be those of then.
if [ -z "$(find "$bare" -maxdepth 0 -mtime -7 2>/dev/null)" ]; then
  remove "$bare"
  make_bare
  touch "$bare"
  say "a bare Debian 12 in $bare ($((SECONDS - began)) s)"
fi
if [ -z "$keep" ] || [ ! -d "$root/etc" ]; then
  remove "$root"
  cp -a "$bare" "$root"
fi
configure
remove "$root$tree"
git clone --quiet --no-hardlinks "$PWD" "$root$tree"
git -C "$root$tree" checkout --quiet --detach "$(git rev-parse HEAD)"
git -C "$root$tree" remote remove origin
[ -z "$(git status --porcelain --untracked-files=no)" ] || say "not in it: the changes that are not committed"
say "$(git log -1 --format='%h %s') in $root$tree"

# A job of its own, so that an interrupt ends it wholly: process 1 of a namespace takes all others along.
set -m
unshare --mount --pid --fork --kill-child=KILL --propagation private bash .dev/fresh.sh --inside "$root" "$@" </dev/null &
running=$!
set +m
trap 'kill -KILL $running 2>/dev/null; wait $running 2>/dev/null || true; exit 130' INT TERM HUP
code=0
wait $running || code=$?
trap - INT TERM HUP
if [ $code -eq 0 ] && [ -z "$keep" ]; then
  remove "$root"
else
  say "left for a look: $root"
fi
exit $code
