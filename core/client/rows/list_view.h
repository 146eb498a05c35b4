// What a list reads of the store, counted, and for a long list copied first: a look at a row costs a database many times what
// reading the next row of a table does. Guarantees: shows what the transaction under it shows; nothing is written.
#pragma once

#include <map>

#include "store/store.h"

namespace wa::client {

class ListView final : public store::StoreView {
 public:
  // `work`: units of about 0.1 us over the database of the native host.
  ListView(const store::Txn& rows, std::size_t work) : rows_(rows), kept_(work / 3), left_(work) {}

  // The beginning of a table; a third of the work is kept for the list itself. Happens by itself to a table that is looked into
  // again and again.
  void copy(store::Table table) const;
  bool spent() const { return left_ == 0; }

  std::optional<Bytes> get(const store::Key& key) const noexcept override;
  std::vector<store::Row> scan(store::Table table, std::string_view from, std::size_t limit) const noexcept override;

 private:
  // Rows one behind the other: of many thousand, each a block of memory of its own would cost more than reading it.
  struct Copy {
    struct Place { std::size_t id, value, end; };
    std::string bytes;
    std::vector<Place> places;
    bool whole = false;

    std::string_view id(const Place& at) const { return std::string_view(bytes).substr(at.id, at.value - at.id); }
    ByteView value(const Place& at) const { return view(std::string_view(bytes).substr(at.value, at.end - at.value)); }
    void add(const store::Row& row);
    std::size_t first_from(std::string_view id) const;  // which place
  };
  const Copy* covering(store::Table table, std::string_view id) const;
  void spend(std::size_t units) const { left_ -= units < left_ ? units : left_; }

  const store::Txn& rows_;
  mutable std::map<store::Table, Copy> copies_;
  mutable std::map<store::Table, std::size_t> looks_;
  std::size_t kept_;
  mutable std::size_t left_;
};

// The rows under a prefix from an id on, one after the other.
class RowStream {
 public:
  RowStream(const store::Txn& rows, store::Table table, std::string_view prefix, std::string from, std::size_t step)
      : rows_(rows), table_(table), prefix_(prefix), from_(std::move(from)), step_(step) {}
  const store::Row* front();  // nullptr: there are no more
  void pop() { ++at_; }

 private:
  const store::Txn& rows_;
  store::Table table_;
  std::string prefix_, from_;
  std::size_t step_, at_ = 0;
  std::vector<store::Row> page_;
  bool ended_ = false;
};

}  // namespace wa::client
