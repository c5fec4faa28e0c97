// Real phones: what they are and how fast (data/android_devices.csv).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/attributes.h"

namespace propius {

struct Phone {
  std::string model;
  Attributes attributes;     // cpu_f, ram_gb, fp16_mem, android_os
  double ms_per_sample = 0;  // relative speed of training
};

// CSV with the columns device,cpu_f,ram_gb,fp16_mem,android_os,ms_per_sample.
Result<std::vector<Phone>> ParsePhones(std::string_view csv);

}  // namespace propius
