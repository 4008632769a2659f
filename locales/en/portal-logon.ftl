# Logon and logoff

logon-title = Log on
field-contract-id = Contract ID
field-user-id = User ID
field-logon-pin = Logon PIN
logon-contract-hint = The letters and digits you were given with your contract.
logon-user-hint = Administrators leave this empty.
logon-pin-hint = Administrators enter the contract PIN, users their own PIN.
logon-next = Next
logon-grid-follows = On the next screen you will be asked for numbers from your grid card.
logon-do = Log on
logon-again = Start again
phishing-heading = Beware of suspicious calls and mails
phishing-telephone = { $institution } staff never ask for PINs or one-time passwords by telephone or mail.
phishing-link = Mails from { $institution } never contain a link to the logon page.
phishing-grid = We never ask for all the numbers on your grid card. If a screen does, enter nothing and contact us.
sender-heading = Receiving our mails
sender-text = If you filter incoming mail, please allow mail from this address.
sender-name = Sender name
sender-address = Sender address

grid-title = Grid card numbers
grid-lead = Look at your grid card and enter the two digits found at each of these positions.
grid-legend = Positions on the grid card
grid-hint = The same positions are asked for until they are entered correctly.
grid-warning = Letters name columns and numbers name rows: B3 is column B, row 3.

logoff-title = You are logged off
logoff-text = Thank you for using our service.
logoff-close = For your safety, please close all browser windows.
logoff-again = To the logon page

# Registering the address for mail one-time passwords
address-first-title = Register an address for one-time passwords
address-first-lead = For transfers we mail you the content of the transaction with a one-time password. Please register the address that receives them.
address-rule-device = Use an address that you read on another device than this PC, such as a mobile phone or another PC.
address-rule-free-mail = Don't use a free mail service: others may be able to read your mail.
address-rule-separate = Use a different address from the one for transaction results.
field-otp-address = Mail address
field-otp-address-again = Mail address again
field-accept-free-mail = I understand the risk of free mail and register this address
address-send-code = Send a verification code
address-skip-before = Registration becomes mandatory on { $date }. Until the day before you may do it later, but please register soon.
address-skip-undated = You may do it later, but registration will become mandatory. Please register soon.
address-skip = Do it later
address-skip-closed = Registration is mandatory. Transactions are not available until it is complete.

verify-title = Verify the mail address
verify-lead = We sent a verification code to the address you entered. Please enter the code from the mail.
code-sent-to = Sent to
code-expires = Good until
field-address-code = Verification code
verify-code-hint = 6 digits
verify-do = Register
verify-resend = Send another code
verify-cancel = Cancel
