import type { Invite } from "../auth";
import { config } from "../config";
import { detailsOf } from "../error";
import { log } from "../log";
import { canMail, sendMail } from "../mail";

/**
 * What an admin gets of a link: its secret, shown once, and whether it was mailed. It is mailed only where the operator has
 * set the address of this server: one taken from the request could lead anywhere.
 */
export async function tellInvite({ person, token, expiresAt }: Invite): Promise<{ personId: string; token: string; expiresAt: string; mailed: boolean }> {
  const { NEXTAUTH_URL } = config();
  let mailed = false;
  if (NEXTAUTH_URL && canMail()) {
    try {
      await sendMail({
        to: person.email,
        subject: "Your link to Meetledger",
        text: `Set your password here:\n\n${NEXTAUTH_URL.replace(/\/$/, "")}/invite/${token}\n\nThe link works once, until ${expiresAt}.`,
      });
      mailed = true;
    } catch (error) {
      log().warn({ person: person.id, error: detailsOf(error) }, "invitation not mailed");
    }
  }
  return { personId: person.id, token, expiresAt, mailed };
}
