import type { Metadata } from "next";
import { Conference } from "@/components/conference/conference";

type Params = Promise<{ conf: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Conference ${decodeURIComponent((await params).conf)}` };
}

export default async function ConferencePage({ params }: { params: Params }) {
  return <Conference id={decodeURIComponent((await params).conf)} />;
}
