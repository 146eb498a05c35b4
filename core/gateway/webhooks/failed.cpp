#include "gateway/webhooks/failed.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::gateway {
namespace {

using store::Table;

constexpr std::size_t kWindow = 200;      // numbers looked at together, and
constexpr std::size_t kWindowsMax = 50;   // how often for one page: most numbers may be gone
constexpr std::size_t kExpiredPerStep = 256;
constexpr std::size_t kSumPage = 32;      // rows may be large
constexpr std::int64_t kPassMs = 3'600'000, kPassMaxMs = 2 * kPassMs;  // rows age once an hour, by two at the most

std::uint64_t number_of(const store::Row& row) { return store::from_ordered(row.id); }

}  // namespace

bool FailedFilter::matches(const FailedDelivery& failed) const {
  if (!id.empty() && failed.item.id != id) return false;
  if ((from && failed.at < *from) || (to && *to < failed.at)) return false;
  if (slot && *slot != failed.slot) return false;
  return events.has(failed.item.event);
}

std::uint64_t bytes_in(const store::Txn& txn, Table table, std::string_view prefix, std::uint64_t each) {
  std::uint64_t out = 0;
  std::vector<store::Row> rows;
  for (std::string from; !(rows = txn.scan(table, prefix, from, kSumPage)).empty(); from = rows.back().id + '\0') {
    for (const store::Row& row : rows) out += row.value.size() + each;
  }
  return out;
}

WebhookFailures::WebhookFailures(const store::StoreView& stored, std::uint64_t bytes_max) : bytes_max_(bytes_max) {
  const store::Txn txn(stored);
  find_oldest(txn);
}

void WebhookFailures::find_oldest(const store::Txn& txn) {
  oldest_age_ms_.reset();
  for (const store::Row& row : txn.scan(Table::webhook_failed, "", 1)) {
    const auto failed = decode_failed_delivery(number_of(row), row.value);
    oldest_age_ms_ = failed ? failed->kept_at_age_ms : -limits::kWebhookFailedKeptMs;  // one that cannot be read leaves first
  }
}

void WebhookFailures::erase(const store::Row& row, store::Txn& txn) {
  txn.erase(Table::webhook_failed, row.id);
  if (counters_.kept > 0) --counters_.kept;
  const auto failed = decode_failed_delivery(number_of(row), row.value);
  const std::size_t of = failed && failed->slot < counters_.kept_of.size() ? failed->slot : 0;
  if (counters_.kept_of[of] > 0) --counters_.kept_of[of];
  counters_.bytes -= std::min<std::uint64_t>(counters_.bytes, row.value.size());
}

void WebhookFailures::lose(const store::Row& row, store::Txn& txn) {
  erase(row, txn);
  ++counters_.forgotten;
}

std::size_t WebhookFailures::forget(std::uint8_t slot, store::Txn& txn) {
  std::size_t lost = 0;
  std::vector<store::Row> rows;
  for (std::string from; !(rows = txn.scan(Table::webhook_failed, "", from, kSumPage)).empty();) {
    from = rows.back().id + '\0';
    for (const store::Row& row : rows) {
      const auto failed = decode_failed_delivery(number_of(row), row.value);
      if (!failed || failed->slot != slot) continue;
      lose(row, txn);
      ++lost;
    }
  }
  find_oldest(txn);
  return lost;
}

std::size_t WebhookFailures::keep(FailedDelivery failed, store::Txn& txn) {
  if (!oldest_age_ms_) counters_.seen = failed.at;
  failed.number = counters_.next++;
  failed.kept_at_age_ms = counters_.age_ms;
  Bytes row = encode(failed);
  ++counters_.kept;
  if (failed.slot < counters_.kept_of.size()) ++counters_.kept_of[failed.slot];
  counters_.bytes += row.size();
  txn.put(Table::webhook_failed, store::ordered(failed.number), std::move(row));
  std::size_t lost = 0;
  while (counters_.kept > limits::kWebhookFailedMax || counters_.bytes > bytes_max_) {
    const auto first = txn.scan(Table::webhook_failed, "", 1);
    if (first.empty() || number_of(first.front()) == failed.number) break;
    lose(first.front(), txn);
    ++lost;
  }
  find_oldest(txn);
  return lost;
}

bool WebhookFailures::expire(WallTime now, store::Txn& txn) {
  const std::int64_t since_ms = now - counters_.seen;
  if (!oldest_age_ms_ || (since_ms >= 0 && since_ms < kPassMs)) return false;
  counters_.seen = now;
  counters_.age_ms += std::clamp<std::int64_t>(since_ms, 0, kPassMaxMs);
  if (counters_.age_ms - *oldest_age_ms_ < limits::kWebhookFailedKeptMs) return true;
  for (const store::Row& row : txn.scan(Table::webhook_failed, "", kExpiredPerStep)) {
    const auto failed = decode_failed_delivery(number_of(row), row.value);
    if (failed && counters_.age_ms - failed->kept_at_age_ms < limits::kWebhookFailedKeptMs) break;
    lose(row, txn);
  }
  find_oldest(txn);
  return true;
}

std::optional<WallTime> WebhookFailures::deadline() const {
  if (!oldest_age_ms_) return std::nullopt;
  return counters_.seen + kPassMs;
}

WebhookFailures::Page WebhookFailures::page(std::uint64_t before, std::size_t limit, const store::Txn& txn,
                                            std::uint8_t slot) const {
  Page out;
  const auto first = txn.scan(Table::webhook_failed, "", 1);
  if (first.empty()) return out;
  const std::uint64_t lowest = number_of(first.front());
  std::uint64_t end = std::min(before, counters_.next);
  std::size_t bytes = 0;
  for (std::size_t windows = 0; windows < kWindowsMax && end > lowest; ++windows) {
    const std::uint64_t begin = std::max(lowest, end > kWindow ? end - kWindow : 0);
    auto rows = txn.scan(Table::webhook_failed, "", store::ordered(begin), static_cast<std::size_t>(end - begin));
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      const std::uint64_t number = number_of(*row);
      if (number >= end) continue;
      auto failed = decode_failed_delivery(number, row->value);
      if (!failed || failed->slot != slot) continue;
      const bool heavy = !out.items.empty() && bytes + row->value.size() > limits::kWebhookFailedPageBytesMax;
      if (out.items.size() == limit || heavy) {
        out.next = number + 1;
        return out;
      }
      bytes += row->value.size();
      out.items.push_back(*std::move(failed));
    }
    end = begin;
  }
  out.next = end > lowest ? end : 0;
  return out;
}

WebhookFailures::Taken WebhookFailures::take(const FailedFilter& filter, Room room, store::Txn& txn) {
  Taken out;
  std::string from;
  for (;;) {
    const auto rows = txn.scan(Table::webhook_failed, "", from, kWindow);
    for (const store::Row& row : rows) {
      auto failed = decode_failed_delivery(number_of(row), row.value);
      if (!failed || !filter.matches(*failed)) continue;
      const std::uint64_t bytes = failed->item.data.size() + room.item_bytes;
      if (out.left > 0 || out.items.size() == room.rows || bytes > room.bytes) {  // none before an older one
        ++out.left;
        continue;
      }
      room.bytes -= bytes;
      erase(row, txn);
      out.items.push_back(*std::move(failed));
    }
    if (rows.size() < kWindow) break;
    from = store::ordered(number_of(rows.back()) + 1);
  }
  if (!out.items.empty()) find_oldest(txn);
  return out;
}

}  // namespace wa::gateway
