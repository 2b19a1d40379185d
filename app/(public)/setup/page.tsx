import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInCard } from "@/components/sign-in/card";
import { SetUpForm } from "@/components/sign-in/set-up-form";
import { needsSetUp } from "@/lib/auth";

export const metadata: Metadata = { title: "Set up" };
export const dynamic = "force-dynamic";

export default async function SetUpPage() {
  if (!(await needsSetUp())) redirect("/login");
  return (
    <SignInCard title="Set up Meetledger" lead="Make the first admin. This page works once.">
      <SetUpForm />
    </SignInCard>
  );
}
