#include "net/media_client.h"

#include "base/limits.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kFetchesMax = 4, kActivePerTenantMax = 2;  // each may hold a whole file in memory
constexpr auto kTimeout = std::chrono::seconds(60), kTimeoutOfAll = std::chrono::seconds(120);

bool is_gone(int status) { return status == 403 || status == 404 || status == 410; }

}  // namespace

MediaClient::MediaClient(Outgoing out, std::string host)
    : out_(out),
      host_(std::move(host)),
      jobs_(out.io, "media.failed", kFetchesMax, kActivePerTenantMax, [this](Job& job) { return download(job); }) {}

void MediaClient::fetch(const std::string& tenant, Fetch request, Done done) {
  gateway::Fetched nothing;
  nothing.fetch = request.fetch;
  jobs_.add({tenant, std::move(request), std::move(done), std::move(nothing)});
}

std::vector<Destination> MediaClient::destinations(const Fetch& request) const {
  std::vector<Destination> out;
  if (!host_.empty()) {
    if (auto url = parse_url((host_.find("://") == std::string::npos ? "https://" : "") + host_ + request.path))
      out.push_back(Destination::of_operator(*std::move(url)));
    return out;
  }
  for (const std::string& host : request.hosts)
    if (auto to = Destination::of_service(host, request.path)) out.push_back(*std::move(to));
  return out;
}

asio::awaitable<void> MediaClient::download(Job& job) {
  gateway::Fetched& fetched = job.result;
  const auto end = std::chrono::steady_clock::now() + kTimeoutOfAll;
  for (Destination& to : destinations(job.request)) {
    try {
      HttpCall call{std::move(to), job.tenant};
      call.headers = {{"Origin", "https://web.whatsapp.com"}, {"Referer", "https://web.whatsapp.com/"}};
      call.answer_bytes_max = job.request.bytes_max > 0 ? job.request.bytes_max : limits::kMediaBytesMax;
      call.deadline = std::min(std::chrono::steady_clock::now() + kTimeout, end);
      HttpAnswer answer = co_await exchange(out_, std::move(call));
      fetched.status = answer.status;
      fetched.ok = answer.status == 200 && answer.complete;
      if (fetched.ok) fetched.body = std::move(answer.body);
    } catch (const std::exception&) {
      fetched.status = 0;
    }
    if (fetched.ok || is_gone(fetched.status)) break;
  }
}

}  // namespace wa::native
