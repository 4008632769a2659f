# Passkeys

passkey-logon-title = Log on with a passkey
passkey-logon-lead = Log on with a passkey registered before, by fingerprint, face or device PIN. No ID and PIN are needed.
passkey-logon-do = Use a passkey
passkey-logon-back = Log on with the PIN
passkey-logon-offer = Log on with a passkey
passkey-needs-script = Passkeys need JavaScript to be enabled in your browser.
passkey-missing = This browser has no passkeys. Please log on with the PIN.
passkey-failed = The passkey could not be checked. If you cancelled or took long, please try again.
passkeys-title = Passkeys
passkeys-lead = Log on by the fingerprint or face check of your phone or PC, without typing ID and PIN.
passkeys-own = Your passkeys
passkeys-none = You have no passkeys.
passkeys-created = Registered
passkeys-used = Last used
passkeys-never-used = Not used yet
passkeys-remove = Remove
passkeys-remove-named = Remove the passkey { $name }
passkeys-add = Register a passkey
passkeys-add-text = Register passkeys on your own devices only, never on a shared one.
passkeys-next = Next
passkey-new-lead = Give this passkey a name and press Register. Then follow your device: fingerprint, face or device PIN.
passkey-name-hint = For example: office phone (up to 40 characters)
passkey-new-do = Register
passkey-new-back = Don't register
field-passkey-name = Name of the passkey
passkey-confirm-text = This transaction is confirmed with your passkey. Your device asks for it when you press the button.
