"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { RequestProblem } from "@/lib/http/client";

export function Providers({ children }: { children: React.ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 60_000,
            // What the server refuses stays refused; only a lost connection or a fault of the server is worth another try.
            retry: (count, error) => count < 2 && (!(error instanceof RequestProblem) || error.status === 0 || error.status >= 502),
          },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
