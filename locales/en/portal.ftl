# Words shared by all screens

service-name = Corporate Internet Banking
skip-to-content = Skip to content
language-switch = 日本語
logoff = Log off
person-name = { $name }
role-master = Master user
role-administrator = Administrator
role-general = General user
menu-label = Menu
menu-transfer = Transfer
menu-address = Mail addresses
help-desk = Help desk
request-id = Reference { $id }
error-summary = Please check what you entered

# Table headings
col-time = Time
col-state = State
col-payee = Payee name
col-payee-bank = Payee's bank
col-payee-branch = Payee's branch
col-payee-account = Payee's account
col-amount = Amount
col-date = Transfer date
col-entered = Entered
col-action = Action
col-branch = Branch
col-account-number = Account number
col-balance = Balance
col-use = Use
col-result = Result
col-from = From
col-number = No.
col-person = Person
col-step = Step
col-debit-account = Debit account

# Accounts and transactions
account-ordinary = Ordinary
account-current = Current
account-savings = Savings
account-balance = (balance { $balance })
balance-unknown = Not available
state-registered = Awaits authorization
state-transmitting = On its way
state-accepted = Accepted
state-partly = Partly accepted
state-refused = Refused
state-cancelled = Cancelled
and-others = and { $count } more
count = { $count }
total = Total amount
total-count = Transfers
receipt-number = Receipt number
accepted-at = Accepted at
accepted-total = Total accepted

# Status page
status-title = Status
status-greeting = Welcome, { $name }. You logged on at { $at }.
status-notices = Important notices
status-change-pin = Change the PIN
status-register-address = Register a mail address
status-waiting = Waiting for you
status-waiting-none = No transaction is waiting for you.
status-new-transfer = Make a transfer
status-continue = Continue
status-accounts = Your accounts
status-uses = Recent use
status-uses-hint = If you see a use that you don't recognise, contact the help desk at once.
status-uses-none = The service has not been used yet.
use-logon = Logon
use-transfer = Transfer
use-pin-change = PIN change
use-address-change = Mail address change
use-done = Done
use-refused = Refused

# Error pages
error-forbidden = You can't use this function
error-not-found = Page not found
error-stale = The content has changed
error-too-large = Too much data
error-unreadable = The form could not be read
error-too-many = Please wait a while
error-fault = Your request could not be completed
error-busy = The service is busy
error-quote = When you contact us, please quote message { $code } and reference { $id }.
error-to-status = To the status page
error-to-logon = To the logon page
