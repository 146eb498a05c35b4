// Requests of every role to a directory of two tenants. A part: who asks, its length in two bytes, then "METHOD\nTARGET\nBODY"; "{0}" to "{9}"
// stand for ids of both tenants. Laws: a request is answered once or handed to one device of the caller's own tenant, and
// nothing of the other tenant is in an answer. The same after opening the rows again.
#include <set>

#include "crypto/hash.h"
#include "fuzz/fuzz.h"
#include "fuzz/script.h"
#include "gateway/directory/directory.h"
#include "gateway/http/json.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"

using namespace wa;

namespace {

constexpr int kPartsMax = 12;
constexpr const char* kMaster = "3f0c5f5e-1111-4111-8111-111111111111";
const std::string kOther = "otherland";  // in every name of the other tenant

// Ids: 0 tenant, 1-3 users, 4-5 devices, 6 tenant, 7 user, 8 device of the other, 9 nobody's.
struct House {
  store::MemoryStore disk;
  std::vector<std::string> ids, tokens;  // tokens: admin, manager, user; of the other tenant: admin; master; none
  std::set<std::string> own_devices;
};

class Desk {
 public:
  Desk(House& house, std::uint64_t seed) : house_(house), random_(seed) { open(); }
  void open() {
    auto opened = gateway::Directory::open({to_string(crypto::sha256(view(std::string_view(kMaster)))), {}}, house_.disk, random_, now_);
    WA_ASSERT(opened.ok());
    directory_ = *std::move(opened);
    for (const auto& effect : directory_->start(now_).effects) (void)effect;
  }
  std::vector<gateway::DirectoryEffect> feed(gateway::DirectoryInput input) {
    now_.wall.ms += 1;
    gateway::DirectoryStep step = directory_->handle(std::move(input), now_);
    house_.disk.apply(step.writes);
    return std::move(step.effects);
  }
  std::vector<gateway::DirectoryEffect> ask(const std::string& token, std::string method, std::string target, std::string body) {
    return feed(gateway::ApiRequest{++number_, std::move(method), std::move(target), token.empty() ? "" : "Bearer " + token,
                                    "application/json", std::move(body)});
  }
  gateway::Json made(const std::string& token, const char* target, std::string body) {
    for (const auto& effect : ask(token, "POST", target, std::move(body))) {
      if (const auto* reply = std::get_if<Reply>(&effect)) {
        WA_ASSERT(reply->status == 201);
        return *gateway::parse_json(reply->body);
      }
    }
    WA_ASSERT(false);
    return {};
  }
  RequestId number() const { return number_; }

 private:
  House& house_;
  sim::SeededRandom random_;
  Now now_{{1'000}, {1'790'000'000'000}};
  std::unique_ptr<gateway::Directory> directory_;
  RequestId number_ = 0;
};

std::string text_at(const gateway::Json& in, std::initializer_list<const char*> path) {
  const gateway::Json* at = &in;
  for (const char* name : path) {
    at = gateway::member(*at, name);
    WA_ASSERT(at);
  }
  return at->get<std::string>();
}

House build() {
  House house;
  Desk desk(house, 5);
  const auto tenant = desk.made(kMaster, "/register",
                                R"({"tenant_name":"Acme","email":"a@example.com","password":"correct horse","role":"admin"})");
  house.tokens = {text_at(tenant, {"token"})};
  house.ids = {text_at(tenant, {"tenant", "id"}), text_at(tenant, {"user", "id"})};
  for (const char* role : {"manager", "user"}) {
    const std::string body = std::string(R"({"email":")") + role + R"(@example.com","password":"correct horse","role":")" + role + "\"}";
    const auto user = desk.made(house.tokens[0], "/users", body);
    house.tokens.push_back(text_at(user, {"user", "token"}));
    house.ids.push_back(text_at(user, {"user", "id"}));
  }
  for (const std::size_t owner : {0, 2}) {
    house.ids.push_back(text_at(desk.made(house.tokens[owner], "/devices", R"({"name":"desk"})"), {"device", "id"}));
    house.own_devices.insert(house.ids.back());
  }
  const auto other = desk.made(kMaster, "/register", R"({"tenant_name":")" + kOther + R"(","email":"o@)" + kOther +
                               R"(.example.com","password":"correct horse","role":"admin"})");
  house.tokens.push_back(text_at(other, {"token"}));
  house.ids.push_back(text_at(other, {"tenant", "id"}));
  house.ids.push_back(text_at(other, {"user", "id"}));
  house.ids.push_back(text_at(desk.made(house.tokens.back(), "/devices", R"({"name":")" + kOther + "\"}"), {"device", "id"}));
  house.ids.push_back("00000000-0000-4000-8000-000000000000");
  house.tokens.push_back(kMaster);
  house.tokens.push_back("");
  return house;
}

std::string filled(const House& house, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hole = text[i] == '{' && i + 2 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' && text[i + 2] == '}';
    if (!hole) {
      out += text[i];
      continue;
    }
    out += house.ids[static_cast<std::size_t>(text[i + 1] - '0')];
    i += 2;
  }
  return out;
}

// `told`: somebody of this tenant, or a device of it, has named the other tenant, so an answer may.
void ask(Desk& desk, House& house, std::size_t who, bool& told, fuzz::Script part) {
  std::string method = part.line(), target = filled(house, part.line()), body = filled(house, text_of(part.rest()));
  told = told || (who < 3 && (target + body).find(kOther) != std::string::npos);
  int answers = 0;
  for (const auto& effect : desk.ask(house.tokens[who], std::move(method), std::move(target), std::move(body))) {
    if (const auto* reply = std::get_if<Reply>(&effect)) {
      ++answers;
      WA_ASSERT(reply->request == desk.number() && reply->status >= 200 && reply->status < 600);
      if (who < 3 && !told) WA_ASSERT(reply->body.find(kOther) == std::string::npos);
    } else if (const auto* to = std::get_if<gateway::ToDevice>(&effect)) {
      if (to->request.request == 0) continue;  // an order of the directory: a device that was removed
      ++answers;
      WA_ASSERT(to->request.authorization.empty());
      if (who < 3) WA_ASSERT(to->tenant_id == house.ids[0]);
      if (who < 3) WA_ASSERT(to->device_id != house.ids[8]);
    } else if (const auto* start = std::get_if<gateway::StartDevice>(&effect)) {
      if (who < 3) WA_ASSERT(start->tenant_id == house.ids[0]);
    }
  }
  WA_ASSERT(answers == 1);
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  static const House kHouse = build();
  House house = kHouse;
  Desk desk(house, 6);
  bool told = false;
  fuzz::Script script(input);
  for (int i = 0; i < kPartsMax && !script.empty(); ++i) {
    const std::size_t kind = script.byte() % (house.tokens.size() + 3);
    const fuzz::Script part(script.part());
    if (kind < house.tokens.size()) {
      ask(desk, house, kind, told, part);
    } else if (kind == house.tokens.size()) {
      fuzz::Script rest = part;
      DeviceStatus status;
      const std::uint8_t bits = rest.byte();
      status.connected = bits & 1;
      status.paired = bits & 2;
      const std::string& device = house.ids[rest.byte() % house.ids.size()];
      status.jid = rest.line();
      status.webhook_url = rest.line();
      told = told || (house.own_devices.count(device) && (status.jid + status.webhook_url).find(kOther) != std::string::npos);
      (void)desk.feed(gateway::DeviceReport{device, std::move(status)});
    } else if (kind == house.tokens.size() + 1) {
      fuzz::Script rest = part;
      (void)desk.feed(gateway::DeviceRemoved{house.ids[rest.byte() % house.ids.size()]});
    } else {
      desk.open();
    }
  }
}
