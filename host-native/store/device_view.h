// What one machine, a device or the directory, sees of the store. A failed read poisons it: the owner must fail its
// next commit. Steps that are handled one after the other may share one commit: what they write is staged here and seen
// by the next of them, until the owner takes it to the store. Nothing may be read between `take` and the end of that
// commit.
#pragma once

#include <map>

#include "store/committer.h"

namespace wa::native {

class DeviceView final : public store::StoreView {
 public:
  // `cached_rows_max`: so many of the rows that were read stay in memory; with all that follow in their table, once a
  // scan has come to its end.
  DeviceView(const Committer& store, Scope scope, std::size_t cached_rows_max = 0)
      : store_(store), scope_(scope), cached_rows_max_(cached_rows_max) {}
  std::optional<Bytes> get(const store::Key& key) const noexcept override;
  std::vector<store::Row> scan(store::Table table, std::string_view from, std::size_t limit) const noexcept override;
  Scope scope() const { return scope_; }
  bool poisoned() const { return poisoned_; }

  void stage(store::WriteBatch batch);
  const store::WriteBatch& staged() const { return staged_; }
  store::WriteBatch take();
  void heal();    // forget everything that was not committed
  void shrink() const;  // idle machines hold no rows

 private:
  std::vector<store::Row> committed_rows(store::Table table, std::string_view from, std::size_t limit) const;
  bool covers(store::Table table, std::string_view id) const;
  void keep(const store::Key& key, const std::optional<Bytes>& value) const;

  const Committer& store_;
  Scope scope_;
  std::size_t cached_rows_max_;
  store::WriteBatch staged_;
  mutable std::map<store::Key, std::optional<Bytes>> cache_;  // of the store; nullopt: there is no such row
  mutable std::map<store::Table, std::string> covered_;       // every row from this id on is in cache_
  mutable bool poisoned_ = false;
};

}  // namespace wa::native
