"""What the verifier tells people, in English and Simplified Chinese."""

from __future__ import annotations

from recourse.bilingual import Words

AREAS = {
    "files": Words("Files", "文件"),
    "seal": Words("Seal", "封印"),
    "contents": Words("Contents", "内容"),
    "timeline": Words("Timeline", "时间线"),
    "log": Words("Log", "日志"),
    "time": Words("Time", "时间"),
    "script": Words("Script", "脚本"),
}

COLON = Words(": ", "：")

VERDICTS = {
    "proved": Words("PROVED: whole, and sealed by a key that you know", "已证明：完整无缺，且由您已知的密钥封印"),
    "intact": Words(
        "NOT PROVED: whole, but sealed by a key that only the bundle itself names",
        "未证明：内容完整，但封印密钥只由证据包自己给出",
    ),
    "broken": Words(
        "REFUSED: not what was sealed, or not by whom you trust", "不予采信：与封存时不符，或并非您信任的密钥所封"
    ),
}

HEADS = {
    "held": Words("What is proved", "已证明"),
    "open": Words("What is not proved", "未证明"),
    "broken": Words("What is wrong", "问题所在"),
    "if": Words("Holds together, if the key is right", "在密钥属实的前提下成立"),
}

SAID = {
    # held
    "files": Words("{count} files, exactly those that were sealed", "共 {count} 个文件，与封存时完全一致"),
    "seal known": Words("sealed by the key you know: {name}", "由您已知的密钥封印：{name}"),
    "contents": Words("every file is byte for byte as it was sealed", "每个文件与封存时逐字节相同"),
    "timeline": Words(
        "{count} entries of case {case}, {first} to {last}: none altered, left out or put in between",
        "案件 {case} 的 {count} 条记录，{first} 至 {last}：未被改动、删去或插入",
    ),
    "exhibits": Words(
        "{named} of {count} exhibits are named in the timeline by their SHA-256",
        "{count} 份证据材料中有 {named} 份由时间线以 SHA-256 记载",
    ),
    "log": Words(
        "the timeline stands in the log {origin} of {size} entries, head of {at}",
        "时间线载于日志 {origin}（{size} 条记录），头部时间 {at}",
    ),
    "heads": Words("the log only grew through {count} heads", "日志的 {count} 个头部显示其只增不改"),
    "grown": Words(
        "the log {origin} of {size} entries ({at}) begins with that of {old} entries ({old_at}): nothing before was"
        " changed, left out or put in",
        "日志 {origin} 的 {size} 条记录（{at}）以先前的 {old} 条（{old_at}）开头：此前内容未被改动、删去或插入",
    ),
    "time": Words(
        "it existed by {at}, as an authority that you trust has stamped", "您信任的时间戳机构证明：{at} 时已存在"
    ),
    "head time": Words(
        "entries up to number {seq} existed by {at}, stamped by an authority that you trust",
        "您信任的时间戳机构证明：第 {seq} 条及之前的记录在 {at} 时已存在",
    ),
    # open
    "seal own": Words(
        "whose key it is: {fingerprint}. Whoever made the bundle chose it. Ask the institution for its key by another "
        "way and give it with --key",
        "密钥属于谁：{fingerprint}。它由制作证据包的人选定。请经其他途径向机构取得密钥，并用 --key 给出",
    ),
    "sealed at": Words("that it was sealed on {at}: the institution says so", "封存时间 {at}：仅为机构自述"),
    "no stamp": Words("when it existed: no authority has stamped it", "何时存在：没有时间戳"),
    "authority unknown": Words(
        "that it existed by {at}: the stamp says so, but you named no authority that you trust (--ca)",
        "{at} 时已存在：时间戳如此记载，但您没有给出信任的机构（--ca）",
    ),
    "head authority unknown": Words(
        "that entries up to number {seq} existed by {at}: no authority that you trust was named (--ca)",
        "第 {seq} 条及之前的记录在 {at} 时已存在：您没有给出信任的机构（--ca）",
    ),
    "lapsed": Words(
        "that nobody has broken the stamping key since: its certificate lapsed and the stamp was not renewed",
        "此后无人攻破时间戳密钥：其证书已过期而时间戳未续期",
    ),
    "no openssl": Words("the time stamp: there is no openssl here to judge it", "时间戳：此处没有 openssl，无法判断"),
    "erased": Words(
        "what stood in these entries: erased, as the timeline says: {numbers}",
        "以下记录的内容，已依时间线所载删除：{numbers}",
    ),
    "closed": Words(
        "what stands in these entries: not in this bundle: {numbers}", "以下记录的内容，未收入本证据包：{numbers}"
    ),
    "true": Words(
        "that what people wrote is true: only that it was recorded so, and in this order",
        "所写内容属实：只证明当时如此记录、顺序如此",
    ),
    "history": Words(
        "that the institution did not write its log anew before sealing: compare with a head that left it earlier",
        "机构在封存前没有重写日志：请与其更早对外发布的头部核对",
    ),
    "script": Words(
        "that the enclosed verify.sh is ours: it differs from this release's. Do not run it",
        "所附 verify.sh 为本软件原件：与此版本不同，请勿运行",
    ),
    # broken
    "strange": Words("not a plain file, or a name that no bundle has: {name}", "不是普通文件，或名称不合规：{name}"),
    "missing": Words("missing: {name}", "缺少：{name}"),
    "extra": Words("not among what was sealed: {name}", "不在封存之列：{name}"),
    "changed": Words("changed since it was sealed: {name}", "封存后被改动：{name}"),
    "malformed": Words("not as a bundle writes it: {name}", "格式不符：{name}"),
    "unreadable": Words("cannot be read: {name}: {why}", "无法读取：{name}：{why}"),
    "seal": Words("the seal is not by this key over these files", "封印与这把密钥或这些文件不符"),
    "seal other": Words(
        "sealed by another key than those you know: {fingerprint}", "封印密钥不是您已知的密钥：{fingerprint}"
    ),
    "key in bag": Words("seal.pub.pem is not the key of the seal", "seal.pub.pem 不是封印所用的密钥"),
    "key dates": Words(
        "the key was good from {since} to {until}, the seal is of {day}",
        "密钥有效期为 {since} 至 {until}，封印日期为 {day}",
    ),
    "key lost": Words(
        "the key was lost on {lost}, and no stamp proves that the seal is older",
        "密钥已于 {lost} 失密，且没有时间戳证明封印在此之前",
    ),
    "why": Words("{why}", "{why}"),
    "other case": Words("the timeline is that of another case", "时间线属于另一案件"),
    "stamp expected": Words("the time stamp that was to be here is missing", "应有的时间戳缺失"),
    "proof": Words("a proof does not hold: {name}", "证明不成立：{name}"),
    "proof missing": Words("a proof is missing: {name}", "缺少证明：{name}"),
    "head other": Words(
        "the head of {name} entries is not signed by a key that you know, or by one that was lost or not in force then",
        "{name} 条记录的头部并非由您已知的密钥签署，或该密钥已失密、当时不在有效期内",
    ),
    "head signature": Words(
        "the head {name} is not signed by the key of the seal", "日志头部 {name} 不是由封印密钥签署"
    ),
}
