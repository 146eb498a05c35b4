// Requests with files, and answers that are files, through the whole front: what is held, what is kept, what is left.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "base/encoding.h"
#include "native/machines/fake_machine.h"
#include "native/support.h"
#include "net/http_client.h"
#include "server/server.h"

using namespace wa;
using namespace wa::native;
using native_test::RawClient;
using native_test::TemporaryDirectory;

namespace {

std::string random_text(std::size_t count) {
  std::string out(count, '\0');
  std::uint32_t state = 99;
  for (char& c : out) c = static_cast<char>((state = state * 1103515245u + 12345u) >> 16);
  return out;
}

class Front {
 public:
  explicit Front(const std::string& files_mib = "64")
      : server(parse_settings(resolve_options(
            {{"listen", "127.0.0.1:0"},
             {"admin-listen", "off"},
             {"data-dir", (directory.path() / "data").string()},
             {"wa-url", "ws://127.0.0.1:9/"},
             {"tenant-files-mib", files_mib}},
            [](const char*) -> const char* { return nullptr; }, std::nullopt))),
        client(*parse_url(server.base_url()), "t") {
    log::configure(LogLevel::error, log::Format::text);
    REQUIRE(client.call("POST", "/d/a/new").status == 201);
  }
  std::uint16_t port() const { return parse_url(server.base_url())->port; }
  std::string request(const std::string& method, const std::string& target, const std::string& type,
                      const std::string& body, const std::string& more = "") {
    RawClient raw(port());
    raw.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nConnection: close\r\n" +
             (type.empty() ? "" : "Content-Type: " + type + "\r\n") + more +
             "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    raw.send(body);
    return raw.read_until_closed(30);
  }
  std::size_t on_disk() const {
    const auto folder = directory.path() / "data" / "files";
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
  }
  bool disk_is_empty() const {
    for (int i = 0; i < 200 && on_disk() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return on_disk() == 0;
  }
  TemporaryDirectory directory;
  Server server;
  HttpClient client;
};

std::string body_of(const std::string& answer) {
  return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4));
}
bool is_status(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

std::string status_line(const char* name) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name)) return line;
  return "";
}

}  // namespace

TEST_CASE("a file comes as JSON, as a form, or as it is, and goes out again in parts") {
  Front front;
  const std::string file = random_text(3'000'000);
  const std::string digits = base64(view(file));
  const std::string json =
      front.request("POST", "/d/a/file", "application/json", R"({"image":"data:image/png;base64,)" + digits + R"("})");
  CHECK(is_status(json, 200));
  CHECK(body_of(json) == R"({"image":null}|image 3000000  image/png)");
  const std::string form =
      front.request("POST", "/d/a/file", "multipart/form-data; boundary=b",
                    "--b\r\nContent-Disposition: form-data; name=number\r\n\r\n55\r\n--b\r\nContent-Disposition: "
                    "form-data; name=image; filename=x.png\r\n"
                    "Content-Type: image/png\r\n\r\n" +
                        file + "\r\n--b--\r\n");
  CHECK(body_of(form) == R"({"number":"55"} form|image 3000000 x.png image/png)");
  const std::string whole = front.request("POST", "/d/a/file?number=55", "image/png", file);
  CHECK(body_of(whole) == R"({"number":"55"} form| 3000000  image/png)");
  CHECK(front.on_disk() == 1);

  const std::string all = front.request("GET", "/d/a/give/0/3000000", "", "");
  CHECK(is_status(all, 206));
  CHECK(all.find("\r\nContent-Length: 3000000\r\n") != std::string::npos);
  CHECK(all.find("\r\nContent-Type: image/png\r\n") != std::string::npos);
  CHECK(body_of(all) == file);
  CHECK(body_of(front.request("GET", "/d/a/give/65530/100000", "", "")) == file.substr(65'530, 100'000));
  CHECK(body_of(front.request("GET", "/d/a/give/5/0", "", "")).empty());
  const std::string head = front.request("HEAD", "/d/a/give/1/2999999", "", "");
  CHECK(head.find("\r\nContent-Length: 2999999\r\n") != std::string::npos);
  CHECK(body_of(head).empty());
  CHECK(is_status(front.request("GET", "/d/a/give/1/3000000", "", ""), 500));
  // Two in one go over one connection.
  RawClient twice(front.port());
  const std::string get = "GET /d/a/give/0/100 HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\n\r\n";
  twice.send(
      "POST /d/a/file HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\nContent-Type: image/gif\r\nContent-Length: "
      "5\r\n\r\nhello" +
      get +
      "POST /d/a/file HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\nContent-Type: image/gif\r\nTransfer-Encoding: "
      "chunked\r\n\r\n"
      "5\r\nworld\r\n0\r\n\r\nGET /d/a/give/1/3 HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\n\r\n");
  const std::string answers = twice.read_responses(4);
  CHECK(answers.find("{}|") == std::string::npos);
  CHECK(answers.find("{} form| 5  image/gif") != std::string::npos);
  CHECK(answers.ends_with("orl"));
  CHECK(is_status(front.request("GET", "/d/a/drop", "", ""), 200));
  CHECK(front.disk_is_empty());
}

TEST_CASE("bodies that are refused leave nothing") {
  Front front("16");
  const std::string file = random_text(400'000);
  CHECK(is_status(
      front.request("POST", "/d/a/file", "application/json", R"({"image":")" + std::string(50'000, '*') + R"("})"),
      400));
  CHECK(is_status(front.request("POST", "/d/a/file", "multipart/form-data", file), 400));
  CHECK(is_status(front.request("POST", "/d/a/file", "application/x-www-form-urlencoded", file), 415));
  CHECK(is_status(front.request("POST", "/d/a/file", "image/png", file, "Content-Encoding: gzip\r\n"), 400));
  CHECK(is_status(front.request("POST", "/d/a/file", "image/png", random_text(17u << 20)), 429));  // of the tenant
  CHECK(is_status(front.request("POST", "/d/a/echo", "image/png", random_text(2u << 20)), 413));   // takes no files
  CHECK(is_status(front.request("POST", "/d/b/file", "image/png", file), 404));                    // no such device
  {
    RawClient stopped(front.port());
    stopped.send(
        "POST /d/a/file HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\nContent-Type: image/png\r\nContent-Length: "
        "400000\r\n\r\n" +
        file.substr(0, 300'000));
    for (int i = 0; i < 100 && front.on_disk() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(front.on_disk() == 1);
  }
  CHECK(front.disk_is_empty());
  // More than JSON may be is refused on its head.
  RawClient large(front.port());
  large.send("POST /d/a/file HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\nContent-Length: 104857601\r\n\r\n");
  CHECK(is_status(large.read_until_closed(), 413));
}

TEST_CASE("nobody's token keeps a byte") {
  Front front;
  REQUIRE(front.client.call("POST", "/d/a/revoke", "Bearer bad").status == 200);
  RawClient raw(front.port());
  raw.send(
      "POST /d/a/file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\nContent-Type: image/png\r\nContent-Length: "
      "1000000000\r\n"
      "Expect: 100-continue\r\n\r\n");
  const std::string answer = raw.read_until_closed();
  CHECK(is_status(answer, 401));
  RawClient none(front.port());
  none.send("POST /d/a/file HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1000000000\r\n\r\n" +
            random_text(200'000));
  CHECK(is_status(none.read_until_closed(), 401));
  CHECK(front.on_disk() == 0);
}

TEST_CASE("a client that does not read its file holds a piece of it, and gives it back when it goes") {
  Front front;
  REQUIRE(is_status(front.request("POST", "/d/a/file", "image/png", random_text(20u << 20)), 200));
  {
    std::vector<std::unique_ptr<RawClient>> lazy;
    for (int i = 0; i < 20; ++i) {
      lazy.push_back(std::make_unique<RawClient>(front.port()));
      lazy.back()->send("GET /d/a/give/0/20971520 HTTP/1.1\r\nHost: x\r\nAuthorization: t\r\n\r\n");
    }
    CHECK(front.client.call("POST", "/d/a/echo", "here").body == "here");  // no thread waits for them
    REQUIRE(is_status(front.request("GET", "/d/a/drop", "", ""), 200));
    CHECK(front.on_disk() == 1);   // they read it still
  }
  CHECK(front.disk_is_empty());
}

TEST_CASE("a machine that is discarded, and one that is removed, lose their files") {
  Front front;
  const std::string file = random_text(200'000);
  REQUIRE(is_status(front.request("POST", "/d/a/file", "image/png", file), 200));
  CHECK(front.on_disk() == 1);
  CHECK(front.client.call("POST", "/d/a/throw").status == 500);
  CHECK(front.disk_is_empty());
  for (int i = 0; i < 100 && front.client.call("POST", "/d/a/echo").status != 200; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  REQUIRE(is_status(front.request("POST", "/d/a/file", "image/png", file), 200));
  CHECK(front.on_disk() == 1);
  CHECK(front.client.call("POST", "/d/a/remove").status == 200);
  CHECK(front.disk_is_empty());
}

TEST_CASE("memory for a body of 64 MiB: printed") {
  Front front("256");
  const std::string file = random_text(48u << 20);
  const auto upload = [&](const char* name, const std::string& type, const std::string& body) {
    std::ofstream("/proc/self/clear_refs") << "5";
    const std::string before = status_line("VmRSS");
    CHECK(is_status(front.request("POST", "/d/a/file", type, body), 200));
    WARN(name << ": before " << before << ", peak " << status_line("VmHWM"));
  };
  upload("raw", "video/mp4", file);
  upload("form", "multipart/form-data; boundary=b",
         "--b\r\nContent-Disposition: form-data; name=video; filename=x.mp4\r\n\r\n" + file + "\r\n--b--\r\n");
  upload("JSON", "application/json", R"({"video":")" + base64(view(file)) + R"("})");
}
