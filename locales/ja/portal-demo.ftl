# 体験版だけの画面

demo-banner-label = 体験版のご案内
demo-banner = 体験版です。実際の取引は行われません。
demo-mail-title = 受信メール
demo-mail-lead = 体験版では、利用者の携帯電話などに届くメールをここに表示します。
demo-mail-none = メールはまだ届いていません。
demo-mail-reload = 最新の状態にする
demo-mail-back = 受信メール一覧へ戻る
mail-from = 差出人
mail-to = 宛先
mail-subject = 件名
demo-clock-title = 時計
demo-clock-lead = 有効期限や 24 時間の利用制限を試すため、体験版の時計を進めることができます。
demo-clock-now = 体験版の現在日時
field-advance-minutes = 進める時間（分）
demo-clock-hint = 例：24 時間は 1440
demo-clock-do = 時計を進める
