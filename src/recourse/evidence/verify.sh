#!/bin/sh
# Verifies a Recourse evidence bundle, or a proof that a log only grew, with OpenSSL 3 and plain POSIX tools alone.
#
#   sh verify.sh [--key KNOWN.pem]... [--ca AUTHORITIES.pem] [--at YYYY-MM-DD] [--lang en|zh] [FOLDER | PROOF]
#
# KNOWN.pem is the institution's key, which you got by another way than this bundle. AUTHORITIES.pem holds certificates
# of the time-stamp authorities that you trust. FOLDER is the unpacked bundle, by default the one this script lies in.
# PROOF is a text with two signed heads of a log: the one that you kept, and a newer one. A key counts here at any time:
# give none that was lost, or was not in force on the days of the heads.
# Exit: 0 proved, 1 refused, 2 cannot be used, 3 whole but by a key that nobody vouches for.
# A script that travels in the bundle proves nothing to those who distrust the bundle: take it from the published release.
# shellcheck disable=SC2015 # what stands behind || ends the script, so A && B || C is what it looks like
LC_ALL=C LANGUAGE='' OPENSSL_CONF=/dev/null
zh=${LANG:-}
export LC_ALL LANGUAGE OPENSSL_CONF

keys='' ca='' day='' bag=$(dirname "$0") here=$PWD
usage() { echo "usage: verify.sh [--key KNOWN.pem]... [--ca AUTHORITIES.pem] [--at YYYY-MM-DD] [--lang en|zh] [FOLDER | PROOF]" >&2; exit 2; }
cannot() { echo "error: $1" >&2; exit 2; }
from_here() { case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s\n' "$here/$1" ;; esac; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
while [ $# -gt 0 ]; do
  case $1 in
    --key) [ $# -gt 1 ] || usage; from_here "$2" >>"$work/known"; keys=yes; shift 2 ;;
    --ca) [ $# -gt 1 ] || usage; ca=$(from_here "$2"); shift 2 ;;
    --at) [ $# -gt 1 ] || usage; day=$2; shift 2 ;;
    --lang) [ $# -gt 1 ] || usage; zh=$2; shift 2 ;;
    -*) usage ;;
    *) bag=$1; shift ;;
  esac
done
case $zh in zh*) zh=yes ;; *) zh='' ;; esac
case $day in '' | [0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]) ;; *) usage ;; esac
if [ -f "$bag" ]; then text=$(from_here "$bag"); else text=''; fi
[ "$text" ] || cd "$bag" 2>/dev/null || cannot "there is no folder $bag"
[ -z "$ca" ] || [ -r "$ca" ] || cannot "$ca cannot be read"
case $(openssl version 2>/dev/null) in "OpenSSL "[3-9]*) ;; *) cannot "OpenSSL 3 or later is needed" ;; esac
[ "$text" ] || [ -e bagit.txt ] || [ -e tagmanifest-sha256.txt ] || [ -e seal.sig ] || cannot "this is no bundle"

# Words: English, Chinese.
say() { if [ "$zh" ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }
good() { say "$1" "$2" >>"$work/held"; }
open() { say "$1" "$2" >>"$work/open"; }
broken() { # area, then the words
  say "REFUSED: not what was sealed, or not by whom you trust" "不予采信：与封存时不符，或并非您信任的密钥所封"
  printf '  %s: ' "$1"
  say "$2" "$3"
  exit 1
}
malformed() { broken "$1" "not as a bundle writes it: $2" "格式不符：$2"; }

# Tools.
digest() { openssl dgst -sha256 -r | { read -r sum _ && printf '%s' "$sum"; }; }
plain() { # a list: ends with a line feed, no control characters
  [ -z "$(tail -c 1 "$1")" ] && [ -s "$1" ] && [ "$(tr -d '\012\040-\176\200-\377' <"$1" | wc -c)" -eq 0 ]
}
only() { ! grep -q -v -E "$2" "$1"; } # does every line of the file fit the pattern?
bytes() { # hexadecimal to bytes: printf '\xHH' is not in every shell, '\ooo' is
  hex=$1 octal=''
  while [ -n "$hex" ]; do
    rest=${hex#??}
    byte=$((0x${hex%"$rest"}))
    octal="$octal\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
    hex=$rest
  done
  # shellcheck disable=SC2059
  printf "$octal"
}
node() { bytes "01$1$2" | digest; }
listed() { # a manifest: lines as they are written, in the order of their bytes, each name once
  plain "$1" && only "$1" '^[0-9a-f]{64}  .' && sed 's/^.\{66\}//' "$1" | sort -c -u 2>/dev/null
}
fits() { [ "$(printf '%s\n' "$1" | wc -l)" -eq 1 ] && printf '%s\n' "$1" | grep -q -E "^($2)\$"; }
public() { openssl pkey -pubin -in "$1" -outform DER 2>/dev/null >"$2" && [ "$(wc -c <"$2")" -eq 44 ] &&
  [ "$(od -An -tx1 -N12 "$2" | tr -d ' \n')" = 302a300506032b6570032100 ]; }
signed() { # file, signature, key
  [ "$(wc -c <"$2")" -eq 64 ] && openssl pkeyutl -verify -pubin -inkey "$3" -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1
}
natural='(0|[1-9][0-9]{0,14})'
word='[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,119}'
instant='[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z'
head_of() { # reads the head of a log: sets name, size, root (hexadecimal) and time
  plain "$1" && [ "$(wc -l <"$1")" -eq 4 ] || return 1
  { IFS= read -r name; IFS= read -r size; IFS= read -r base; IFS= read -r time; } <"$1"
  fits "$name" '[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}' && fits "$size" '[1-9][0-9]{0,14}' &&
    fits "$base" '[A-Za-z0-9+/]{43}=' && fits "$time" "time $instant" || return 1
  printf '%s\n' "$base" | openssl base64 -d >"$work/root"
  [ "$(wc -c <"$work/root")" -eq 32 ] && [ "$(openssl base64 <"$work/root")" = "$base" ] || return 1
  root=$(od -An -tx1 -v "$work/root" | tr -d ' \n')
}
proof_fails() { broken log "a proof does not hold: $1" "证明不成立：$1"; }
step() { # the walk up the tree that both kinds of proof share: sets side, at and end for the next hash
  [ "$end" -gt 0 ] || proof_fails "$proof"
  if [ $((at % 2)) -eq 1 ] || [ "$at" -eq "$end" ]; then
    side=left
    while [ $((at % 2)) -eq 0 ] && [ "$at" -gt 0 ]; do at=$((at / 2)) end=$((end / 2)); done
  else
    side=right
  fi
  at=$((at / 2)) end=$((end / 2))
}
continues() { # two sizes, two roots, hashes: the log of the second size begins with that of the first, or this is the end
  old=$1 new=$2 old_root=$3 want=$4
  shift 4
  if [ "$old" -eq "$new" ]; then
    [ $# -eq 0 ] && [ "$old_root" = "$want" ] || proof_fails "$proof"
    return 0
  fi
  at=$old
  while [ $((at % 2)) -eq 0 ]; do at=$((at / 2)); done
  [ "$at" -ne 1 ] || set -- "$old_root" "$@" # a full tree is its own first step
  [ $# -gt 0 ] || proof_fails "$proof"
  at=$((old - 1)) end=$((new - 1)) first=$1 second=$1
  while [ $((at % 2)) -eq 1 ]; do at=$((at / 2)) end=$((end / 2)); done
  shift
  for hash in "$@"; do
    step
    if [ $side = left ]; then
      first=$(node "$hash" "$first") second=$(node "$hash" "$second")
    else
      second=$(node "$second" "$hash")
    fi
  done
  [ "$end" -eq 0 ] && [ "$first" = "$old_root" ] && [ "$second" = "$want" ] || proof_fails "$proof"
}
compare() {
  while IFS= read -r line; do
    name=${line#*  }
    [ "$(digest <"./$name")" = "${line%%  *}" ] ||
      broken contents "changed since it was sealed: $name" "封存后被改动：$name"
  done <"$1"
}

# A proof that a log only grew: two published heads, as they are, and RFC 6962's proof between them.
note_of() { # the six lines from this one on: a head, an empty line, and its name with a hint at the key and the signature
  sed -n "$1,$(($1 + 3))p" "$text" >"$work/head.$1"
  line=$(sed -n "$(($1 + 5))p" "$text")
  seal=${line##* }
  head_of "$work/head.$1" && [ -z "$(sed -n "$(($1 + 4))p" "$text")" ] && [ "$line" = "— $name $seal" ] &&
    fits "$seal" '[A-Za-z0-9+/]{91}=' || return 1
  printf '%s' "$seal" | openssl base64 -A -d >"$work/seal"
  tail -c 64 "$work/seal" >"$work/signature.$1"
  # Base64 has several spellings for the last two bits; a note is in the first.
  [ "$(openssl base64 -A <"$work/seal")" != "$seal" ] || od -An -tx1 -N4 "$work/seal" | tr -d ' \n' >"$work/hint.$1"
}
by_known() { # the head of the note from this line on: is it by one of the keys that the reader knows, as it says?
  head_of "$work/head.$1"
  while IFS= read -r key; do
    public "$key" "$work/key" || cannot "$key is no public Ed25519 key"
    { printf '%s\n\001' "$name"; tail -c 32 "$work/key"; } | digest | cut -c 1-8 | tr -d '\n' | cmp -s - "$work/hint.$1" &&
      signed "$work/head.$1" "$work/signature.$1" "$key" && return 0
  done <"$work/known"
  broken log "the head of $size entries is not signed by a key that you know" "$size 条记录的头部并非由您已知的密钥签署"
}
if [ "$text" ]; then
  no_proof() { cannot "this is no proof that a log only grew; of a bundle, unpack it and give the folder"; }
  [ "$(wc -c <"$text")" -le 16384 ] && [ "$(wc -l <"$text")" -eq 16 ] && plain "$text" &&
    [ "$(sed -n 1p "$text")" = recourse-growth/1 ] && [ -z "$(sed -n '3p;10p' "$text")" ] || no_proof
  proof=$(sed -n 2p "$text")
  fits "$proof" "consistency $natural $natural( [0-9a-f]{64})*" && note_of 4 && note_of 11 || no_proof
  [ "$keys" ] || cannot "the key of the log is needed: give it with --key"
  # shellcheck disable=SC2086
  set -- $proof
  by_known 4
  older=$size origin=$name when=$time below=$root
  by_known 11
  proof="consistency $older $size"
  [ "$1 $2 $3" = "$proof" ] && [ "$name" = "$origin" ] && printf '%s\n%s\n' "$when" "$time" | sort -c 2>/dev/null ||
    malformed log "$proof"
  shift 3
  continues "$older" "$size" "$below" "$root" "$@"
  say "PROVED: by a key that you know" "已证明：由您已知的密钥签署"
  say "  Log: the log $origin of $size entries (${time#time }) begins with that of $older entries (${when#time }): nothing before was changed, left out or put in" \
    "  日志：日志 $origin 的 $size 条记录（${time#time }）以先前的 $older 条（${when#time }）开头：此前内容未被改动、删去或插入"
  exit 0
fi

# 1 Files: plain ones only, with names that every system takes; at the top exactly what belongs there.
mid='[^[:cntrl:]\/:*?"<>|%]'
edge='[^[:cntrl:] \/:*?"<>|%.]'
part="$edge($mid*$edge)?"
find . ! -type d >"$work/found"
sed 's/^..//' "$work/found" | sort >"$work/names"
strange() { broken files "not a plain file, or a name that no bundle has: $1" "不是普通文件，或名称不合规：$1"; }
[ -z "$(find . ! -type d ! -type f)" ] || strange "$(find . ! -type d ! -type f)"
find . -type d >"$work/folders"
while IFS= read -r folder; do
  [ -n "$(ls -A "$folder" 2>/dev/null)" ] || strange "$folder"
done <"$work/folders"
only "$work/names" "^$part(/$part)*$" || strange "$(grep -v -E "^$part(/$part)*$" "$work/names")"
! grep -q -E '[^/]{201}' "$work/names" || strange "$(grep -E '[^/]{201}' "$work/names")"
tags='VERIFY.txt bag-info.txt bagit.txt manifest-sha256.txt seal.pub.pem verify.sh'
for name in $tags tagmanifest-sha256.txt seal.sig data/timeline.jsonl data/proofs.txt data/README.html; do
  [ -f "$name" ] || broken files "missing: $name" "缺少：$name"
done
grep -v '^data/' "$work/names" | while IFS= read -r name; do
  case " $tags tagmanifest-sha256.txt seal.sig stamps-sha256.txt seal.tsr " in *" $name "*) continue ;; esac
  case $name in seal.*.tsr) number=${name#seal.} number=${number%.tsr} ;; *) number=x ;; esac
  case $number in *[!0-9]* | '' | 0* | 1) printf '%s\n' "$name" ;; esac
done >"$work/extra"
[ ! -s "$work/extra" ] || broken files "not among what was sealed: $(cat "$work/extra")" "不在封存之列：$(cat "$work/extra")"

# 2 Seal: an Ed25519 signature over the list of the lists. With known keys, only those count.
plain seal.pub.pem &&
  openssl pkey -pubin -in seal.pub.pem 2>/dev/null | cmp -s - seal.pub.pem && public seal.pub.pem "$work/own" || broken seal "seal.pub.pem is no public Ed25519 key" "seal.pub.pem 不是 Ed25519 公钥"
fingerprint=$(tail -c 32 "$work/own" | digest)
used=''
if [ "$keys" ]; then
  while IFS= read -r key; do
    public "$key" "$work/key" || cannot "$key is no public Ed25519 key"
    ! cmp -s "$work/key" "$work/own" || used=$key
  done <"$work/known"
  [ "$used" ] || broken seal "sealed by another key than those you know: $fingerprint" "封印密钥不是您已知的密钥：$fingerprint"
fi
signed tagmanifest-sha256.txt seal.sig seal.pub.pem || broken seal "the seal is not by this key over these files" "封印与这把密钥或这些文件不符"

# 3 Contents: every file byte for byte, nothing missing, nothing added.
listed tagmanifest-sha256.txt || malformed contents tagmanifest-sha256.txt
[ "$(sed 's/^.\{66\}//' tagmanifest-sha256.txt | tr '\n' ' ')" = "$tags " ] || malformed contents tagmanifest-sha256.txt
compare tagmanifest-sha256.txt
listed manifest-sha256.txt && only manifest-sha256.txt '^.{66}data/' || malformed contents manifest-sha256.txt
sed 's/^.\{66\}//' manifest-sha256.txt >"$work/listed"
grep '^data/' "$work/names" | cmp -s - "$work/listed" ||
  broken contents "other files than were sealed" "文件与封存时不一致"
compare manifest-sha256.txt
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | cmp -s - bagit.txt || malformed contents bagit.txt
about() { sed -n "$1s/^$2: //p" bag-info.txt; }
format=$(about 4 Recourse-Bundle) case_id=$(about 3 External-Identifier) sealed=$(about 5 Recourse-Sealed-At) stamp=$(about 6 Recourse-Stamp)
plain bag-info.txt && [ "$(wc -l <bag-info.txt)" -eq 6 ] && fits "$(about 1 Bag-Software-Agent)" '[A-Za-z0-9 .+-]{1,80}' &&
  fits "$(about 2 Bagging-Date)" '[0-9-]{10}' && fits "$case_id" "$word" && fits "$format" '[1-9][0-9]{0,3}' &&
  fits "$sealed" "$instant" && fits "$stamp" 'expected|none' || malformed contents bag-info.txt
[ "$format" = 1 ] || cannot "this bundle has format $format, later than this script knows"
good "Files: $(wc -l <"$work/names" | tr -d ' ') files, exactly those that were sealed, byte for byte" \
  "文件：共 $(wc -l <"$work/names" | tr -d ' ') 个，与封存时逐字节相同"

# 4 Timeline: each line holds the hash of the one before it and a commitment to its body.
timeline=data/timeline.jsonl
plain $timeline && only $timeline '^\{"actor":"'"$word"'","at":"'"$instant"'","case":"'"$word"'","commitment":"[0-9a-f]{64}",("erases":\[[1-9][0-9]*(,[1-9][0-9]*)*\],)?"kind":"[a-z][a-z0-9-]{0,59}","prev":"[0-9a-f]{64}","seq":[1-9][0-9]{0,8}\}$' ||
  malformed timeline $timeline
sed 's/.*"at":"\([^"]*\)".*/\1/' $timeline | sort -c 2>/dev/null || broken timeline "an entry is earlier than the one before it" "有记录早于其前一条"
count=0 gone=' ' prev=0000000000000000000000000000000000000000000000000000000000000000
while IFS= read -r line; do
  count=$((count + 1))
  seq=${line##*\"seq\":} before=${line##*\"prev\":\"} whose=${line#*\"case\":\"}
  [ "${seq%\}}" = $count ] && [ "${before%%\"*}" = "$prev" ] || broken timeline "entry $count does not follow from the line before it" "第 $count 条记录与前一行不衔接"
  [ "${whose%%\"*}" = "$case_id" ] || broken timeline "entry $count is of another case" "第 $count 条记录属于另一案件"
  case $line in *'"kind":"erased","prev"'*) erased=yes ;; *) erased='' ;; esac
  case $line in
    *'"erases":['*)
      list=${line#*\"erases\":[} last=0
      list=${list%%]*}
      for number in $(printf '%s' "$list" | tr , ' '); do
        [ ${#number} -le 9 ] && [ "$number" -gt "$last" ] && [ "$number" -lt $count ] && [ "$erased" ] || broken timeline "entry $count erases what it cannot" "第 $count 条记录的删除不成立"
        case $gone in *" $number "*) broken timeline "entry $count names an entry twice" "第 $count 条记录重复指名" ;; esac
        gone="$gone$number " last=$number
      done ;;
    *) [ -z "$erased" ] || broken timeline "entry $count erases nothing" "第 $count 条记录没有指明删除内容" ;;
  esac
  prev=$(printf '%s' "$line" | digest)
done <$timeline
count=0 shown=0 closed=''
while IFS= read -r line; do
  count=$((count + 1))
  body=data/entries/$(printf %06d $count).txt commitment=${line#*\"commitment\":\"}
  case $gone in *" $count "*) erased=yes ;; *) erased='' ;; esac
  if [ -f "$body" ]; then
    shown=$((shown + 1))
    [ -z "$erased" ] || broken timeline "entry $count was erased, but its body is here" "第 $count 条记录已删除，其内容却仍在"
    [ "$(wc -l <"$body")" -ge 1 ] && [ "$(head -n 1 "$body" | wc -c)" -eq 65 ] && head -n 1 "$body" | grep -q -E '^[0-9a-f]{64}$' &&
      [ "$(digest <"$body")" = "${commitment%%\"*}" ] || broken timeline "the body of entry $count is not what was recorded" "第 $count 条记录的内容与当时记载不符"
  elif [ -z "$erased" ]; then
    closed="$closed $count"
  fi
done <$timeline
[ "$(grep -c '^data/entries/' "$work/listed")" -eq $shown ] || broken timeline "a body belongs to no entry" "有内容不属于任何记录"
good "Timeline: $count entries of case $case_id: none altered, left out or put in between" "时间线：案件 $case_id 的 $count 条记录，未被改动、删去或插入"
gone=${gone# } gone=${gone% } closed=${closed# }
[ -z "$gone" ] || open "Timeline: what stood in these entries: erased, as the timeline says: $gone" "时间线：以下记录的内容，已依时间线所载删除：$gone"
[ -z "$closed" ] || open "Timeline: what stands in these entries: not in this bundle: $closed" "时间线：以下记录的内容，未收入本证据包：$closed"
exhibits=0 named=0
while IFS= read -r line; do
  case ${line#*  } in data/exhibits/*) ;; *) continue ;; esac
  exhibits=$((exhibits + 1))
  [ $shown -eq 0 ] || ! cat data/entries/*.txt | grep -q -F "${line%%  *}" || named=$((named + 1))
done <manifest-sha256.txt
[ $exhibits -eq 0 ] || good "Timeline: $named of $exhibits exhibits are named in it by their SHA-256" "时间线：$exhibits 份证据材料中有 $named 份由其以 SHA-256 记载"

# 5 Log: signed heads, and RFC 6962 proofs that the last entry is in it and that it only grew.
! grep '^data/heads/' "$work/listed" | grep -q -v -E '^data/heads/[0-9]{15}\.(txt|sig|tsr)$' || malformed log data/heads
older='' origin='' when=''
grep '^data/heads/' "$work/listed" | sed 's/\....$//' | sort -u >"$work/heads"
[ -s "$work/heads" ] || broken log "missing: data/heads/" "缺少：data/heads/"
: >"$work/pairs"
while IFS= read -r head; do
  [ -f "$head.txt" ] && [ -f "$head.sig" ] || broken log "missing: $head" "缺少：$head"
  file=$head.txt
  head_of "$file" || malformed log "$file"
  signed "$file" "$head.sig" seal.pub.pem || broken log "the head $file is not signed by the key of the seal" "日志头部 $file 不是由封印密钥签署"
  [ "data/heads/$(printf %015d "$size")" = "$head" ] && [ "${origin:-$name}" = "$name" ] &&
    printf '%s\n%s\n' "$when" "$time" | sort -c 2>/dev/null || malformed log "$file"
  printf '%s' "$root" >"$work/root.$size"
  [ -z "$older" ] || printf 'consistency %s %s\n' "$older" "$size" >>"$work/pairs"
  older=$size origin=$name when=$time
done <"$work/heads"
plain data/proofs.txt && only data/proofs.txt "^(inclusion $natural $natural $natural|consistency $natural $natural)( [0-9a-f]{64})*\$" || malformed log data/proofs.txt
: >"$work/proved"
while IFS= read -r line; do
  # shellcheck disable=SC2086
  set -- $line
  if [ "$1" = inclusion ]; then
    proof="$1 $2 $3 $4" seq=$2 at=$3 end=$(($4 - 1))
    [ -f "$work/root.$4" ] && [ "$seq" -ge 1 ] && [ "$seq" -le $count ] && [ "$at" -le $end ] || proof_fails "$proof"
    want=$(cat "$work/root.$4")
    echo "$1 $2 $4" >>"$work/proved"
    sum=$({ printf '\000'; sed -n "${seq}p" $timeline | tr -d '\n'; } | digest)
    shift 4
    for hash in "$@"; do
      step
      if [ $side = left ]; then sum=$(node "$hash" "$sum"); else sum=$(node "$sum" "$hash"); fi
    done
    [ "$end" -eq 0 ] && [ "$sum" = "$want" ] || proof_fails "$proof"
  else
    proof="$1 $2 $3" old=$2 size=$3
    [ -f "$work/root.$old" ] && [ -f "$work/root.$size" ] && [ "$old" -le "$size" ] || proof_fails "$proof"
    echo "$proof" >>"$work/proved"
    shift 3
    continues "$old" "$size" "$(cat "$work/root.$old")" "$(cat "$work/root.$size")" "$@"
  fi
done <data/proofs.txt
echo "inclusion $count $older" >>"$work/pairs"
while IFS= read -r proof; do
  grep -q -x -F "$proof" "$work/proved" || broken log "a proof is missing: $proof" "缺少证明：$proof"
done <"$work/pairs"
good "Log: the timeline stands in the log $origin of $older entries, head of ${when#time }" "日志：时间线载于日志 $origin（$older 条记录），头部时间 ${when#time }"

# 6 Time: stamps of RFC 3161, each judged at its own time, each renewed before it lapsed.
trusts() { openssl ts -verify -in "$1" -digest "$2" -CAfile "$ca" -attime "$3" 2>&1 | grep -q 'Verification: OK'; }
stops() { broken time "$1" "$2"; }
seconds() { # year month day hour minute second, without leading zeros, as seconds since 1970
  y=$1 m=$2
  [ "$m" -gt 2 ] || { y=$((y - 1)) m=$((m + 12)); }
  echo $(((365 * y + y / 4 - y / 100 + y / 400 + (153 * m - 457) / 5 + $3 - 719469) * 86400 + $4 * 3600 + $5 * 60 + $6))
}
bare() { sed 's/[^0-9]/ /g; s/^/ /; s/ 0*\([0-9]\)/ \1/g'; }
whole() { # one DER value and nothing after it
  # shellcheck disable=SC2046
  set -- "$1" $(od -An -tu1 -N5 "$1")
  long=$(wc -c <"$1")
  [ $# -ge 3 ] && [ "$2" -eq 48 ] || return 1
  case $3 in
    129) [ "$long" -eq $((${4:-0} + 3)) ] ;;
    130) [ "$long" -eq $((${4:-0} * 256 + ${5:-0} + 4)) ] ;;
    131) [ "$long" -eq $((${4:-0} * 65536 + ${5:-0} * 256 + ${6:-0} + 5)) ] ;;
    *) [ "$3" -lt 128 ] && [ "$long" -eq $(($3 + 2)) ] ;;
  esac
}
stamp_of() { # reads a reply: sets imprint, said (as text) and told (as seconds)
  whole "$1" && openssl ts -reply -in "$1" -text >"$work/reply" 2>/dev/null || return 1
  # The words of the status are not signed and may hold anything, so each line that is read must be there once.
  [ "$(head -n 1 "$work/reply")" = 'Status info:' ] && sed -n 2p "$work/reply" | grep -q '^Status: Granted' &&
    [ "$(grep -c '^TST info:$' "$work/reply")" -eq 1 ] && [ "$(grep -c '^Hash Algorithm: sha256$' "$work/reply")" -eq 1 ] || return 1
  dump='^    [0-9a-f]{4} - [0-9a-f]{2}([ -][0-9a-f]{2}){15} '
  clock='^Time stamp: [A-Z][a-z]{2} +[0-9]+ [0-9]{2}:[0-9]{2}:[0-9]{2}[.0-9]* [0-9]{4} GMT$'
  [ "$(grep -c -E "$dump" "$work/reply")" -eq 2 ] && [ "$(grep -c -E "$clock" "$work/reply")" -eq 1 ] || return 1
  imprint=$(grep -E "$dump" "$work/reply" | cut -c 12-58 | tr -d ' \n-')
  # shellcheck disable=SC2046
  set -- $(grep -E "$clock" "$work/reply")
  months=JanFebMarAprMayJunJulAugSepOctNovDec
  month=${months%%"$3"*}
  hms=${5%%.*}
  # shellcheck disable=SC2046
  told=$(seconds $(echo "$6 $((${#month} / 3 + 1)) $4 $hms" | bare))
  said=$(printf '%s-%02d-%02dT%sZ' "$6" $((${#month} / 3 + 1)) "${4#0}" "$hms")
}
if [ "$day" ]; then
  now="$day 23 59 59"
else
  now=$(date -u '+%Y %m %d %H %M %S')
fi
# shellcheck disable=SC2046
now=$(seconds $(echo "$now" | bare))
stamps=0
cat tagmanifest-sha256.txt seal.sig >"$work/over"
if [ -f stamps-sha256.txt ]; then
  plain stamps-sha256.txt && only stamps-sha256.txt '^[0-9a-f]{64}  seal\.([0-9]+\.)?tsr$' || malformed time stamps-sha256.txt
  while IFS= read -r line; do
    stamps=$((stamps + 1)) file=seal.$stamps.tsr
    [ $stamps -gt 1 ] || file=seal.tsr
    [ "${line#*  }" = $file ] && [ -f $file ] || malformed time stamps-sha256.txt
    [ "$(digest <$file)" = "${line%%  *}" ] || stops "changed since it was sealed: $file" "封存后被改动：$file"
    stamp_of $file || stops "$file is no time stamp that an authority granted over SHA-256" "$file 不是有效的 SHA-256 时间戳"
    [ "$imprint" = "$(digest <"$work/over")" ] || stops "stamp $stamps is over something else" "第 $stamps 个时间戳不是针对本证据包"
    [ $stamps -gt 1 ] || first=$said first_told=$told last_told=$told
    [ "$told" -ge "$last_told" ] && [ "$told" -le "$now" ] || stops "stamp $stamps is from the future, or older than the one it renews" "第 $stamps 个时间戳来自未来，或早于其所续期的时间戳"
    if [ "$ca" ]; then
      trusts $file "$imprint" "$told" || stops "stamp $stamps is not from an authority that you trust" "第 $stamps 个时间戳并非出自您信任的机构"
      [ $stamps -eq 1 ] || trusts "$last_file" "$last_imprint" "$told" || stops "stamp $((stamps - 1)) had lapsed before it was renewed" "第 $((stamps - 1)) 个时间戳在续期前已过期"
    fi
    cat $file >>"$work/over"
    last_file=$file last_imprint=$imprint last_told=$told
  done <stamps-sha256.txt
fi
[ "$(grep -c '^seal\..*tsr$' "$work/names")" -eq $stamps ] || stops "a time stamp that is not listed" "有未列出的时间戳"
[ $stamps -gt 0 ] || [ "$stamp" = none ] || stops "the time stamp that was to be here is missing" "应有的时间戳缺失"
proved_time=''
if [ $stamps -eq 0 ]; then
  open "Time: when it existed: no authority has stamped it" "时间：何时存在：没有时间戳"
elif [ "$ca" ]; then
  proved_time=$first
  good "Time: it existed by $first, as an authority that you trust has stamped" "时间：您信任的时间戳机构证明：$first 时已存在"
  trusts "$last_file" "$last_imprint" "$now" || open "Time: that nobody has broken the stamping key since: its certificate lapsed and the stamp was not renewed" "时间：此后无人攻破时间戳密钥：其证书已过期而时间戳未续期"
  now=$first_told
else
  open "Time: that it existed by $first: the stamp says so, but you named no authority that you trust (--ca)" "时间：$first 时已存在：时间戳如此记载，但您没有给出信任的机构（--ca）"
fi
while IFS= read -r head; do
  file=$head.tsr
  [ -f "$file" ] || continue
  stamp_of "$file" && [ "$imprint" = "$(cat "$head.txt" "$head.sig" | digest)" ] && [ "$told" -le "$now" ] || stops "the stamp $file is not over its head, or from the future" "时间戳 $file 与其头部不符，或来自未来"
  [ -z "$ca" ] || trusts "$file" "$imprint" "$told" || stops "the stamp $file is not from an authority that you trust" "时间戳 $file 并非出自您信任的机构"
  size=$(sed -n 2p "$head.txt")
  inside=$(sed -n "s/^inclusion \([0-9]*\) $size\$/\1/p" "$work/proved" | sort -n | tail -n 1)
  [ -n "$inside" ] || continue
  if [ "$ca" ]; then
    good "Time: entries up to number $inside existed by $said, stamped by an authority that you trust" "时间：您信任的时间戳机构证明：第 $inside 条及之前的记录在 $said 时已存在"
    trusts "$file" "$imprint" "$now" || open "Time: that nobody has broken the stamping key of $file: its certificate lapsed" "时间：无人攻破 $file 的时间戳密钥：其证书已过期"
  else
    open "Time: that entries up to number $inside existed by $said: no authority that you trust was named (--ca)" "时间：第 $inside 条及之前的记录在 $said 时已存在：您没有给出信任的机构（--ca）"
  fi
done <"$work/heads"
[ "$proved_time" ] || open "Time: that it was sealed on $sealed: the institution says so" "时间：封存时间 $sealed：仅为机构自述"

# What it comes to.
open "Timeline: that what people wrote is true: only that it was recorded so, and in this order" "时间线：所写内容属实：只证明当时如此记录、顺序如此"
open "Log: that the institution did not write its log anew before sealing: compare with a head that left it earlier" "日志：机构在封存前没有重写日志：请与其更早对外发布的头部核对"
if [ "$used" ]; then
  say "PROVED: whole, and sealed by a key that you know" "已证明：完整无缺，且由您已知的密钥封印"
  say "What is proved" "已证明"
else
  say "NOT PROVED: whole, but sealed by a key that only the bundle itself names" "未证明：内容完整，但封印密钥只由证据包自己给出"
  say "Holds together, if the key is right" "在密钥属实的前提下成立"
fi
sed 's/^/  /' "$work/held"
say "What is not proved" "未证明"
[ "$used" ] || say "  Seal: whose key it is: $fingerprint. Ask the institution for its key by another way, and give it with --key" "  封印：密钥属于谁：$fingerprint。请经其他途径向机构取得密钥，并用 --key 给出"
sed 's/^/  /' "$work/open"
[ "$used" ] || exit 3
exit 0
