#include "domain/safetensors_header.h"

#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/quote.h"

namespace propius {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxRank = 8;
constexpr std::size_t kMaxName = 256;
constexpr std::string_view kMetadataKey = "__metadata__";

// Builds the header while the text is read: no tree of foreign size and depth, and every repeated key is seen.
class HeaderReader final : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderReader(HeaderForm form) : form_(form) {}

  SafetensorsHeader header;
  std::string problem;

  bool null() override { return Refuse("null"); }
  bool boolean(bool /*value*/) override { return Refuse("a boolean"); }
  bool number_integer(std::int64_t value) override { return Refuse(std::to_string(value)); }
  bool number_float(double /*value*/, const std::string& text) override { return Refuse(text.substr(0, 40)); }
  bool binary(Json::binary_t& /*value*/) override { return Refuse("binary"); }

  bool number_unsigned(std::uint64_t value) override {
    if (place_ != Place::kNumbers) return Refuse(std::to_string(value));
    if (numbers_.size() == (field_ == "shape" ? kMaxRank : 2)) return Refuse("more");
    numbers_.push_back(value);
    return true;
  }

  bool string(std::string& value) override {
    if (place_ == Place::kMetadata) {
      header.metadata[field_] = std::move(value);
      return true;
    }
    if (place_ != Place::kTensor || field_ != "dtype") return Refuse(Quote(value));
    const Result<Dtype> dtype = ParseDtype(value);
    if (!dtype) return Stop(dtype.error().message);
    header.entries[name_].dtype = *dtype;
    return true;
  }

  bool start_object(std::size_t /*size*/) override {
    if (place_ == Place::kStart) {
      place_ = Place::kTop;
    } else if (place_ == Place::kTop) {
      place_ = name_ == kMetadataKey ? Place::kMetadata : Place::kTensor;
      fields_.clear();
      field_.clear();
    } else {
      return Refuse("an object");
    }
    return true;
  }

  bool key(std::string& key) override {
    if (place_ == Place::kTop) return TopKey(key);
    field_ = std::move(key);
    const bool known = place_ == Place::kMetadata || field_ == "dtype" || field_ == "shape" ||
                       (field_ == "data_offsets" && form_ == HeaderForm::kFile);
    if (!known) return Stop("expected only " + Fields() + ", got " + Quote(field_));
    if (!fields_.insert(field_).second) return Stop("expected each key once, got " + Quote(field_) + " again");
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kTop) {
      place_ = Place::kEnd;
      return true;
    }
    if (place_ == Place::kTensor && fields_.size() != (form_ == HeaderForm::kFile ? 3 : 2)) {
      field_.clear();
      return Stop("expected " + Fields() + ", got " + std::to_string(fields_.size()) + " of them");
    }
    place_ = Place::kTop;
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    if (place_ != Place::kTensor || field_ == "dtype") return Refuse("an array");
    place_ = Place::kNumbers;
    numbers_.clear();
    return true;
  }

  bool end_array() override {
    HeaderEntry& entry = header.entries[name_];
    if (field_ == "shape") {
      entry.shape = numbers_;
    } else {
      if (numbers_.size() != 2) return Refuse(std::to_string(numbers_.size()));
      entry.begin = numbers_[0];
      entry.end = numbers_[1];
    }
    place_ = Place::kTensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last, const nlohmann::detail::exception&) override {
    problem = "expected JSON, got " + Quote(last) + " at byte " + std::to_string(position);
    return false;
  }

 private:
  enum class Place { kStart, kTop, kTensor, kMetadata, kNumbers, kEnd };

  bool TopKey(std::string& key) {
    name_ = std::move(key);
    field_.clear();
    if (name_.size() > kMaxName) {
      return Stop("expected a name of at most 256 bytes, got " + std::to_string(name_.size()));
    }
    if (name_ == kMetadataKey) {
      if (form_ == HeaderForm::kManifest) return Stop("expected tensors only");
      if (metadata_seen_) return Stop("expected each name once, got it again");
      metadata_seen_ = true;
    } else if (!header.entries.try_emplace(name_).second) {
      return Stop("expected each name once, got it again");
    }
    return true;
  }

  std::string Fields() const {
    return form_ == HeaderForm::kFile ? "dtype, shape and data_offsets" : "dtype and shape";
  }

  std::string Expected() const {
    switch (place_) {
      case Place::kStart:
      case Place::kTop:
        return "an object";
      case Place::kTensor:
        return field_ == "dtype" ? "a text" : "an array of whole numbers";
      case Place::kMetadata:
        return "a text";
      case Place::kNumbers:
        return field_ == "shape" ? "at most 8 whole numbers" : "two whole numbers";
      case Place::kEnd:
        break;
    }
    return "its end";
  }

  bool Refuse(const std::string& got) { return Stop("expected " + Expected() + ", got " + got); }

  bool Stop(const std::string& what) {
    if (place_ == Place::kStart || place_ == Place::kEnd) {
      problem = what;
    } else {
      problem = Quote(name_) + (field_.empty() ? "" : " " + Quote(field_)) + ": " + what;
    }
    return false;
  }

  const HeaderForm form_;
  Place place_ = Place::kStart;
  std::string name_;              // of the tensor, or __metadata__
  std::string field_;             // of it
  std::set<std::string> fields_;  // of it, seen
  std::vector<std::uint64_t> numbers_;
  bool metadata_seen_ = false;
};

std::string JsonText(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool FitsIn64Bits(const HeaderEntry& entry) {
  std::uint64_t bytes = DtypeSize(entry.dtype);
  for (const std::uint64_t extent : entry.shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return false;
  }
  return true;
}

}  // namespace

Result<SafetensorsHeader> ReadHeader(std::string_view json, HeaderForm form) {
  const std::string what = form == HeaderForm::kFile ? "safetensors header: " : "update_manifest: ";
  // The library would skip a byte order mark in front, and take a zero byte for the end.
  if (!json.starts_with('{') || json.find('\0') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument,
                what + "expected JSON text that begins with {, got " + Quote(json.substr(0, 16)));
  }
  HeaderReader reader(form);
  if (!Json::sax_parse(json, &reader)) return Fail(Code::kInvalidArgument, what + reader.problem);
  for (const auto& [name, entry] : reader.header.entries) {
    if (!FitsIn64Bits(entry)) {
      return Fail(Code::kInvalidArgument, what + Quote(name) + ": expected a size in bytes below 2^64, got " +
                                              Show(TensorSpec{name, entry.dtype, entry.shape}));
    }
  }
  return std::move(reader.header);
}

std::string WriteHeader(const SafetensorsHeader& header) {
  std::string text = "{";
  const auto open = [&text](const std::string& name) {
    if (text.size() > 1) text += ',';
    text += JsonText(name) + ":{";
  };
  if (!header.metadata.empty()) {
    open(std::string(kMetadataKey));
    bool first = true;
    for (const auto& [key, value] : header.metadata) {
      text += (first ? "" : ",") + JsonText(key) + ":" + JsonText(value);
      first = false;
    }
    text += '}';
  }
  for (const auto& [name, entry] : header.entries) {
    open(name);
    text += "\"dtype\":\"" + std::string(DtypeName(entry.dtype)) + "\",\"shape\":[";
    for (std::size_t i = 0; i < entry.shape.size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(entry.shape[i]);
    }
    text += "],\"data_offsets\":[" + std::to_string(entry.begin) + "," + std::to_string(entry.end) + "]}";
  }
  return text + "}";
}

}  // namespace propius
