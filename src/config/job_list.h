// A file of jobs that arrive one after the other: what simulations are fed with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/job_file.h"

namespace propius {

struct ListedJob {
  Duration arrival{};  // since the start of the simulation
  std::string tenant = "team";
  JobSpec spec;
};

// [[jobs]] tables: the keys of a job file's [job], and `arrival` and `tenant`. A job file with one [job] is a list of
// one, so that the same file serves everywhere. In the order of arrival; `name` stands for the file in messages.
Result<std::vector<ListedJob>> ParseJobList(std::string_view text, const std::string& name);

}  // namespace propius
