// Rows of Table::sessions: "<address>" is the current ratchet, "<address>/<number>" the archived ones, the greater
// number the newer. A row per ratchet: the usual message reads and writes one ratchet, however many are archived.
#include "signal/session.h"

#include <algorithm>

#include "base/limits.h"
#include "store/row.h"

namespace wa::signal {
namespace {

using store::Table;

constexpr std::uint8_t kIdentityVersion = 1;

std::string archive_prefix(const Address& address) { return address.row_id() + '/'; }

std::vector<store::Row> archived_rows(const store::Txn& txn, const Address& address) {
  return txn.scan(Table::sessions, archive_prefix(address), limits::kArchivedSessionsMax + 1);
}

// The archived ratchets of an address share the room for skipped keys: the oldest lose theirs first.
void bound_archive(store::Txn& txn, const Address& address) {
  const std::vector<store::Row> rows = archived_rows(txn, address);
  std::size_t room = kArchivedSkippedMax;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    auto ratchet = Ratchet::decode(row->value);
    if (!ratchet) continue;
    room = ratchet->keep_skipped(room);
    if (Bytes kept = ratchet->encode(); kept.size() != row->value.size()) {
      txn.put(Table::sessions, row->id, std::move(kept));
    }
  }
}

// Makes room for a new current ratchet. The oldest archived one gives way when there are too many.
void archive_current(store::Txn& txn, const Address& address) {
  auto current = txn.get(Table::sessions, address.row_id());
  if (!current) return;
  const std::vector<store::Row> rows = archived_rows(txn, address);
  const std::uint64_t next = rows.empty() ? 1 : store::from_ordered(rows.back().id) + 1;
  if (rows.size() >= limits::kArchivedSessionsMax) txn.erase(Table::sessions, rows.front().id);
  txn.put(Table::sessions, archive_prefix(address) + store::ordered(next), std::move(*current));
  bound_archive(txn, address);
}

void store_current(store::Txn& txn, const Address& address, const Ratchet& ratchet) {
  txn.put(Table::sessions, address.row_id(), ratchet.encode());
}

struct Stored {
  std::string row_id;
  Ratchet ratchet;
};

// The current ratchet, if its row can be read.
std::optional<Stored> load_current(const store::Txn& txn, const Address& address) {
  auto row = txn.get(Table::sessions, address.row_id());
  if (!row) return std::nullopt;
  auto ratchet = Ratchet::decode(*row);
  if (!ratchet) return std::nullopt;
  return Stored{address.row_id(), *std::move(ratchet)};
}

// The beginning of a chain costs nothing when it is authentic: every answer of ours brings one.
Result<Bytes> try_decrypt(Ratchet& ratchet, const SignalMessage& message, Random& random, Work& work) {
  const std::uint32_t start = starts_chain(ratchet, message) ? kChainStartWork : 0;
  if (!work.take(start)) return {Errc::too_large, "too much work for this sender"};
  auto plaintext = decrypt(ratchet, message, start ? crypto::KeyPair::generate(random) : crypto::KeyPair{}, work);
  if (plaintext) work.left += start;
  return plaintext;
}

// Where the ratchet that decrypted is stored: in its place when current, else promoted.
void store_success(store::Txn& txn, const Address& address, const Stored& used) {
  if (used.row_id != address.row_id()) {
    txn.erase(Table::sessions, used.row_id);
    archive_current(txn, address);
  }
  store_current(txn, address, used.ratchet);
}

Result<Decrypted> decrypt_with(store::Txn& txn, const Address& address, Stored stored, const SignalMessage& message,
                               Random& random, Work& work) {
  work.jump_max = stored.row_id == address.row_id() ? limits::kRatchetJumpMax : kArchivedJumpMax;
  WA_TRY(Bytes plaintext, try_decrypt(stored.ratchet, message, random, work));
  store_success(txn, address, stored);
  return Decrypted{std::move(plaintext), stored.ratchet.remote_identity};
}

std::optional<Stored> find_by_base_key(const store::Txn& txn, const Address& address,
                                       const crypto::PublicKey& base_key) {
  std::optional<Stored> current = load_current(txn, address);
  if (current && current->ratchet.base_key == base_key) return current;
  for (store::Row& row : archived_rows(txn, address)) {
    auto ratchet = Ratchet::decode(row.value);
    if (ratchet && ratchet->base_key == base_key) return Stored{std::move(row.id), *std::move(ratchet)};
  }
  return std::nullopt;
}

struct KnownIdentity {
  crypto::PublicKey key{};
  bool proven = false;
};

std::optional<KnownIdentity> load_identity(const store::Txn& txn, const Address& address) {
  const auto row = txn.get(Table::identities, address.row_id());
  if (!row) return std::nullopt;
  RowReader reader(*row, kIdentityVersion);
  KnownIdentity known;
  known.key = reader.array<32>();
  known.proven = reader.more() && reader.flag();  // rows of former versions end before it
  return reader.finish() ? std::optional(known) : std::nullopt;
}

// True when the address was known with another identity.
bool note_identity(store::Txn& txn, const Address& address, const crypto::PublicKey& identity) {
  const auto known = identity_of(txn, address);
  if (known && *known == identity) return false;
  if (!known) {
    const auto gone = txn.make_room(Table::identities, address.name + '.', limits::kDevicesPerUserMax);
    if (gone) {
      txn.erase(Table::sessions, *gone);
      txn.erase_all(Table::sessions, *gone + '/');
    }
  }
  store_identity(txn, address, identity);
  return known.has_value();
}

Result<Ratchet> respond(const store::Txn& txn, const OwnIdentity& own, const PrekeyMessage& message) {
  const auto signed_prekey = load_signed_prekey(txn, message.signed_prekey_id);
  if (!signed_prekey) return {Errc::no_prekey, "signed prekey is gone"};
  std::optional<Prekey> prekey;
  if (message.prekey_id) {
    prekey = load_prekey(txn, *message.prekey_id);
    if (!prekey) return {Errc::no_prekey, "one-time prekey is gone"};
  }
  return start_as_responder(own.identity, own.registration_id, signed_prekey->key, prekey ? &prekey->key : nullptr,
                            message.identity, message.base_key, message.registration_id);
}

}  // namespace

bool has_session(const store::Txn& txn, const Address& address) { return txn.has(Table::sessions, address.row_id()); }

std::optional<std::uint32_t> session_registration_id(const store::Txn& txn, const Address& address) {
  const auto current = load_current(txn, address);
  if (!current) return std::nullopt;
  return current->ratchet.remote_registration_id;
}

void erase_session(store::Txn& txn, const Address& address) {
  txn.erase(Table::sessions, address.row_id());
  txn.erase_all(Table::sessions, archive_prefix(address));
}

void erase_user(store::Txn& txn, const std::string& name) {
  txn.erase_all(Table::sessions, name + '.');
  txn.erase_all(Table::identities, name + '.');
}

// Addresses that have a session under the new name keep it; what belongs to the old name then stays where it is.
int migrate_sessions(store::Txn& txn, const std::string& from_name, const std::string& to_name) {
  constexpr std::size_t kRowsMax = limits::kDevicesPerUserMax * (limits::kArchivedSessionsMax + 1);
  const std::string prefix = from_name + '.';
  int moved = 0;
  std::string kept;  // the address whose rows stay
  for (store::Row& row : txn.scan(Table::sessions, prefix, kRowsMax)) {
    const std::string suffix = row.id.substr(prefix.size());
    const std::string device = suffix.substr(0, suffix.find('/'));
    const std::string target = to_name + '.' + device;
    const bool is_current = device == suffix;
    if (is_current && txn.has(Table::sessions, target)) kept = device;
    if (device == kept) continue;
    txn.put(Table::sessions, to_name + '.' + suffix, std::move(row.value));
    txn.erase(Table::sessions, row.id);
    if (is_current) ++moved;
  }
  for (store::Row& row : txn.scan(Table::identities, prefix, kRowsMax)) {
    const std::string target = to_name + '.' + row.id.substr(prefix.size());
    if (txn.has(Table::identities, target)) continue;
    txn.put(Table::identities, target, std::move(row.value));
    txn.erase(Table::identities, row.id);
  }
  for (store::Row& row : txn.scan(Table::sender_keys, prefix, kRowsMax)) {
    const std::string target = to_name + '.' + row.id.substr(prefix.size());
    if (txn.has(Table::sender_keys, target)) continue;
    txn.put(Table::sender_keys, target, std::move(row.value));
    txn.erase(Table::sender_keys, row.id);
  }
  return moved;
}

Result<Started> start_session(store::Txn& txn, const OwnIdentity& own, const Address& address,
                              const RemoteBundle& bundle, Random& random) {
  if (!crypto::xeddsa_verify(bundle.identity, crypto::with_type_byte(bundle.signed_prekey),
                             bundle.signed_prekey_signature)) {
    return {Errc::bad_signature, "signed prekey of a bundle"};
  }
  const crypto::KeyPair base = crypto::KeyPair::generate(random);
  const crypto::KeyPair first_ratchet = crypto::KeyPair::generate(random);
  WA_TRY(const Ratchet ratchet, start_as_initiator(own.identity, own.registration_id, bundle, base, first_ratchet));
  archive_current(txn, address);
  store_current(txn, address, ratchet);
  return Started{note_identity(txn, address, bundle.identity)};
}

Result<Encrypted> encrypt_for(store::Txn& txn, const Address& address, ByteView plaintext) {
  auto current = load_current(txn, address);
  if (!current) return {Errc::no_session, "no session to encrypt with"};
  Encrypted out = encrypt(current->ratchet, plaintext);
  store_current(txn, address, current->ratchet);
  return out;
}

Result<Decrypted> decrypt_prekey_message(store::Txn& txn, const OwnIdentity& own, const Address& address, ByteView wire,
                                         Random& random, Work& work) {
  WA_TRY(const PrekeyMessage message, parse_prekey_message(wire));
  if (auto known = find_by_base_key(txn, address, message.base_key);
      known && known->ratchet.remote_identity == message.identity) {
    return decrypt_with(txn, address, *std::move(known), message.message, random, work);
  }
  if (!work.take(kSessionStartWork)) return {Errc::too_large, "too many new sessions"};
  WA_TRY(Ratchet ratchet, respond(txn, own, message));
  work.jump_max = limits::kRatchetJumpMax;
  WA_TRY(Bytes plaintext, try_decrypt(ratchet, message.message, random, work));
  archive_current(txn, address);
  store_current(txn, address, ratchet);
  if (message.prekey_id) erase_prekey(txn, *message.prekey_id);
  return Decrypted{std::move(plaintext), message.identity, true, note_identity(txn, address, message.identity)};
}

Result<Decrypted> decrypt_message(store::Txn& txn, const Address& address, ByteView wire, Random& random, Work& work) {
  WA_TRY(const SignalMessage message, parse_signal_message(wire));
  auto current = load_current(txn, address);
  if (!current) return {Errc::no_session, "no session to decrypt with"};
  auto opened = decrypt_with(txn, address, *std::move(current), message, random, work);
  if (opened || opened.error().code != Errc::bad_mac) return opened;
  const std::vector<store::Row> rows = archived_rows(txn, address);
  Work rest;
  rest.left = std::min(work.left, kArchivedWorkMax);
  work.left -= rest.left;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    auto ratchet = Ratchet::decode(row->value);
    if (!ratchet) continue;
    auto archived = decrypt_with(txn, address, {row->id, *std::move(ratchet)}, message, random, rest);
    if (!archived && archived.error().code != Errc::duplicate) continue;
    opened = std::move(archived);
    break;
  }
  work.left += rest.left;
  return opened;
}

std::optional<crypto::PublicKey> identity_of(const store::Txn& txn, const Address& address) {
  const auto known = load_identity(txn, address);
  return known ? std::optional(known->key) : std::nullopt;
}

std::optional<crypto::PublicKey> proven_identity(const store::Txn& txn, const Address& address) {
  const auto known = load_identity(txn, address);
  return known && known->proven ? std::optional(known->key) : std::nullopt;
}

void store_identity(store::Txn& txn, const Address& address, const crypto::PublicKey& identity, bool proven) {
  RowWriter row(kIdentityVersion);
  row.bytes(identity);
  if (proven) row.flag(true);
  txn.put(Table::identities, address.row_id(), std::move(row).finish());
}

std::optional<crypto::PublicKey> session_identity(const store::Txn& txn, const Address& address) {
  const auto current = load_current(txn, address);
  return current ? std::optional(current->ratchet.remote_identity) : std::nullopt;
}

void erase_sender_keys(store::Txn& txn, const Address& address) {
  txn.erase_all(Table::sender_keys, archive_prefix(address));
}

void keep_only_identity(store::Txn& txn, const Address& address, const crypto::PublicKey& identity) {
  bool foreign = identity_of(txn, address) != identity;
  std::vector<store::Row> rows = archived_rows(txn, address);
  if (auto current = txn.get(Table::sessions, address.row_id())) rows.push_back({address.row_id(), *std::move(current)});
  for (const store::Row& row : rows) {
    const auto ratchet = Ratchet::decode(row.value);
    if (ratchet && ratchet->remote_identity == identity) continue;
    txn.erase(Table::sessions, row.id);
    foreign = true;
  }
  if (!foreign) return;
  erase_sender_keys(txn, address);
  store_identity(txn, address, identity);
}

}  // namespace wa::signal
