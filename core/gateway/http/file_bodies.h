// Bodies of requests that carry files, taken apart while they arrive: JSON with long base64 strings, forms
// (multipart/form-data) and files as they are, with their parameters in the query.
// Guarantees: pure; how the bytes arrive does not matter; what is held is the JSON text without the files, at most
// kBodyBytesMax, and a piece; every file begins and ends, unless the body fails; no two have the same place.
// Does not: check the JSON text beyond what it must, which the device does; look at what the files are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "gateway/http/reply.h"
#include "gateway/http/target.h"

namespace wa::gateway {

inline constexpr std::size_t kInlineBytesMax = 32u << 10;        // of a string as it is written: longer ones are files
inline constexpr std::uint64_t kFileJsonBytesMax = 100ull << 20;  // of a JSON body as it comes
inline constexpr std::uint64_t kFileFormBytesMax = 2001ull << 20; // of the others

// `member`: where the file stands, "image" or "cards[2].image"; empty: the whole body is the file.
struct FileBegins { std::string member, file_name, content_type; };
struct FileBytes { Bytes bytes; };
struct FileEnds {};
using BodyPart = std::variant<FileBegins, FileBytes, FileEnds>;
using BodyParts = std::vector<BodyPart>;

class FileBody {
 public:
  // Which of them the Content-Type means. `failed`: it is none.
  static std::unique_ptr<FileBody> of(std::string_view content_type, const Target& target, Failure& failed);
  virtual ~FileBody() = default;
  virtual std::uint64_t bytes_max() const { return kFileFormBytesMax; }
  virtual std::size_t bytes_held() const = 0;
  virtual bool form() const { return true; }   // members are texts
  // What came with this piece. After a failure there is nothing more.
  virtual BodyParts take(std::string_view piece) = 0;
  // The end. The JSON text that stands for the body: a member that was taken out is null there.
  virtual BodyParts finish(std::string& json) = 0;
  const std::optional<Failure>& failure() const { return failure_; }

 protected:
  void fail(Failure failed) {
    if (!failure_) failure_ = std::move(failed);
  }
  bool is_new(const std::string& member);   // else it has failed
 private:
  std::optional<Failure> failure_;
  std::vector<std::string> members_;   // of the files so far
};

}  // namespace wa::gateway
