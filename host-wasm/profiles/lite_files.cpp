// core-lite.wasm has no files: nothing sends or fetches one (lite_routes.cpp); what a message says of its file is told
// as ever, but not kept. Stands in the place of core/client/files/*.cpp.
#include "client/files/files.h"

namespace wa::client {
namespace {

Result<void> not_here() { return {Errc::unsupported, "files are not in this build"}; }

}  // namespace

[[gnu::weak]] Result<void> Files::execute(const SendFile&, Out&, Turn&) { return not_here(); }
[[gnu::weak]] Result<void> Files::execute(const PrepareFile&, Out&, Turn&) { return not_here(); }
[[gnu::weak]] Result<void> Files::execute(const FetchMedia&, Out&, Turn&) { return not_here(); }
[[gnu::weak]] void Files::on(const HostsKnown&, Out&, Turn&) {}
[[gnu::weak]] void Files::on(const FileTold&, Out&, Turn&) {}
[[gnu::weak]] void Files::on_file_done(const FileDone&, Out&, Turn&) {}
[[gnu::weak]] void Files::on_retried(const stanza::MediaRetried&, Turn&) {}
[[gnu::weak]] void Files::on_online(Out&, Turn&) {}
[[gnu::weak]] void Files::on_tick(Out&, Turn&) {}
[[gnu::weak]] std::optional<MonoTime> Files::deadline() const { return std::nullopt; }
[[gnu::weak]] void Files::end(Turn&) {}

}  // namespace wa::client
