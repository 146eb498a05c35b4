// The directory: tenants, users, tokens and the list of devices; the second, small machine. The only place where one
// tenant could meet another, so tenant isolation is decided here and nowhere else.
#pragma once

#include <map>
#include <memory>

#include "base/egress.h"
#include "base/random.h"
#include "base/result.h"
#include "client/effect.h"
#include "gateway/input.h"
#include "store/store.h"

namespace wa::gateway {

struct DirectoryConfig {
  std::string master_token_sha256;  // 32 raw bytes; empty: super-admin endpoints answer 401
  UrlPolicy webhook_urls;           // of POST /user/webhook, POST /users, POST /register
};

// What the host does after committing the directory's writes.
// Feed that device's gateway. A host counts the requests of a tenant that wait for their reply (kRequestsPerTenantMax).
struct ToDevice { std::string device_id; ApiRequest request; std::string tenant_id; };
// A device exists now (also given once for each at open). `siblings`: devices of its tenant, itself among them.
struct StartDevice { std::string device_id, user_id, tenant_id; std::size_t siblings = 1; };
// DELETE /devices/{id}, and a device whose user or tenant is deleted: its row is already a tombstone. The request (id 0 when
// nobody waits) goes to the device (ToDevice), which logs out, replies and answers with the effect Removed; then
// the host erases its rows and feeds DeviceRemoved. What a crash left half done is taken up again: at start the buried
// device is started too, and told again as soon as it reports. RemoveDevice asks the host to erase the rows of a device
// that has no machine: for tombstones that do not say whose they were.
struct RemoveDevice { std::string device_id; };
using DirectoryEffect = std::variant<Reply, ToDevice, StartDevice, RemoveDevice, Log>;

struct DirectoryStep {
  store::WriteBatch writes;
  std::vector<DirectoryEffect> effects;
};

struct DeviceReport { std::string device_id; DeviceStatus status; };  // from the device's DeviceStatus effect
struct DeviceRemoved { std::string device_id; };                        // its machine and rows are gone
using DirectoryInput = std::variant<ApiRequest, DeviceReport, DeviceRemoved>;

// The token of "Bearer <token>" (any case) or of a bare "<token>"; empty when there is none or it cannot be one.
std::string_view token_of(std::string_view authorization);

class Directory {
 public:
  static Result<std::unique_ptr<Directory>> open(DirectoryConfig, const store::StoreView&, Random&, Now);
  ~Directory();
  [[nodiscard]] DirectoryStep start(Now);                 // StartDevice for every stored device, buried ones too
  [[nodiscard]] DirectoryStep handle(DirectoryInput, Now);
  // The tenant whose token an Authorization header carries, "" for the master token; nullopt: nobody's. For a host that must
  // know before it has read the request; handle() looks again.
  std::optional<std::string> tenant_of(const std::string& authorization);

 private:
  struct Parts;
  explicit Directory(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace wa::gateway
