#include "media_client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>

#include "base/limits.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kActiveMax = 4, kActivePerTenantMax = 2;  // each may hold a whole file in memory
constexpr auto kTimeout = std::chrono::seconds(60);

bool is_gone(int status) { return status == 403 || status == 404 || status == 410; }

}  // namespace

MediaClient::MediaClient(Outgoing out, std::string host)
    : out_(out), host_(std::move(host)), jobs_(kActiveMax, kActivePerTenantMax) {}

void MediaClient::fetch(const std::string& tenant, Fetch request, Done done) {
  start(jobs_.add(tenant, {tenant, std::move(request), std::move(done)}));
}

void MediaClient::start(std::optional<Job> job) {
  if (job) asio::co_spawn(asio::make_strand(out_.io), download(*std::move(job)), asio::detached);
}

asio::awaitable<void> MediaClient::download(Job job) {
  gateway::Fetched fetched;
  fetched.fetch = job.request.fetch;
  const std::vector<std::string> hosts = host_.empty() ? job.request.hosts : std::vector{host_};
  for (const std::string& host : hosts) {
    const auto url = parse_url((host.find("://") == std::string::npos ? "https://" + host : host) + job.request.path);
    if (!url) continue;
    try {
      HttpCall call;
      call.url = *url;
      call.headers = {{"Origin", "https://web.whatsapp.com"}, {"Referer", "https://web.whatsapp.com/"}};
      call.answer_bytes_max = job.request.bytes_max > 0 ? job.request.bytes_max : limits::kMediaBytesMax;
      call.deadline = std::chrono::steady_clock::now() + kTimeout;
      HttpAnswer answer = co_await exchange(out_, std::move(call));
      fetched.status = answer.status;
      fetched.ok = answer.status == 200 && answer.complete;
      if (fetched.ok) fetched.body = std::move(answer.body);
    } catch (const std::exception&) {
      fetched.status = 0;
    }
    if (fetched.ok || is_gone(fetched.status)) break;
  }
  start(jobs_.finished(job.tenant));
  job.done(std::move(fetched));  // last: whoever waits for it may drop the client
}

}  // namespace wa::native
