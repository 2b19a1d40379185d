import { redirect } from "next/navigation";
import { signedIn } from "@/lib/auth";
import { defaultViewOf } from "@/lib/sharing";

/** Whoever signs in starts with the view of their choice, or with Overview. */
export default async function Home() {
  const current = await signedIn();
  redirect((current && (await defaultViewOf({ ...current.person, scope: current.scope }))) ?? "/overview");
}
