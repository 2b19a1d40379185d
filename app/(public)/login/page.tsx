import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInForm } from "@/components/sign-in/sign-in-form";
import { LoneCard } from "@/components/ui/lone-card";
import { hasProvider, needsSetUp, signedIn } from "@/lib/auth";

export const metadata: Metadata = { title: "Sign in" };
export const dynamic = "force-dynamic";

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ error?: string | string[] }> }) {
  if (await needsSetUp()) redirect("/setup");
  if (await signedIn()) redirect("/");
  const { error } = await searchParams;
  return (
    <LoneCard title="Sign in" lead="Usage and billing of your video calls.">
      <SignInForm hasProvider={hasProvider()} error={[error].flat()[0]} />
    </LoneCard>
  );
}
