// Ogg, MP3, AAC, AMR, WAV and FLAC.
// tested by unit/media/facts_test.cpp
#include <algorithm>

#include "media/known_bytes.h"

namespace wa::media {
namespace {

constexpr std::size_t kOggPageMax = 65'307;
constexpr int kChunksMax = 64;

// The last page of the same stream says how many samples there are by its end.
void read_ogg_length(KnownBytes& file, ByteView serial, std::uint64_t skipped, std::uint64_t rate, MediaFacts& facts) {
  const std::uint64_t from = file.size() > kOggPageMax ? file.size() - kOggPageMax : 0;
  const ByteView tail = file.up_to(from, kOggPageMax);
  for (std::size_t at = tail.size() < 27 ? 0 : tail.size() - 26; at-- > 0;) {
    const ByteView page = tail.subspan(at);
    if (page[0] != 'O' || !begins_with(page, std::string_view("OggS\0", 5)) || !equal(page.subspan(14, 4), serial))
      continue;
    const std::uint64_t samples = read_le(page.subspan(6, 8));
    if (samples == UINT64_MAX) continue;   // no packet ends on it
    if (samples > skipped) facts.duration_ms = duration_of(samples - skipped, rate);
    return;
  }
}

void read_ogg(KnownBytes& file, ByteView head, MediaFacts& facts) {
  facts.mimetype = "audio/ogg";
  if (head.size() < 27) return;
  const ByteView serial = head.subspan(14, 4);
  const ByteView packet = file.up_to(27u + head[26], 19);
  if (begins_with(packet, "OpusHead") && packet.size() >= 12) {
    facts.mimetype = "audio/ogg; codecs=opus";
    facts.channels = packet[9];
    read_ogg_length(file, serial, read_le(packet.subspan(10, 2)), 48'000, facts);
  } else if (begins_with(packet, "\x01vorbis") && packet.size() >= 16) {
    facts.channels = packet[11];
    read_ogg_length(file, serial, 0, read_le(packet.subspan(12, 4)), facts);
  } else if (begins_with(packet, "\x80theora")) {
    facts.mimetype = "video/ogg";
  }
}

// --- MPEG audio: a header of four bytes before each frame
struct MpegFrame {
  std::uint32_t length = 0, samples = 0, rate = 0, bits_per_second = 0;
  std::size_t side_info = 0;   // before a table of contents
  std::uint8_t channels = 0;
};

// length 0: no header.
MpegFrame mpeg_frame(ByteView head) {
  static constexpr std::uint16_t kFirst[] = {0,   32,  40,  48,  56,  64,  80, 96,
                                             112, 128, 160, 192, 224, 256, 320};  // kbit/s, version 1
  static constexpr std::uint16_t kLater[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
  static constexpr std::uint16_t kRates[] = {44'100, 48'000, 32'000};
  if (head.size() < 4 || head[0] != 0xFF || (head[1] & 0xE6) != 0xE2) return {};   // layer 3 only
  const unsigned version = head[1] >> 3 & 3, bitrate = head[2] >> 4, rate = head[2] >> 2 & 3;
  if (version == 1 || bitrate == 0 || bitrate == 15 || rate == 3) return {};
  const bool first = version == 3, mono = head[3] >> 6 == 3;
  MpegFrame out;
  out.rate = kRates[rate] / (first ? 1u : version == 2 ? 2u : 4u);
  out.bits_per_second = 1000u * (first ? kFirst : kLater)[bitrate];
  out.samples = first ? 1152 : 576;
  out.length = out.samples / 8 * out.bits_per_second / out.rate + (head[2] >> 1 & 1);
  out.side_info = first ? (mono ? 17 : 32) : (mono ? 9 : 17);
  out.channels = mono ? 1 : 2;
  return out;
}

bool read_mpeg(KnownBytes& file, std::uint64_t at, bool tagged, MediaFacts& facts) {
  const MpegFrame frame = mpeg_frame(file.bytes_at(at, 4));
  if (frame.length == 0) return tagged;
  // Two bytes look like a header anywhere: only the next one, where it must be, makes it sure.
  if (!tagged && mpeg_frame(file.bytes_at(at + frame.length, 4)).length == 0 && !file.missing()) return false;
  facts.mimetype = "audio/mpeg";
  facts.channels = frame.channels;
  const ByteView table = file.up_to(at + 4 + frame.side_info, 12);
  if ((begins_with(table, "Xing") || begins_with(table, "Info")) && table.size() == 12 && (table[7] & 1) != 0) {
    facts.duration_ms = duration_of(read_be(table.subspan(8, 4)) * frame.samples, frame.rate);
  } else {
    facts.duration_ms = duration_of((file.size() - at) * 8, frame.bits_per_second);
  }
  return true;
}

// A tag of any size may stand before the sound.
bool read_tagged(KnownBytes& file, ByteView head, MediaFacts& facts) {
  if (!begins_with(head, "ID3") || head.size() < 10) return false;
  facts.mimetype = "audio/mpeg";
  std::uint64_t size = 0;
  for (const std::uint8_t part : head.subspan(6, 4)) size = size << 7 | (part & 0x7f);
  return read_mpeg(file, 10 + size, true, facts);
}

// ADTS: the mean length of the frames at the beginning stands for all.
bool read_aac(KnownBytes& file, ByteView head, MediaFacts& facts) {
  static constexpr std::uint32_t kRates[] = {96'000, 88'200, 64'000, 48'000, 44'100, 32'000, 24'000,
                                             22'050, 16'000, 12'000, 11'025, 8'000,  7'350};
  if (head.size() < 7 || head[0] != 0xFF || (head[1] & 0xF6) != 0xF0) return false;
  const unsigned rate = head[2] >> 2 & 15;
  if (rate >= std::size(kRates)) return false;
  std::size_t at = 0;
  std::uint64_t frames = 0;
  while (at + 7 <= head.size() && head[at] == 0xFF && (head[at + 1] & 0xF6) == 0xF0) {
    const std::uint64_t length = read_be(head.subspan(at + 3, 3)) >> 5 & 0x1fff;
    if (length < 7) break;
    at += static_cast<std::size_t>(length);
    ++frames;
  }
  if (frames < 2 && at < file.size()) return false;
  facts.mimetype = "audio/aac";
  facts.channels = static_cast<std::uint8_t>((head[2] & 1) << 2 | head[3] >> 6);
  if (at != 0) facts.duration_ms = duration_of(file.size() * frames / at * 1024, kRates[rate]);
  return true;
}

bool read_amr(KnownBytes& file, ByteView head, MediaFacts& facts) {
  static constexpr std::uint8_t kLengths[] = {13, 14, 16, 18, 20, 21, 27, 32};   // of 20 ms, by the mode of the frame
  if (!begins_with(head, "#!AMR\n")) return false;
  facts.mimetype = "audio/amr";
  facts.channels = 1;
  if (head.size() < 7) return true;
  const unsigned mode = head[6] >> 3 & 15;
  if (mode < std::size(kLengths)) facts.duration_ms = duration_of((file.size() - 6) / kLengths[mode], 50);
  return true;
}

bool read_wav(KnownBytes& file, ByteView head, MediaFacts& facts) {
  if (!begins_with(head, "RIFF") || head.size() < 12 || !begins_with(head.subspan(8), "WAVE")) return false;
  facts.mimetype = "audio/wav";
  std::uint64_t at = 12, bytes_per_second = 0;
  for (int i = 0; i < kChunksMax; ++i) {
    const ByteView chunk = file.bytes_at(at, 8);
    if (chunk.empty()) return true;
    const std::uint64_t size = read_le(chunk.last(4));
    if (begins_with(chunk, "fmt ")) {
      const ByteView format = file.bytes_at(at + 8, 12);
      if (format.empty()) return true;
      facts.channels = static_cast<std::uint8_t>(std::min<std::uint64_t>(read_le(format.subspan(2, 2)), 255));
      bytes_per_second = read_le(format.subspan(8, 4));
    } else if (begins_with(chunk, "data")) {
      facts.duration_ms = duration_of(std::min(size, file.size() - at - 8), bytes_per_second);
      return true;
    }
    at += 8 + size + size % 2;
  }
  return true;
}

bool read_flac(KnownBytes& file, ByteView head, MediaFacts& facts) {
  if (!begins_with(head, "fLaC")) return false;
  facts.mimetype = "audio/flac";
  const ByteView info = file.bytes_at(18, 8);   // rate 20 bits, channels 3, depth 5, samples 36
  if (info.empty()) return true;
  const std::uint64_t bits = read_be(info);
  facts.channels = static_cast<std::uint8_t>((bits >> 41 & 7) + 1);
  facts.duration_ms = duration_of(bits & 0xFFFFFFFFF, bits >> 44);
  return true;
}

}  // namespace

bool read_sound(KnownBytes& file, ByteView head, MediaFacts& facts) {
  if (begins_with(head, "OggS")) {
    read_ogg(file, head, facts);
    return true;
  }
  return read_amr(file, head, facts) || read_wav(file, head, facts) || read_flac(file, head, facts) ||
         read_tagged(file, head, facts) || read_aac(file, head, facts) || read_mpeg(file, 0, false, facts);
}

}  // namespace wa::media
