#!/usr/bin/env bash
# Makes what people install: a tarball, a Debian package, and the file tree of a container, from one native file.
# Usage: samples/ConsoleHost/packaging/package.sh [--runtime linux-x64|linux-arm64] [--lb FILE] [--texts FILE] [--version VERSION] [--output DIR]
#   --lb       a native lb that is there already; without it, it is compiled (some minutes)
#   --texts    an lb that runs here, when the packed one does not: it writes manual pages and completions
#   --output   where the results go; artifacts/packages by default
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
host="linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')"
runtime=$host lb='' texts='' version='' output="$root/artifacts/packages"

fail() { echo "package.sh: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || fail "$1 needs a value"
  case $1 in
    --runtime) runtime=$2 ;;
    --lb) lb=$(realpath "$2") ;;
    --texts) texts=$(realpath "$2") ;;
    --version) version=$2 ;;
    --output) output=$2 ;;
    *) fail "there is no option $1" ;;
  esac
  shift 2
done

case $runtime in
  linux-x64) architecture=amd64 machine=x86_64 libraries=x86_64-linux-gnu loader=/lib64/ld-linux-x86-64.so.2 ;;
  linux-arm64) architecture=arm64 machine=aarch64 libraries=aarch64-linux-gnu loader=/lib/ld-linux-aarch64.so.1 ;;
  *) fail "--runtime is linux-x64 or linux-arm64, was $runtime" ;;
esac
[ -n "$version" ] || version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
# The same source makes the same packages.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

if [ -z "$lb" ]; then
  cross=()
  if [ "$runtime" != "$host" ]; then
    command -v "$machine-linux-gnu-gcc" >/dev/null \
      || fail "there is no cross toolchain for $runtime here: apt-get install gcc-$machine-linux-gnu, or build on such a machine"
    # The compiler is told the target as clang is; each gcc has one target, and does not know the option.
    mkdir -p "$output/native"
    gcc="$(cd "$output/native" && pwd)/$machine-gcc"
    printf '%s\n' '#!/usr/bin/env bash' 'words=()' 'for word; do case $word in --target=*) ;; *) words+=("$word") ;; esac; done' \
      "exec $machine-linux-gnu-gcc \"\${words[@]}\"" >"$gcc"
    chmod +x "$gcc"
    cross=("-p:CppCompilerAndLinker=$gcc" "-p:LinkerFlavor=bfd" "-p:ObjCopyName=$machine-linux-gnu-objcopy")
  fi
  dotnet publish "$root/samples/ConsoleHost" -c Release -r "$runtime" -p:PublishAot=true "${cross[@]}" -o "$output/native/$runtime"
  lb="$output/native/$runtime/lb"
fi
LC_ALL=C readelf -h "$lb" | grep -Eqi "Machine:.*${machine/_/.}" || fail "$lb is no program for $runtime"

# Pages and completions come from the program itself, or from its twin that runs here.
[ -n "$texts" ] || [ "$runtime" != "$host" ] || texts=$lb
[ -n "$texts" ] || texts="$output/native/$host/lb"
[ -x "$texts" ] || fail "there is no $texts, which would write the manual pages: make the package for $host first, or name an lb by --texts"

mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fill ROOT PREFIX: the files that every form has.
fill() {
  local to=$1 prefix=$2
  install -D -m 755 "$lb" "$to$prefix/bin/lb"
  for page in lb.1 lb.yaml.5; do
    install -d "$to$prefix/share/man/man${page##*.}"
    "$texts" manual "${page%.*}" | gzip -9n >"$to$prefix/share/man/man${page##*.}/$page.gz"
  done
  install -d "$to$prefix/share/bash-completion/completions" "$to$prefix/share/fish/vendor_completions.d" "$to$prefix/share/zsh/$3"
  "$texts" completion bash >"$to$prefix/share/bash-completion/completions/lb"
  "$texts" completion fish >"$to$prefix/share/fish/vendor_completions.d/lb.fish"
  "$texts" completion zsh >"$to$prefix/share/zsh/$3/_lb"
}

# Something that is right and harmless, to be replaced by whoever installs it.
configuration() { "$texts" init --listen 127.0.0.1:8080 --backend 127.0.0.1:8081 --output -; }

# At the same second for every file.
settle() { find "$1" -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch -h -d "@$SOURCE_DATE_EPOCH"; }

# The tarball: unpack it under /usr/local.
name="lbengine-$version-$runtime"
fill "$work/$name" "" site-functions
for unit in lb lb@; do
  sed 's:/usr/bin/lb:/usr/local/bin/lb:' "$here/lb.service" | install -D -m 644 /dev/stdin "$work/$name/lib/systemd/system/$unit.service"
done
configuration | install -D -m 644 /dev/stdin "$work/$name/share/doc/lbengine/lb.yaml"
install -m 644 "$root/LICENSE" "$root/CHANGELOG.md" "$work/$name/share/doc/lbengine/"
settle "$work/$name"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -c "$name" | gzip -6n >"$output/$name.tar.gz"

# The Debian package.
deb="$work/deb"
fill "$deb" /usr vendor-completions
install -D -m 644 "$here/lb.service" "$deb/lib/systemd/system/lb.service"
install -D -m 644 "$here/lb.service" "$deb/lib/systemd/system/lb@.service"
configuration | install -D -m 640 /dev/stdin "$deb/etc/lb/lb.yaml"
install -D -m 644 "$here/debian/logrotate" "$deb/etc/logrotate.d/lbengine"
{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: LbEngine\n\nFiles: *\n'
  printf 'Copyright: %s\nLicense: Expat\n' "$(sed -n 's/^Copyright (c) //p' "$root/LICENSE")"
  sed '1,4d; s/^$/./; s/^/ /' "$root/LICENSE"
} | install -D -m 644 /dev/stdin "$deb/usr/share/doc/lbengine/copyright"
printf 'lbengine (%s) stable; urgency=medium\n\n  * What changed: CHANGELOG.md of this directory.\n\n -- %s  %s\n' \
  "$version" "$(sed -n 's/^Maintainer: //p' "$here/debian/control")" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")" \
  | gzip -9n >"$deb/usr/share/doc/lbengine/changelog.gz"
gzip -9nc "$root/CHANGELOG.md" >"$deb/usr/share/doc/lbengine/CHANGELOG.md.gz"
install -D -m 644 "$here/debian/lintian-overrides" "$deb/usr/share/lintian/overrides/lbengine"
libc=$(LC_ALL=C objdump -T "$lb" | grep -o 'GLIBC_2\.[0-9.]*' | sort -Vu | tail -1 | cut -d_ -f2)
install -d "$deb/DEBIAN"
size=$(du -sk --exclude=DEBIAN "$deb" | cut -f1)
sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@LIBC@/$libc/; s/@SIZE@/$size/" "$here/debian/control" >"$deb/DEBIAN/control"
(cd "$deb" && find etc -type f -printf '/%p\n' | sort) >"$deb/DEBIAN/conffiles"
(cd "$deb" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$deb/DEBIAN/md5sums"
for script in postinst prerm postrm; do
  install -m 755 "$here/debian/$script" "$deb/DEBIAN/$script"
done
find "$deb" -type d -exec chmod 755 {} +
find "$deb/usr/share" "$deb/DEBIAN/control" "$deb/DEBIAN/conffiles" "$deb/DEBIAN/md5sums" -type f -exec chmod 644 {} +
settle "$deb"
dpkg-deb --root-owner-group -Zxz --build "$deb" "$output/lbengine_${version}_$architecture.deb" >/dev/null

# The file tree of a container, beside a copy of the Containerfile that adds it: the program, and what of the C library it loads.
if [ "$runtime" = "$host" ]; then
  tree="$work/tree"
  install -D -m 755 "$lb" "$tree/usr/bin/lb"
  for library in libc.so.6 libm.so.6 libssl.so.3 libcrypto.so.3 libnss_dns.so.2 libnss_files.so.2; do
    from=$(readlink -e "/lib/$libraries/$library" || readlink -e "/usr/lib/$libraries/$library" || true)
    [ -z "$from" ] || install -D -m 644 "$from" "$tree/lib/$libraries/$library"
  done
  install -D -m 755 "$(readlink -e "$loader")" "$tree$loader"
  [ ! -f /etc/ssl/certs/ca-certificates.crt ] || install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/ca-certificates.crt"
  echo 'lb:x:65532:65532:lb:/:/bin/false' | install -D -m 644 /dev/stdin "$tree/etc/passwd"
  echo 'lb:x:65532:' | install -D -m 644 /dev/stdin "$tree/etc/group"
  configuration | install -D -m 644 /dev/stdin "$tree/etc/lb/lb.yaml"
  install -d -m 1777 "$tree/tmp"
  install -d -m 755 "$tree/run" "$tree/proc" "$tree/sys" "$tree/dev"
  settle "$tree"
  tar -C "$tree" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -c . | gzip -6n >"$output/lbengine-rootfs-$runtime.tar.gz"
  install -m 644 "$here/Containerfile" "$output/Containerfile"
fi
ls -l "$output" | awk '/lbengine/ { print $5, $9 }'
