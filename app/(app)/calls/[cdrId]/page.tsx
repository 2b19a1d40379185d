import type { Metadata } from "next";
import { Call } from "@/components/calls/call";

export const metadata: Metadata = { title: "Call" };

export default async function CallPage({ params }: { params: Promise<{ cdrId: string }> }) {
  return <Call id={decodeURIComponent((await params).cdrId)} />;
}
