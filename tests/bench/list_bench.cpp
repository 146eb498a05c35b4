// What the longest lists of the API hold a strand for, in CPU time: the whole answer, a first page and one from the middle.
// Each over a store in memory and over the database as the host reads it, when its view is new and when it is not.
//   list_bench [/PATH [memory]]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <future>
#include <string>

#include "base/encoding.h"
#include "client/rows/chat_lists.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "crypto/hash.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/tenant_rows.h"
#include "gateway/gateway.h"
#include "gateway/http/json.h"
#include "native/support.h"
#include "sim/world/seeded_random.h"
#include "store/backends.h"
#include "store/committer.h"
#include "store/device_view.h"
#include "store/memory_store.h"

using namespace wa;

namespace {

constexpr std::size_t kEntries = 10'000, kUsers = 1'000, kPeople = 40'000;  // of a device no more are kept
constexpr std::size_t kDirectoryRowsCached = 20'000, kDeviceRowsCached = 64;  // as the hosts have them
const std::string kToken = "11111111-1111-4111-8111-111111111111", kMaster = "22222222-2222-4222-8222-222222222222";
const Now kNow{{1000}, {1'767'225'600'000}};

std::string hash_of(const std::string& text) { return to_string(crypto::sha256(view(text))); }

void fill_directory(store::MemoryStore& rows, Random& random) {
  store::Txn txn(rows);
  gateway::Tenants tenants(txn);
  const gateway::Tenant tenant{uuid_v4(random), "bench", kNow.wall, kNow.wall, 0};
  for (std::size_t i = 0; i < kEntries; ++i) {
    tenants.add(gateway::Tenant{uuid_v4(random), "tenant " + std::to_string(i), kNow.wall, kNow.wall, 0});
  }
  tenants.add(tenant);
  std::string admin;
  for (std::size_t i = 0; i < kUsers; ++i) {
    const std::string token = i == 0 ? kToken : uuid_v4(random);
    const gateway::User user{uuid_v4(random), tenant.id, std::to_string(i) + "@example.org", gateway::Role::admin, true,
                             kNow.wall, kNow.wall, to_bytes(crypto::sha256(view(token))), "1111", {}};
    if (i == 0) admin = user.id;
    tenants.add(user, false);
  }
  for (std::size_t i = 0; i < kEntries; ++i) {
    const WallTime made{kNow.wall.ms + static_cast<std::int64_t>(i)};
    tenants.add(gateway::DeviceRecord{uuid_v4(random), admin, tenant.id, "Front desk", made, made});
  }
  rows.apply(txn.take());
}

// Half are known by number and by LID, with a name in each form.
void fill_device(store::MemoryStore& rows, std::size_t people) {
  store::Txn txn(rows);
  for (std::size_t i = 0; i < people; ++i) {
    const wire::Jid pn = *wire::parse_jid(std::to_string(5'511'900'000'000 + i * 7) + "@s.whatsapp.net");
    const wire::Jid lid = *wire::parse_jid(std::to_string(100'000'000'000'000 + i * 7'919 % 1'000'003) + "@lid");
    if (i % 2 == 0) client::learn_lid(txn, pn, lid);
    client::store_contact(txn, pn, {"Maria da Silva " + std::to_string(i), "Maria", i % 2 == 1 ? "maria!" : ""});
    if (i % 2 == 0) client::store_contact(txn, lid, {"", "", "maria!"});
    client::ChatRow chat;
    chat.archived = i % 3 == 0;
    chat.muted_until_ms = i % 5 == 0 ? -1 : 0;
    chat.last = client::LastMessage{"3EB0B833389AFDD9AAF180", false, "", 1'767'000'000};
    client::store_chat(txn, i % 4 == 0 ? lid : pn, chat);
  }
  rows.apply(txn.take());
}

struct Case { const char* name; std::string target; std::string token; };

template <class Machine, class Input>
std::string answer_of(Machine& machine, Input request, double& ms) {
  const std::clock_t start = std::clock();
  std::string body;
  {
    auto step = machine.handle(std::move(request), kNow);
    for (auto& effect : step.effects) {
      if (auto* reply = std::get_if<Reply>(&effect)) body = std::move(reply->body);
    }
  }
  ms = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return body;
}

// Opened anew for the first answer; then the best of five more.
template <class Open>
std::string measure(const char* store, const Case& one, Open open) {
  auto machine = open();
  double first = 0, best = 1e9, ms = 0;
  const auto request = [&] { return gateway::ApiRequest{1, "GET", one.target, "Bearer " + one.token, "", ""}; };
  const std::string body = answer_of(*machine, request(), first);
  for (int i = 0; i < 5; ++i) {
    (void)answer_of(*machine, request(), ms);
    best = std::min(best, ms);
  }
  std::printf("%-30s %-8s %9.2f ms first %9.2f ms again %9zu bytes  %s\n", one.name, store, first, best, body.size(),
              hex(crypto::sha256(view(body))).substr(0, 12).c_str());
  std::fflush(stdout);
  return body;
}

template <class Open>
void measure_all(const char* store, const std::vector<Case>& cases, const std::string& only, Open open) {
  for (const Case& one : cases) {
    if (one.target.compare(0, only.size(), only) != 0) continue;
    std::string body = measure(store, one, open);
    const auto page = gateway::parse_json(body.substr(0, 64u << 20), SIZE_MAX);
    const gateway::Json* next = page ? gateway::member(*page, "next_cursor") : nullptr;
    if (!next || !next->is_string()) continue;
    const char join = one.target.find('?') == std::string::npos ? '?' : '&';
    const std::string later = one.target + join + "cursor=" + next->get<std::string>();
    (void)measure(store, {"  and the page after it", later, one.token}, open);
  }
}

void fill(native::Committer& store, const char* scope, const store::MemoryStore& rows) {
  store::WriteBatch batch;
  for (const auto& [key, value] : rows.rows()) batch.writes[key] = value;
  std::promise<bool> done;
  store.commit(native::scope_of(scope), batch, [&](bool committed) { done.set_value(committed); });
  if (!done.get_future().get()) std::printf("the rows were not committed\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  sim::SeededRandom random{1};
  store::MemoryStore directory, device, crowd;
  fill_directory(directory, random);
  fill_device(device, kEntries);
  fill_device(crowd, kPeople);
  const std::vector<Case> of_directory{
      {"10,000 devices", "/devices", kToken}, {"  a page of 1,000", "/devices?limit=1000", kToken},
      {"10,000 devices of a user", "/user/devices", kToken}, {"1,000 users", "/users", kToken},
      {"10,000 tenants", "/tenants", kMaster}};
  const std::vector<Case> of_device{{"10,000 contacts", "/contacts", ""}, {"  a page of 1,000", "/contacts?limit=1000", ""},
                                    {"10,000 chats", "/chats", ""}, {"  a page of 1,000", "/chats?limit=1000", ""}};
  const std::vector<Case> of_crowd{{"40,000 contacts", "/contacts", ""}, {"  a page of 1,000", "/contacts?limit=1000", ""},
                                   {"40,000 chats", "/chats", ""}, {"  a page of 1,000", "/chats?limit=1000", ""}};
  const auto open_directory = [&](const store::StoreView& view) {
    return *gateway::Directory::open({hash_of(kMaster), {}}, view, random, kNow);
  };
  const auto open_device = [&](const store::StoreView& view) {
    gateway::Config config;
    config.device_id = uuid_v4(random);
    return *gateway::Gateway::open(config, view, random, kNow);
  };
  measure_all("memory", of_directory, only, [&] { return open_directory(directory); });
  measure_all("memory", of_device, only, [&] { return open_device(device); });
  if (argc > 2) return 0;
  native_test::TemporaryDirectory folder;
  native::Committer sqlite(native::open_store("sqlite", {folder.path(), {}}));
  fill(sqlite, "directory", directory);
  fill(sqlite, "device", device);
  fill(sqlite, "crowd", crowd);
  const native::DeviceView directory_view(sqlite, native::scope_of("directory"), kDirectoryRowsCached);
  const native::DeviceView device_view(sqlite, native::scope_of("device"), kDeviceRowsCached);
  const native::DeviceView crowd_view(sqlite, native::scope_of("crowd"), kDeviceRowsCached);
  measure_all("database", of_directory, only, [&] { directory_view.shrink(); return open_directory(directory_view); });
  measure_all("database", of_device, only, [&] { device_view.shrink(); return open_device(device_view); });
  measure_all("database", of_crowd, only, [&] { crowd_view.shrink(); return open_device(crowd_view); });
}
