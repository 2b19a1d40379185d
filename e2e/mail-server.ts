import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface MailServer {
  /** For `SMTP_URL`. */
  url: string;
  mails: ParsedMail[];
  /** The same as they came. */
  texts: string[];
  /** Why an address gets nothing; null: it does. */
  refuse: (address: string) => string | null;
  /** Forgets what came. */
  clear(): void;
  close(): Promise<void>;
}

/** A mail server that keeps what it is sent. */
export async function startMailServer(): Promise<MailServer> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    onRcptTo: ({ address }, _, done) => {
      const reason = server.refuse(address);
      done(reason === null ? null : new Error(reason));
    },
    onData: (stream, _, done) => {
      (async () => {
        let text = "";
        for await (const part of stream.setEncoding("utf8")) text += part;
        server.texts.push(text);
        server.mails.push(await simpleParser(text));
      })().then(() => done(), done);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const server: MailServer = {
    url: `smtp://127.0.0.1:${(smtp.server.address() as { port: number }).port}`,
    mails: [],
    texts: [],
    refuse: () => null,
    clear() {
      server.mails.length = 0;
      server.texts.length = 0;
    },
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  return server;
}
