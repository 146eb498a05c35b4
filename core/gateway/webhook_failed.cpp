#include "gateway/webhook_failed.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::gateway {
namespace {

using store::Table;

constexpr std::size_t kWindow = 200;      // numbers looked at together, and
constexpr std::size_t kWindowsMax = 50;   // how often for one page: most numbers may be gone
constexpr std::size_t kExpiredPerStep = 256;

std::uint64_t number_of(const store::Row& row) { return store::from_ordered(row.id); }

}  // namespace

bool FailedFilter::matches(const FailedDelivery& failed) const {
  if (!id.empty() && failed.item.id != id) return false;
  if ((from && failed.at < *from) || (to && *to < failed.at)) return false;
  return ((events >> failed.item.event) & 1) != 0;
}

WebhookFailures::WebhookFailures(const store::StoreView& stored) {
  const store::Txn txn(stored);
  find_oldest(txn);
}

void WebhookFailures::find_oldest(const store::Txn& txn) {
  oldest_.reset();
  for (const store::Row& row : txn.scan(Table::webhook_failed, "", 1)) {
    const auto failed = decode_failed_delivery(number_of(row), row.value);
    oldest_ = failed ? failed->at : WallTime{};  // one that cannot be read leaves at once
  }
}

void WebhookFailures::erase(std::uint64_t number, store::Txn& txn) {
  txn.erase(Table::webhook_failed, store::ordered(number));
  if (counters_.kept > 0) --counters_.kept;
}

void WebhookFailures::keep(FailedDelivery failed, store::Txn& txn) {
  failed.number = counters_.next++;
  txn.put(Table::webhook_failed, store::ordered(failed.number), encode(failed));
  ++counters_.kept;
  if (!oldest_) oldest_ = failed.at;
  if (counters_.kept <= limits::kWebhookFailedMax) return;
  for (const store::Row& first : txn.scan(Table::webhook_failed, "", 1)) erase(number_of(first), txn);
  find_oldest(txn);
}

bool WebhookFailures::expire(WallTime now, store::Txn& txn) {
  if (!oldest_ || now - *oldest_ < limits::kWebhookFailedKeptMs) return false;
  for (const store::Row& row : txn.scan(Table::webhook_failed, "", kExpiredPerStep)) {
    const auto failed = decode_failed_delivery(number_of(row), row.value);
    if (failed && now - failed->at < limits::kWebhookFailedKeptMs) break;
    erase(number_of(row), txn);
  }
  find_oldest(txn);
  return true;
}

std::optional<WallTime> WebhookFailures::deadline() const {
  if (!oldest_) return std::nullopt;
  return *oldest_ + limits::kWebhookFailedKeptMs;
}

WebhookFailures::Page WebhookFailures::page(std::uint64_t before, std::size_t limit, const store::Txn& txn) const {
  Page out;
  const auto first = txn.scan(Table::webhook_failed, "", 1);
  if (first.empty()) return out;
  const std::uint64_t lowest = number_of(first.front());
  std::uint64_t end = std::min(before, counters_.next);
  for (std::size_t windows = 0; windows < kWindowsMax && end > lowest; ++windows) {
    const std::uint64_t begin = std::max(lowest, end > kWindow ? end - kWindow : 0);
    auto rows = txn.scan(Table::webhook_failed, "", store::ordered(begin), static_cast<std::size_t>(end - begin));
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      const std::uint64_t number = number_of(*row);
      if (number >= end) continue;
      if (out.items.size() == limit) {
        out.next = number + 1;
        return out;
      }
      if (auto failed = decode_failed_delivery(number, row->value)) out.items.push_back(*std::move(failed));
    }
    end = begin;
  }
  out.next = end > lowest ? end : 0;
  return out;
}

WebhookFailures::Taken WebhookFailures::take(const FailedFilter& filter, std::size_t limit, store::Txn& txn) {
  Taken out;
  std::string from;
  for (;;) {
    const auto rows = txn.scan(Table::webhook_failed, "", from, kWindow);
    for (const store::Row& row : rows) {
      auto failed = decode_failed_delivery(number_of(row), row.value);
      if (!failed || !filter.matches(*failed)) continue;
      if (out.items.size() == limit) {
        ++out.left;
        continue;
      }
      erase(failed->number, txn);
      out.items.push_back(*std::move(failed));
    }
    if (rows.size() < kWindow) break;
    from = store::ordered(number_of(rows.back()) + 1);
  }
  if (!out.items.empty()) find_oldest(txn);
  return out;
}

}  // namespace wa::gateway
