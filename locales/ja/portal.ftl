# 画面共通の用語

service-name = 法人インターネットバンキング
skip-to-content = 本文へ移動
language-switch = English
logoff = ログオフ
person-name = { $name } 様
role-master = マスターユーザ
role-administrator = 管理者
role-general = 一般ユーザ
menu-label = メニュー
menu-transfer = 振込
menu-address = メールアドレス
help-desk = お問い合わせ
request-id = お問い合わせ番号 { $id }
error-summary = ご入力内容をご確認ください

# 表の見出し
col-time = 日時
col-state = 状態
col-payee = 受取人名
col-payee-bank = 振込先金融機関
col-payee-branch = 振込先支店
col-payee-account = 振込先口座
col-amount = 振込金額
col-date = 振込指定日
col-entered = 入力日時
col-action = 操作
col-branch = 支店名
col-account-number = 口座番号
col-balance = 残高
col-use = ご利用内容
col-result = 結果
col-from = 接続元
col-number = 番号
col-person = 操作者
col-step = 処理
col-debit-account = 引落口座

# 口座と取引
account-ordinary = 普通
account-current = 当座
account-savings = 貯蓄
account-balance = （残高 { $balance }）
balance-unknown = 照会できません
state-registered = 取引認証待ち
state-transmitting = 送信中
state-accepted = 受付済み
state-partly = 一部受付
state-refused = 受付不可
state-cancelled = 取消済み
and-others = ほか { $count } 件
count = { $count } 件
total = 振込金額合計
total-count = 件数
receipt-number = 受付番号
accepted-at = 受付日時
accepted-total = 受付金額合計

# ステータス画面
status-title = ステータス
status-greeting = { $name } 様、ご利用ありがとうございます。今回のログオン日時は { $at } です。
status-notices = 大切なお知らせ
status-change-pin = 暗証番号を変更する
status-register-address = メールアドレスを登録する
status-waiting = お手続き待ちの取引
status-waiting-none = お手続き待ちの取引はありません。
status-new-transfer = 振込を行う
status-continue = 手続きを続ける
status-accounts = お取引口座
status-uses = 直近のご利用履歴
status-uses-hint = お心当たりのないご利用がある場合は、ただちにお問い合わせ先へご連絡ください。
status-uses-none = これまでのご利用はありません。
use-logon = ログオン
use-transfer = 振込
use-pin-change = 暗証番号の変更
use-address-change = メールアドレスの変更
use-done = 正常
use-refused = 不成立

# エラー画面
error-forbidden = このお手続きはご利用いただけません
error-not-found = ページが見つかりません
error-stale = 内容が更新されています
error-too-large = データが大きすぎます
error-unreadable = 送信内容を確認できませんでした
error-too-many = しばらくお待ちください
error-fault = お手続きを完了できませんでした
error-busy = ただいま混み合っています
error-quote = お問い合わせの際は、メッセージ番号 { $code } とお問い合わせ番号 { $id } をお知らせください。
error-to-status = ステータス画面へ
error-to-logon = ログオン画面へ
