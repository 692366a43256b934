// SPDX-License-Identifier: Apache-2.0
// What the page itself says. What it says about records comes from the
// program's own catalogue (catalogue.mjs).

export const LANGUAGES = ["ja", "en"];

const WORDS = {
  title: ["消去記録の確認", "Checking erasure records"],
  lead: ["haiki が作成した消去記録（JSON と署名、又は PDF）が本物か、そろっているか、情報の分類に足りる消去かを、この端末の中だけで確かめます。",
    "Finds out whether erasure records made by haiki (JSON with signature, or PDF) are genuine, complete, and enough for the class of the data. Everything happens on this computer."],
  offline: ["このページは通信しません。渡したファイルは外部に送られず、書き換えられません。",
    "This page never uses the network. The files you give it are not sent anywhere, and not changed."],
  other_language: ["English", "日本語"],
  language_hint: ["言語の切替（F2）", "Switch language (F2)"],

  step_authority: ["1. 認証局の証明書", "1. The authority's certificate"],
  authority_lead: ["記録と一緒に届いたものではなく、発注元・運用部署から別に受け取った証明書（ca.crt 等）を選んでください。",
    "Choose the certificate (ca.crt or the like) that you received separately from whoever runs the authority, not one that came along with the records."],
  choose_authority: ["証明書を選ぶ", "Choose certificate"],
  authority_none: ["まだ選ばれていません。署名者を確かめられないため、どの記録も「真正」とは判定されません。",
    "None chosen yet. Signers can't be checked, so no record will be called genuine."],
  authority_compare: ["この指紋（SHA-256）が、別に知らされた値と一致することを確かめてください。",
    "Make sure that this fingerprint (SHA-256) is the one you were told separately."],
  authority_until: ["有効期間", "valid"],
  authority_bad: ["証明書として読めません：", "Not readable as a certificate: "],
  remove: ["取り消す", "Remove"],

  step_records: ["2. 記録", "2. Records"],
  drop: ["ここに記録のファイル又はフォルダをドロップ", "Drop files or folders of records here"],
  drop_which: [".json・.json.p7s・.pdf・.transcript.jsonl・ledger.jsonl（フォルダごと渡すのが確実です）",
    ".json, .json.p7s, .pdf, .transcript.jsonl, ledger.jsonl (best: the whole folder)"],
  choose_files: ["ファイルを選ぶ", "Choose files"],
  choose_folder: ["フォルダを選ぶ", "Choose folder"],
  clear: ["すべて消す", "Clear all"],
  more_inputs: ["台帳や独自の規程を別に指定する", "Give a ledger or your own policy separately"],
  ledger: ["台帳（ledger.jsonl）", "Ledger (ledger.jsonl)"],
  ledger_lead: ["指定しなければ、記録と同じフォルダにある台帳と照合します。",
    "Without one, the ledger in the same folder as the record is used."],
  policy: ["独自の規程（JSON）", "A policy of your own (JSON)"],
  policy_lead: ["組込みの規程（福岡県・山口県・飯塚市・大阪府・川崎市）以外で判定された記録のときに指定します。",
    "For records judged by other rules than the built-in ones (Fukuoka, Yamaguchi, Iizuka, Osaka, Kawasaki)."],
  none: ["なし", "none"],

  working: ["確認中… {done} / {all}", "Checking … {done} / {all}"],
  done: ["確認が終わりました：{all} 件", "Done: {all} checked"],
  stop: ["中止", "Stop"],
  stopped: ["中止しました。以下は {done} 件目までの結果です。", "Stopped. These are the first {done} results."],
  nothing: ["記録が見つかりませんでした。.json 又は .pdf を含むフォルダかファイルを選んでください。",
    "No records found. Choose a folder or files with .json or .pdf among them."],
  ignored_certificates: ["記録と一緒に渡された証明書（{files}）は、信頼の根拠には使いません。",
    "Certificates that came along with the records ({files}) are not trusted for that."],
  read_failed: ["読み取れないファイルがありました：{why}", "A file could not be read: {why}"],

  results: ["3. 結果", "3. Results"],
  total: ["記録", "Records"],
  good: ["良好", "Good"],
  duty: ["残る措置あり", "Duty open"],
  training: ["訓練", "Training"],
  bad: ["受け入れられない", "Not acceptable"],
  all_good: ["すべての記録が真正で、そろっており、分類に足ります。",
    "Every record is genuine, complete, and enough for its class."],
  some_open: ["受け入れられない記録はありませんが、残る措置又は訓練の記録があります。",
    "No record is unacceptable, but duties are open or records are training."],
  some_bad: ["受け入れられない記録があります。", "Some records are not acceptable."],
  show: ["表示", "Show"],
  show_all: ["すべて", "all"],
  show_more: ["さらに {n} 件を表示", "Show {n} more"],
  csv: ["CSV を保存", "Save CSV"],
  json: ["JSON を保存", "Save JSON"],
  print: ["印刷", "Print"],
  table_caption: ["記録ごとの判定", "Verdict for each record"],

  column_verdict: ["判定", "Verdict"],
  column_certificate: ["証明書番号", "Certificate"],
  column_serial: ["シリアル番号", "Serial number"],
  head_certificate: ["証明書番号・ファイル", "Certificate, file"],
  head_serial: ["シリアル番号・資産番号", "Serial, asset number"],
  column_asset: ["資産番号", "Asset"],
  column_class: ["規程・分類", "Policy, class"],
  column_genuine: ["真正", "Genuine"],
  column_complete: ["完全", "Complete"],
  column_sufficient: ["分類に足りる", "Enough"],
  column_remarks: ["問題・残る措置", "Problems, open duties"],
  column_file: ["ファイル", "File"],
  column_model: ["機種", "Model"],
  column_method: ["方法", "Method"],
  column_finished: ["終了日時", "Finished"],
  column_signers: ["署名者", "Signers"],
  column_notes: ["備考", "Notes"],

  yes: ["はい", "yes"],
  no: ["いいえ", "no"],
  question_genuine: ["真正か", "Genuine?"],
  genuine_yes: ["はい：信頼する署名者が署名した後、変更されていない", "Yes: signed by trusted signers, and not altered since"],
  genuine_paper: ["はい：添付された記録と PDF の署名は有効。ただし紙面は照合していないので、下の「記録の内容」を読んでください",
    "Yes: the attached record and the PDF's signatures hold. Its pages were not compared: read what the record says below"],
  genuine_no: ["確かめられない、又は変更・偽造されている", "Not shown to be, or altered or forged"],
  question_complete: ["完全か（そろっているか）", "Complete?"],
  complete_yes: ["はい：必要な署名と付属のファイルがそろっている", "Yes: the signatures and files that it needs are there"],
  complete_no: ["いいえ：足りないものがある（下記）", "No: something is missing (see below)"],
  question_sufficient: ["分類に足りるか", "Enough for its class?"],
  sufficient_yes: ["はい：証拠から判定し直した結果、規程を満たす", "Yes: judged again from the evidence, it satisfies the policy"],
  sufficient_no: ["いいえ：証拠からは規程を満たすと言えない", "No: the evidence does not satisfy the policy"],
  sufficient_closed: ["はい：その後の物理破壊が記録されている（{date}）", "Yes: the drive was destroyed afterwards ({date})"],
  doubtful: ["真正と確かめられるまで判断できない", "Can't be said of what isn't shown to be genuine"],
  question_duties: ["残る措置", "Duties still open"],
  duties_none: ["なし", "none"],
  duties_unknown: ["判定できない", "can't be told"],
  question_training: ["訓練か", "Training?"],
  training_yes: ["訓練用の仮想装置の記録。実際の消去の証明にはならない", "A record of a practice drive. It proves no real erasure"],

  problems: ["問題", "Problems"],
  notes: ["備考", "Notes"],
  not_checked: ["ここでは確認していないこと", "Not checked here"],
  signatures: ["署名", "Signatures"],
  facts: ["記録の内容", "What the record says"],
  facts_doubt: ["真正と確かめられていない記録の記載です。信用しないでください。",
    "This record is not shown to be genuine. Do not rely on what it says."],
  not_covered: ["読出しで消去を確かめられていない領域", "Areas that no read-back proves to be erased"],
  signature_fits: ["記録と一致", "fits the record"],
  signature_fits_not: ["記録と一致しない", "does NOT fit the record"],
  signer_trusted: ["認証局により確認", "confirmed by the authority"],
  signer_trusted_not: ["署名者を確認できない", "signer NOT confirmed"],
  signer_named: ["記録に指名あり", "named in the record"],
  signer_named_not: ["記録に指名なし", "NOT named in the record"],
  signed_at: ["署名日時（署名者の端末時計）", "signed at (by the signer's own clock)"],
  failed: ["確認できない", "Not checked"],
  failed_why: ["このページでは確認できませんでした。haiki verify で確認してください：{why}",
    "This page could not check it. Use haiki verify: {why}"],

  fact_drive: ["装置", "Drive"],
  fact_serial: ["シリアル番号", "Serial number"],
  fact_serial_substitute: ["（装置は番号を示さず、代わりの名前）", " (the drive tells none: a substitute)"],
  fact_size: ["容量", "Size"],
  fact_asset: ["資産番号", "Asset number"],
  fact_organisation: ["組織", "Organisation"],
  fact_place: ["実施場所", "Place"],
  fact_policy: ["規程", "Policy"],
  fact_class: ["分類", "Class"],
  fact_method: ["方法", "Method"],
  fact_measure: ["措置", "Measure"],
  fact_times: ["実施日時", "Carried out"],
  fact_operator: ["実施者", "Operator"],
  fact_witness: ["立会者", "Witness"],
  fact_approval: ["許可", "Permission"],
  fact_contractor: ["委託先", "Contractor"],
  fact_purpose: ["目的", "Purpose"],
  fact_verification: ["読出し検証", "Read-back"],
  fact_verification_counts: ["{samples} / {population} ブロックを読出し、不一致 {mismatches}、読出し不能 {errors}",
    "{samples} of {population} blocks read, {mismatches} mismatches, {errors} unreadable"],
  fact_result: ["記録された結果", "Recorded result"],
  fact_recomputed: ["判定し直した結果", "Judged again"],
  fact_destruction: ["物理破壊", "Destruction"],
  fact_follows: ["元の証明書番号", "Follows up"],
  fact_ledger: ["台帳連番", "Ledger number"],

  about: ["このページが確認すること・しないこと", "What this page checks, and what it doesn't"],
  about_checks: ["記録の形式、署名（CMS・CAdES）と署名者の証明書、転記録と台帳との照合、PDF の添付と署名、写真の照合、そして規程による再判定を、haiki verify と同じプログラムで行います。",
    "Form, signatures (CMS, CAdES) and the signers' certificates, transcript and ledger, the PDF's attachments and signatures, pictures, and the policy's verdict from the evidence: with the same code as haiki verify."],
  about_not: ["確認しないこと：PDF の紙面が記録の内容どおりに描かれているか（PDF に付いた署名は確認します）、証明書の失効、台帳の末尾が切り取られていないか。これらは Linux 上の haiki verify・haiki ledger check で確認してください。",
    "It does not check whether a PDF's pages show what the record says (its signatures are checked), whether certificates were revoked, and whether a ledger's end was cut off. Use haiki verify and haiki ledger check on Linux for these."],
  about_clock: ["署名日時は署名者の端末の時計によるものです。", "Times of signing come from the signers' own clocks."],
  about_page: ["このページ自体も、記録とは別の経路で受け取り、配布元が示す SHA-256 と一致することを確かめてから使ってください（Windows：certutil -hashfile verify.html SHA256）。",
    "Get this page, too, by another way than the records, and compare its SHA-256 with the one published where it comes from (Windows: certutil -hashfile verify.html SHA256)."],
  unsupported: ["このブラウザでは動作しません。新しい版の Edge・Chrome・Firefox・Safari で開いてください。",
    "This browser is too old. Use a recent Edge, Chrome, Firefox or Safari."],
};

// In place of what is said to those who type commands.
const HINTS = {
  "signer-unknown": ["上の「1. 認証局の証明書」で、正しい証明書を選んでください。",
    "Choose the right certificate under \"1. The authority's certificate\" above."],
  "ledger-not-checked": ["記録と同じフォルダの ledger.jsonl を一緒に渡すか、台帳を別に指定してください。",
    "Give ledger.jsonl of the same folder along with the record, or choose a ledger separately."],
  "policy-unknown": ["「台帳や独自の規程を別に指定する」で、その規程のファイルを選んでください。",
    "Choose that policy's file under \"Give a ledger or your own policy separately\"."],
};

function pick(pair, language) {
  return pair[LANGUAGES.indexOf(language)];
}

// "{name}" is replaced by values.name.
export function say(key, language, values = {}) {
  return pick(WORDS[key], language).replace(/\{(\w+)\}/g,
    (_, name) => String(values[name]));
}

export function hint(id, language) {
  return HINTS[id] ? pick(HINTS[id], language) : "";
}

export function firstLanguage() {
  const wanted = navigator.languages ?? [navigator.language ?? ""];
  return wanted[0]?.toLowerCase().startsWith("ja") ? "ja" : "en";
}
