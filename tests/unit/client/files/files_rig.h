// The room of files with hosts that are known, and a host of the machine that does what a test says.
#pragma once

#include "client/files/files.h"
#include "client/rows/received_files.h"
#include "unit/client/scripted_turn.h"

namespace wa::test {

using namespace wa::client;

inline const wire::Jid kTo{"5511999999991", wire::Server::pn};

struct FilesRig {
  Config config;
  ScriptedTurn world;
  WayOut way;
  Out& out = way.out;
  MediaHosts hosts{config};
  std::unique_ptr<Files> files;

  FilesRig() {
    way.account.paired = true;
    way.account.pn = wire::Jid{"5511999999999", wire::Server::pn};
    files = std::make_unique<Files>(hosts);
    out.set_online(true);
    files->on_online(out, world.turn());
  }
  void know_hosts(std::vector<std::string> names = {"a.whatsapp.net", "b.whatsapp.net"}, const char* auth = "A+/=") {
    wire::Node connection("media_conn");
    connection.attr("auth", auth).attr("ttl", std::uint64_t{3600}).attr("auth_ttl", std::uint64_t{1800});
    for (const std::string& name : names) connection.child(wire::Node("host").attr("hostname", name));
    wire::Node answer("iq");
    answer.child(std::move(connection));
    hosts.on_answer(MediaConnQuery{}, QueryAnswer(answer), out, world.turn());
    files->on(HostsKnown{}, out, world.turn());
  }
  // The only effect of this type since the last time; all are taken.
  template <class E>
  E only() {
    std::vector<E> found;
    for (Effect& effect : world.effects) {
      if (auto* one = std::get_if<E>(&effect)) found.push_back(std::move(*one));
    }
    take_drops();
    world.effects.clear();
    REQUIRE(found.size() == 1);
    return found.front();
  }
  std::vector<FileId> dropped;
  void take_drops() {
    for (const Effect& effect : world.effects) {
      if (const auto* drop = std::get_if<DropFile>(&effect)) dropped.push_back(drop->file);
    }
  }
  bool quiet() {
    take_drops();
    const bool none =
        world.effects.empty() || std::all_of(world.effects.begin(), world.effects.end(), [](const Effect& effect) {
          return std::holds_alternative<DropFile>(effect) || std::holds_alternative<Log>(effect);
        });
    world.effects.clear();
    return none;
  }
  template <class R>
  void done(FileJob job, R result) {
    files->on_file_done({job, FileFault::none, 0, -1, std::move(result)}, out, world.turn());
  }
  void fault(FileJob job, FileFault why, int status = 0) {
    files->on_file_done({job, why, status, -1, {}}, out, world.turn());
  }
  void answer(FileJob job, int status, const std::string& body = {}, std::int64_t retry_after_ms = -1) {
    done(job, FileAnswered{status, retry_after_ms, body});
  }
  void tick(std::int64_t ms) {
    world.advance(ms);
    const auto until = files->deadline();
    if (until && *until <= world.now.mono) files->on_tick(out, world.turn());
  }

  SendFile image(FileId given) {
    SendFile out;
    out.command = 7;
    out.job = "job_1";
    out.wish.kind = MediaKind::image;
    out.wish.source = {given, 100, {}};
    out.message.to = kTo;
    out.message.id = "3EB0AA";
    FileBody body;
    body.caption = "look";
    out.message.body = std::move(body);
    return out;
  }
  // As far as the first upload.
  UploadFile uploading(std::uint64_t sealed_size = 138) {
    done(only<InspectFile>().job, seen());
    const SealFile seal = only<SealFile>();
    FileSealed sealed;
    sealed.size = 100;
    sealed.sealed_size = sealed_size;
    sealed.sha256 = Bytes(32, 1);
    sealed.enc_sha256 = Bytes(32, 2);
    done(seal.job, std::move(sealed));
    if (!world.take_queries().empty()) know_hosts();
    return only<UploadFile>();
  }
  static FileInspected seen() {
    FileInspected out;
    out.mimetype = "image/jpeg";
    out.width = 640;
    out.height = 480;
    out.thumbnail = Bytes(10, 9);
    return out;
  }
  template <class N>
  const N* noticed(const std::vector<Notice>& notices) {
    for (const Notice& notice : notices) {
      if (const N* found = std::get_if<N>(&notice)) return found;
    }
    return nullptr;
  }
  FileJobRow job() { return *find_file_job(world.turn().txn, "job_1", world.now.wall); }
};

inline constexpr const char* kHosted = R"({"url":"https:\/\/mmg.whatsapp.net\/v\/x?a=1","direct_path":"\/v\/x?a=1"})";

}  // namespace wa::test
