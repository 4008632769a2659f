"""A mail server for tests: one JSON line on stdout for each mail, with what a mail program would read.

Arguments: directory with cert.pem and key.pem, and where raw mails are written; "starttls" (TLS and
AUTH are required) or "plain" (no TLS is offered, nothing is required); then any number of answers,
given to the first mails one by one; every later mail is taken.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

directory, mode, *answers = sys.argv[1:]
received = 0


def say(**fields):
    print(json.dumps(fields), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"warifu" and data.password == b"mail-password"
    return AuthResult(success=good, handled=not good)


class Sink:
    async def handle_DATA(self, server, session, envelope):
        global received
        answer = answers[received] if received < len(answers) else "250 taken"
        received += 1
        raw = envelope.original_content
        path = f"{directory}/{received}.eml"
        with open(path, "wb") as out:
            out.write(raw)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        say(answer=answer, raw=path, to=envelope.rcpt_tos, sender=envelope.mail_from,
            tls=session.ssl is not None, authenticated=bool(session.authenticated),
            message_id=mail["message-id"], subject=mail["subject"], from_=str(mail["from"]),
            date=mail["date"], content_type=mail.get_content_type(), text=mail.get_content())
        return answer


def session():
    if mode == "plain":
        return SMTP(Sink())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{directory}/cert.pem", f"{directory}/key.pem")
    return SMTP(Sink(), tls_context=context, require_starttls=True, auth_required=True,
                authenticator=authenticate)


async def main():
    port = int(sys.stdin.readline())
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", port)
    say(port=server.sockets[0].getsockname()[1])
    # The test holds the other end of the pipe: when it ends, this ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
