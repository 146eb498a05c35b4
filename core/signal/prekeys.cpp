// Rows of Table::prekeys: id as 4 bytes, big-endian -> private key and whether the service may hand it out; "meta"
// holds the counter (it sorts behind all 24-bit ids).
#include "signal/prekeys.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "store/row.h"

namespace wa::signal {
namespace {

using store::Table;

constexpr std::uint8_t kPrekeysRowVersion = 1;
constexpr std::string_view kMeta = "meta";
constexpr std::string_view kCurrent = "current";
constexpr std::string_view kIdPrefix("\0", 1);
constexpr std::size_t kPreviousSignedPrekeys = 2;

std::string id_key(std::uint32_t id) { return to_string(ByteView(be_bytes(id, 4))); }

struct Meta {
  std::uint32_t next_id = 1;
  bool uploaded = false;  // an upload was confirmed at least once
};

Meta load_meta(const store::Txn& txn) {
  const auto row = txn.get(Table::prekeys, kMeta);
  if (!row) return {};
  RowReader reader(*row, kPrekeysRowVersion);
  Meta meta;
  meta.next_id = reader.u32();
  meta.uploaded = reader.flag();
  return reader.finish() ? meta : Meta{};
}

void store_meta(store::Txn& txn, const Meta& meta) {
  txn.put(Table::prekeys, kMeta, std::move(RowWriter(kPrekeysRowVersion).u32(meta.next_id).flag(meta.uploaded)).finish());
}

struct PrekeyRow {
  ByteArray<32> private_key{};
  bool given = false;  // confirmed by the service, or handed out in a retry receipt
};

std::optional<PrekeyRow> decode_row(ByteView bytes) {
  RowReader reader(bytes, kPrekeysRowVersion);
  PrekeyRow row;
  row.private_key = reader.array<32>();
  row.given = reader.flag();
  if (!reader.finish()) return std::nullopt;
  return row;
}

void put_row(store::Txn& txn, std::uint32_t id, ByteView private_key, bool given) {
  txn.put(Table::prekeys, id_key(id), std::move(RowWriter(kPrekeysRowVersion).bytes(private_key).flag(given)).finish());
}

std::uint32_t next_free_id(const store::Txn& txn, Meta& meta) {
  for (;;) {
    const std::uint32_t id = meta.next_id;
    meta.next_id = id >= limits::kPrekeyIdMax ? 1 : id + 1;
    if (!txn.has(Table::prekeys, id_key(id))) return id;
  }
}

Prekey make_prekey(store::Txn& txn, Meta& meta, bool given, Random& random) {
  Prekey prekey{next_free_id(txn, meta), crypto::KeyPair::generate(random)};
  put_row(txn, prekey.id, prekey.key.private_key.bytes(), given);
  // One made so long ago that whoever was given it has not come: should he, he is asked to send again.
  const std::uint32_t old = prekey.id + limits::kPrekeyIdMax - limits::kPrekeysKeptMax;
  erase_prekey(txn, old > limits::kPrekeyIdMax ? old - limits::kPrekeyIdMax : old);
  return prekey;
}

std::vector<std::uint32_t> signed_prekey_ids(const store::Txn& txn) {
  std::vector<std::uint32_t> ids;
  for (const store::Row& row : txn.scan(Table::signed_prekeys, kIdPrefix, kPreviousSignedPrekeys + 8)) {
    ids.push_back(static_cast<std::uint32_t>(read_be(view(row.id))));
  }
  return ids;
}

}  // namespace

std::vector<Prekey> prekeys_for_upload(store::Txn& txn, std::uint32_t count, Random& random) {
  std::vector<Prekey> out;
  std::string from(kIdPrefix);
  constexpr std::size_t kPage = 256;
  for (bool more = true; more && out.size() < count;) {
    const std::vector<store::Row> rows = txn.scan(Table::prekeys, kIdPrefix, from, kPage);
    more = rows.size() == kPage;
    for (const store::Row& row : rows) {
      from = row.id + '\0';
      const auto decoded = decode_row(row.value);
      if (!decoded || decoded->given || out.size() == count) continue;
      out.push_back(
          {static_cast<std::uint32_t>(read_be(view(row.id))), crypto::KeyPair::from_private(decoded->private_key)});
    }
  }
  Meta meta = load_meta(txn);
  while (out.size() < count) out.push_back(make_prekey(txn, meta, false, random));
  store_meta(txn, meta);
  return out;
}

void mark_uploaded(store::Txn& txn, const std::vector<std::uint32_t>& ids) {
  for (const std::uint32_t id : ids) {
    const auto bytes = txn.get(Table::prekeys, id_key(id));
    if (!bytes) continue;  // consumed meanwhile
    const auto row = decode_row(*bytes);
    if (row && !row->given) put_row(txn, id, row->private_key, true);
  }
  Meta meta = load_meta(txn);
  meta.uploaded = true;
  store_meta(txn, meta);
}

bool ever_uploaded(const store::Txn& txn) { return load_meta(txn).uploaded; }

Prekey take_prekey(store::Txn& txn, Random& random) {
  Meta meta = load_meta(txn);
  Prekey prekey = make_prekey(txn, meta, true, random);
  store_meta(txn, meta);
  return prekey;
}

namespace {

constexpr std::uint8_t kGivenRowVersion = 1;

struct Given { std::uint32_t id = 0; WallTime at; std::uint64_t number = 0; };
struct GivenQueue { std::uint64_t first = 0, next = 0; };

std::string given_row(std::string_view device) { return std::string("gd").append(device); }
std::string given_slot(std::uint64_t number) { return "gs" + store::ordered(number); }

std::optional<Given> load_given(const store::Txn& txn, std::string_view device) {
  const auto bytes = txn.get(Table::retries, given_row(device));
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kGivenRowVersion);
  Given out;
  out.id = row.u32();
  out.at = {row.i64()};
  out.number = row.u64();
  return row.finish() ? std::optional(out) : std::nullopt;
}

GivenQueue load_given_queue(const store::Txn& txn) {
  const auto bytes = txn.get(Table::retries, "gq");
  if (!bytes) return {};
  RowReader row(*bytes, kGivenRowVersion);
  GivenQueue queue;
  queue.first = row.u64();
  queue.next = row.u64();
  return row.finish() && queue.first <= queue.next ? queue : GivenQueue{};
}

void store_given_queue(store::Txn& txn, const GivenQueue& queue) {
  RowWriter row(kGivenRowVersion);
  txn.put(Table::retries, "gq", std::move(row.u64(queue.first).u64(queue.next)).finish());
}

// A clock that was set back makes nothing old.
bool is_old(const Given& given, WallTime now) { return now - given.at >= limits::kGivenPrekeyMs; }

// From the front: what is too old, or one too many. A slot of a device that was given another one since is empty.
void make_given_room(store::Txn& txn, GivenQueue& queue, std::size_t most, WallTime now) {
  for (; queue.first < queue.next; ++queue.first) {
    const std::string slot = given_slot(queue.first);
    const auto bytes = txn.get(Table::retries, slot);
    const std::string device = bytes ? to_string(ByteView(*bytes)) : std::string();
    const auto given = bytes ? load_given(txn, device) : std::nullopt;
    const bool there = given && given->number == queue.first;
    if (there && queue.next - queue.first <= most && !is_old(*given, now)) return;
    txn.erase(Table::retries, slot);
    if (!there) continue;
    erase_prekey(txn, given->id);
    txn.erase(Table::retries, given_row(device));
  }
}

}  // namespace

Prekey prekey_for_device(store::Txn& txn, std::string_view device, WallTime now, Random& random) {
  if (const auto before = load_given(txn, device)) {
    auto unused = load_prekey(txn, before->id);
    if (unused && !is_old(*before, now)) return *std::move(unused);
    erase_prekey(txn, before->id);
    txn.erase(Table::retries, given_slot(before->number));
  }
  GivenQueue queue = load_given_queue(txn);
  make_given_room(txn, queue, limits::kGivenPrekeysMax - 1, now);
  const Prekey prekey = take_prekey(txn, random);
  RowWriter row(kGivenRowVersion);
  row.u32(prekey.id).i64(now.ms).u64(queue.next);
  txn.put(Table::retries, given_row(device), std::move(row).finish());
  txn.put(Table::retries, given_slot(queue.next++), to_bytes(device));
  store_given_queue(txn, queue);
  return prekey;
}

void drop_old_given(store::Txn& txn, WallTime now) {
  const GivenQueue before = load_given_queue(txn);
  GivenQueue queue = before;
  make_given_room(txn, queue, limits::kGivenPrekeysMax, now);
  if (queue.first != before.first) store_given_queue(txn, queue);
}

std::optional<Prekey> load_prekey(const store::Txn& txn, std::uint32_t id) {
  const auto bytes = txn.get(Table::prekeys, id_key(id));
  if (!bytes) return std::nullopt;
  const auto row = decode_row(*bytes);
  if (!row) return std::nullopt;
  return Prekey{id, crypto::KeyPair::from_private(row->private_key)};
}

void store_prekey(store::Txn& txn, const Prekey& prekey) {
  put_row(txn, prekey.id, prekey.key.private_key.bytes(), true);
}

void erase_prekey(store::Txn& txn, std::uint32_t id) { txn.erase(Table::prekeys, id_key(id)); }

SignedPrekey make_signed_prekey(const crypto::KeyPair& identity, std::uint32_t id, std::int64_t created_ms,
                                Random& random) {
  SignedPrekey out;
  out.id = id;
  out.key = crypto::KeyPair::generate(random);
  out.signature =
      crypto::xeddsa_sign(identity.private_key, crypto::with_type_byte(out.key.public_key), random.array<64>());
  out.created_ms = created_ms;
  return out;
}

void store_signed_prekey(store::Txn& txn, const SignedPrekey& prekey) {
  RowWriter row(kPrekeysRowVersion);
  row.bytes(prekey.key.private_key.bytes()).bytes(prekey.signature).i64(prekey.created_ms);
  txn.put(Table::signed_prekeys, id_key(prekey.id), std::move(row).finish());
  txn.put(Table::signed_prekeys, kCurrent, be_bytes(prekey.id, 4));
  // The current one and the two made before it stay: senders may hold an old bundle.
  for (;;) {
    std::optional<SignedPrekey> oldest;
    std::size_t kept = 0;
    for (const std::uint32_t id : signed_prekey_ids(txn)) {
      if (id == prekey.id) continue;
      auto other = load_signed_prekey(txn, id);
      if (!other) continue;
      ++kept;
      if (!oldest || other->created_ms < oldest->created_ms) oldest = std::move(other);
    }
    if (kept <= kPreviousSignedPrekeys) return;
    txn.erase(Table::signed_prekeys, id_key(oldest->id));
  }
}

std::optional<SignedPrekey> load_signed_prekey(const store::Txn& txn, std::uint32_t id) {
  const auto bytes = txn.get(Table::signed_prekeys, id_key(id));
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kPrekeysRowVersion);
  SignedPrekey out;
  out.id = id;
  out.key = crypto::KeyPair::from_private(row.array<32>());
  out.signature = row.array<64>();
  out.created_ms = row.i64();
  if (!row.finish()) return std::nullopt;
  return out;
}

std::optional<SignedPrekey> current_signed_prekey(const store::Txn& txn) {
  const auto id = txn.get(Table::signed_prekeys, kCurrent);
  if (!id || id->size() != 4) return std::nullopt;
  return load_signed_prekey(txn, static_cast<std::uint32_t>(read_be(*id)));
}

ByteArray<20> prekey_digest(const crypto::PublicKey& identity, const crypto::PublicKey& signed_prekey,
                            ByteView signature, const std::vector<crypto::PublicKey>& prekeys) {
  Bytes all = concat({identity, signed_prekey, signature});
  for (const crypto::PublicKey& prekey : prekeys) append(all, prekey);
  return crypto::sha1(all);
}

}  // namespace wa::signal
