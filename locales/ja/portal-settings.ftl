# 暗証番号とメールアドレスの変更

pin-title = 暗証番号変更
field-pin-kind = 変更する暗証番号
pin-logon = 暗証番号（ログオン用）
pin-confirmation = 確認暗証番号（取引用）
field-current-pin = 現在の暗証番号
field-new-pin = 新しい暗証番号
field-new-pin-again = 新しい暗証番号（確認のため再入力）
pin-rule-length = 半角英数字 { $min } 文字以上 { $max } 文字以内で設定してください。
pin-rule-guess = 電話番号、生年月日、同じ文字の繰り返しなど、推測されやすいものは避けてください。
pin-rule-different = 暗証番号と確認暗証番号には、異なるものを設定してください。
pin-do = 変更する

address-title = メールアドレスの設定
address-otp-heading = メールワンタイムパスワード送信先アドレス
address-otp-text = 振込などの取引の際に、取引内容とワンタイムパスワードをお知らせするアドレスです。
address-notice-heading = 取引結果通知メールアドレス
address-notice-text = 取引の結果や、ご登録内容の変更をお知らせするアドレスです。
address-current = 現在のアドレス
address-changed-at = 登録・変更日時
address-none = 未登録
address-change = 登録・変更
address-hold-rule = アドレスを変更すると、不正な変更に備え、変更後 24 時間はメールワンタイムパスワードが必要な取引を行えません。
field-otp-confirmation-pin = 確認暗証番号
field-notice-address = 通知先メールアドレス
field-notice-address-again = 通知先メールアドレス（確認のため再入力）
field-notice-confirmation-pin = 確認暗証番号
