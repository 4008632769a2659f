# Changing PINs and mail addresses

pin-title = Change PIN
field-pin-kind = PIN to change
pin-logon = Logon PIN
pin-confirmation = Confirmation PIN (for transactions)
field-current-pin = Current PIN
field-new-pin = New PIN
field-new-pin-again = New PIN again
pin-rule-length = { $min } to { $max } letters and digits.
pin-rule-guess = Avoid what is easy to guess, such as telephone numbers, birthdays and repeated characters.
pin-rule-different = The logon PIN and the confirmation PIN must differ.
pin-do = Change

address-title = Mail addresses
address-otp-heading = Address for one-time passwords
address-otp-text = Receives the content of each transaction with its one-time password.
address-notice-heading = Address for transaction results
address-notice-text = Receives transaction results and notices of changes to your registration.
address-current = Current address
address-changed-at = Registered or changed
address-none = Not registered
address-change = Register or change
address-hold-rule = After a change, transactions that need a mailed one-time password are closed for 24 hours, as a protection against unauthorised changes.
field-otp-confirmation-pin = Confirmation PIN
field-notice-address = Mail address for results
field-notice-address-again = Mail address for results again
field-notice-confirmation-pin = Confirmation PIN
