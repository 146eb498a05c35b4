// Files in requests and answers: /send/image and its kin, /jobs/{id}, /messages/{id}/media.
#include "base/encoding.h"
#include "base/limits.h"
#include "client/rows/received_files.h"
#include "gateway/operations/files.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using client::FileFailure;
using client::MediaKind;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

constexpr const char* kTo = "5511888888888";

// Effects that the fixture does not keep.
struct FileFixture : GatewayFixture {
  std::vector<Effect> effects;
  RequestId send(gateway::ApiRequest request) {
    request.request = next_request++;
    gateway::Step step = machine->handle(std::move(request), now);
    disk.apply(step.writes);
    effects = std::move(step.effects);
    for (const Effect& effect : effects) {
      const auto* reply = std::get_if<Reply>(&effect);
      if (reply) replies[reply->request] = {reply->status, json::parse(reply->body, nullptr, false), reply->headers};
    }
    return next_request - 1;
  }
  RequestId post(const std::string& target, const json& body, std::vector<gateway::GivenFile> files = {}) {
    gateway::ApiRequest request;
    request.method = "POST";
    request.target = target;
    request.content_type = "application/json";
    request.body = body.dump();
    request.files = std::move(files);
    return send(std::move(request));
  }
  void raise_with_effects(client::Event event) {
    client.events.push_back(std::move(event));
    gateway::Step step = machine->handle(gateway::Received{}, now);
    disk.apply(step.writes);
    effects = std::move(step.effects);
    for (const Effect& effect : effects) {
      const auto* reply = std::get_if<Reply>(&effect);
      if (reply) replies[reply->request] = {reply->status, json::parse(reply->body, nullptr, false), reply->headers};
    }
  }
  template <class E>
  std::size_t count_of() const {
    std::size_t n = 0;
    for (const Effect& effect : effects) n += std::holds_alternative<E>(effect) ? 1 : 0;
    return n;
  }
  FileFixture() { knows_numbers = true; accounts = {}; }
  // Numbers are known from here on.
  void learn() {
    ask("POST", "/send/text", json{{"number", kTo}, {"text", "a"}}.dump());
    client.executed.clear();
  }
};

const Bytes kBytes = to_bytes("\xff\xd8\xff picture");

client::SendFile sent_file(FileFixture& at) {
  const auto* command = at.client.last<client::SendFile>();
  REQUIRE(command);
  return *command;
}

}  // namespace

TEST_CASE("an image as base64 becomes a file and a job, and the answer comes when it was sent") {
  FileFixture at;
  at.learn();
  const auto id = at.post("/send/image", {{"number", kTo}, {"image", "data:image/jpeg;base64," + base64(kBytes)},
                                          {"caption", "look"}, {"viewOnce", true}, {"delay", 2}});
  const client::SendFile command = sent_file(at);
  CHECK((command.wish.kind == MediaKind::image && command.wish.source.bytes == kBytes.size()));
  CHECK(command.message.to == jid("5511888888888@s.whatsapp.net"));
  CHECK(command.message.context.not_before == WallTime{at.now.wall.ms + 2000});
  const auto& body = std::get<client::FileBody>(command.message.body);
  CHECK((body.caption == "look" && body.view_once && body.file.mimetype == "image/jpeg"));
  REQUIRE(at.count_of<WriteFile>() == 1);
  CHECK(at.count_of<DropFile>() == 0);
  for (const Effect& effect : at.effects) {
    if (const auto* write = std::get_if<WriteFile>(&effect)) {
      CHECK((write->file == command.wish.source.given && write->bytes == kBytes));
    }
  }
  CHECK_FALSE(at.answered(id));
  at.raise(client::FileUploaded{command.command, command.job, command.message.id, {"without a preview"}});
  CHECK_FALSE(at.answered(id));
  at.raise(client::MessageSent{command.command, command.message.id, command.message.to, {test::kStartMs}, false, 0});
  REQUIRE(at.answered(id));
  CHECK((at.replies[id].status == 200 && at.replies[id].body["status"] == "sent"));
  CHECK(at.replies[id].body["message_id"] == command.message.id);
  CHECK(at.replies[id].body["warnings"] == json{"without a preview"});
}

TEST_CASE("files answer others, mention people and are forwarded like any message") {
  struct Row { const char *target, *to, *file; };
  for (const Row& row : {Row{"/send/image", "number", "image_url"}, Row{"/send/video", "number", "video_url"},
                         Row{"/send/audio", "number", "audio_url"}, Row{"/send/document", "number", "document_url"},
                         Row{"/send/sticker", "to", "sticker_url"}}) {
    INFO(row.target);
    FileFixture at;
    json body{{row.to, "120363000000000000@g.us"}, {row.file, "https://files.example/a"}, {"forwarding_score", 3},
              {"quoted", {{"message_id", "3EB0Q"}, {"participant", "5511777777777"}, {"body", "which?"}}},
              {"mentioned", {"5511777777777"}}};
    if (std::string(row.target) == "/send/document") body["file_name"] = "a.pdf";
    at.post(row.target, body);
    const client::MessageContext context = sent_file(at).message.context;
    CHECK(context.quoted->id == "3EB0Q");
    CHECK(context.quoted->text == "which?");
    CHECK(context.mentioned == std::vector<wire::Jid>{jid("5511777777777@s.whatsapp.net")});
    CHECK(context.forwarded == 3);
  }
}

TEST_CASE("who does not wait gets the job") {
  FileFixture at;
  at.learn();
  const auto id =
      at.post("/send/audio?wait=0", {{"number", kTo}, {"audio_url", "https://files.example/a.ogg"}, {"ptt", true}});
  const client::SendFile command = sent_file(at);
  CHECK((command.wish.kind == MediaKind::voice && command.wish.source.url == "https://files.example/a.ogg"));
  CHECK(at.replies[id].status == 202);
  json body = at.replies[id].body;
  body.erase("device_id");
  CHECK(body == json{{"success", true}, {"message_id", ""}, {"status", "processing"},
                     {"chat_jid", "5511888888888@s.whatsapp.net"}, {"job_id", command.job}});
  CHECK(at.call("GET", "/messages/" + command.message.id).body["status"] == "queued");
  at.raise(
      client::FileFailed{0, FileFailure::not_fetched, 404, -1, command.job, command.message.id, command.message.to});
  CHECK(at.call("GET", "/messages/" + command.message.id).body["reason"] == "no_file");
  CHECK(at.call("GET", "/jobs/none").status == 404);
}

TEST_CASE("parts that the host took out are taken once, and dropped if nothing comes of them") {
  FileFixture at;
  at.learn();
  const gateway::GivenFile part{"image", 77, 500, "a.jpg", "image/jpeg"};
  at.post("/send/image", {{"number", kTo}, {"image", nullptr}}, {part});
  CHECK(sent_file(at).wish.source.given == 77);
  CHECK(at.count_of<DropFile>() == 0);
  struct Row { const char* name; const char* target; json body; std::vector<gateway::GivenFile> files; int status; };
  const gateway::GivenFile large{"image", 78, 16 * client::kMiB + 1, "", ""}, empty{"image", 79, 0, "", ""},
      other{"video", 80, 5, "", ""};
  const Row rows[] = {
      {"no number", "/send/image", json::object(), {part}, 400},
      {"a URL, too", "/send/image", {{"number", kTo}, {"image_url", "https://x.example/"}}, {part}, 400},
      {"too large", "/send/image", {{"number", kTo}}, {large}, 413},
      {"empty", "/send/image", {{"number", kTo}}, {empty}, 400},
      {"another member", "/send/image", {{"number", kTo}}, {other}, 400},
      {"no such route", "/send/nothing", json::object(), {part}, 404},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto id = at.post(row.target, row.body, row.files);
    CHECK(at.replies[id].status == row.status);
    CHECK(at.count_of<DropFile>() == 1);
  }
  at.client.on_execute = [](const client::Command&, client::Turn&) -> Result<void> { return {Errc::full, "full"}; };
  const auto id = at.post("/send/image", {{"number", kTo}}, {part});
  CHECK((at.replies[id].status == 429 && at.count_of<DropFile>() == 1));
}

TEST_CASE("bad files") {
  FileFixture at;
  at.learn();
  const auto bad = [&](const char* target, const json& body, const char* field) {
    INFO(target << " " << body.dump());
    const auto id = at.post(target, body);
    REQUIRE(at.replies[id].status == 400);
    CHECK(at.replies[id].body["validation"][0]["field"] == field);
    CHECK(at.count_of<WriteFile>() == 0);
  };
  bad("/send/image", {{"number", kTo}}, "image");
  bad("/send/image", {{"number", kTo}, {"image", "***"}}, "image");
  bad("/send/image", {{"number", kTo}, {"image", "data:image/png,abc"}}, "image");
  bad("/send/image", {{"number", kTo}, {"image", 5}}, "image");
  bad("/send/image", {{"number", kTo}, {"image_url", "ftp://x"}}, "image_url");
  bad("/send/image", {{"number", kTo}, {"image", "AAAA"}, {"image_url", "https://x.example/"}}, "image");
  bad("/send/image", {{"number", kTo}, {"image", "AAAA"}, {"caption", std::string(1025, 'a')}}, "caption");
  bad("/send/document", {{"number", kTo}, {"document_url", "https://x.example/"}}, "file_name");
  bad("/send/document", {{"number", kTo}, {"document", "AAAA"}, {"mime_type", "no type"}}, "mime_type");
  bad("/send/video", {{"number", kTo}, {"video", "AAAA"}, {"gif", true}, {"ptv", true}}, "ptv");
}

TEST_CASE("what came to nothing has its status") {
  struct Row { FileFailure why; int status, answered; const char* code; };
  const Row rows[] = {
      {FileFailure::not_fetched, 404, 502, "UPSTREAM_REJECTED"},
      {FileFailure::timeout, 0, 504, "UPSTREAM_TIMEOUT"},
      {FileFailure::not_allowed, 0, 400, "VALIDATION_ERROR"},
      {FileFailure::too_large, 0, 413, "PAYLOAD_TOO_LARGE"},
      {FileFailure::wrong_type, 0, 415, "UNSUPPORTED_MEDIA_TYPE"},
      {FileFailure::refused, 403, 502, "UPSTREAM_REJECTED"},
      {FileFailure::unreachable, 0, 504, "UPSTREAM_TIMEOUT"},
      {FileFailure::unreachable, 503, 502, "UPSTREAM_REJECTED"},
      {FileFailure::throttled, 429, 429, "RATE_LIMITED"},
      {FileFailure::unsupported, 0, 501, "NOT_IMPLEMENTED"},
  };
  for (const Row& row : rows) {
    FileFixture at;
    at.learn();
    const auto id = at.post("/send/image", {{"number", kTo}, {"image", "AAAA"}});
    const client::SendFile command = sent_file(at);
    at.raise(client::FileFailed{command.command, row.why, row.status, -1, command.job, command.message.id,
                                command.message.to});
    INFO(row.code << " " << row.answered);
    CHECK(at.replies[id].status == row.answered);
    CHECK(at.replies[id].body["error_code"] == row.code);
  }
}

TEST_CASE("GET /messages/{id}/media: whole, in part, unchanged, gone") {
  FileFixture at;
  CHECK(at.call("GET", "/messages/3EB0F1/media").status == 404);
  client::ReceivedFile file;
  file.chat = file.author = jid("5511888888888@s.whatsapp.net");
  file.time = at.now.wall;
  file.file.direct_path = "/v/x";
  file.file.sha256 = Bytes(32, 7);
  store::Txn txn(at.disk);
  client::change_file(txn, "3EB0F1", file);
  at.disk.apply(txn.take());
  const auto get = [&](const std::string& range = {}, const std::string& tag = {}) {
    gateway::ApiRequest request;
    request.method = "GET";
    request.target = "/messages/3EB0F1/media";
    request.range = range;
    request.if_none_match = tag;
    return at.send(std::move(request));
  };
  const std::string tag = '"' + hex(Bytes(32, 7)) + '"';
  const auto same = get({}, "W/" + tag);
  CHECK(at.replies[same].status == 304);
  const auto answer_with = [&](client::Event event, const std::string& range = {}) {
    const auto id = get(range);
    const auto* command = at.client.last<client::FetchMedia>();
    REQUIRE((command && command->id == "3EB0F1"));
    std::visit([&](auto& one) { if constexpr (requires { one.command; }) one.command = command->command; },
               static_cast<client::EventKinds&>(event));
    at.raise_with_effects(std::move(event));
    return id;
  };
  client::MediaReady ready;
  ready.file = 99;
  ready.size = 1000;
  ready.kind = MediaKind::document;
  ready.sha256 = Bytes(32, 7);
  ready.mimetype = "text/html";
  ready.file_name = "..\\..\\evil\r\n.html";
  const auto shown = [&]() -> const ReplyFile& {
    for (const Effect& effect : at.effects) {
      if (const auto* reply = std::get_if<ReplyFile>(&effect)) return *reply;
    }
    static const ReplyFile none;
    FAIL("no file");
    return none;
  };
  const auto header = [&](const char* name) {
    for (const auto& [key, value] : shown().headers) {
      if (key == name) return value;
    }
    return std::string();
  };
  answer_with(ready);
  CHECK((shown().status == 200 && shown().file == 99 && shown().offset == 0 && shown().count == 1000));
  CHECK(header("Content-Type") == "application/octet-stream");
  CHECK(header("Content-Disposition") == "attachment; filename=\"evil__.html\"");
  CHECK(header("ETag") == tag);
  answer_with(ready, "bytes=-100");
  CHECK((shown().status == 206 && shown().offset == 900 && shown().count == 100));
  CHECK(header("Content-Range") == "bytes 900-999/1000");
  const auto beyond = answer_with(ready, "bytes=1000-");
  CHECK(at.replies[beyond].status == 416);
  const auto asked = answer_with(client::MediaFailed{0, FileFailure::retry_requested, 404});
  CHECK(at.replies[asked].status == 202);
  CHECK((at.replies[asked].body["success"] == false && at.replies[asked].body["status"] == "retry_requested"));
  const auto gone = answer_with(client::MediaFailed{0, FileFailure::gone, 404});
  CHECK(at.replies[gone].status == 410);
  // What a browser would run is bytes, however it is written.
  for (const char* said : {"image/svg+xml", "image/SVG+xml", "image/x+xml", "image/png,text/html", "text/html", "", "image/png\r\nA: b"}) {
    INFO(said);
    at.effects.clear();
    ready.mimetype = said;
    answer_with(ready);
    CHECK(header("Content-Type") == "application/octet-stream");
  }
  for (const char* said : {"image/jpeg", "audio/ogg; codecs=opus", "video/mp4"}) {
    INFO(said);
    at.effects.clear();
    ready.mimetype = said;
    answer_with(ready);
    CHECK(header("Content-Type") == said);
  }
}

TEST_CASE("ranges and names") {
  using gateway::range_of;
  struct Row { const char* header; std::uint64_t size; int offset, count; bool part; };
  const Row rows[] = {
      {"", 10, 0, 10, false},          {"bytes=0-0", 10, 0, 1, true},   {"bytes=5-", 10, 5, 5, true},
      {"bytes=-3", 10, 7, 3, true},    {"bytes=-30", 10, 0, 10, true},  {"bytes=2-99", 10, 2, 8, true},
      {"bytes=10-", 10, -1, 0, true},  {"bytes=-0", 10, -1, 0, true},   {"bytes=0-1,3-4", 10, 0, 10, false},
      {"bytes=5-2", 10, 0, 10, false}, {"lines=1-2", 10, 0, 10, false}, {"bytes=x-", 10, 0, 10, false},
      {"bytes=0-", 0, -1, 0, true}};
  for (const Row& row : rows) {
    INFO(row.header);
    const auto range = range_of(row.header, row.size);
    REQUIRE(range.has_value() == (row.offset >= 0));
    if (range) {
      CHECK((range->offset == static_cast<std::uint64_t>(row.offset) &&
             range->count == static_cast<std::uint64_t>(row.count)));
      CHECK(range->part == row.part);
    }
  }
  CHECK(gateway::safe_file_name("bill (1).pdf", "3EB0", "") == "bill (1).pdf");
  CHECK(gateway::safe_file_name("/etc/..", "3EB0", "image/jpeg") == "3EB0.jpg");
  CHECK(gateway::safe_file_name("", "\"\r\n", "text/plain") == "file.txt");
}

TEST_CASE("POST /status/media: a file to whoever sees statuses") {
  FileFixture at;
  SECTION("sent, and answered when the service took it") {
    const auto id = at.post("/status/media", {{"media_type", "image"},
                                              {"data", base64(kBytes)},
                                              {"mime_type", "image/jpeg"},
                                              {"caption", "open"},
                                              {"view_once", true}});
    const client::SendFile command = sent_file(at);
    CHECK((command.wish.kind == MediaKind::image && command.message.to.text() == "status@broadcast"));
    const auto& body = std::get<client::FileBody>(command.message.body);
    CHECK((body.caption == "open" && !body.view_once && body.file.mimetype == "image/jpeg"));
    client::MessageSent sent{command.command, command.message.id, command.message.to, {test::kStartMs}, false, 1};
    sent.said.media.emplace().mimetype = "image/jpeg";
    at.raise(sent);
    const json answer = at.replies[id].body;
    CHECK((at.replies[id].status == 200 && answer["status_type"] == "image" && answer["mime_type"] == "image/jpeg"));
    CHECK((answer["message_id"] == command.message.id && answer["failed_devices"] == 1));
  }
  SECTION("by URL, not waited for") {
    const auto id = at.post("/status/media?wait=0", {{"media_type", "voice"}, {"url", "https://files.example/a.ogg"}});
    CHECK(sent_file(at).wish.kind == MediaKind::voice);
    CHECK((at.replies[id].status == 202 && at.replies[id].body["job_id"] == sent_file(at).job));
  }
  SECTION("what is refused") {
    for (const json& body :
         {json{{"media_type", "document"}, {"data", base64(kBytes)}}, json{{"data", base64(kBytes)}},
          json{{"media_type", "image"}}, json{{"media_type", "voice"}, {"data", "YQ=="}, {"caption", "x"}},
          json{{"media_type", "image"}, {"data", "YQ=="}, {"url", "https://files.example/a"}}}) {
      const auto id = at.post("/status/media", body);
      INFO(body.dump());
      CHECK((at.replies[id].status == 400 && at.replies[id].body["error"]["code"] == "invalid_request"));
    }
    CHECK_FALSE(at.client.last<client::SendFile>());
  }
  SECTION("what comes of the file, and of the status") {
    const struct { FileFailure why; int status; const char* code; } kRows[] = {
        {FileFailure::wrong_type, 415, "invalid_media"},
        {FileFailure::refused, 502, "upload_failed"},
        {FileFailure::unreachable, 504, "upload_timeout"},
    };
    for (const auto& row : kRows) {
      INFO(row.code);
      const auto id = at.post("/status/media", {{"media_type", "video"}, {"url", "https://files.example/a.mp4"}});
      const client::SendFile command = sent_file(at);
      at.raise(
          client::FileFailed{command.command, row.why, 0, -1, command.job, command.message.id, command.message.to});
      CHECK((at.replies[id].status == row.status && at.replies[id].body["error"]["code"] == row.code));
    }
    const auto id = at.post("/status/media", {{"media_type", "image"}, {"url", "https://files.example/a.jpg"}});
    const client::SendFile command = sent_file(at);
    at.raise(client::MessageFailed{command.command, command.message.id, command.message.to,
                                   client::SendFailure::refused, 479});
    CHECK((at.replies[id].status == 502 && at.replies[id].body["error"]["code"] == "status_failed"));
  }
}
