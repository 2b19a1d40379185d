/** Ends the session on the server and leaves for the sign-in page. */
export async function signOut(): Promise<void> {
  // Fetched when it is needed: the first screen goes without next-auth's client.
  const { signOut: endSession } = await import("next-auth/react");
  await endSession({ redirect: false });
  window.location.assign("/login");
}
