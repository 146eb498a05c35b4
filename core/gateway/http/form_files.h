// A form (multipart/form-data, RFC 7578) with files in it, and a body that is a file itself (file_bodies.h). A part
// with a file name is a file; the others are members of an object of texts. A name that comes several times, or ends
// with "[]", is a list.
#pragma once

#include "gateway/http/file_bodies.h"

namespace wa::gateway {

class FormFiles final : public FileBody {
 public:
  explicit FormFiles(std::string_view boundary) : delimiter_("\r\n--" + std::string(boundary)) {}
  std::size_t bytes_held() const override { return waiting_.capacity() + text_bytes_; }
  BodyParts take(std::string_view piece) override;
  BodyParts finish(std::string& json) override;

 private:
  enum class At : std::uint8_t { preamble, delimiter, head, text, file, end };
  bool step(BodyParts& out);   // false: more bytes are needed
  bool read_delimiter();
  bool read_head();
  void part_head(std::string_view head);
  bool read_content(BodyParts& out);
  void content(std::string_view bytes, BodyParts& out);
  void end_part(BodyParts& out);
  void add_text();

  const std::string delimiter_;
  std::string waiting_ = "\r\n";   // not yet understood; the first delimiter stands at the begin of a line
  At at_ = At::preamble;
  FileBegins begins_;
  bool told_ = false;
  std::string text_;               // of the part that is read
  struct Text { std::string name, value; };
  std::vector<Text> texts_;
  std::size_t text_bytes_ = 0;
};

class WholeFile final : public FileBody {
 public:
  WholeFile(std::string_view content_type, const Target& target);
  std::size_t bytes_held() const override { return 0; }
  BodyParts take(std::string_view piece) override;
  BodyParts finish(std::string& json) override;

 private:
  FileBegins begins_;
  std::string json_;
  bool told_ = false;
};

// A parameter of a header value: `name=token` or `name="quoted"`, after a ";".
std::optional<std::string> header_parameter(std::string_view value, std::string_view name);

}  // namespace wa::gateway
