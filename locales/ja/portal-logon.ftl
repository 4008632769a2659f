# ログオンとログオフ

logon-title = ログオン
field-contract-id = ご契約先 ID
field-user-id = 利用者 ID
field-logon-pin = 暗証番号
logon-contract-hint = ご契約時にお知らせした半角英数字です。
logon-user-hint = 管理者の方は入力しないでください。
logon-pin-hint = 管理者の方は契約法人暗証番号、利用者の方は利用者暗証番号を入力してください。
logon-next = 次へ
logon-grid-follows = 次の画面で、ご利用者カードの乱数表による確認を行います。
logon-do = ログオン
logon-again = 最初からやり直す
phishing-heading = 不審な電話・メールにご注意ください
phishing-telephone = { $institution }の職員が、電話やメールで暗証番号やワンタイムパスワードをお尋ねすることはありません。
phishing-link = { $institution }からのメールに、ログオン画面へのリンクを載せることはありません。
phishing-grid = 乱数表の全部の数字の入力をお願いすることはありません。そのような画面が表示されたときは入力せず、ご連絡ください。
sender-heading = メールの受信設定
sender-text = 迷惑メール対策等で受信を制限されている場合は、次のアドレスからのメールを受信できるように設定してください。
sender-name = 送信者名
sender-address = 送信元アドレス

grid-title = 乱数表ワンタイムパスワードの入力
grid-lead = お手元のご利用者カードの乱数表をご覧になり、次の位置の数字をそれぞれ半角 2 桁で入力してください。
grid-legend = 乱数表の位置
grid-hint = 正しく入力されるまで、同じ位置をお尋ねします。
grid-warning = 列は英字、行は数字です。例えば「B3」は B 列の 3 行目を表します。

logoff-title = ログオフしました
logoff-text = ご利用ありがとうございました。
logoff-close = 安全のため、ブラウザの画面をすべて閉じてください。
logoff-again = ログオン画面へ

# メールワンタイムパスワード送信先アドレスの登録
address-first-title = メールワンタイムパスワード送信先アドレス登録
address-first-lead = 振込などの取引では、取引内容とワンタイムパスワードをメールでお知らせします。受け取るメールアドレスを登録してください。
address-rule-device = このパソコン以外の端末（携帯電話、スマートフォン、別のパソコンなど）で受信するメールアドレスを登録してください。
address-rule-free-mail = フリーメールのアドレスは、外部から盗み見られるおそれがあるため登録しないでください。
address-rule-separate = 取引結果通知メールアドレスとは別のメールアドレスを登録してください。
field-otp-address = 送信先メールアドレス
field-otp-address-again = 送信先メールアドレス（確認のため再入力）
field-accept-free-mail = フリーメールの危険性を理解したうえで、このアドレスを登録します
address-send-code = 確認コードを送信する
address-skip-before = 登録は { $date } から必須になります。前日までは、後で登録することもできます。お早めの登録をお願いいたします。
address-skip-undated = 後で登録することもできますが、今後必須となる予定です。お早めの登録をお願いいたします。
address-skip = 後で登録する
address-skip-closed = アドレスの登録は必須です。登録が完了するまで、振込などの取引はご利用いただけません。

verify-title = メールアドレスの確認
verify-lead = 入力されたメールアドレスへ確認コードを送信しました。メールに記載の確認コードを入力してください。
code-sent-to = 送信先
code-expires = 有効期限
field-address-code = 確認コード
verify-code-hint = 半角数字 6 桁
verify-do = 登録する
verify-resend = 確認コードを再送信する
verify-cancel = 登録を中止する
