// A JSON text with files in it (file_bodies.h): strings longer than kInlineBytesMax are taken for base64, with or
// without the prefix of a data URI, and decoded as they come; in their place stands null.
#pragma once

#include "gateway/http/file_bodies.h"

namespace wa::gateway {

// The characters of a JSON string, as they are written between its quotes, to bytes.
class Base64Text {
 public:
  // False: it is no base64, or no such prefix. The mime type is that of a prefix, once begun.
  bool take(std::string_view written, Bytes& out);
  bool finish();
  bool begun() const { return begun_; }
  const std::string& mime_type() const { return mime_type_; }

 private:
  bool take_escaped(char c, Bytes& out);
  bool take_char(char c, Bytes& out);
  bool take_prefix(char c, Bytes& out);
  bool take_digit(char c, Bytes& out);
  std::string prefix_, mime_type_;
  std::string escape_;          // a backslash and what came of it
  bool begun_ = false;
  std::uint32_t group_ = 0;
  int bits_ = 0, padding_ = 0;
  std::uint64_t digits_ = 0;
};

class JsonFiles final : public FileBody {
 public:
  explicit JsonFiles(std::size_t inline_bytes_max = kInlineBytesMax) : inline_bytes_max_(inline_bytes_max) {}
  std::uint64_t bytes_max() const override { return kFileJsonBytesMax; }
  std::size_t bytes_held() const override { return text_.capacity(); }
  bool form() const override { return false; }
  BodyParts take(std::string_view piece) override;
  BodyParts finish(std::string& json) override;

 private:
  struct Level { bool array = false; std::size_t index = 0; std::string key; };
  std::size_t take_text(std::string_view piece);
  std::size_t take_string(std::string_view piece, BodyParts& out);
  void structure(char c);
  void end_string(BodyParts& out);
  void begin_file(BodyParts& out);
  void file_text(std::string_view written, BodyParts& out);
  std::string place() const;
  void not_base64();

  const std::size_t inline_bytes_max_;
  std::string text_;
  std::vector<Level> levels_;
  bool in_string_ = false, is_key_ = false, after_backslash_ = false, expects_key_ = false;
  std::size_t string_at_ = 0;     // of the quote, in text_
  std::string member_;            // of the file that is taken
  std::optional<Base64Text> file_;
  bool told_ = false;             // that it begins
};

}  // namespace wa::gateway
