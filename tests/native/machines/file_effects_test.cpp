// Effects on files, over real sockets, against hosts that refuse, redirect, throttle, cut, change, are slow, vanish.
#include "machines/file_effects.h"

#include <boost/asio/executor_work_guard.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <future>

#include "crypto/hash.h"
#include "crypto/media_cipher.h"
#include "native/net/media_peer.h"
#include "native/support.h"
#include "system/os_random.h"

using namespace wa;
using namespace wa::native;
using gateway::FileDone;
using native_test::MediaPeer;
using native_test::TemporaryDirectory;
using Talk = MediaPeer::Talk;

namespace {

Bytes noise(std::size_t count, std::uint32_t seed = 7) {
  Bytes out(count);
  for (auto& byte : out) byte = static_cast<std::uint8_t>((seed = seed * 1103515245u + 12345u) >> 16);
  return out;
}

class Working {
 public:
  explicit Working(const std::string& media_host = "", bool allow_private = true, FileLimits limits = {})
      : room(std::make_shared<FileRoom>(directory.path() / "files", random, limits)),
        inspector(room, {}),
        work({io, room, {io, names, tls}, {true, allow_private, nullptr}, {io, names, tls}, media_host, inspector, 2}),
        guard_(io.get_executor()),
        threads_{std::thread([this] { io.run(); }), std::thread([this] { io.run(); })} {}
  ~Working() {
    io.stop();
    for (auto& thread : threads_) thread.join();
  }
  template <class Start>
  FileDone wait(Start start) {
    std::promise<FileDone> done;
    start([&](FileDone result) { done.set_value(std::move(result)); });
    return done.get_future().get();
  }
  FileDone fetch(const std::string& url, std::uint64_t bytes_max = 1 << 20, std::int64_t timeout_ms = 5'000) {
    return wait([&](auto done) { work.fetch(shelf, {1, kInto, url, bytes_max, timeout_ms}, std::move(done)); });
  }
  FileDone upload(FileId file, std::uint64_t offset = 0, bool check = false) {
    return wait([&](auto done) {
      work.upload(shelf, {2, file, "mmg.whatsapp.net", "/mms/image/x?auth=a", offset, check}, std::move(done));
    });
  }
  FileDone seal(SealFile order) {
    return wait([&](auto done) { work.seal(shelf, order, std::move(done)); });
  }
  FileDone download(DownloadFile order) {
    return wait([&](auto done) { work.download(shelf, order, std::move(done)); });
  }
  void put(FileId id, ByteView bytes) { work.write(shelf, {id, to_bytes(bytes)}); }
  std::optional<Bytes> bytes_of(FileId id) const {
    FileFault fault = FileFault::none;
    const FileHandle file = shelf->find(id, fault);
    if (!file) return std::nullopt;
    Bytes out(static_cast<std::size_t>(file->size()));
    REQUIRE(file->read(0, out));
    return out;
  }
  std::size_t on_disk() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(room->folder()), std::filesystem::directory_iterator()));
  }

  static constexpr FileId kInto = 77;
  TemporaryDirectory directory;
  OsRandom random;
  boost::asio::io_context io;
  Resolver names{Resolver::Limits()};
  TlsContext tls{""};
  std::shared_ptr<FileRoom> room;
  Inspector inspector;
  FileEffects work;
  std::shared_ptr<FileShelf> shelf = std::make_shared<FileShelf>("t");

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread threads_[2];
};

Bytes hash_of(ByteView bytes) {
  const auto hash = crypto::sha256(bytes);
  return Bytes(hash.begin(), hash.end());
}

// Does with an upload what its path says.
void take_upload(Talk& talk, std::string& body) {
  const std::string target = talk.target();
  if (target.find("refuse") != std::string::npos) return talk.answer(413, "too large");   // without reading
  if (target.find("throttle") != std::string::npos) {
    talk.read_body();
    return talk.answer(429, "", "Retry-After: 30\r\n");
  }
  if (target.find("moved") != std::string::npos) return talk.answer(307, "", "Location: /there\r\n");
  if (target.find("away") != std::string::npos) return talk.answer(307, "", "Location: http://127.0.0.1:9999/\r\n");
  if (target.find("long") != std::string::npos) return talk.answer(200, std::string(100'000, 'x'));
  if (target.find("vanish") != std::string::npos) {
    talk.read_some(1000);
    return;
  }
  body = talk.read_body();
  talk.answer(200, "{}");
}

// Of what is served whatever differs from what was uploaded.
void find_every_change(Working& working, const DownloadFile& order, const std::string& uploaded, std::string& served) {
  for (const std::size_t at : {std::size_t{0}, served.size() / 2, served.size() - 1}) {
    std::string flipped = uploaded;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    served = flipped;
    CHECK(working.download(order).fault == FileFault::broken);
    DownloadFile unhashed = order;
    unhashed.enc_sha256.clear();
    unhashed.sha256.clear();
    CHECK(working.download(unhashed).fault == FileFault::broken);
  }
  served = uploaded.substr(0, uploaded.size() - 1);
  CHECK(working.download(order).fault == FileFault::broken);
  served = uploaded + std::string(100, 'x');
  CHECK(working.download(order).fault != FileFault::none);
}

}  // namespace

TEST_CASE("a URL is fetched into a file, by way of redirects that are each judged") {
  const Bytes file = noise(300'000);
  MediaPeer peer([&](Talk& talk) {
    const std::string target = talk.target();
    if (target == "/a") return talk.answer(302, "", "Location: /b?x=1\r\n");
    if (target == "/b?x=1") return talk.answer(301, "", "Location: pictures/cat%20one.jpg\r\n");
    if (target == "/loop") return talk.answer(307, "", "Location: /loop\r\n");
    if (target == "/away") return talk.answer(302, "", "Location: ftp://127.0.0.1/\r\n");
    if (target == "/chunked") {
      talk.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (std::size_t at = 0; at < file.size(); at += 30'000)
        talk.write("7530\r\n" + std::string(text_of(ByteView(file).subspan(at, 30'000))) + "\r\n");
      talk.write("0\r\n\r\n");
      return;
    }
    if (target == "/gone") return talk.answer(404, "no");
    if (target == "/later") return talk.answer(503, "", "Retry-After: 7\r\n");
    talk.answer(200, text_of(file), "Content-Type: image/jpeg\r\n");
  });
  Working working;
  const FileDone done = working.fetch(peer.url() + "/a");
  CHECK(done.fault == FileFault::none);
  CHECK(done.job == 1);
  REQUIRE(std::holds_alternative<FileStored>(done.result));
  const auto& stored = std::get<FileStored>(done.result);
  CHECK(stored.size == file.size());
  CHECK(stored.sha256 == hash_of(file));
  CHECK(stored.content_type == "image/jpeg");
  CHECK(stored.file_name == "cat one.jpg");
  CHECK(working.bytes_of(Working::kInto) == file);
  CHECK(working.fetch(peer.url() + "/chunked").fault == FileFault::none);
  CHECK(working.bytes_of(Working::kInto) == file);
  working.shelf->drop(Working::kInto);

  CHECK(working.fetch(peer.url() + "/loop").fault == FileFault::http_status);
  const FileDone away = working.fetch(peer.url() + "/away");
  CHECK(away.fault == FileFault::http_status);
  CHECK(away.status == 302);
  const FileDone gone = working.fetch(peer.url() + "/gone");
  CHECK(gone.fault == FileFault::http_status);
  CHECK(gone.status == 404);
  const FileDone later = working.fetch(peer.url() + "/later");
  CHECK(later.status == 503);
  CHECK(later.retry_after_ms == 7'000);
  CHECK(working.fetch(peer.url() + "/x", 299'999).fault == FileFault::too_large);
  CHECK(working.fetch(peer.url() + "/chunked", 299'999).fault == FileFault::too_large);
  CHECK_FALSE(working.bytes_of(Working::kInto));
  CHECK(working.on_disk() == 0);
}

TEST_CASE("a URL that leads inside is refused, at the first step and at a later one") {
  MediaPeer inside([](Talk& talk) { talk.answer(200, "secret"); });
  {
    Working working("", false);
    CHECK(working.fetch(inside.url() + "/").fault == FileFault::forbidden);
    CHECK(working.fetch("http://localhost:" + std::to_string(inside.port()) + "/").fault == FileFault::forbidden);
    CHECK(working.fetch("file:///etc/passwd").fault == FileFault::forbidden);
  }
  CHECK(inside.connections() == 0);
  // The peer is allowed by name; where it sends us is not.
  AllowedHosts allowed;
  REQUIRE(allowed.add("127.0.0.2"));
  Working working;
  MediaPeer outside([&](Talk& talk) { talk.answer(302, "", "Location: " + inside.url() + "/\r\n"); });
  FileEffects strict({working.io,
                      working.room,
                      {working.io, working.names, working.tls,
                       [&](const boost::asio::ip::tcp::endpoint& to) {
                         return boost::asio::ip::tcp::endpoint(
                             boost::asio::ip::make_address("127.0.0.1"),
                             to.address().to_string() == "127.0.0.2" ? outside.port() : to.port());
                       }},
                      {true, false, &allowed},
                      {working.io, working.names, working.tls},
                      "",
                      working.inspector,
                      2});
  const FileDone done = working.wait([&](auto told) {
    strict.fetch(working.shelf, {1, 5, "http://127.0.0.2/", 100, 5'000}, std::move(told));
  });
  CHECK(done.fault == FileFault::forbidden);
  CHECK(outside.connections() == 1);
  CHECK(inside.connections() == 0);
}

TEST_CASE("a peer that is slow, silent, or gone in the middle") {
  MediaPeer peer([](Talk& talk) {
    if (talk.target() == "/silent") return void(talk.closed_by_peer(10'000));
    if (talk.target() == "/cut") return void(talk.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    if (talk.target() == "/drip") {
      talk.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      while (talk.write("x") && !talk.closed_by_peer(50)) {
      }
      return;
    }
    talk.write("nonsense\r\n\r\n");
  });
  Working working;
  const auto begun = std::chrono::steady_clock::now();
  CHECK(working.fetch(peer.url() + "/silent", 1000, 300).fault == FileFault::timeout);
  CHECK(working.fetch(peer.url() + "/drip", 200'000, 300).fault == FileFault::timeout);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(3));
  CHECK(working.fetch(peer.url() + "/cut").fault == FileFault::unreachable);
  CHECK(working.fetch(peer.url() + "/nonsense").fault == FileFault::unreachable);
  CHECK(working.fetch("http://127.0.0.1:1/").fault == FileFault::forbidden);   // another protocol's port
  CHECK(working.on_disk() == 0);
}

TEST_CASE("sealed, uploaded, downloaded: the same file; every byte that differs is found") {
  const Bytes key = noise(32, 3);
  const std::string info = "WhatsApp Video Keys";
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{65'536}, std::size_t{200'003}}) {
    INFO(size);
    const Bytes file = noise(size);
    std::string uploaded, served;
    std::string head;
    MediaPeer host([&](Talk& talk) {
      if (talk.head.starts_with("POST")) {
        head = talk.head;
        uploaded = talk.read_body();
        return talk.answer(200, R"({"url":"u","direct_path":"/v/x"})");
      }
      talk.answer(200, served, "Content-Type: application/octet-stream\r\n");
    });
    Working working(host.url());
    working.put(1, file);
    const FileDone sealed = working.seal({4, 1, 2, key, info, true, 0});
    REQUIRE(std::holds_alternative<FileSealed>(sealed.result));
    const auto& facts = std::get<FileSealed>(sealed.result);
    const Bytes whole = crypto::media_encrypt(key, info, file);
    CHECK(working.bytes_of(2) == whole);
    CHECK(facts.size == size);
    CHECK(facts.sealed_size == whole.size());
    CHECK(facts.sha256 == hash_of(file));
    CHECK(facts.enc_sha256 == hash_of(whole));
    CHECK(facts.sidecar.size() % 10 == 0);
    CHECK_FALSE(facts.sidecar.empty());

    const FileDone sent = working.upload(2);
    REQUIRE(std::holds_alternative<FileAnswered>(sent.result));
    CHECK(std::get<FileAnswered>(sent.result).status == 200);
    CHECK(std::get<FileAnswered>(sent.result).body == R"({"url":"u","direct_path":"/v/x"})");
    CHECK(uploaded == text_of(whole));
    CHECK(head.find("\r\nOrigin: https://web.whatsapp.com\r\n") != std::string::npos);
    CHECK(head.find("\r\nReferer: https://web.whatsapp.com/\r\n") != std::string::npos);
    CHECK(head.find("\r\nContent-Type: application/octet-stream\r\n") != std::string::npos);
    CHECK(head.find("\r\nContent-Length: " + std::to_string(whole.size()) + "\r\n") != std::string::npos);
    CHECK(head.starts_with("POST /mms/image/x?auth=a HTTP/1.1\r\n"));

    served = uploaded;
    const DownloadFile order{5, 3, "mmg.whatsapp.net", "/v/x", key, info, facts.enc_sha256, facts.sha256, size};
    const FileDone got = working.download(order);
    CHECK(got.fault == FileFault::none);
    CHECK(working.bytes_of(3) == file);
    working.shelf->drop(3);
    find_every_change(working, order, uploaded, served);
    CHECK_FALSE(working.bytes_of(3));
  }
}

TEST_CASE("a file without a key: its hash counts") {
  const Bytes file = noise(70'000);
  MediaPeer host([&](Talk& talk) { talk.answer(200, text_of(file)); });
  Working working(host.url());
  working.put(1, file);
  const FileDone digest = working.seal({4, 1, 0, {}, "", false, 0});
  REQUIRE(std::holds_alternative<FileSealed>(digest.result));
  CHECK(std::get<FileSealed>(digest.result).sha256 == hash_of(file));
  CHECK(std::get<FileSealed>(digest.result).size == file.size());
  CHECK(working.download({5, 3, "h", "/x", {}, "", {}, hash_of(file), 70'000}).fault == FileFault::none);
  CHECK(working.bytes_of(3) == file);
  CHECK(working.download({5, 4, "h", "/x", {}, "", {}, hash_of(noise(3)), 70'000}).fault == FileFault::broken);
  CHECK(working.download({5, 4, "h", "/x", {}, "", {}, {}, 69'999}).fault == FileFault::too_large);
  CHECK_FALSE(working.bytes_of(4));
}

TEST_CASE("uploads: from an offset, a question without bytes, refusals, throttling, redirects, long answers") {
  const Bytes file = noise(500'000);
  std::string body;
  MediaPeer host([&](Talk& talk) { take_upload(talk, body); });
  Working working(host.url());
  working.put(1, file);
  const auto upload = [&](const std::string& path, std::uint64_t offset = 0, bool check = false) {
    return working.wait([&](auto done) {
      working.work.upload(working.shelf, {2, 1, "h", path, offset, check}, std::move(done));
    });
  };
  const auto status = [](const FileDone& done) {
    return std::holds_alternative<FileAnswered>(done.result) ? std::get<FileAnswered>(done.result).status : 0;
  };
  CHECK(status(upload("/x", 123'456)) == 200);
  CHECK(body == text_of(ByteView(file).subspan(123'456)));
  CHECK(status(upload("/x", 0, true)) == 200);
  CHECK(body.empty());
  CHECK(status(upload("/x", file.size())) == 200);
  CHECK(upload("/x", file.size() + 1).fault == FileFault::missing);
  const FileDone refused = upload("/refuse");
  CHECK((status(refused) == 413 || refused.fault == FileFault::unreachable));
  const FileDone throttled = upload("/throttle");
  CHECK(status(throttled) == 429);
  CHECK(std::get<FileAnswered>(throttled.result).retry_after_ms == 30'000);
  body.clear();
  CHECK(status(upload("/moved")) == 200);
  CHECK(body == text_of(file));
  CHECK(status(upload("/away")) == 307);
  const FileDone large = upload("/long");
  REQUIRE(status(large) == 200);
  CHECK(std::get<FileAnswered>(large.result).body.size() == 65'536);
  CHECK(upload("/vanish").fault == FileFault::unreachable);
  CHECK(working
            .wait([&](auto done) {
              working.work.upload(working.shelf, {2, 99, "h", "/x", 0, false}, std::move(done));
            })
            .fault == FileFault::missing);
  // Without the operator's host only the service's own are asked.
  Working strict;
  strict.put(1, file);
  for (const char* name : {"127.0.0.1", "localhost", "whatsapp.net.example", "example.net"}) {
    const FileDone done = strict.wait([&](auto told) {
      strict.work.upload(strict.shelf, {2, 1, name, "/x", 0, false}, std::move(told));
    });
    CHECK(done.fault == FileFault::forbidden);
    CHECK(strict.download({5, 3, name, "/x", {}, "", {}, {}, 100}).fault == FileFault::forbidden);
  }
}

TEST_CASE("a file that is dropped while work runs on it, and what that makes") {
  std::promise<void> begun, go;
  MediaPeer host([&](Talk& talk) {
    begun.set_value();
    go.get_future().wait();
    const std::string body = talk.read_body();
    talk.answer(200, std::to_string(body.size()));
  });
  Working working(host.url());
  working.put(1, noise(200'000));
  std::promise<FileDone> done;
  working.work.upload(working.shelf, {2, 1, "h", "/x", 0, false},
                      [&](FileDone result) { done.set_value(std::move(result)); });
  begun.get_future().wait();
  working.shelf->drop(1);
  CHECK_FALSE(working.bytes_of(1));
  CHECK(working.on_disk() == 1);
  go.set_value();
  const FileDone sent = done.get_future().get();
  CHECK(std::get<FileAnswered>(sent.result).body == "200000");
  for (int i = 0; i < 100 && working.on_disk() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(working.on_disk() == 0);

  working.put(1, noise(200'000));
  std::promise<FileDone> sealed;
  working.work.seal(working.shelf, {4, 1, 2, noise(32), "x", false, 0},
                    [&](FileDone result) { sealed.set_value(std::move(result)); });
  working.shelf->drop(2);
  sealed.get_future().get();
  CHECK_FALSE(working.bytes_of(2));
  // A device that is gone takes its files with it.
  working.shelf.reset();
  for (int i = 0; i < 100 && working.on_disk() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(working.on_disk() == 0);
}

TEST_CASE("files that find no room") {
  FileLimits limits;
  limits.tenant_bytes_max = 100'000;
  MediaPeer host([&](Talk& talk) { talk.answer(200, text_of(noise(200'000))); });
  Working working(host.url(), true, limits);
  CHECK(working.fetch(host.url() + "/").fault == FileFault::no_room);
  CHECK(working.download({5, 3, "h", "/x", {}, "", {}, {}, 1'000'000}).fault == FileFault::no_room);
  working.put(1, noise(200'000));
  CHECK(working.upload(1).fault == FileFault::no_room);
  CHECK(working.seal({4, 1, 2, noise(32), "x", false, 0}).fault == FileFault::no_room);
  working.put(2, noise(60'000));
  CHECK(working.seal({4, 2, 3, noise(32), "x", false, 0}).fault == FileFault::no_room);
  CHECK(working.on_disk() == 0);
}

TEST_CASE("memory for a file of 64 MiB by URL, sealed and uploaded: printed") {
  constexpr std::size_t kSize = 64u << 20, kPiece = 64u << 10;
  const std::string piece = to_string(noise(kPiece));
  MediaPeer host([&](Talk& talk) {
    if (talk.head.starts_with("POST")) {
      for (std::uint64_t left = talk.length(); left > 0;) {
        const std::size_t count = talk.read_some(static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece)));
        if (count == 0) return;
        left -= count;
      }
      return talk.answer(200, "{}");
    }
    talk.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    for (std::size_t sent = 0; sent < kSize && talk.write(piece); sent += kPiece) {
    }
  });
  Working working(host.url());
  const auto line = [](const char* name) {
    std::ifstream in("/proc/self/status");
    for (std::string text; std::getline(in, text);)
      if (text.starts_with(name)) return text;
    return std::string();
  };
  std::ofstream("/proc/self/clear_refs") << "5";
  const std::string before = line("VmRSS");
  const auto begun = std::chrono::steady_clock::now();
  CHECK(working.fetch(host.url() + "/", kSize, 60'000).fault == FileFault::none);
  const auto fetched = std::chrono::steady_clock::now();
  CHECK(working.seal({4, Working::kInto, 2, noise(32), "WhatsApp Document Keys", false, 0}).fault == FileFault::none);
  const auto sealed = std::chrono::steady_clock::now();
  CHECK(working.upload(2).fault == FileFault::none);
  const auto sent = std::chrono::steady_clock::now();
  const auto ms = [](auto time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); };
  WARN("before " << before << ", peak " << line("VmHWM") << "; fetched in " << ms(fetched - begun) << " ms, sealed in "
                 << ms(sealed - fetched) << " ms, uploaded in " << ms(sent - sealed) << " ms");
}
