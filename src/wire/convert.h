// Messages to domain values, checked at this border, and back. A failure names the field.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/repeated_ptr_field.h>

#include "base/result.h"
#include "domain/round.h"
#include "propius/v1/types.pb.h"

namespace propius {

using AttributeMessages = google::protobuf::RepeatedPtrField<v1::Attribute>;

Result<Attributes> FromMessage(const AttributeMessages& messages, std::string_view what);
void ToMessage(const Attributes& attributes, AttributeMessages& messages);

// Fills defaults, then Validate().
Result<JobSpec> FromMessage(const v1::JobSpec& message);
v1::JobSpec ToMessage(const JobSpec& spec);

Result<RoundKey> FromMessage(const v1::RoundKey& message);
v1::RoundKey ToMessage(const RoundKey& key);

v1::JobState ToMessage(JobState state);
v1::RoundOutcome ToMessage(RoundOutcome outcome);
Result<RoundOutcome> FromMessage(v1::RoundOutcome outcome);

}  // namespace propius
