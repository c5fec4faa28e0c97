// A device whose training adds 1 to every element of every F32 tensor.
//
// usage: example_device HOST:PORT        (of the client manager; Ctrl-C gives the task back and ends)
#include <csignal>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>

#include <propius/client.h>

namespace {

// A safetensors file is the length of its header (8 bytes, little-endian), the header as JSON, and the tensors. This
// device keeps the header and works on the floats behind it; a real one would use its framework's reader.
propius::sdk::Result<propius::sdk::Update> AddOne(const propius::sdk::HeldTask& task, const std::string& plan) {
  std::uint64_t header = 0;
  if (plan.size() >= sizeof header) std::memcpy(&header, plan.data(), sizeof header);
  if (plan.size() < sizeof header || header > plan.size() - sizeof header) {
    return tl::unexpected<propius::sdk::Error>({"invalid_argument", "expected a safetensors file"});
  }
  std::string tensors = plan;
  for (std::size_t at = sizeof header + header; at + sizeof(float) <= tensors.size(); at += sizeof(float)) {
    if (task.cancelled()) return tl::unexpected<propius::sdk::Error>({"aborted", "the task is over"});
    float value = 0;
    std::memcpy(&value, &tensors[at], sizeof value);
    value += 1;
    std::memcpy(&tensors[at], &value, sizeof value);
  }
  return propius::sdk::Update{.tensors = tensors, .weight = 1.0};
}

const char* Name(propius::sdk::TaskEnd end) {
  switch (end) {
    case propius::sdk::TaskEnd::kCommitted:
      return "committed";
    case propius::sdk::TaskEnd::kLate:
      return "late";
    case propius::sdk::TaskEnd::kRejected:
      return "rejected";
    case propius::sdk::TaskEnd::kFailed:
      return "failed";
    case propius::sdk::TaskEnd::kNone:
      break;
  }
  return "nothing to do";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_device HOST:PORT\n";
    return 2;
  }
  // A signal is taken by a thread that waits for it, because Stop() is no call for a signal handler.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  propius::sdk::ClientOptions options;
  options.client_manager = argv[1];
  options.public_attributes = {{"cpu_f", 8}, {"ram_gb", 6}};
  options.private_attributes = {{"samples", 200}};
  propius::sdk::Client client(options);
  std::cout << "device " << client.id() << std::endl;

  std::thread stopper([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    client.Stop();
  });
  client.Run(AddOne, [](const propius::sdk::TaskSummary& summary) {
    if (summary.end == propius::sdk::TaskEnd::kNone) return;
    std::cout << "job " << summary.job_id << " round " << summary.round << ": " << Name(summary.end) << " "
              << summary.reason << std::endl;
  });
  stopper.join();
  return 0;
}
