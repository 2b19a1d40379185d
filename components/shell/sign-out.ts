import { signOut as endSession } from "next-auth/react";

/** Ends the session on the server and leaves for the sign-in page. */
export async function signOut(): Promise<void> {
  await endSession({ redirect: false });
  window.location.assign("/login");
}
