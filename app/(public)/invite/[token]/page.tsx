import type { Metadata } from "next";
import { InviteForm } from "@/components/sign-in/invite-form";
import { LoneCard } from "@/components/ui/lone-card";
import { invited } from "@/lib/auth";

export const metadata: Metadata = { title: "Set your password", robots: "noindex" };
export const dynamic = "force-dynamic";

/** Where an invitation or a reset leads. The same for a link that never was, one that was used and one that ended. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const person = await invited(token);
  if (!person) {
    return (
      <LoneCard title="This link is not valid any more" lead="It works once, for a week. Ask an admin for a new one.">
        <a className="underline" href="/login">
          Sign in
        </a>
      </LoneCard>
    );
  }
  return (
    <LoneCard title={`Welcome, ${person.name}`} lead={`Choose the password with which ${person.email} signs in.`}>
      <InviteForm token={token} email={person.email} />
    </LoneCard>
  );
}
