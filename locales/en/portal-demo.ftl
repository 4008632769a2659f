# Screens of the demonstration only

demo-banner-label = About the demonstration
demo-banner = This is a demonstration. No money moves.
demo-mail-title = Mailbox
demo-mail-lead = The demonstration shows here the mails that would reach the user's mobile phone.
demo-mail-none = No mail yet.
demo-mail-reload = Reload
demo-mail-back = Back to the mailbox
mail-from = From
mail-to = To
mail-subject = Subject
demo-clock-title = Clock
demo-clock-lead = Move the demonstration's clock forward to try expiry times and the 24-hour hold.
demo-clock-now = Time in the demonstration
field-advance-minutes = Minutes to move forward
demo-clock-hint = 24 hours are 1440
demo-clock-do = Move the clock
