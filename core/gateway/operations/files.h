// Files of messages, as façades ask for them: what comes of a job, what a part of a file is.
// Does not: answer; know names of fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "client/rows/file_jobs.h"
#include "gateway/operations/message_states.h"

namespace wa::gateway {

inline constexpr std::size_t kCaptionCharsMax = 1024;
inline constexpr std::size_t kFileNameCharsMax = 255;
inline constexpr std::size_t kFileUrlBytesMax = 2048;

std::string new_job_id(Random&);

// What is known of a job, with what became of its message.
enum class JobStage : std::uint8_t { processing, sent, failed };
struct JobState {
  client::FileJobRow row;
  JobStage stage = JobStage::processing;
  std::optional<MessageState> message;
};
std::optional<JobState> find_job(const store::Txn&, std::string_view id, WallTime now);
const char* stage_name(client::FileStage);
const char* failure_name(client::FileFailure);

// A single range of bytes (RFC 9110 section 14), as asked for by `header`. Whole: there is none, or one that is not
// understood. Nothing: it lies beyond the end.
struct ByteRange { std::uint64_t offset = 0, count = 0; bool part = false; };
std::optional<ByteRange> range_of(std::string_view header, std::uint64_t size);
// Whether If-None-Match names this entity.
bool names_entity(std::string_view header, std::string_view tag);
// Of Content-Disposition: what a file is called when it is saved. Harmless whatever the sender said.
std::string safe_file_name(std::string_view said, std::string_view message_id, std::string_view mimetype);

}  // namespace wa::gateway
