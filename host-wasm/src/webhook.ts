// Delivering webhooks. Which, when and how often is the core's decision; a sender makes one POST and says how it was answered.

export interface WebhookPost {
  url: string;
  headers: [name: string, value: string][];
  body: string;
  timeoutMs: number;
}

// status 0: no HTTP answer.
export interface WebhookAnswer {
  status: number;
  retryAfterMs?: number;
}

export type WebhookSender = (post: WebhookPost) => Promise<WebhookAnswer>;

export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

// With fetch(). Redirects are not followed; the answer's body is not read.
export const fetchWebhook: WebhookSender = async (post) => {
  const answer = await fetch(post.url, {
    method: 'POST',
    headers: [['content-type', 'application/json'], ...post.headers.filter(([name]) => name.toLowerCase() !== 'content-type')],
    body: post.body,
    redirect: 'manual',
    signal: AbortSignal.timeout(post.timeoutMs),
  });
  const wait = retryAfter(answer.headers.get('retry-after'));
  await answer.body?.cancel();
  return wait === undefined ? { status: answer.status } : { status: answer.status, retryAfterMs: wait };
};
