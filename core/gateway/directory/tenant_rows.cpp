// tested by unit/gateway/directory/users_api_test.cpp
#include "gateway/directory/tenant_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

using store::Table;
constexpr std::uint8_t kTenantsRowVersion = 1, kUserVersion = 2, kUserOldestRead = 1;
constexpr std::size_t kTombstonesMax = 1'000'000, kListStep = 512;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

std::string id_of(char kind, std::string_view rest) {
  std::string out(1, kind);
  out.append(rest);
  return out;
}

std::string index_id(char kind, std::string_view owner, const DeviceRecord& device) {
  return id_of(kind, owner) + store::ordered(static_cast<std::uint64_t>(device.created.ms)) + device.id;
}
// What of an index row's id comes before the device's id: kind, owner (a UUID), time.
constexpr std::size_t kIndexHead = 1 + 36 + 8;

Bytes encode(const Tenant& t) {
  RowWriter row(kTenantsRowVersion);
  row.text(t.id).text(t.name).i64(t.created.ms).i64(t.updated.ms).u32(t.devices);
  return std::move(row).finish();
}
std::optional<Tenant> decode_tenant(ByteView row) {
  RowReader in(row, kTenantsRowVersion);
  Tenant out;
  out.id = in.text();
  out.name = in.text();
  out.created = {in.i64()};
  out.updated = {in.i64()};
  out.devices = in.u32();
  if (!in.finish().ok()) return std::nullopt;
  return out;
}

Bytes encode(const User& u) {
  RowWriter out(kUserVersion);
  out.text(u.id).text(u.tenant_id).text(u.email).u8(static_cast<std::uint8_t>(u.role)).flag(u.active);
  out.i64(u.created.ms).i64(u.updated.ms).bytes(u.token_hash);
  out.text(u.token_end).text(u.webhook_url);
  return std::move(out).finish();
}
std::optional<User> decode_user(ByteView row) {
  RowReader in(row, kUserVersion, kUserOldestRead);
  User out;
  out.id = in.text();
  out.tenant_id = in.text();
  out.email = in.text();
  const std::uint8_t role = in.u8();
  out.active = in.flag();
  out.created = {in.i64()};
  out.updated = {in.i64()};
  out.token_hash = in.bytes();
  if (in.version() >= 2) {
    out.token_end = in.text();
    out.webhook_url = in.text();
  }
  if (!in.finish().ok() || role > static_cast<std::uint8_t>(Role::admin)) return std::nullopt;
  out.role = static_cast<Role>(role);
  return out;
}

Bytes encode(const DeviceRecord& d) {
  RowWriter out(kTenantsRowVersion);
  out.text(d.id).text(d.user_id).text(d.tenant_id).text(d.name).i64(d.created.ms).i64(d.updated.ms);
  return std::move(out).finish();
}
std::optional<DeviceRecord> decode_device(ByteView row) {
  RowReader in(row, kTenantsRowVersion);
  DeviceRecord out;
  out.id = in.text();
  out.user_id = in.text();
  out.tenant_id = in.text();
  out.name = in.text();
  out.created = {in.i64()};
  out.updated = {in.i64()};
  if (!in.finish().ok()) return std::nullopt;
  return out;
}

// The rows under a prefix behind a key. `read` makes of a row what is listed, or nothing.
template <class Row, class Read>
Listed list_rows(const store::Txn& txn, Table table, const std::string& prefix, After after, const Tell<Row>& tell, Read read) {
  Listed out{std::string(after.key), false};
  for (std::size_t left = after.limit;;) {
    const std::string from = out.last.empty() ? prefix : prefix + out.last + '\0';
    const std::size_t step = std::min(left + 1, kListStep);
    const std::vector<store::Row> rows = txn.scan(table, prefix, from, step);
    for (const store::Row& row : rows) {
      out.more = left == 0;
      if (out.more) return out;
      --left;
      out.last = row.id.substr(prefix.size());
      if (const std::optional<Row> listed = read(row)) tell(*listed);
    }
    if (rows.size() < step) return out;
  }
}

}  // namespace

std::optional<Principal> Tenants::authenticate(ByteView token_hash) const {
  const auto user_id = txn_.get(Table::api_tokens, text_of(token_hash));
  const auto row = user_id ? txn_.get(Table::users, id_of('u', text_of(*user_id))) : std::nullopt;
  const auto user = row ? decode_user(*row) : std::nullopt;
  if (!user || !user->active || !equal_constant_time(user->token_hash, token_hash)) return std::nullopt;
  Principal out{false, user->id, user->tenant_id, user->role, {}, false};
  const auto devices = txn_.scan(Table::devices, id_of('u', user->id), 2);
  if (!devices.empty()) out.default_device = devices.front().id.substr(kIndexHead);
  out.several_devices = devices.size() > 1;
  return out;
}

bool Tenants::name_taken(std::string_view name) const { return txn_.has(Table::tenants, id_of('n', lower(name))); }
bool Tenants::email_registered(std::string_view email) const { return txn_.has(Table::users, id_of('e', lower(email))); }

bool Tenants::email_taken(std::string_view tenant_id, std::string_view email) const {
  return txn_.has(Table::users, id_of('m', tenant_id) + lower(email));
}

void Tenants::add(const Tenant& tenant) {
  txn_.put(Table::tenants, id_of('t', tenant.id), encode(tenant));
  txn_.put(Table::tenants, id_of('n', lower(tenant.name)), to_bytes(tenant.id));
}

void Tenants::add(const User& user, bool registered) {
  save(user);
  if (registered) txn_.put(Table::users, id_of('e', lower(user.email)), to_bytes(user.id));
  txn_.put(Table::users, id_of('m', user.tenant_id) + lower(user.email), to_bytes(user.id));
  txn_.put(Table::users, id_of('t', user.tenant_id) + user.id, Bytes{kTenantsRowVersion});
  txn_.put(Table::api_tokens, text_of(user.token_hash), to_bytes(user.id));
}

void Tenants::save(const User& user) { txn_.put(Table::users, id_of('u', user.id), encode(user)); }

void Tenants::replace_token(User& user, ByteView hash, std::string_view end) {
  txn_.erase(Table::api_tokens, text_of(user.token_hash));
  user.token_hash = to_bytes(hash);
  user.token_end = end;
  txn_.put(Table::api_tokens, text_of(hash), to_bytes(user.id));
  save(user);
}

std::optional<User> Tenants::find_user(const Principal& who, std::string_view id) const {
  const auto row = txn_.get(Table::users, id_of('u', id));
  auto user = row ? decode_user(*row) : std::nullopt;
  if (!user || user->tenant_id != who.tenant_id) return std::nullopt;
  return user;
}

Listed Tenants::users(const Principal& who, After after, const Tell<User>& tell) const {
  const std::string index = id_of('t', who.tenant_id);
  return list_rows<User>(txn_, Table::users, index, after, tell, [&](const store::Row& entry) {
    return find_user(who, std::string_view(entry.id).substr(index.size()));
  });
}

std::size_t Tenants::user_count(const Principal& who) const {
  return txn_.scan(Table::users, id_of('t', who.tenant_id), limits::kUsersPerTenantMax).size();
}

void Tenants::erase(const User& user) {
  txn_.erase(Table::api_tokens, text_of(user.token_hash));
  txn_.erase(Table::users, id_of('m', user.tenant_id) + lower(user.email));
  const std::string registered = id_of('e', lower(user.email));
  const auto by = txn_.get(Table::users, registered);
  if (by && text_of(*by) == user.id) txn_.erase(Table::users, registered);
  txn_.erase(Table::users, id_of('u', user.id));
  txn_.erase(Table::users, id_of('t', user.tenant_id) + user.id);
  txn_.erase(Table::requests, user.id);  // kept_answers.h
}

std::vector<DeviceRecord> Tenants::remove(const User& user) {
  auto devices = all_indexed(id_of('u', user.id));
  for (const DeviceRecord& device : devices) bury(device);
  erase(user);
  return devices;
}

std::optional<Tenant> Tenants::tenant(std::string_view id) const {
  const auto row = txn_.get(Table::tenants, id_of('t', id));
  return row ? decode_tenant(*row) : std::nullopt;
}

Listed Tenants::tenants(After after, const Tell<Tenant>& tell) const {
  return list_rows<Tenant>(txn_, Table::tenants, "t", after, tell,
                           [](const store::Row& row) { return decode_tenant(row.value); });
}

std::vector<DeviceRecord> Tenants::remove(const Tenant& tenant) {
  const auto devices = all_indexed(id_of('t', tenant.id));
  for (const DeviceRecord& device : devices) bury(device);
  Principal inside;
  inside.tenant_id = tenant.id;
  std::vector<User> inhabitants;
  users(inside, {{}, limits::kUsersPerTenantMax}, [&](const User& user) { inhabitants.push_back(user); });
  for (const User& user : inhabitants) erase(user);
  txn_.erase(Table::tenants, id_of('t', tenant.id));
  txn_.erase(Table::tenants, id_of('n', lower(tenant.name)));
  return devices;
}

void Tenants::add(const DeviceRecord& device) {
  txn_.put(Table::devices, id_of('d', device.id), encode(device));
  index(device);
  if (auto owner = tenant(device.tenant_id)) {
    ++owner->devices;
    txn_.put(Table::tenants, id_of('t', owner->id), encode(*owner));
  }
}

bool Tenants::has_short_index() const {
  const auto first = txn_.scan(Table::devices, "t", 1);
  return !first.empty() && first.front().value.size() == 1;
}

void Tenants::index(const DeviceRecord& device) {
  txn_.put(Table::devices, index_id('u', device.user_id, device), encode(device));
  txn_.put(Table::devices, index_id('t', device.tenant_id, device), encode(device));
}

std::optional<DeviceRecord> Tenants::device(std::string_view id) const {
  const auto row = txn_.get(Table::devices, id_of('d', id));
  return row ? decode_device(*row) : std::nullopt;
}

std::optional<DeviceRecord> Tenants::find_device(const Principal& who, std::string_view id) const {
  auto found = device(id);
  if (!found || found->tenant_id != who.tenant_id) return std::nullopt;
  return found;
}

Listed Tenants::devices_of_tenant(const Principal& who, After after, const Tell<DeviceRecord>& tell) const {
  return indexed(id_of('t', who.tenant_id), after, tell);
}
Listed Tenants::devices_of_user(const Principal& who, After after, const Tell<DeviceRecord>& tell) const {
  return indexed(id_of('u', who.user_id), after, tell);
}

Listed Tenants::indexed(const std::string& prefix, After after, const Tell<DeviceRecord>& tell) const {
  return list_rows<DeviceRecord>(txn_, Table::devices, prefix, after, tell, [&](const store::Row& entry) {
    return entry.value.size() > 1 ? decode_device(entry.value) : device(std::string_view(entry.id).substr(kIndexHead));
  });
}

std::vector<DeviceRecord> Tenants::all_indexed(const std::string& prefix) const {
  std::vector<DeviceRecord> out;
  indexed(prefix, {{}, limits::kDevicesPerTenantMax}, [&](const DeviceRecord& device) { out.push_back(device); });
  return out;
}

void Tenants::bury(const DeviceRecord& device) {
  txn_.erase(Table::devices, id_of('d', device.id));
  txn_.erase(Table::devices, index_id('u', device.user_id, device));
  txn_.erase(Table::devices, index_id('t', device.tenant_id, device));
  forget_webhook(device.id);
  RowWriter tombstone(kTenantsRowVersion);
  tombstone.text(device.user_id).text(device.tenant_id);
  txn_.put(Table::devices, id_of('x', device.id), std::move(tombstone).finish());
  if (auto owner = tenant(device.tenant_id); owner && owner->devices > 0) {
    --owner->devices;
    txn_.put(Table::tenants, id_of('t', owner->id), encode(*owner));
  }
}

void Tenants::forget_tombstone(std::string_view id) { txn_.erase(Table::devices, id_of('x', id)); }

std::vector<DeviceRecord> Tenants::all_devices(std::string_view after, std::size_t limit) const {
  std::vector<DeviceRecord> out;
  std::string from = id_of('d', after);
  if (!after.empty()) from.push_back('\0');
  for (const store::Row& row : txn_.scan(Table::devices, "d", from, limit)) {
    if (auto found = decode_device(row.value)) out.push_back(*std::move(found));
  }
  return out;
}

std::vector<Tombstone> Tenants::tombstones() const {
  std::vector<Tombstone> out;
  for (const store::Row& row : txn_.scan(Table::devices, "x", kTombstonesMax)) {
    RowReader in(row.value, kTenantsRowVersion);
    Tombstone one{row.id.substr(1), in.text(), in.text()};
    if (!in.finish().ok()) one.user_id.clear();
    out.push_back(std::move(one));
  }
  return out;
}

void Tenants::want_webhook(std::string_view device_id, std::string_view url) {
  txn_.put(Table::devices, id_of('w', device_id), to_bytes(url));
}
void Tenants::forget_webhook(std::string_view device_id) { txn_.erase(Table::devices, id_of('w', device_id)); }
std::optional<std::string> Tenants::wanted_webhook(std::string_view device_id) const {
  const auto row = txn_.get(Table::devices, id_of('w', device_id));
  if (!row) return std::nullopt;
  return to_string(*row);
}
std::vector<std::string> Tenants::devices_wanting_webhooks() const {
  std::vector<std::string> out;
  for (const store::Row& row : txn_.scan(Table::devices, "w", kTombstonesMax)) out.push_back(row.id.substr(1));
  return out;
}

}  // namespace wa::gateway
