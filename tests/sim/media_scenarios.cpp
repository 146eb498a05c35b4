// Scenarios with files: sent by each way in, received, asked of the phone again, and with hosts that do what hosts do.
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "sim/play.h"

namespace wa::sim {
namespace {

using nlohmann::json;

constexpr const char* kPicture = "https://files.example/picture.jpg";

Bytes file_of(std::string_view magic, std::size_t size, std::uint8_t seed) {
  Bytes out = to_bytes(view(magic));
  while (out.size() < size) out.push_back(static_cast<std::uint8_t>(out.size() * 31 + seed));
  return out;
}
Bytes picture(std::uint8_t seed = 1) { return file_of("\xff\xd8\xff", 3000, seed); }

std::string hash_of(ByteView bytes) { return hex(crypto::sha256(bytes)); }

json body_of(const std::optional<Reply>& reply) {
  return reply ? json::parse(reply->body, nullptr, false) : json::object();
}

gateway::ApiRequest post(const std::string& target, const json& body) {
  gateway::ApiRequest out;
  out.method = "POST";
  out.target = target;
  out.content_type = "application/json";
  out.body = body.dump();
  return out;
}

// How the job ended; nobody is told twice.
void follow(Play& play, Play::File& file) {
  for (int i = 0; i < 200 && !file.sent && !file.failed; ++i) {
    const json job = body_of(play.api("GET", "/jobs/" + file.job));
    if (job.value("success", false) == false) return play.expect(false, "a job is not known: " + job.dump());
    file.message_id = job.value("message_id", "");
    file.sent = job.value("status", "") == "sent";
    file.failed = job.value("status", "") == "failed";
    if (file.failed) play.expect(!job.value("reason", "").empty(), "a failed job without a reason");
    if (!file.sent && !file.failed) play.world.run_for(3'000);
  }
}

// Until it has arrived. What was lost in a crash is asked for again: a person would. `parts`: bytes beside the body.
void send_file(Play& play, const std::string& target, const json& body, const Bytes& bytes,
               const std::vector<Bytes>& parts = {}, int tries = 12) {
  gateway::ApiRequest request = post(target, body);
  if (!parts.empty()) request.files.push_back({"", 0, 0, "part.jpg", "image/jpeg"});
  for (int i = 0; i < tries; ++i) {
    const auto reply = play.world.call_with(request, parts, 300'000);
    const json answer = body_of(reply);
    if (!reply) return play.expect(false, "no answer to " + target);
    Play::File file;
    file.sha256 = hash_of(bytes);
    if (reply->status == 200) {
      file.message_id = answer.value("message_id", "");
      file.sent = true;
      play.files.push_back(file);
      return;
    }
    if (reply->status == 202) {
      file.job = answer.value("job_id", "");
      follow(play, file);
      play.files.push_back(file);
      if (file.sent) return;
    } else if (reply->status / 100 == 4 && reply->status != 429 && play.world.files().faults == 0) {
      return play.expect(false, target + ": " + reply->body);
    }
    play.world.run_for(10'000);
  }
  play.expect(play.world.files().faults > 0, target + " never succeeded");
}

std::vector<std::string> received_with(Play& play, const std::string& event) {
  std::vector<std::string> out;
  for (const Delivery& delivery : play.world.deliveries()) {
    if (delivery.event == event && delivery.status == 200) out.push_back(delivery.body);
  }
  return out;
}

bool was_told(Play& play, const std::string& event, const std::string& id) {
  for (const std::string& body : received_with(play, event)) {
    if (json::parse(body)["data"].value("message_id", "") == id) return true;
  }
  return false;
}

std::optional<Reply> media(Play& play, const std::string& id, int tries = 30) {
  std::optional<Reply> reply;
  for (int i = 0; i < tries; ++i) {
    reply = play.world.call("GET", "/messages/" + id + "/media", {}, 300'000);
    if (reply && (reply->status == 200 || reply->status == 410)) break;
    play.world.run_for(5'000);
  }
  return reply;
}

std::string header(const Reply& reply, const std::string& name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string receive(Play& play, const Bytes& bytes, MediaOptions options = {}) {
  play.wait("prekeys at the service", [&] { return play.network().reachable(play.world.pn()); });
  const std::string id = play.network().send_media(kFriend, play.world.pn(), bytes, options);
  play.wait("a file is told", [&] { return was_told(play, "message.received", id); });
  return id;
}

}  // namespace

// By base64, by a part that the host took out, by a URL; then what was sent can be fetched.
void media_send(Play& play) {
  play.webhook();
  play.world.files().urls[kPicture] = {200, picture(3), "image/jpeg", "picture.jpg"};
  if (!play.online()) return;
  const Bytes first = picture(1), second = picture(2);
  send_file(play, "/send/image",
            {{"number", kFriend}, {"image", "data:image/jpeg;base64," + base64(first)}, {"caption", "one"}}, first);
  send_file(play, "/send/image", {{"number", kFriend}}, second, {second});
  send_file(play, "/send/image", {{"number", kFriend}, {"image_url", kPicture}}, picture(3));
  if (play.files.empty() || !play.files.back().sent || play.world.files().faults > 0) return;
  const auto again = media(play, play.files.back().message_id);
  play.expect(again && again->status == 200 && again->body == text_of(picture(3)), "what was sent is fetched");
}

void media_receive(Play& play) {
  play.webhook();
  if (!play.online()) return;
  const Bytes image = picture(7), voice = file_of("OggS", 70'000, 2), document = file_of("%PDF", 900, 9);
  MediaOptions spoken, paper;
  spoken.kind = "voice";
  spoken.mimetype = "audio/ogg; codecs=opus";
  paper.kind = "document";
  paper.mimetype = "application/pdf";
  paper.file_name = "../../a \"paper\".pdf";
  const std::string one = receive(play, image), two = receive(play, voice, spoken),
                    three = receive(play, document, paper);
  const auto shown = media(play, one);
  play.expect(shown && shown->status == 200 && shown->body == text_of(image), "the image is what was sent");
  if (play.world.crashes() > 0 || play.world.files().faults > 0) return;
  play.expect(header(*shown, "ETag") == '"' + hash_of(image) + '"', "the hash is its tag");
  const auto heard = media(play, two);
  play.expect(heard && heard->body == text_of(voice), "the voice note is what was sent");
  const auto read = media(play, three);
  play.expect(read && header(*read, "Content-Disposition") == "attachment; filename=\"a _paper_.pdf\"",
              "a harmless name");
  gateway::ApiRequest part;
  part.method = "GET";
  part.target = "/messages/" + two + "/media";
  part.range = "bytes=100-199";
  const auto asked = [&] {   // again while the device is not connected
    std::optional<Reply> reply;
    for (int i = 0; i < 60; ++i) {
      reply = play.world.call_with(part, {});
      if (!reply || reply->status != 503) break;
      play.world.run_for(5'000);
    }
    return reply;
  };
  const auto some = asked();
  play.expect(some && some->status == 206 && some->body == text_of(ByteView(voice).subspan(100, 100)), "a part of it");
  part.range = "bytes=70000-";
  const auto none = asked();
  play.expect(none && none->status == 416, "a part beyond the end");
  part.range.clear();
  part.if_none_match = '"' + hash_of(voice) + '"';
  const auto same = asked();
  play.expect(same && same->status == 304 && same->body.empty(), "not modified");
}

// The hosts have lost it: the phone has it, or not.
void media_retry(Play& play) {
  play.webhook();
  if (!play.online()) return;
  const Bytes image = picture(5);
  const std::string id = receive(play, image);
  play.network().forget_files();
  const auto found = media(play, id, 40);
  play.expect(found && found->status == 200 && found->body == text_of(image),
              "fetched after the phone uploaded it again");
  play.expect(was_told(play, "media.retry", id) || play.world.crashes() + play.world.files().faults > 0,
              "media.retry is told");
  play.world.run_for(30'000);   // nobody has it any more
  play.network().forget_files();
  play.network().fail_next({FaultKind::phone_lacks_file, 0, {}});
  const auto lost = media(play, id, 40);
  play.network().clear_faults();
  play.expect(lost && (lost->status == 410 || play.world.crashes() + play.world.files().faults > 0), "gone for good");
}

// A URL job goes on after a restart; each way to fail has a reason.
void media_jobs(Play& play) {
  play.webhook();
  auto& urls = play.world.files().urls;
  urls[kPicture] = {200, picture(4), "image/jpeg", "picture.jpg"};
  urls["https://files.example/text"] = {200, to_bytes("only words"), "image/jpeg", "text"};
  urls["https://files.example/none"] = {404, {}, {}, {}};
  if (!play.online()) return;
  const auto job = [&](const std::string& target, const json& body, const Bytes& bytes) {
    for (int i = 0; i < 20; ++i) {
      const auto reply = play.world.call("POST", target + "?wait=0", body.dump());
      if (reply && reply->status == 202) {
        Play::File file;
        file.sha256 = hash_of(bytes);
        file.job = body_of(reply).value("job_id", "");
        play.files.push_back(file);
        return;
      }
      play.world.run_for(5'000);
    }
    play.expect(false, "a job is never accepted");
  };
  play.network().fail_next({FaultKind::upload_failure, 503, {}});
  play.network().fail_next({FaultKind::upload_failure, 401, {}});
  play.network().fail_next({FaultKind::upload_silent, 0, {}});
  job("/send/image", {{"number", kFriend}, {"image_url", kPicture}}, picture(4));
  job("/send/image", {{"number", kFriend}, {"image_url", "https://files.example/text"}}, to_bytes("only words"));
  job("/send/document", {{"number", kFriend}, {"document_url", "https://files.example/none"}, {"file_name", "a.txt"}},
      {});
  for (Play::File& file : play.files) follow(play, file);
  if (play.files.size() != 3 || play.world.files().faults > 0) return;
  play.expect(play.files[0].sent, "a job goes on until it is sent");
  play.expect(play.files[1].failed || !play.world.setup().file_tools, "words are no image");
  play.expect(play.files[2].failed, "nothing is at the URL");
}

// Hosts that refuse, throttle, break off and vanish; a big file goes on where it was broken off.
void media_hosts(Play& play) {
  play.webhook();
  if (!play.online()) return;
  SimNetwork& network = play.network();
  const Bytes small = picture(8);
  const auto send = [&](std::vector<Fault> faults) {
    for (Fault& fault : faults) network.fail_next(std::move(fault));
    send_file(play, "/send/image", {{"number", kFriend}}, small, {small});
  };
  send({{FaultKind::upload_failure, 415, {}}});
  send({{FaultKind::upload_failure, 403, {}}});
  send({{FaultKind::upload_failure, 429, "3"}});
  send({{FaultKind::upload_lost, 0, {}}, {FaultKind::upload_failure, 500, {}}, {FaultKind::upload_silent, 0, {}}});
  network.media_host_away(play.world.setup().options.media_hosts[0], 60'000);
  send({});
  const Bytes big = file_of("%PDF", 5'300'000, 3);
  network.fail_next({FaultKind::upload_lost, 0, {}});
  send_file(play, "/send/document", {{"number", kFriend}, {"file_name", "big.pdf"}}, big, {big});
  const std::string id = receive(play, small);
  for (const FaultKind kind : {FaultKind::media_truncated, FaultKind::media_lost}) network.fail_next({kind, 0, {}});
  for (const int code : {500, 429, 403}) network.fail_next({FaultKind::media_failure, code, {}});
  const auto got = media(play, id);
  play.expect(got && got->status == 200 && got->body == text_of(small), "fetched in the end");
  network.clear_faults();
}

}  // namespace wa::sim
