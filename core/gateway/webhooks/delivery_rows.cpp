// tested by unit/gateway/webhooks/queue_test.cpp
#include "gateway/webhooks/delivery_rows.h"

#include "store/row.h"

namespace wa::gateway {
namespace {

// 2: since when; of a failed one why, of which webhook, its place.
constexpr std::uint8_t kWebhookItemRowVersion = 2, kWebhookItemOldestRead = 1;

RowWriter write(const WebhookItem& item) {
  RowWriter out(kWebhookItemRowVersion);
  out.text(item.id).u8(item.event.position()).i64(item.created_s).u32(item.attempts).i64(item.due.ms).text(item.data)
      .i64(item.since_ms);
  return out;
}

// nullopt: an event that this version does not know.
std::optional<WebhookItem> read(RowReader& in) {
  WebhookItem out;
  out.id = in.text();
  const MaybeEventName event = EventName::at(in.u8());
  out.event = event.value_or(out.event);
  out.created_s = in.i64();
  out.attempts = in.u32();
  out.due = {in.i64()};
  out.data = in.text();
  if (in.version() >= 2) out.since_ms = in.i64();
  return event ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

Bytes encode(const WebhookItem& item) { return write(item).finish(); }

std::optional<WebhookItem> decode_webhook_item(ByteView row) {
  RowReader in(row, kWebhookItemRowVersion, kWebhookItemOldestRead);
  auto out = read(in);
  if (!in.finish().ok()) return std::nullopt;
  return out;
}

Bytes encode(const FailedDelivery& failed) {
  RowWriter out = write(failed.item);
  out.text(failed.lane).u32(static_cast<std::uint32_t>(failed.status)).i64(failed.at.ms).i64(failed.kept_at_age_ms);
  out.u8(static_cast<std::uint8_t>(failed.fault)).u8(failed.slot).u64(failed.seq);
  return std::move(out).finish();
}

std::optional<FailedDelivery> decode_failed_delivery(std::uint64_t number, ByteView row) {
  RowReader in(row, kWebhookItemRowVersion, kWebhookItemOldestRead);
  auto item = read(in);
  if (!item) return std::nullopt;
  FailedDelivery out;
  out.number = number;
  out.item = *std::move(item);
  out.lane = in.text();
  out.status = static_cast<int>(in.u32());
  out.at = {in.i64()};
  if (in.more()) out.kept_at_age_ms = in.i64();
  out.fault = fault_of(out.status, WebhookFault::none);
  if (in.version() >= 2) {
    out.fault = fault_at(in.u8());
    out.slot = in.u8();
    out.seq = in.u64();
  }
  if (!in.finish().ok()) return std::nullopt;
  return out;
}

}  // namespace wa::gateway
