// tested by native/files/inspector_test.cpp
#include "files/inspection.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "files/sniff.h"
#include "media/facts.h"

namespace wa::native {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

constexpr std::uint64_t kToolBytesMax = 96ull << 20;     // it is held in memory for them
constexpr std::uint64_t kPixelsMax = 40'000'000, kSideMax = 16'384;
constexpr std::size_t kThumbnailBytesMax = 64u << 10;
constexpr std::uint64_t kStickerBytesMax = 500u << 10;
constexpr const char* kNoTools = "FFmpeg is not installed on the server";

// A folder of its own, empty, for as long as this lives.
class WorkFolder {
 public:
  explicit WorkFolder(const std::filesystem::path& where) {
    static std::atomic<std::uint64_t> next{0};
    path_ = where / ("work-" + std::to_string(++next));
    made_ = ::mkdir(path_.c_str(), 0700) == 0;
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  bool made() const { return made_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool made_ = false;
};

media::MediaFacts facts_of(const KeptFile& file) {
  const media::ReadAt read = [](void* context, std::uint64_t offset, std::span<std::uint8_t> out) -> std::size_t {
    const auto& from = *static_cast<const KeptFile*>(context);
    if (offset >= from.size()) return 0;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), from.size() - offset));
    return from.read(offset, out.first(count)) ? count : 0;
  };
  return media::read_media_facts(file.size(), read, const_cast<KeptFile*>(&file));
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}
bool begins_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

// What the programs say of a file.
struct Probed {
  bool has_picture = false, has_sound = false;
  std::string picture_codec, pixels, sound_codec;
  std::uint64_t width = 0, height = 0;
  double seconds = 0;
  int channels = 0;
};

class InspectionRun {
 public:
  InspectionRun(const Inspection& what, const std::shared_ptr<FileRoom>& room, const MediaTools& tools,
                const std::atomic<bool>* stop)
      : what_(what), room_(room), tools_(tools), stop_(stop) {}

  Inspected run() {
    Bytes head(static_cast<std::size_t>(std::min<std::uint64_t>(what_.file->size(), kSniffBytes)));
    if (!what_.file->read(0, head)) return {FileFault::missing, {}, nullptr};
    sniffed_ = sniff(head);
    header_ = facts_of(*what_.file);
    note_header(header_);
    if (facts().mimetype.empty()) facts().mimetype = sniffed_.mimetype;
    if (wants_tools()) use_tools();
    return std::move(out_);
  }

 private:
  FileInspected& facts() { return out_.facts; }
  bool kind_is(std::initializer_list<std::string_view> all) const { return is_one_of(what_.kind, all); }
  void warn(std::string text) { facts().warnings.push_back(std::move(text)); }

  void note_header(const media::MediaFacts& header) {
    FileInspected& to = facts();
    to.mimetype = header.mimetype;
    to.width = header.width;
    to.height = header.height;
    to.seconds = media::seconds_of(header);
    to.animated = header.animated;
    to.first_frame_length = header.first_frame_length;
  }

  bool shows_something() const {
    return begins_with(out_.facts.mimetype, "image/") || begins_with(out_.facts.mimetype, "video/");
  }
  bool sounds() const { return kind_is({"voice", "audio"}); }
  bool wants_thumbnail() const { return what_.thumbnail && !sounds() && shows_something(); }
  bool wants_tools() const {
    if (what_.kind == "document" && !wants_thumbnail()) return false;
    return wants_thumbnail() || sounds() || (what_.convert && what_.kind != "document") ||
           kind_is({"video", "gif", "ptv"});
  }

  // By the headers alone; the programs know more.
  bool needs_conversion() const {
    const std::string& type = out_.facts.mimetype;
    if (!what_.convert) return false;
    if (kind_is({"image", "link_thumbnail"})) return type != "image/jpeg";
    if (kind_is({"sticker"})) return type != "image/webp" || out_.facts.width != 512 || out_.facts.height != 512;
    if (kind_is({"audio"})) return type != "audio/ogg; codecs=opus";
    if (kind_is({"voice"})) return !media::is_voice_note(header_);
    if (!kind_is({"video", "gif", "ptv"})) return false;
    if (type != "video/mp4" || !probed_) return true;
    const bool picture = probed_->picture_codec == "h264" && is_one_of(probed_->pixels, {"yuv420p", "yuvj420p"}) &&
                         probed_->width % 2 == 0 && probed_->height % 2 == 0;
    const bool sound = what_.kind == "gif" ? !probed_->has_sound : !probed_->has_sound || probed_->sound_codec == "aac";
    return !picture || !sound;
  }

  void use_tools() {
    if (!tools_.usable()) return without_tools(kNoTools);
    if (sniffed_.demuxer.empty()) return without_tools("its format is not known");
    if (what_.file->size() > kToolBytesMax) return without_tools("it is larger than 96 MiB");
    if (too_many_pixels(facts().width, facts().height)) return without_tools("it has too many pixels");
    WorkFolder folder(room_->folder());
    MemoryFile in;
    if (!folder.made() || !copy_to(in)) return without_tools("there is no memory for it now");
    folder_ = &folder;
    in_ = &in;
    probe();
    if (!probed_) return without_tools("it could not be read");
    if (too_many_pixels(probed_->width, probed_->height)) return without_tools("it has too many pixels");
    if (facts().width == 0 && probed_->has_picture && !sounds()) {
      facts().width = static_cast<std::uint32_t>(probed_->width);
      facts().height = static_cast<std::uint32_t>(probed_->height);
    }
    if (facts().seconds == 0 && probed_->seconds > 0 && !kind_is({"image", "sticker", "link_thumbnail"}))
      facts().seconds = static_cast<std::uint32_t>(std::clamp(probed_->seconds + 0.5, 1.0, 1e6));
    if (wants_thumbnail()) make_thumbnail();
    if (sounds()) make_waveform();
    if (needs_conversion()) convert();
  }

  static bool too_many_pixels(std::uint64_t width, std::uint64_t height) {
    return width > kSideMax || height > kSideMax || width * height > kPixelsMax;
  }

  void without_tools(const std::string& why) {
    if (wants_thumbnail()) warn("no thumbnail could be made: " + why);
    if (needs_conversion())
      warn("it is sent as it is and may not be shown by every client, because it could not be converted: " + why);
    else if (what_.kind == "voice") warn("no waveform could be made: " + why);
  }

  bool copy_to(const MemoryFile& to) const {
    Bytes piece(kPieceBytes);
    for (std::uint64_t at = 0; at < what_.file->size(); at += piece.size()) {
      piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(what_.file->size() - at, kPieceBytes)));
      if (!what_.file->read(at, piece) || !to.write(piece)) return false;
    }
    return to.descriptor() >= 0;
  }

  // What may be opened, and as what: a list of other files is none of these formats.
  Words input() const {
    Words out{"-protocol_whitelist", "file,pipe", "-f", std::string(sniffed_.demuxer)};
    if (sniffed_.demuxer == "mov") out.insert(out.end(), {"-enable_drefs", "0", "-use_absolute_path", "0"});
    out.insert(out.end(), {"-i", kChildIn});
    return out;
  }
  Words convert_command(const Words& more) const {
    Words out{tools_.ffmpeg,
              "-v",
              "quiet",
              "-nostdin",
              "-y",
              "-threads",
              "1",
              "-filter_threads",
              "1",
              "-filter_complex_threads",
              "1"};
    const Words from = input();
    out.insert(out.end(), from.begin(), from.end());
    out.insert(out.end(), {"-map_metadata", "-1", "-threads", "2", "-sn", "-dn"});
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  ChildLimits child_limits() const {
    ChildLimits out;
    out.stop = stop_;
    return out;
  }

  void probe() {
    Words command{tools_.ffprobe, "-v", "quiet", "-print_format", "json", "-show_streams", "-show_format"};
    const Words from = input();
    command.insert(command.end(), from.begin(), from.end());
    std::string said;
    ChildLimits limits = child_limits();
    limits.processor_s = 10;
    limits.time = std::chrono::milliseconds(15'000);
    const ChildEnd end = run_child(command, folder_->path(), in_->descriptor(), -1, limits,
                                   [&](ByteView piece) { said += text_of(piece); });
    if (!end.ok) return;
    const json all = json::parse(said, nullptr, false);
    if (!all.is_object()) return;
    Probed found;
    for (const json& stream : all.value("streams", json::array())) note_stream(stream, found);
    if (all.contains("format")) found.seconds = std::max(found.seconds, number_of(all["format"], "duration"));
    if (found.has_picture || found.has_sound) probed_ = std::move(found);
  }

  static std::string text_of_member(const json& from, const char* name) {
    const auto found = from.find(name);
    return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
  }
  static double number_of(const json& from, const char* name) {
    const std::string text = text_of_member(from, name);
    const double out = std::strtod(text.c_str(), nullptr);
    return out > 0 && out < 1e7 ? out : 0;
  }
  static std::uint64_t count_of(const json& from, const char* name) {
    const auto found = from.find(name);
    return found != from.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  }

  static void note_stream(const json& stream, Probed& found) {
    if (!stream.is_object()) return;
    const std::string type = text_of_member(stream, "codec_type");
    const auto disposition = stream.find("disposition");
    const bool cover =
        disposition != stream.end() && disposition->is_object() && count_of(*disposition, "attached_pic") != 0;
    if (type == "video" && !cover && !found.has_picture) {
      found.has_picture = true;
      found.picture_codec = text_of_member(stream, "codec_name");
      found.pixels = text_of_member(stream, "pix_fmt");
      found.width = count_of(stream, "width");
      found.height = count_of(stream, "height");
    } else if (type == "audio" && !found.has_sound) {
      found.has_sound = true;
      found.sound_codec = text_of_member(stream, "codec_name");
    } else {
      return;
    }
    found.seconds = std::max(found.seconds, number_of(stream, "duration"));
  }

  void make_thumbnail() {
    if (!probed_->has_picture) return;
    const std::string side = what_.kind == "link_thumbnail" ? "320" : "100";
    for (const char* quality : {"6", "20"}) {
      Bytes picture;
      ChildLimits limits = child_limits();
      limits.processor_s = 15;
      limits.time = std::chrono::milliseconds(20'000);
      limits.output_bytes = kThumbnailBytesMax;
      const ChildEnd end =
          run_child(convert_command({"-map", "0:v:0", "-an", "-frames:v", "1", "-vf",
                                     "scale=" + side + ":" + side +
                                         ":force_original_aspect_ratio=decrease:force_divisible_by=1,format=yuvj420p",
                                     "-q:v", quality, "-f", "mjpeg", "pipe:1"}),
                    folder_->path(), in_->descriptor(), -1, limits, [&](ByteView piece) { append(picture, piece); });
      if (end.ok && begins_with(text_of(picture), "\xff\xd8\xff")) {
        facts().thumbnail = std::move(picture);
        return;
      }
      if (!end.too_long) break;
    }
    warn("no thumbnail could be made: the picture could not be read");
  }

  void make_waveform() {
    if (!probed_->has_sound) return warn("it has no sound");
    Waveform wave;
    ChildLimits limits = child_limits();
    limits.output_bytes = SIZE_MAX;
    const ChildEnd end =
        run_child(convert_command({"-map", "0:a:0", "-vn", "-ac", "1", "-ar", "8000", "-f", "s16le", "pipe:1"}),
                  folder_->path(), in_->descriptor(), -1, limits, [&](ByteView piece) { wave.feed(piece); });
    if (end.ok) facts().waveform = wave.finish();
    else if (what_.kind == "voice") warn("no waveform could be made: the sound could not be read");
  }

  // In order: what is tried when the one before made nothing, or too much.
  std::vector<Words> conversions(std::string& mimetype) const {
    const bool moves = begins_with(out_.facts.mimetype, "video/") || out_.facts.mimetype == "image/gif";
    if (kind_is({"image", "link_thumbnail"})) {
      mimetype = "image/jpeg";
      const std::string fit = "scale='min(2560,iw)':'min(2560,ih)':force_original_aspect_ratio=decrease";
      const Words plain{"-map", "0:v:0", "-an", "-frames:v", "1",      "-vf", fit + ",format=yuvj420p",
                        "-q:v", "3",     "-f",  "mjpeg",     kChildOut};
      const std::string on_white = "[0:v]" + fit +
                                   ",format=rgba[a];color=white:s=16x16,format=rgb24[c];[c][a]scale2ref[w][v];"
                                   "[w][v]overlay=shortest=1,format=yuvj420p";
      const Words white{"-filter_complex", on_white, "-an", "-frames:v", "1", "-q:v", "3", "-f", "mjpeg", kChildOut};
      return {white, plain};
    }
    if (kind_is({"sticker"})) {
      mimetype = "image/webp";
      const std::string fit = "scale=512:512:force_original_aspect_ratio=decrease,format=rgba,"
                              "pad=512:512:(ow-iw)/2:(oh-ih)/2:color=0x00000000";
      std::vector<Words> out;
      for (const char* quality : {"80", "50", "25"}) {
        if (moves) {
          out.push_back({"-map", "0:v:0", "-an", "-t", "8", "-vf", "fps=12," + fit, "-c:v", "libwebp_anim", "-loop",
                         "0", "-quality", quality, "-f", "webp", kChildOut});
        } else {
          out.push_back({"-map", "0:v:0", "-an", "-frames:v", "1", "-vf", fit, "-c:v", "libwebp", "-quality", quality,
                         "-f", "webp", kChildOut});
        }
      }
      return out;
    }
    if (sounds()) {
      mimetype = "audio/ogg; codecs=opus";
      return {{"-map", "0:a:0", "-vn", "-c:a", "libopus", "-b:a", "64k", "-ac", "1", "-ar", "48000", "-frame_duration",
               "20", "-f", "ogg", kChildOut}};
    }
    mimetype = "video/mp4";
    Words out{"-map", "0:v:0",   "-vf",        "scale='trunc(min(1920,iw)/2)*2':-2,setsar=1,format=yuv420p",
              "-c:v", "libx264", "-preset",    "veryfast",
              "-crf", "24",      "-profile:v", "high"};
    if (what_.kind == "gif" || !probed_->has_sound) out.push_back("-an");
    else out.insert(out.end(), {"-map", "0:a:0", "-c:a", "aac", "-b:a", "128k", "-ac", "2"});
    out.insert(out.end(), {"-movflags", "+faststart", "-f", "mp4", kChildOut});
    return {out};
  }

  void convert() {
    if (sounds() ? !probed_->has_sound : !probed_->has_picture)
      return without_tools("there is nothing in it to convert");
    std::string mimetype;
    for (const Words& way : conversions(mimetype)) {
      MemoryFile made;
      ChildLimits limits = child_limits();
      limits.processor_s = 90;
      limits.time = std::chrono::milliseconds(120'000);
      const ChildEnd end = run_child(convert_command(way), folder_->path(), in_->descriptor(), made.descriptor(),
                                     limits, [](ByteView) {});
      if (!end.ok || made.size() == 0) {
        if (end.killed) break;
        continue;
      }
      if (what_.kind == "sticker" && made.size() > kStickerBytesMax) continue;
      if (!keep(made)) return;
      const std::uint32_t seconds = facts().seconds;
      header_ = facts_of(*out_.converted);
      note_header(header_);
      facts().mimetype = mimetype;
      if (facts().seconds == 0) facts().seconds = seconds;
      facts().converted = true;
      facts().size = out_.converted->size();
      return;
    }
    warn("it is sent as it is and may not be shown by every client, because it could not be converted");
  }

  bool keep(const MemoryFile& made) {
    FileWriter writer(room_, what_.tenant);
    Bytes piece(kPieceBytes);
    const std::uint64_t size = made.size();
    for (std::uint64_t at = 0; at < size; at += piece.size()) {
      piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size - at, kPieceBytes)));
      if (!made.read(at, piece) || writer.append(piece) != FileFault::none) break;
    }
    out_.converted = writer.size() == size ? writer.finish() : nullptr;
    if (!out_.converted) out_.fault = FileFault::no_room;
    return out_.converted != nullptr;
  }

  const Inspection& what_;
  const std::shared_ptr<FileRoom>& room_;
  const MediaTools& tools_;
  const std::atomic<bool>* const stop_;
  Inspected out_;
  Sniffed sniffed_;
  media::MediaFacts header_;
  std::optional<Probed> probed_;
  const WorkFolder* folder_ = nullptr;
  const MemoryFile* in_ = nullptr;
};

}  // namespace

Inspected inspect_file(const Inspection& what, const std::shared_ptr<FileRoom>& room, const MediaTools& tools,
                       const std::atomic<bool>* stop) {
  return InspectionRun(what, room, tools, stop).run();
}

void Waveform::feed(ByteView samples_16le) {
  for (const std::uint8_t byte : samples_16le) {
    if (low_ < 0) {
      low_ = byte;
      continue;
    }
    const auto sample = static_cast<std::int16_t>(static_cast<std::uint16_t>(low_ | byte << 8));
    low_ = -1;
    sum_ += static_cast<std::uint32_t>(std::abs(static_cast<int>(sample)));
    if (++count_ < kStretch) continue;
    if (means_.size() < kStretchesMax)
      means_.push_back(static_cast<std::uint16_t>(std::min<std::uint32_t>(sum_ / kStretch, 65'535)));
    sum_ = 0;
    count_ = 0;
  }
}

Bytes Waveform::finish() const {
  constexpr std::size_t kParts = 64;
  if (means_.empty()) return {};
  std::array<std::uint64_t, kParts> parts{};
  std::uint64_t most = 0;
  for (std::size_t part = 0; part < kParts; ++part) {
    const std::size_t from = part * means_.size() / kParts,
                      to = std::max(from + 1, (part + 1) * means_.size() / kParts);
    for (std::size_t i = from; i < to; ++i) parts[part] += means_[i];
    parts[part] /= to - from;
    most = std::max(most, parts[part]);
  }
  Bytes out(kParts);
  if (most == 0) return out;
  for (std::size_t part = 0; part < kParts; ++part) out[part] = static_cast<std::uint8_t>(parts[part] * 100 / most);
  return out;
}

}  // namespace wa::native
