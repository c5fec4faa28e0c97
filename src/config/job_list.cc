#include "config/job_list.h"

#include <algorithm>

#include "config/toml_reader.h"

namespace propius {

Result<std::vector<ListedJob>> ParseJobList(std::string_view text, const std::string& name) {
  Result<TomlTable> top = TomlTable::Parse(text, name);
  if (!top) return tl::unexpected(top.error());
  std::vector<ListedJob> jobs;
  if (top->Has("job")) {
    TomlTable table = top->Table("job");
    jobs.push_back({.spec = ReadJobTable(table).spec});
  }
  for (TomlTable& table : top->Tables("jobs")) {
    ListedJob& job = jobs.emplace_back();
    job.arrival = table.Span("arrival", 0s, 24h * 365, job.arrival);
    job.tenant = table.Text("tenant", job.tenant);
    job.spec = ReadJobTable(table).spec;
  }
  if (const Status status = top->Finish(); !status) return tl::unexpected(status.error());
  if (jobs.empty()) return Fail(Code::kInvalidArgument, name + ": expected tables [[jobs]] or a table [job], got none");
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (const Status status = Validate(jobs[i].spec); !status) {
      return Fail(status.error().code, name + ": jobs[" + std::to_string(i) + "]." + status.error().message);
    }
  }
  std::ranges::stable_sort(jobs, {}, &ListedJob::arrival);
  return jobs;
}

}  // namespace propius
