import { createTransport, type SendMailOptions } from "nodemailer";
import { config } from "./config";
import { AppError } from "./error";

/** True when the operator has said where mail goes out. */
export const canMail = () => config().SMTP_URL !== undefined;

/** Sends one mail. Throws what the mail server said. */
export async function sendMail(mail: Pick<SendMailOptions, "to" | "subject" | "text" | "attachments">): Promise<void> {
  const { SMTP_URL } = config();
  if (!SMTP_URL) throw new AppError("conflict", "No mail server is set. SMTP_URL names one.");
  const url = new URL(SMTP_URL);
  const from = url.searchParams.get("from") ?? `Meetledger <meetledger@${url.hostname}>`;
  url.searchParams.delete("from");
  const transport = createTransport(url.toString(), { from });
  try {
    await transport.sendMail(mail);
  } finally {
    transport.close();
  }
}
