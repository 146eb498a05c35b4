#include "native/machines/fake_machine.h"

#include <thread>

#include "gateway/gateway.h"
#include "gateway/http/route.h"

namespace wa::native_test {

namespace {
constexpr auto kLong = std::chrono::seconds(20);
}

void Gate::pass() {
  std::unique_lock lock(mutex);
  entered = true;
  changed.notify_all();
  if (!changed.wait_for(lock, kLong, [this] { return open; })) gave_up = true;
}

bool Gate::wait_entered() {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, kLong, [this] { return entered; });
}

void Gate::let_go() {
  const std::lock_guard lock(mutex);
  open = true;
  changed.notify_all();
}

std::atomic<int>& directories_opened() {
  static std::atomic<int> one{0};
  return one;
}

std::atomic<int>& slow_steps() {
  static std::atomic<int> one{0};
  return one;
}

Gate& gate() {
  static Gate one;
  return one;
}

}  // namespace wa::native_test

namespace wa::gateway {

using store::Table;

namespace {

Reply reply_to(RequestId request, std::string body, int status = 200) {
  Reply out;
  out.request = request;
  out.status = status;
  out.body = std::move(body);
  return out;
}

std::pair<std::string, std::string> split(const std::string& target) {  // "/d/<device>/<order>"
  const auto slash = target.find('/', 3);
  if (target.rfind("/d/", 0) != 0 || slash == std::string::npos) return {};
  return {target.substr(3, slash - 3), target.substr(slash + 1)};
}

// `file`, `give`, `drop`.
void on_file_order(const ApiRequest& request, const std::string& order, FileId& held, Step& step) {
  if (order.rfind("file", 0) == 0) {
    std::string said = request.body + (request.form ? " form" : "");
    for (const GivenFile& file : request.files) {
      said += "|" + file.member + " " + std::to_string(file.size) + " " + file.file_name + " " + file.content_type;
      if (held != 0) step.effects.emplace_back(DropFile{held});
      held = file.file;
    }
    step.effects.emplace_back(reply_to(request.request, said));
  }
  if (order.rfind("give/", 0) == 0) {
    const auto slash = order.find('/', 5);
    step.effects.emplace_back(ReplyFile{request.request,
                                        206,
                                        {{"Content-Type", "image/png"}},
                                        held,
                                        std::stoull(order.substr(5)),
                                        std::stoull(order.substr(slash + 1))});
  }
  if (order == "drop") {
    step.effects.emplace_back(DropFile{std::exchange(held, 0)});
    step.effects.emplace_back(reply_to(request.request, "dropped"));
  }
}

}  // namespace

struct Gateway::Parts {
  const store::StoreView& view;
  Config config;
  int handled = 0;
  ConnectionId connection = 0;
  std::optional<RequestId> dialling;
  FileId file = 0;
  std::vector<std::pair<MonoTime, RequestId>> later;
};

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gateway::~Gateway() = default;

Result<std::unique_ptr<Gateway>> Gateway::open(Config config, const store::StoreView& view, Random&, Now) {
  (void)view.get({Table::device, "n"});
  return std::unique_ptr<Gateway>(
      new Gateway(std::unique_ptr<Parts>(new Parts{view, std::move(config), 0, 0, {}, 0, {}})));
}

Webhooks::Totals Gateway::webhook_totals() const { return {}; }

Step Gateway::handle(Input input, Now now) {
  Step step;
  Parts& p = *parts_;
  ++p.handled;
  if (const auto* request = std::get_if<ApiRequest>(&input)) {
    const std::string order = split(request->target).second;
    if (order == "echo") step.effects.emplace_back(reply_to(request->request, request->body));
    if (order == "memory") step.effects.emplace_back(reply_to(request->request, std::to_string(p.handled)));
    if (order == "twice") {
      step.effects.emplace_back(reply_to(request->request, "one"));
      step.effects.emplace_back(reply_to(request->request, "two"));
    }
    if (order == "count" || order == "read") {
      const auto row = p.view.get({Table::device, "n"});
      const std::uint64_t number = (row ? read_be(*row) : 0) + (order == "count" ? 1 : 0);
      if (order == "count") step.writes.writes[{Table::device, "n"}] = be_bytes(number, 8);
      step.effects.emplace_back(reply_to(request->request, std::to_string(number)));
    }
    on_file_order(*request, order, p.file, step);
    if (order == "throw") throw std::bad_alloc();
    if (order == "hold") {
      native_test::gate().pass();
      step.effects.emplace_back(reply_to(request->request, "held"));
    }
    if (order == "silent") step.writes.writes[{Table::device, "n"}] = be_bytes(7, 8);  // a row, and nobody is told
    if (order == "later") p.later.emplace_back(now.mono + 50, request->request);
    if (order == "dial") {
      p.dialling = request->request;
      step.effects.emplace_back(Connect{++p.connection});
    }
    if (order == "remove") {
      step.effects.emplace_back(reply_to(request->request, "gone"));
      step.effects.emplace_back(Removed{});
    }
  }
  if (std::get_if<Received>(&input) != nullptr) {  // each is a row that something waits for
    step.writes.writes[{Table::device, "received"}] = be_bytes(static_cast<std::uint64_t>(p.handled), 8);
    step.effects.emplace_back(Log{LogLevel::debug, "received", 0});
  }
  if (const auto* closed = std::get_if<Closed>(&input);
      closed != nullptr && closed->connection == p.connection && p.dialling)
    step.effects.emplace_back(reply_to(*std::exchange(p.dialling, std::nullopt), "closed"));
  if (std::get_if<Tick>(&input) != nullptr)
    while (!p.later.empty() && p.later.front().first <= now.mono) {
      step.effects.emplace_back(reply_to(p.later.front().second, "late"));
      p.later.erase(p.later.begin());
    }
  if (!p.later.empty()) step.wake = p.later.front().first;
  return step;
}

struct Directory::Parts {
  const store::StoreView& view;
};

Directory::Directory(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Directory::~Directory() = default;

Result<std::unique_ptr<Directory>> Directory::open(DirectoryConfig, const store::StoreView& view, Random&, Now) {
  ++native_test::directories_opened();
  (void)view.get({Table::tenants, "opened"});
  return std::unique_ptr<Directory>(new Directory(std::unique_ptr<Parts>(new Parts{view})));
}

std::string_view token_of(std::string_view authorization) { return authorization; }
std::optional<std::string> Directory::tenant_of(const std::string& authorization) {
  if (parts_->view.get({Table::tokens, authorization})) return std::nullopt;
  return "tenant";
}

DirectoryStep Directory::start(Now) {
  DirectoryStep step;
  for (const store::Row& row : parts_->view.scan(Table::devices, "", 100000))
    step.effects.emplace_back(StartDevice{row.id, "user", "tenant"});
  return step;
}

DirectoryStep Directory::handle(DirectoryInput input, Now) {
  DirectoryStep step;
  if (const auto* removed = std::get_if<DeviceRemoved>(&input))
    step.writes.writes[{Table::devices, removed->device_id}] = std::nullopt;
  if (const auto* report = std::get_if<DeviceReport>(&input))
    step.effects.emplace_back(ToDevice{report->device_id, {}, ""});
  auto* request = std::get_if<ApiRequest>(&input);
  if (request == nullptr) return step;
  const auto [device, order] = split(request->target);
  if (order == "burst") throw std::bad_alloc();
  if (order == "slow" || order == "slow_write") {  // longer than a stretch of the directory may be
    ++native_test::slow_steps();
    std::this_thread::sleep_for(std::chrono::milliseconds(6));
    if (order == "slow_write") step.writes.writes[{Table::tenants, "slow"}] = Bytes{1};
    step.effects.emplace_back(reply_to(request->request, "slow"));
    return step;
  }
  if (order == "revoke") {
    step.writes.writes[{Table::tokens, request->body}] = Bytes{1};
    step.writes.writes[{Table::tenants, "opened"}] = Bytes{1};
    step.effects.emplace_back(reply_to(request->request, "revoked"));
    return step;
  }
  if (order == "new") {
    step.writes.writes[{Table::devices, device}] = Bytes{1};
    step.effects.emplace_back(StartDevice{device, "user", "tenant"});
    step.effects.emplace_back(reply_to(request->request, "made", 201));
  } else if (!parts_->view.get({Table::devices, device})) {
    step.effects.emplace_back(reply_to(request->request, "no such device", 404));
  } else {
    step.effects.emplace_back(ToDevice{device, std::move(*request), ""});
  }
  return step;
}

RouteMatch find_route(std::string_view, const Target& target) {
  static constexpr Endpoint taking{.files = true};
  RouteMatch out;
  if (target.segments.size() == 3 && target.segments[2] == "file") out.endpoint = &taking;
  return out;
}

}  // namespace wa::gateway
