# Messages to customers. W: why something was not done; I: information. Numbers are never changed or reused.

# Logon
W1101 = You could not be logged on. Please check what you entered. Repeated errors may suspend the service. If you are unsure, or suspended, contact the help desk.
W1102 = The grid card numbers are not correct. Please enter the numbers at the same positions again.
W1104 = The logon took too long and was cancelled. Please start again.
W1105 = You were logged off: there was no activity for some time, or the longest time for one session has passed. Please log on again.
W1107 = The same user logged on elsewhere, so this session has ended. If that was not you, contact the help desk at once.
W1108 = Please log on first.
W1109 = Your use has been suspended after repeated wrong entries. Only the bank can restore it, on a written request at your branch. If it was not you, call the help desk at once.

# Authorization
W1201 = The one-time password or the confirmation PIN is not correct. Please enter them again.
W1202 = The one-time password has expired. Please get a new one.
W1203 = A newer one-time password was issued. Please enter the one from the last mail.
W1204 = This one-time password was already used.
W1205 = The content of the transaction changed, so the one-time password is no longer good. Please check the content and get a new one.
W1206 = This one-time password was cancelled after several wrong entries. Please get a new one.
W1207 = The mail address was changed. This transaction is closed until { $until }.
W1208 = No address for one-time passwords is registered, so this transaction is not available. Please register one on the mail address page.
W1209 = One-time passwords were requested too often. Please try again in about { $minutes } minutes.
W1210 = The mail with the one-time password could not be delivered. Please check the registered address and your mail filter, then get a new one.
W1211 = You have no permission for this operation. Please ask your administrator.
W1212 = This transaction was already executed or cancelled. Please see the history.
W1213 = The confirmation PIN is not correct. Please enter it again.
W1214 = No one-time password has been issued. Please get one first.
W1221 = The balance of the debit account is not sufficient.
W1222 = Over the limit of { $limit } per transfer.
W1223 = Over the limit of { $limit } per day.
W1224 = The payee's account was not found. Please check it.
W1225 = The payee name differs from the name of the account.
W1226 = The transfer could not be accepted. Please contact the help desk.

# Mail addresses and PINs
W1301 = This is not a mail address.
W1302 = The two mail addresses differ.
W1303 = Addresses of free mail services can't be registered. Please use an address of your company or mobile carrier.
W1304 = This seems to be a free mail address. Others may be able to read it, so we advise against it. To register it anyway, tick the box.
W1306 = This is the current address.
W1307 = The verification code is not correct. Please enter it again.
W1308 = The verification code has expired. Please have another one sent.
W1309 = The verification code was cancelled after several wrong entries. Please have another one sent.
W1311 = The current PIN is not correct.
W1312 = The two new PINs differ.
W1313 = This PIN can't be used. Please see the rules on the page.
W1314 = This is the current PIN.
W1316 = Registration of an address is now mandatory. Please register one.

# Input
W2001 = Please enter this.
W2002 = Please choose one.
W2003 = Please enter { $digits } digits.
W2004 = Please enter an amount of 1 yen or more in digits.
W2005 = No bank has this code.
W2006 = No branch has this code.
W2007 = The payee name has a character that can't be used. Please use kana, letters, digits, ( ) - and . only.
W2008 = Please enter at most { $max } characters.
W2009 = At most { $max } transfers can be entered at one time.
W2011 = The payee's account is the debit account.
W2012 = Please enter a correct date.
W2013 = The last day must not be before the first.

# Error pages
W9403 = You may not see this page, or the screen has expired. Please start again from the menu.
W9504 = We could not confirm whether your request was completed. If you were making a transaction, see the history for its result before you try again.
W9404 = There is no such page. Please check the address or use the menu.
W9409 = Another window or person changed this first. Please look at the present content and try again.
W9413 = The data sent is over the limit of { $max }.
W9422 = What was sent could not be read. Please go back and try again.
W9429 = Too many requests in a short time. Please try again in about { $minutes } minutes.
W9500 = A fault on our side stopped your request. If you were making a transaction, please see the history for its result.
W9503 = The service is busy or under maintenance. Please try again in a while.

# Information
I1102 = Another session of yours was still open and was ended by this logon. If that was not you, contact the help desk at once.
I1103 = Security notice: your PIN has not been changed since { $since }. We advise changing it.
I1104 = Because the mail address was changed, transactions that need a mailed one-time password open again at { $until }.
I1105 = No address for one-time passwords is registered. Registration becomes mandatory on { $date }.
I1106 = No address for one-time passwords is registered. Please register one soon.
I1201 = A one-time password was issued and mailed.
I1202 = The transfer was added.
I1203 = The transfer was changed.
I1204 = The transfer was removed.
I1205 = The transaction was cancelled.
I1301 = The PIN was changed.
I1302 = The mail address was registered.
I1303 = The mail address was changed. This page says when transactions that need a mailed one-time password open again.
I1304 = The address for transaction results was changed.
I1305 = Another code was sent. Earlier codes are no longer good.

# Tokens
W1110 = Your token was revoked, so you cannot log on until { $until }. Please log on again after that.
W1111 = This logon needs a one-time password, and no token is registered for you. Please ask your administrator or the help desk.
W1112 = The one-time password is not correct. Please enter the digits your token shows.
W1113 = Your token was revoked, and you were logged off.
W1231 = This one-time password was already used. Please wait until the token shows the next one and enter that.
W1232 = Your token has expired. Please ask your administrator for a new one.
W1233 = This token is suspended after too many wrong entries. Please ask your administrator to release it.
W1234 = This transaction needs a registered token. Please ask your administrator to register one.
W1235 = The transaction has not been approved in the token app yet. Please check it on your phone, approve it, and try again.
W1236 = The transaction was rejected in the token app and is cancelled. If you did not expect it, call the help desk at once.
W1237 = The system clock is not right, so nothing could be checked. Please try again later.
W1401 = This token cannot be registered. Please check the serial number on its back and whether it is registered already.
W1402 = The usage mode does not allow this. Please check the usage mode and the tokens already registered.

# Passkeys
W1121 = The passkey could not be confirmed. Please try again, or log on with the PIN.
W1321 = The passkey could not be registered. Please check the name and start again.
W1322 = Up to 10 passkeys can be registered. Please remove one you no longer need.
I1311 = The passkey is registered. You can log on with it from now on.
I1312 = The passkey is removed.

# Token procedures
W1114 = You were suspended after repeated wrong one-time passwords. Please ask a master user or administrator to release you. If all of them are suspended, your branch does it.
W1238 = Too many transactions wait for your approval. Approve or reject them on your phone, then try again.
W1411 = The app is not set up yet. Open the mailed link on your phone and finish the set-up, then enter the one-time password.
W1412 = The issue of the token took too long. Please issue it again.
W1413 = You have a token in service. To change phones, first ask a master user or administrator to revoke it.
W1414 = The two one-time passwords do not fit. Please enter two that were shown right after each other, in their order.
W1415 = You can't release yourself, nor users who share your token. Please ask another master user or administrator.
W1416 = This user was not suspended by wrong one-time passwords. Other suspensions are lifted by your branch.
W1417 = There is no token to revoke.
W1418 = This start password can't be used. Please see the rules on the page. It must not be easy to guess.
W1419 = The two start passwords differ.
W2014 = Please choose users.
I1107 = A token is being issued. Enter the one-time password that the app shows to begin using it.
I1108 = No token is registered. For more safety, we advise using one.
I1109 = Your token expires soon (good until { $until }). The token page says how to renew or exchange it.
I1401 = The token is in service. From now on its one-time passwords are asked.
I1402 = The issue of the token was cancelled.
I1403 = The token's clock was repaired. The two one-time passwords you entered are used up.
I1404 = The usage mode was set.
