# パスキー（生体認証ログイン）

passkey-logon-title = パスキーでログオン
passkey-logon-lead = 登録済みのパスキー（指紋認証・顔認証など）でログオンします。ログオンIDと暗証番号の入力は不要です。
passkey-logon-do = パスキーを使う
passkey-logon-back = 暗証番号でログオンする
passkey-logon-offer = パスキー（生体認証）でログオン
passkey-needs-script = パスキーのご利用には、ブラウザの JavaScript を有効にしてください。
passkey-missing = このブラウザではパスキーをご利用いただけません。暗証番号でログオンしてください。
passkey-failed = パスキーを確認できませんでした。取り消した場合や時間がたった場合は、もう一度お試しください。
passkeys-title = パスキーの設定
passkeys-lead = スマートフォンやパソコンの指紋認証・顔認証などで、ログオンIDと暗証番号を入力せずにログオンできます。
passkeys-own = 登録済みのパスキー
passkeys-none = 登録済みのパスキーはありません。
passkeys-created = 登録日時
passkeys-used = 最終ご利用日時
passkeys-never-used = ご利用なし
passkeys-remove = 削除する
passkeys-remove-named = パスキー「{ $name }」を削除する
passkeys-add = パスキーの登録
passkeys-add-text = ご本人の端末でのみ登録してください。共用の端末には登録しないでください。
passkeys-next = 次へ
passkey-new-lead = このパスキーの名前を入力し、「登録する」を押してください。端末の案内に従って、指紋認証や顔認証を行います。
passkey-name-hint = 例：会社のスマートフォン（40 文字以内）
passkey-new-do = 登録する
passkey-new-back = 登録をやめる
field-passkey-name = パスキーの名前
passkey-confirm-text = この取引の確認にはパスキー（指紋認証・顔認証など）を使用します。ボタンを押すと、端末での確認が始まります。
